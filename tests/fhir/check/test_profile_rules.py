"""Each rule of our profiles has examples that keep it and break it, and the FHIRPath that we publish judges them alike."""

import json

import pytest
from fhirpathpy import evaluate
from fhirpathpy.models import models

from app.fhir.check.check import check
from app.fhir.check.profile_rules import RULES, violations
from app.fhir.codes import CANONICAL, PERMANENT_CONTACT
from fhir_profiles.build import BUILT

ROLE, PRINCIPAL, PARTY = (f"{CANONICAL}/CodeSystem/{name}" for name in ("contact-role", "principal", "party"))
PERSON, OTHER = {"reference": "Patient/p"}, {"reference": "Patient/q"}
NAMELESS = {"identifier": {"system": "urn:x", "value": "1"}}
STAFF = {"type": "Practitioner", "display": "Kim"}


def concept(system, *codes):
    """A CodeableConcept."""
    return {"coding": [{"system": system, "code": code} for code in codes]}


def team(*roles):
    """A CareTeam whose participants have these roles."""
    return {"resourceType": "CareTeam", "participant": [{"role": list(each)} if each else {} for each in roles]}


def plan(**more):
    """A CarePlan."""
    return {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": PERSON} | more


def goal(**more):
    """A Goal."""
    return {"resourceType": "Goal", "subject": PERSON} | more


def order(*performers, **more):
    """A ServiceRequest."""
    return {"resourceType": "ServiceRequest", "subject": PERSON, "performer": list(performers)} | more


def summons(start, end, **more):
    """A Task with a time to be done in."""
    period = {name: value for name, value in (("start", start), ("end", end)) if value}
    return {"resourceType": "Task", "status": "requested", "restriction": {"period": period}} | more


def time(*actors, **more):
    """An Appointment."""
    return {
        "resourceType": "Appointment",
        "status": "booked",
        "participant": [{"actor": each} for each in actors],
    } | more


def confirmed(*agents):
    """A Provenance whose agents have a role and are somebody."""
    return {
        "resourceType": "Provenance",
        "agent": [{"role": [concept(PARTY, role)], "who": who} for role, who in agents],
    }


def answers(*items):
    """A QuestionnaireResponse."""
    return {"resourceType": "QuestionnaireResponse", "item": [{"linkId": each} for each in items]}


def document(*attachments):
    """A DocumentReference."""
    return {"resourceType": "DocumentReference", "content": [{"attachment": each} for each in attachments]}


def way(*links):
    """A contact-way extension with a channel and these links."""
    parts = [{"url": "channel", "valueCode": "video"}, *({"url": "link", "valueUrl": each} for each in links)]
    return {"resourceType": "Extension", "extension": parts}


def reached(*values, system="url"):
    """A CareTeam that is reached at these addresses."""
    return {"resourceType": "CareTeam", "telecom": [{"system": system, "value": each} for each in values]}


def contact(value, system="url"):
    """A contact-point extension."""
    return {"resourceType": "Extension", "valueContactPoint": {"system": system, "value": value}}


def principals(*participants, **more):
    """A CareTeam whose participants have these roles, and are somebody."""
    members = [{"role": list(roles), "member": STAFF} for roles in participants]
    return {"resourceType": "CareTeam", "participant": members} | more


CONTACT, OVERALL, REGION = (
    concept(PERMANENT_CONTACT, "1"),
    concept(ROLE, "overall-responsibility"),
    concept(PRINCIPAL, "region"),
)
MUNICIPALITY = concept(PRINCIPAL, "municipality")
RESPONSIBLE = {"coding": OVERALL["coding"] + REGION["coding"]}
SUBSTITUTE = concept(ROLE, "substitute")
WORDS = {"text": "ledare"}
NOTE = {"text": "Att bo hemma", "authorReference": PERSON}
NINE = "2026-05-01T09:00:00+02:00"
DAY, THIRD, FOURTH = "2026-05-01", "2026-05-04", "2026-05-05"

EXAMPLES = {
    "sp-confirm-1": (
        [confirmed(("person", PERSON)), confirmed(("region", STAFF)), confirmed(("person", {"type": "Patient"})),
         confirmed(("person", {"reference": "https://a.example/fhir/Patient/p"}), ("region", STAFF))],
        [(confirmed(("person", STAFF)), "agent[0]"), (confirmed(("region", STAFF), ("region", PERSON)), "agent[1]")],
    ),
    "sp-contact-1": (
        [team([CONTACT]), team([SUBSTITUTE], [WORDS, CONTACT], [])],
        [(team([SUBSTITUTE]), "participant"), (team([CONTACT], [CONTACT]), "participant"),
         ({"resourceType": "CareTeam"}, "participant")],
    ),
    "sp-do-1": (
        [order(PERSON), order(STAFF, PERSON)],
        [(order(STAFF), "performer"), (order(), "performer"), (order(NAMELESS, subject=NAMELESS), "performer")],
    ),
    "sp-doc-1": (
        [document({"url": "https://a.example"}), document({"data": "YQ=="}, {"_url": {"extension": [{"url": "urn:a", "valueCode": "b"}]}})],
        [(document({"url": "https://a.example"}, {"contentType": "text/plain"}), "content[1].attachment")],
    ),
    "sp-doc-2": (
        [document({"url": "https://a.example"}, {"data": "YQ=="}), document({"url": "Binary/b"})],
        [(document({"url": "https://a.example"}, {"url": "javascript:alert()"}), "content[1].attachment.url"),
         (document({"url": "http://a.example"}), "content[0].attachment.url"),
         (document({"url": "/Binary/b"}), "content[0].attachment.url")],
    ),
    "sp-goal-1": (
        [goal(expressedBy=PERSON)],
        [(goal(expressedBy=OTHER), "expressedBy"), (goal(), "expressedBy"),
         (goal(expressedBy=NAMELESS, subject=NAMELESS), "expressedBy")],
    ),
    "sp-goal-2": (
        [goal(expressedBy=STAFF), goal(expressedBy={"reference": "Practitioner/a"}), goal()],
        [(goal(expressedBy=PERSON), "expressedBy")],
    ),
    "sp-goal-3": (
        [goal(), goal(startDate=DAY), goal(target=[{"dueDate": DAY}]), goal(startDate=DAY, target=[{"dueDate": DAY}]),
         goal(startDate=DAY, target=[{"dueDate": THIRD}, {}]),
         goal(startDate="2026-05", target=[{"dueDate": DAY}]),
         goal(startCodeableConcept=WORDS, target=[{"dueDate": DAY}])],
        [(goal(startDate=THIRD, target=[{"dueDate": THIRD}, {"dueDate": DAY}]), "target[1].due"),
         (goal(startDate=DAY, target=[{"dueDate": "2026-04"}]), "target[0].due"),
         (goal(startDate="2026-06", target=[{"dueDate": THIRD}]), "target[0].due"),
         (goal(startDate="2026", target=[{"dueDate": "2025-12-31"}]), "target[0].due")],
    ),
    "sp-link-1": (
        [{"resourceType": "Extension", "valueUrl": "https://a.example"}],
        [({"resourceType": "Extension", "valueUrl": "http://a.example"}, "value"),
         ({"resourceType": "Extension", "valueUrl": "javascript:alert()"}, "value")],
    ),
    "sp-note-1": (
        [plan(note=[{"text": "a"}, NOTE])],
        [(plan(), "note"), (plan(note=[{"text": "a", "authorReference": OTHER}]), "note"),
         (plan(note=[{"text": "a", "authorString": "Anna"}]), "note"),
         (plan(note=[{"text": "a", "authorReference": NAMELESS}], subject=NAMELESS), "note")],
    ),
    "sp-principals-1": (
        [principals([REGION], [MUNICIPALITY], [WORDS]), principals([REGION, MUNICIPALITY]),
         principals(status="proposed"), principals([RESPONSIBLE], [MUNICIPALITY], status="active")],
        [(principals(), "participant"), (principals([REGION]), "participant"),
         (principals([REGION], [MUNICIPALITY], [REGION], status="active"), "participant"),
         ({"resourceType": "CareTeam", "status": "active"}, "participant")],
    ),
    "sp-principals-2": (
        [principals([REGION], [MUNICIPALITY, OVERALL]), principals([REGION], status="proposed")],
        [(principals([REGION], [MUNICIPALITY]), "participant"), (principals(status="active"), "participant")],
    ),
    "sp-principals-3": (
        [principals([REGION], [MUNICIPALITY]), team([WORDS]), team()],
        [(team([WORDS], [REGION]), "participant[1].member")],
    ),
    "sp-questions-1": (
        [answers("1", "2"), answers(), {"resourceType": "QuestionnaireResponse"},
         {"resourceType": "QuestionnaireResponse", "item": [{"text": "a"}, {"text": "b"}]}],
        [(answers("1", "2", "1"), "item[2].linkId")],
    ),
    "sp-sip-1": ([plan(careTeam=[{"reference": "CareTeam/t"}])], [(plan(), "careTeam")]),
    "sp-sip-2": (
        [plan(supportingInfo=[STAFF, {"reference": "Consent/c"}]), plan(supportingInfo=[{"type": "Consent"}]),
         plan(supportingInfo=[{"reference": "https://a.example/fhir/Consent/c"}]), plan(status="draft")],
        [(plan(), "supportingInfo"), (plan(supportingInfo=[STAFF, {"reference": "urn:uuid:1"}]), "supportingInfo")],
    ),
    "sp-sip-3": (
        [plan(activity=[{"detail": {}}, {"reference": {"reference": "Task/t"}}]), plan(status="draft"),
         plan(activity=[{"reference": {"type": "Task"}}])],
        [(plan(), "activity"), (plan(activity=[{"reference": {"reference": "ServiceRequest/a"}}]), "activity"),
         (plan(activity=[{"detail": {}}]), "activity")],
    ),
    "sp-summons-1": (
        [summons(DAY, THIRD), summons(DAY, DAY), summons("2026-04-29", "2026-05-02"), summons("2026-05", "2026-05"),
         summons(f"{DAY}T10:00:00+02:00", "2026-05-03T10:00:00+02:00"), summons(DAY, "2026-05-03T10:00:00+02:00")],
        [(summons(DAY, FOURTH), "restriction.period.end"), (summons(DAY, None), "restriction.period.end"),
         (summons(None, DAY), "restriction.period.end"), (summons(DAY, f"{THIRD}T08:00:00Z"), "restriction.period.end"),
         (summons(f"{DAY}T10:00:00+02:00", f"{FOURTH}T10:00:00+02:00"), "restriction.period.end"),
         ({"resourceType": "Task", "status": "requested"}, "restriction.period.end")],
    ),
    "sp-summons-2": (
        [summons(DAY, THIRD), summons(DAY, THIRD, status="completed", executionPeriod={"end": DAY})],
        [(summons(DAY, THIRD, status="completed"), "executionPeriod.end"),
         (summons(DAY, THIRD, status="completed", executionPeriod={"start": DAY}), "executionPeriod.end")],
    ),
    "sp-team-1": (
        [team([RESPONSIBLE], [REGION]), team(), team([WORDS])],
        [(team([RESPONSIBLE], [SUBSTITUTE, RESPONSIBLE]), "participant[1].role")],
    ),
    "sp-team-2": (
        [team([RESPONSIBLE]), team([OVERALL, REGION]), team([SUBSTITUTE])],
        [(team([REGION], [OVERALL]), "participant[1].role")],
    ),
    "sp-time-1": (
        [time(STAFF, PERSON), time({"type": "Patient"}), time({"reference": "https://a.example/fhir/Patient/p"})],
        [(time(STAFF), "participant"), (time(), "participant"), (time({"reference": "urn:uuid:1"}), "participant")],
    ),
    "sp-time-2": (
        [time(PERSON), time(PERSON, status="proposed", requestedPeriod=[{"start": DAY}])],
        [(time(PERSON, requestedPeriod=[{"start": DAY}]), "requestedPeriod")],
    ),
    "sp-time-3": (
        [time(PERSON), time(PERSON, start=NINE, end=NINE),
         time(PERSON, start=NINE), time(PERSON, end=NINE)],
        [(time(PERSON, start=NINE, end="2026-05-01T06:59:59Z"), "end"),
         (time(PERSON, start=NINE, end="2026-04-30T10:00:00+02:00"), "end")],
    ),
    "sp-way-1": (
        [way(), way("https://a.example")],
        [(way("javascript:alert()"), "extension[1].value"), (way("https://a.example", "http://a"), "extension[2].value")],
    ),
    "sp-way-2": (
        [{"resourceType": "CareTeam"}, reached("https://a.example"), reached("0000-1", system="phone"),
         {"resourceType": "CareTeam", "telecom": [{"system": "url"}]}],
        [(reached("https://a.example", "javascript:alert()"), "telecom[1].value")],
    ),
    "sp-way-3": (
        [contact("https://a.example"), contact("0000-1", system="phone")],
        [(contact("javascript:alert()"), "value.value")],
    ),
}  # fmt: skip
"""A rule -> what keeps it, and what breaks it with the place that is told."""

GOOD = [(key, node) for key, (good, _) in EXAMPLES.items() for node in good]
BAD = [(key, node, where) for key, (_, bad) in EXAMPLES.items() for node, where in bad]


def published():
    """Every rule in a built profile: its key, its FHIRPath, whom it is on and what people read."""
    for path in sorted(BUILT.glob("StructureDefinition-*.json")):
        definition = json.loads(path.read_text("utf-8"))
        for constraint in definition["snapshot"]["element"][0]["constraint"]:
            if constraint["key"].startswith("sp-"):
                yield constraint["key"], constraint["expression"], definition["id"]


PATHS = {key: expression for key, expression, _ in published()}


def holds(key, resource):
    """What a FHIRPath library makes of the published rule; nothing is no."""
    node = resource if resource["resourceType"] != "Extension" else {**resource, "url": "urn:a"}
    return evaluate(node, PATHS[key], {"resource": node}, models["r4"]) == [True]


def test_every_published_rule_is_one_of_ours_and_has_examples():
    """The keys are the same in the profiles, in the table and here; a key has one expression wherever it is."""
    assert set(PATHS) == set(RULES) == set(EXAMPLES)
    assert all(good and bad for good, bad in EXAMPLES.values())
    assert len({(key, expression) for key, expression, _ in published()}) == len(PATHS)


@pytest.mark.parametrize("key, resource", GOOD)
def test_what_keeps_a_rule_is_let_through(key, resource):
    """By us, and by the FHIRPath in the profile."""
    assert list(RULES[key].broken(resource)) == []
    assert holds(key, resource)


@pytest.mark.parametrize("key, resource, where", BAD)
def test_what_breaks_a_rule_is_told(key, resource, where):
    """The place and the fix, in both languages; the FHIRPath in the profile says no too."""
    (fault,) = violations([key], resource, "Here", "profile")

    assert (fault.code, fault.expression) == ("invariant", f"Here.{where}")
    assert fault.english.startswith(f"{key}: ")
    assert fault.english.endswith(" (profile).")
    assert fault.swedish.startswith(f"{key}: ")
    assert fault.swedish != fault.english
    assert not holds(key, resource)


@pytest.mark.parametrize(
    "key, resource",
    [
        ("sp-goal-3", goal(startDate=DAY, target=[{"dueDate": "2026-05"}, {"dueDate": "2026"}])),
        ("sp-time-3", time(PERSON, start=NINE, end="2026-05-01T08:00:00Z")),
    ],
)
def test_days_are_compared_as_far_as_both_go_and_times_by_their_instants(key, resource):
    """The library compares them as texts; the official validator does as we do (tests/agreement)."""
    assert list(RULES[key].broken(resource)) == []


@pytest.mark.parametrize(
    "start, end",
    [
        ("9999-12-30", "9999-12-31"),
        ("9999-12-31T10:00:00Z", "9999-12-31T11:00:00Z"),
        ("9999-12-29T10:00:00Z", "9999-12-30"),
    ],
)
def test_three_days_are_as_many_as_the_calendar_has(start, end):
    """Nothing is after its last day."""
    assert list(RULES["sp-summons-1"].broken(summons(start, end))) == []


def test_an_address_of_extensions_alone_is_none():
    """The library takes it for nothing at all; the official validator does as we do (tests/agreement)."""
    absent = {"extension": [{"url": "urn:a", "valueCode": "b"}]}

    assert list(RULES["sp-way-3"].broken({"valueContactPoint": {"system": "url", "_value": absent}})) == ["value.value"]
    assert list(RULES["sp-doc-2"].broken(document({"_url": absent}))) == ["content[0].attachment.url"]


def test_a_rule_is_kept_where_a_resource_of_the_profile_is_checked():
    """The check runs the rules of the profiles that hold."""
    task = {
        "resourceType": "Task",
        "meta": {"profile": [f"{CANONICAL}/StructureDefinition/sip-summons"]},
        "status": "completed",
        "intent": "order",
        "code": concept(f"{CANONICAL}/CodeSystem/task-kind", "sip-summons"),
        "for": PERSON,
        "focus": {"reference": "CarePlan/c"},
        "restriction": {"period": {"start": DAY, "end": FOURTH}},
    }

    assert {(fault.english[:12], fault.expression) for fault in check(task)} == {
        ("sp-summons-1", "Task.restriction.period.end"),
        ("sp-summons-2", "Task.executionPeriod.end"),
    }
