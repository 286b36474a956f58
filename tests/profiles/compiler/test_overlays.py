"""What a profile asks beyond its type becomes a JSON Schema, construct by construct, that says what is lacking."""

import pytest

from fhir_profiles.compiler.snapshots import Unsupported
from tests.builders.profiles import FHIR, OURS, bound, compiled, definition, element, messages_of, sliced

URL = f"{OURS}/part"
EXTENDED = {"extension": [{"url": "urn:a", "valueCode": "b"}]}


def concept(code, system="urn:x/CodeSystem/colours"):
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code}]}


PATTERN = {"patternCodeableConcept": concept("red")}
BY_THIS = sliced("pattern", "$this")
COLOURED = [
    element("Goal.category", "0..*", "CodeableConcept", base="0..*", **BY_THIS),
    element("Goal.category:red", "1..1", "CodeableConcept", base="0..*", **PATTERN),
]
NOTED = [
    element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("exists", "time")),
    element("Goal.note:dated", "0..1", "Annotation", base="0..*"),
    element("Goal.note:dated.time", "1..1", "dateTime"),
    element("Goal.note:undated", "0..1", "Annotation", base="0..*"),
    element("Goal.note:undated.time", "0..0", "dateTime"),
]

CASES = {
    "an element that must be there": (
        [element("Goal.startDate", "0..1"), element("Goal.statusReason", "1..1", "string"),
         element("Goal.expressedBy", "1..1", ("Reference", []))],
        [{"statusReason": "a", "expressedBy": {}}, {"_statusReason": EXTENDED, "expressedBy": {}}],
        [({}, {"Goal.statusReason": {"missing"}, "Goal.expressedBy": {"missing"}})],
    ),
    "a list that is not too short and not too long": (
        [element("Goal.note", "2..3", "Annotation", base="0..*")],
        [{"note": [{}, {}]}, {"note": [{}] * 3}],
        [({}, {"Goal.note": {"few"}}), ({"note": [{}]}, {"Goal.note": {"few"}}), ({"note": [{}] * 4}, {"Goal.note": {"many"}})],
    ),
    "an element that is not used": (
        [element("Goal.note", "0..0", "Annotation", base="0..*"), element("Goal.statusReason", "0..0", "string")],
        [{}],
        [({"note": [{}]}, {"Goal.note": {"none"}}), ({"_statusReason": EXTENDED}, {"Goal._statusReason": {"none"}})],
    ),
    "a choice of fewer types": (
        [element("Goal.start[x]", "0..1", "date")],
        [{}, {"startDate": "2026-01-01"}],
        [({"startCodeableConcept": {}}, {"Goal.startCodeableConcept": {"choice"}})],
    ),
    "a choice of fewer types that must be made": (
        [element("Goal.start[x]", "1..1", "date")],
        [{"startDate": "2026-01-01"}],
        [({}, {"Goal": {"choice"}}), ({"startCodeableConcept": {}}, {"Goal": {"choice"}})],
    ),
    "a choice of all types that must be made": (
        [element("Goal.start[x]", "1..1", "date", "CodeableConcept")],
        [{"startDate": "2026-01-01"}, {"startCodeableConcept": {}}],
        [({}, {"Goal": {"choice"}})],
    ),
    "a choice that is not used": (
        [element("Goal.start[x]", "0..0", "date", "CodeableConcept")],
        [{}],
        [({"startDate": "2026-01-01"}, {"Goal.startDate": {"none"}})],
    ),
    "each type of a choice by itself": (
        [element("Goal.start[x]", "0..1", "date", "CodeableConcept", **sliced("type", "$this")),
         element("Goal.start[x]:startDate", "0..0", "date"),
         element("Goal.start[x]:startCodeableConcept", "1..1", "CodeableConcept"),
         element("Goal.start[x]:startCodeableConcept.text", "1..1", "string")],
        [{"startCodeableConcept": {"text": "a"}}],
        [({}, {"Goal.startCodeableConcept": {"missing"}}),
         ({"startDate": "2026-01-01"}, {"Goal.startDate": {"none"}, "Goal.startCodeableConcept": {"missing"}}),
         ({"startCodeableConcept": {}}, {"Goal.startCodeableConcept.text": {"missing"}})],
    ),
    "fixed and pattern values": (
        [element("Goal.lifecycleStatus", "1..1", "code", base="1..1", fixedCode="active"),
         element("Goal.identifier", "0..*", "Identifier", base="0..*", patternIdentifier={"system": "urn:x"}),
         element("Goal.priority", "0..1", "CodeableConcept", patternCodeableConcept={"coding": [{"code": "a"}, {"code": "b"}]}),
         element("Goal.statusReason", "1..1", "string", patternString="a")],
        [{"lifecycleStatus": "active", "identifier": [{"system": "urn:x", "value": "1"}], "statusReason": "a",
          "priority": {"coding": [{"code": "b"}, {"code": "a"}]}}],
        [({"lifecycleStatus": "on-hold", "identifier": [{"value": "1"}], "_statusReason": EXTENDED, "priority": {"coding": [{"code": "b"}]}},
          {"Goal.lifecycleStatus": {"value"}, "Goal.identifier[0]": {"value"}, "Goal.priority.coding": {"value"},
           "Goal.statusReason": {"missing"}})],
    ),
    "what an element holds": (
        [element("Goal.target", "0..*", "BackboneElement", base="0..*"), element("Goal.target.measure", "1..1", "CodeableConcept"),
         element("Goal.target.measure.text", "1..1", "string"), element("Goal.outcomeReference", "0..*", base="0..*")],
        [{"target": [{"measure": {"text": "a"}}]}],
        [({"target": [{"measure": {"text": "a"}}, {}]}, {"Goal.target[1].measure": {"missing"}}),
         ({"target": [{"measure": {}}]}, {"Goal.target[0].measure.text": {"missing"}})],
    ),
    "codes of a value set": (
        [element("Goal.priority", "0..1", "CodeableConcept", **bound("colour")),
         element("Goal.start[x]", "0..1", "date", "CodeableConcept", **bound("both")),
         element("Goal.statusReason", "0..1", "string", **bound("colour")),
         element("Goal.achievementStatus", "0..1", "CodeableConcept", **bound("nowhere", "preferred")),
         element("Goal.lifecycleStatus", "1..1", "code", base="1..1", binding={"strength": "required", "valueSet": "http://hl7.org/fhir/ValueSet/goal-status|4.0.1"})],
        [{"priority": concept("pink"), "startCodeableConcept": concept("z", "urn:z"), "statusReason": "grey", "lifecycleStatus": "any"},
         {"priority": {"coding": [{"code": "a"}, {"system": "urn:y", "code": "grey"}]}, "startDate": "2026-01-01"}],
        [({"priority": {"text": "a"}, "startCodeableConcept": concept("grey"), "statusReason": "z"},
          {"Goal.priority": {"code"}, "Goal.startCodeableConcept.coding": {"code"}, "Goal.statusReason": {"code"}}),
         ({"priority": concept("red", "urn:y")}, {"Goal.priority.coding": {"code"}})],
    ),
    "targets of a reference": (
        [element("Goal.subject", "1..1", ("Reference", [f"{FHIR}/Patient"]), base="1..1"),
         element("Goal.expressedBy", "0..1", ("Reference", [f"{FHIR}/Resource"])),
         element("Goal.addresses", "0..*", ("Reference", [f"{OURS}/other", "http://hl7.se/fhir/ig/base/StructureDefinition/SEBaseOrganization"]), base="0..*")],
        [{"subject": {"reference": "Patient/1"}, "addresses": [{"reference": "urn:uuid:1"}, {"type": "Organization"}]}],
        [({"subject": {"reference": "Group/1"}, "addresses": [{"reference": "Task/1", "type": "Goal"}, {"type": "Task"}]},
          {"Goal.subject.reference": {"target"}, "Goal.addresses[0].reference": {"target"}, "Goal.addresses[1].type": {"target"}})],
    ),
    "a profile on a data type": (
        [element("Patient.name", "0..*", ("HumanName", "profile", [f"{OURS}/name"]), base="0..*"),
         element("Patient.contact", "0..*", "BackboneElement", base="0..*"),
         element("Patient.contact.name", "0..1", ("HumanName", "profile", [f"{OURS}/nowhere"]))],
        [{"name": [{"family": "a"}], "contact": [{"name": {}}]}],
        [({"name": [{}]}, {"Patient.name[0].family": {"missing"}})],
    ),
    "extensions of primitives": (
        [element("Goal.statusReason", "0..1", "string"),
         element("Goal.statusReason.value", "0..1", "http://hl7.org/fhirpath/System.String"),
         element("Goal.statusReason.extension", "0..*", "Extension", base="0..*", **sliced("value", "url")),
         element("Goal.statusReason.extension:why", "1..1", ("Extension", "profile", ["urn:why"]), base="0..*"),
         element("Goal.lifecycleStatus", "1..1", "code", base="1..1"),
         element("Goal.lifecycleStatus.extension", "0..*", "Extension", base="0..*"),
         element("Goal.statusDate", "0..1", "date"), element("Goal.statusDate.id", "0..1", "string")],
        [{"_statusReason": {"extension": [{"url": "urn:why", "valueCode": "a"}]}}, {"statusReason": "a"}],
        [({"_statusReason": EXTENDED}, {"Goal._statusReason.extension": {"slice"}})],
    ),
    "extensions of primitives in a list": (
        [element("Patient.name", "0..*", "HumanName", base="0..*"), element("Patient.name.given", "0..*", "string", base="0..*"),
         element("Patient.name.given.extension", "0..0", "Extension", base="0..*")],
        [{"name": [{"given": ["a"], "_given": [None]}]}],
        [({"name": [{"_given": [None, EXTENDED]}]}, {"Patient.name[0]._given[1].extension": {"none"}})],
    ),
    "what R4 does not have": ([element("Goal.meta", "0..1", "Meta"), element("Goal.meta.project", "0..1", "uri")], [{}, {"meta": {}}], []),
    "slices by a value": (
        [*COLOURED, element("Goal.category:blue", "0..*", "CodeableConcept", base="0..*", fixedCodeableConcept=concept("blue"))],
        [{"category": [{"text": "a"}, concept("red")]}],
        [({}, {"Goal.category": {"slice"}}), ({"category": [concept("blue")]}, {"Goal.category": {"slice"}}),
         ({"category": [concept("red")] * 2}, {"Goal.category": {"slice-many"}})],
    ),
    "slices by the codes of a value set": (
        [element("Goal.category", "1..*", "CodeableConcept", base="0..*", **sliced("value", "$this")),
         element("Goal.category:colour", "1..1", "CodeableConcept", base="0..*", **bound("colour"))],
        [{"category": [concept("red"), concept("other")]}],
        [({"category": [concept("other")]}, {"Goal.category": {"slice"}})],
    ),
    "slices that must be there several times, or never": (
        [element("Goal.category", "2..*", "CodeableConcept", base="0..*", **BY_THIS),
         element("Goal.category:red", "2..*", "CodeableConcept", base="0..*", **PATTERN),
         element("Goal.category:blue", "0..0", "CodeableConcept", base="0..*", patternCodeableConcept=concept("blue"))],
        [{"category": [concept("red"), concept("red")]}],
        [({"category": [concept("red"), concept("blue")]}, {"Goal.category": {"slice-few", "slice-none"}})],
    ),
    "slices and nothing else": (
        [element("Goal.category", "0..*", "CodeableConcept", base="0..*", **sliced("pattern", "$this", "closed")), COLOURED[1]],
        [{"category": [concept("red")]}],
        [({"category": [concept("red"), concept("blue")]}, {"Goal.category[1]": {"closed"}})],
    ),
    "slices by what they hold": (
        [element("Goal.identifier", "0..*", "Identifier", base="0..*", **sliced("value", "system")),
         element("Goal.identifier:x", "0..1", "Identifier", base="0..*"),
         element("Goal.identifier:x.system", "1..1", "uri", patternUri="urn:x"), element("Goal.identifier:x.value", "1..1", "string"),
         element("Goal.identifier:x.use", "0..1", "code"),
         element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("value", "author.display")),
         element("Goal.note:kim", "0..*", "Annotation", base="0..*"),
         element("Goal.note:kim.author[x]", "0..1", ("Reference", [])),
         element("Goal.note:kim.author[x].display", "1..1", "string", fixedString="Kim"), element("Goal.note:kim.time", "1..1", "dateTime")],
        [{"identifier": [{"system": "urn:x", "value": "1"}, {"value": "2"}], "note": [{}, {"authorReference": {"display": "Kim"}, "time": "2026"}]}],
        [({"identifier": [{"system": "urn:x"}], "note": [{"authorReference": {"display": "Kim"}}]},
          {"Goal.identifier[0].value": {"missing"}, "Goal.note[0].time": {"missing"}})],
    ),
    "slices by a part of a pattern": (
        [element("CareTeam.participant", "0..*", "BackboneElement", base="0..*",
                 slicing={"rules": "open", "discriminator": [{"type": "value", "path": "role.coding.code"}, {"type": "value", "path": "role.coding.system"}]}),
         element("CareTeam.participant:red", "0..1", "BackboneElement", base="0..*"),
         element("CareTeam.participant:red.role", "1..*", "CodeableConcept", base="0..*", **PATTERN),
         element("CareTeam.participant:red.member", "1..1", ("Reference", []))],
        [{"participant": [{"role": [concept("red")], "member": {}}, {"role": [concept("blue")]}]}],
        [({"participant": [{"role": [concept("red")]}]}, {"CareTeam.participant[0].member": {"missing"}}),
         ({"participant": [{"role": [concept("blue"), concept("red")], "member": {}}]}, {"CareTeam.participant[0].role[0].coding": {"value"}})],
    ),
    "slices by what is there": (
        NOTED,
        [{"note": [{}, {"time": "2026"}]}],
        [({"note": [{}, {}]}, {"Goal.note": {"slice-many"}}), ({"note": [{"time": "2026"}, {"time": "2026"}]}, {"Goal.note": {"slice-many"}})],
    ),
    "slices by the type of a choice": (
        [element("Goal.target", "0..*", "BackboneElement", base="0..*", **sliced("type", "due")),
         element("Goal.target:day", "0..1", "BackboneElement", base="0..*"), element("Goal.target:day.due[x]", "0..1", "date")],
        [{"target": [{"dueDate": "2026-01-01"}, {"dueDuration": {}}, {"dueDuration": {}}]}],
        [({"target": [{"dueDate": "2026-01-01"}] * 2}, {"Goal.target": {"slice-many"}})],
    ),
    "slices by the type of a resource": (
        [element("Bundle.entry", "0..*", "BackboneElement", base="0..*", **sliced("type", "resource")),
         element("Bundle.entry:goal", "0..1", "BackboneElement", base="0..*"), element("Bundle.entry:goal.resource", "0..1", "Goal"),
         element("Bundle.link", "0..*", base="0..*")],
        [{"entry": [{"resource": {"resourceType": "Goal"}}, {"resource": {"resourceType": "Task"}}]}],
        [({"entry": [{"resource": {"resourceType": "Goal"}}] * 2}, {"Bundle.entry": {"slice-many"}})],
    ),
    "slices by the profile of a resource": (
        [element("Bundle.entry", "0..*", "BackboneElement", base="0..*", **sliced("profile", "resource")),
         element("Bundle.entry:goal", "0..1", "BackboneElement", base="0..*"),
         element("Bundle.entry:goal.resource", "0..1", ("Resource", "profile", [f"{OURS}/other"]))],
        [{"entry": [{"resource": {"resourceType": "Goal"}}]}],
        [({"entry": [{"resource": {"resourceType": "Goal"}}] * 2}, {"Bundle.entry": {"slice-many"}})],
    ),
    "slices by the type of what is referred to": (
        [element("CarePlan.supportingInfo", "0..*", ("Reference", [f"{FHIR}/Resource"]), base="0..*", **sliced("profile", "resolve()")),
         element("CarePlan.supportingInfo:goal", "0..1", ("Reference", [f"{OURS}/other"]), base="0..*")],
        [{"supportingInfo": [{"reference": "Goal/1"}, {"reference": "Task/1"}]}],
        [({"supportingInfo": [{"reference": "Goal/1"}, {"type": "Goal"}]}, {"CarePlan.supportingInfo": {"slice-many"}})],
    ),
    "extensions by their URL": (
        [element("Goal.extension", "0..*", "Extension", base="0..*"),
         element("Goal.extension:part", "1..1", ("Extension", "profile", [URL]), base="0..*"),
         element("Goal.extension:part.url", "1..1", "uri", base="1..1", fixedUri=URL),
         element("Goal.extension:part.value[x]", "1..1", "string", base="0..1")],
        [{"extension": [{"url": URL, "valueString": "a"}, {"url": "urn:b", "valueCode": "a"}]}],
        [({}, {"Goal.extension": {"slice"}}), ({"extension": [{"url": URL, "valueCode": "a"}]}, {"Goal.extension[0]": {"choice"}})],
    ),
    "slices by a part that is an extension": (
        [element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("value", f"extension('{URL}').value")),
         element("Goal.note:red", "0..1", "Annotation", base="0..*"),
         element("Goal.note:red.extension", "0..*", "Extension", base="0..*"),
         element("Goal.note:red.extension:other", "0..1", ("Extension", "profile", ["urn:other"]), base="0..*"),
         element("Goal.note:red.extension:part", "1..1", ("Extension", "profile", [URL]), base="0..*"),
         element("Goal.note:red.extension:part.value[x]", "1..1", "code", fixedCode="red")],
        [{"note": [{"extension": [{"url": URL, "valueCode": "red"}]}, {"extension": [{"url": URL, "valueCode": "blue"}]}]}],
        [({"note": [{"extension": [{"url": URL, "valueCode": "red"}]}] * 2}, {"Goal.note": {"slice-many"}})],
    ),
    "slices by an extension, whatever it holds": (
        [element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("value", f"extension('{URL}')")),
         element("Goal.note:red", "0..1", "Annotation", base="0..*"),
         element("Goal.note:red.extension", "0..*", "Extension", base="0..*"),
         element("Goal.note:red.extension:part", "1..1", ("Extension", "profile", [URL]), base="0..*")],
        [{"note": [{"extension": [{"url": URL, "valueCode": "red"}]}, {}]}],
        [({"note": [{"extension": [{"url": URL, "valueCode": "red"}]}] * 2}, {"Goal.note": {"slice-many"}})],
    ),
}  # fmt: skip
"""A construct -> the elements that have it, what passes, and what fails with its messages by place."""

BESIDE = [
    definition("Goal", id="other"),
    definition("HumanName", element("HumanName.family", "1..1", "string"), id="name"),
]
GOOD = [(name, resource) for name, (_, good, _) in CASES.items() for resource in good]
BAD = [(name, resource, messages) for name, (_, _, bad) in CASES.items() for resource, messages in bad]


def profile_with(name, directory):
    """The profile that has a construct."""
    elements = CASES[name][0]
    return compiled(directory, definition(elements[0]["path"].partition(".")[0], *elements), *BESIDE)


@pytest.mark.parametrize("name, resource", GOOD)
def test_what_has_it_passes(name, resource, tmp_path):
    """Nothing is lacking."""
    assert messages_of(profile_with(name, tmp_path), resource) == {}


@pytest.mark.parametrize("name, resource, messages", BAD)
def test_what_lacks_it_is_told(name, resource, messages, tmp_path):
    """Which element, and which kind of demand."""
    assert messages_of(profile_with(name, tmp_path), resource) == messages


EXTENSION = definition(
    "Extension",
    element("Extension.extension", "1..*", "Extension", base="0..*", **sliced("value", "url")),
    element("Extension.extension:name", "1..1", "Extension", base="0..*"),
    element("Extension.extension:name.url", "1..1", "uri", base="1..1", fixedUri="name"),
    element("Extension.extension:name.value[x]", "1..1", "string", base="0..1"),
    element("Extension.url", "1..1", "uri", base="1..1", fixedUri=f"{OURS}/small"),
    element("Extension.value[x]", "0..0", "string"),
)
NAME = {"url": "name", "valueString": "a"}


@pytest.mark.parametrize(
    "extension, messages",
    [
        ({"extension": [NAME]}, {}),
        ({"extension": [NAME, {"url": "urn:other", "valueString": "a"}]}, {}),
        ({"extension": [NAME, {"url": "other", "valueString": "a"}]}, {"Extension.extension[1]": {"closed"}}),
        ({"extension": [NAME, NAME]}, {"Extension.extension": {"slice-many"}}),
        ({"extension": [{"url": "name", "valueCode": "a"}]}, {"Extension.extension[0]": {"choice"}}),
        ({"valueString": "a"}, {"Extension": {"parts"}, "Extension.extension": {"slice"}}),
    ],
)
def test_an_extension_of_parts_has_those_that_it_defines(extension, messages, tmp_path):
    """And others only by an address of their own; it has no value."""
    assert messages_of(compiled(tmp_path, EXTENSION), {"url": f"{OURS}/small", **extension}) == messages


def test_what_is_wanted_of_targets_is_kept_for_bundles(tmp_path):
    """Only of references that stand in no slice."""
    elements = [
        element("Goal.addresses", "0..*", ("Reference", [f"{OURS}/other"]), base="0..*", **sliced("type", "resolve()")),
        element("Goal.addresses:goal", "0..*", ("Reference", [f"{OURS}/other"]), base="0..*"),
        element("Goal.note", "0..*", "Annotation", base="0..*"),
        element("Goal.note.author[x]", "0..1", ("Reference", [f"{OURS}/other", f"{FHIR}/Patient"])),
    ]
    profile = compiled(tmp_path, definition("Goal", *elements), *BESIDE)

    assert profile.targets == (
        {"path": ["addresses"], "profiles": [["Goal", f"{OURS}/other"]]},
        {"path": ["note", "authorReference"], "profiles": [["Goal", f"{OURS}/other"], ["Patient", f"{FHIR}/Patient"]]},
    )


@pytest.mark.parametrize(
    "elements, words",
    [
        ([COLOURED[0], COLOURED[1], element("Goal.category:red/dark", "0..1", "CodeableConcept")], "a slice of a slice"),
        ([element("Goal.note", "0..*", "Annotation", base="0..*"), element("Goal.note:a", "0..1", "Annotation", base="0..*")], "without a discriminator"),
        ([element("Goal.category", "0..*", "CodeableConcept", base="0..*", **sliced("value", "$this", "openAtEnd")), COLOURED[1]], "in an order"),
        ([element("Goal.category", "0..*", "CodeableConcept", base="0..*", **sliced("value", "$this", ordered=True)), COLOURED[1]], "in an order"),
        ([COLOURED[0], element("Goal.category:red", "0..1", "CodeableConcept", base="0..*")], "no value for the discriminator"),
        ([element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("value", "time")), element("Goal.note:a", "0..1", "Annotation", base="0..*")], "no element time"),
        ([element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("value", "resolve().code")), element("Goal.note:a", "0..1", "Annotation", base="0..*")], "no element resolve()"),
        ([element("Goal.category", "0..*", "CodeableConcept", base="0..*", **sliced("value", "coding.display")), COLOURED[1]], "no element coding"),
        (
            [element("Goal.note", "0..*", "Annotation", base="0..*", **sliced("value", "extension('urn:a')")), element("Goal.note:a", "0..1", "Annotation", base="0..*"),
             element("Goal.note:a.extension", "0..*", "Extension", base="0..*")],
            "no such extension",
        ),
        ([element("Goal.statusReason", "0..1", "string", maxLength=10)], "maxLength"),
        ([element("Goal.project", "1..1", "uri")], "no element of R4"),
        ([element("Goal.addresses", "0..*", ("Reference", ["urn:nowhere"]), base="0..*")], "no such definition"),
        ([element("Goal.priority", "0..1", "CodeableConcept", **bound("nowhere"))], "cannot be listed"),
        ([element("Goal.priority", "0..1", ("CodeableConcept", "profile", ["urn:a", "urn:b"]))], "one of several profiles"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_passed_over(elements, words, tmp_path):
    """Whoever compiles learns of it."""
    with pytest.raises(Unsupported) as raised:
        compiled(tmp_path, definition("Goal", *elements))

    assert words in str(raised.value)
