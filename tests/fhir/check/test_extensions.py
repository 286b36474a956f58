"""An extension that is known here is checked wherever it stands; an unknown one is let be, unless it changes meaning."""

import pytest

from app.fhir.check.check import check
from app.fhir.check.extensions import ExtensionContext, context_names, extension_faults
from app.fhir.check.invariants import objects_of
from app.fhir.schema_files import definitions as definitions_of
from tests.builders.profiles import compiled, definition

BASE = "https://samplan.se/fhir/StructureDefinition"
GOAL_ACCEPTANCE = "http://hl7.org/fhir/StructureDefinition/goal-acceptance"
PERSON = {"reference": "Patient/p"}
PLAN = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": PERSON}
TEAM = {"resourceType": "CareTeam", "subject": PERSON}
GOAL = {"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "a"}, "subject": PERSON}
UNKNOWN = {"url": "urn:a", "valueBoolean": True}
LINK = {"url": f"{BASE}/portal-link", "valueUrl": "https://a.example"}
ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-unknown"}
CHANNEL = {"url": "channel", "valueCode": "phone"}
WAY = {"url": f"{BASE}/contact-way", "extension": [CHANNEL]}
AGREED = {
    "url": GOAL_ACCEPTANCE,
    "extension": [{"url": "individual", "valueReference": PERSON}, {"url": "status", "valueCode": "agree"}],
}


def phone(*extensions):
    """A team that is reached by phone."""
    return TEAM | {"telecom": [{"system": "phone", "value": "1", "extension": list(extensions)}]}


@pytest.mark.parametrize(
    "resource",
    [
        PLAN | {"extension": [UNKNOWN, LINK]},
        PLAN | {"_status": {"extension": [UNKNOWN]}},
        PLAN | {"_title": {"extension": [ABSENT]}},
        phone(WAY),
        phone(WAY | {"extension": [CHANNEL, {"url": "name", "valueString": "a"}, UNKNOWN]}),
        GOAL | {"extension": [AGREED, AGREED]},
        TEAM
        | {
            "participant": [
                {"extension": [{"url": f"{BASE}/contact-via-team", "valueReference": {"reference": "CareTeam/t"}}]}
            ]
        },
    ],
)
def test_what_is_in_order_is_let_through(resource):
    """Where it belongs, with what it holds; and what nobody here knows."""
    assert check(resource) == []


@pytest.mark.parametrize(
    "resource, expression, words",
    [
        (PLAN | {"extension": [LINK | {"valueUrl": "http://a.example"}]}, "CarePlan.extension[0].value", "sp-link-1: "),
        (PLAN | {"extension": [{"url": LINK["url"], "valueUri": "https://a.example"}]}, "CarePlan.extension[0]", "Extension.value[x] must be sent as valueUrl"),
        (TEAM | {"extension": [LINK]}, "CareTeam.extension[0]", "This extension belongs in Appointment, CarePlan;"),
        (PLAN | {"note": [{"text": "a", "extension": [LINK]}]}, "CarePlan.note[0].extension[0]", "This extension belongs in "),
        (PLAN | {"_status": {"extension": [LINK]}}, "CarePlan._status.extension[0]", "This extension belongs in "),
        (TEAM | {"extension": [WAY]}, "CareTeam.extension[0]", "This extension belongs in ContactPoint;"),
        (phone(WAY | {"extension": [CHANNEL | {"valueCode": "fax"}]}), "CareTeam.telecom[0].extension[0].extension[0].valueCode", "must hold a code of"),
        (phone(WAY | {"extension": [CHANNEL, {"url": "chanel", "valueCode": "sms"}]}), "CareTeam.telecom[0].extension[0].extension[1]",
         "Extension.extension may hold only channel, name, hours, link;"),
        (phone(WAY | {"extension": [{"url": "name", "valueString": "a"}]}), "CareTeam.telecom[0].extension[0].extension", "Extension.extension must hold channel;"),
        (GOAL | {"extension": [AGREED | {"extension": AGREED["extension"][1:]}]}, "Goal.extension[0].extension", "must hold individual"),
        (PLAN | {"extension": [UNKNOWN | {"url": "portal-link"}]}, "CarePlan.extension[0].url", "absolute"),
        (PLAN | {"_title": {"extension": [UNKNOWN | {"url": "portal-link"}]}}, "CarePlan._title.extension[0].url", "absolute"),
        (TEAM | {"extension": [LINK | {"url": f"{BASE}/portal-link|0.1.0"}]}, "CareTeam.extension[0].url", "no version"),
        (PLAN | {"_title": {"extension": [ABSENT | {"valueCode": "lost"}]}}, "CarePlan._title.extension[0].valueCode", "must hold a code of"),
        (PLAN | {"modifierExtension": [UNKNOWN]}, "CarePlan.modifierExtension[0]", "A modifierExtension that is not known here"),
        (TEAM | {"participant": [{"modifierExtension": [UNKNOWN]}]}, "CareTeam.participant[0].modifierExtension[0]", "A modifierExtension that"),
        (PLAN | {"modifierExtension": [LINK]}, "CarePlan.modifierExtension[0]", "send it in extension"),
        (PLAN | {"contained": [GOAL | {"id": "g", "extension": [LINK]}], "goal": [{"reference": "#g"}]}, "CarePlan.contained[0].extension[0]", "This extension belongs in "),
        ({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": GOAL | {"modifierExtension": [UNKNOWN]}}]},
         "Bundle.entry[0].resource.modifierExtension[0]", "A modifierExtension"),
    ],
)  # fmt: skip
def test_what_is_not_is_told(resource, expression, words):
    """What it holds, where it stands, and what it may not be."""
    matching = [fault for fault in check(resource) if fault.expression == expression]

    assert any(words in fault.english for fault in matching)
    assert all(fault.swedish != fault.english for fault in matching)


def within(*definitions):
    """The resource type CareTeam, where these extensions are known."""
    return ExtensionContext("CareTeam", definitions_of("CareTeam"), {each.url: each for each in definitions})


def faulty_places(resource, *definitions):
    """Where something is wrong with extensions, when these are known."""
    return [fault.expression for fault in extension_faults(objects_of(resource, "CareTeam"), within(*definitions))]


def test_an_extension_stands_as_often_as_its_definition_says(tmp_path):
    """In each element anew."""
    once = compiled(tmp_path, definition("Extension", max="1"))
    two = [{"url": once.url, "valueCode": "a"}] * 2

    assert faulty_places(TEAM | {"extension": two, "participant": [{"extension": two[:1]}]}, once) == [
        "CareTeam.extension[1]"
    ]


def test_what_changes_the_meaning_stands_apart(tmp_path):
    """A modifier that is known is taken as one, and as nothing else."""
    modifier = compiled(tmp_path, definition("Extension", isModifier=True))
    extensions = [{"url": modifier.url, "valueCode": "a"}]

    assert faulty_places(TEAM | {"modifierExtension": extensions}, modifier) == []
    assert faulty_places(TEAM | {"extension": extensions}, modifier) == ["CareTeam.extension[0]"]


@pytest.mark.parametrize(
    "place, names",
    [
        ("CareTeam.contained[0]", {"CareTeam", "Resource", "DomainResource", "Element"}),
        (("CareTeam", "telecom", 0), {"CareTeam.telecom", "ContactPoint", "Element"}),
        (("CareTeam", "_status", None), {"CareTeam.status", "code", "code:care-team-status", "Element"}),
        ((("CareTeam", "participant", 1), "role", 0), {"CareTeam.participant.role", "CodeableConcept", "Element"}),
        (("CareTeam.contained[0]", "participant", 1), {"CareTeam.participant", "Element"}),
    ],
)
def test_an_element_is_called_by_its_path_its_type_and_what_all_are(place, names):
    """As the contexts of definitions call it."""
    assert context_names(place, within()) == names
