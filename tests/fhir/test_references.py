"""References are found, rewritten and cut without breaking what holds them."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.fhir.check.check import check, checker
from app.fhir.references import (
    INCOMPLETE_WITHOUT,
    MASKED,
    PLACEHOLDERS,
    cut,
    local_refs,
    local_target,
    patient_of,
    rewrite,
    targets,
    walk,
)
from app.fhir.types import STORED_TYPES

EXAMPLES = [json.loads(path.read_bytes()) for path in sorted((Path(__file__).parent / "examples").glob("*.json"))]
PATIENT = {"reference": "Patient/p"}
PLAN = {
    "resourceType": "CarePlan",
    "id": "plan",
    "status": "active",
    "intent": "plan",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Tells all</div>'},
    "subject": PATIENT,
    "careTeam": [{"reference": "CareTeam/team"}],
    "goal": [{"reference": "Goal/one"}, {"reference": "Goal/two/_history/3", "display": "Two"}],
    "author": {"reference": "PractitionerRole/r"},
    "activity": [
        {"reference": {"reference": "ServiceRequest/a"}},
        {
            "reference": {"reference": "Task/b"},
            "progress": [{"text": "Well"}],
            "outcomeReference": [{"reference": "Task/c"}],
        },
        {"detail": {"status": "scheduled", "goal": [{"reference": "Goal/one"}]}},
    ],
}
SEEN = {"Patient/p", "CareTeam/team", "Goal/one", "Goal/two", "ServiceRequest/a", "Task/b", "Task/c"}


def test_every_reference_is_found_with_its_path():
    """Literal ones, logical ones, those in contained resources and in entries."""
    resource = {
        "resourceType": "CarePlan",
        "contained": [{"resourceType": "Goal", "subject": {"reference": "#"}}],
        "subject": {"identifier": {"value": "1"}, "_display": {"id": "x"}},
        "author": {"display": "words alone"},
        "identifier": [{"value": "2", "assigner": {"reference": "Organization/o"}}],
        "activity": [{"reference": {"reference": "Task/b"}}],
    }
    assert [path for path, _ in walk(resource)] == [
        "CarePlan.contained[0].subject",
        "CarePlan.subject",
        "CarePlan.identifier[0].assigner",
        "CarePlan.activity[0].reference",
    ]
    bundle = {"resourceType": "Bundle", "identifier": {"value": "1"}, "entry": [{"resource": resource}]}
    assert ("Bundle.entry[0].resource.activity[0].reference", {"reference": "Task/b"}) in walk(bundle)


@pytest.mark.parametrize(
    "reference, target",
    [
        ("Goal/a", "Goal/a"),
        ("Goal/a/_history/2", "Goal/a"),
        ("https://a.example/Goal/a", None),
        ("#a", None),
        ("urn:uuid:1", None),
        ("Goal/a\n", None),
        ("Goal/a?b", None),
        (None, None),
    ],
)
def test_only_relative_literal_references_are_local(reference, target):
    """With or without a version."""
    assert local_target(reference) == target


@pytest.mark.parametrize(
    "resource, whose",
    [
        ({"resourceType": "CarePlan", "subject": PATIENT}, {"Patient/p"}),
        ({"resourceType": "CarePlan", "subject": {"reference": "Group/g"}}, {"Group/g"}),
        ({"resourceType": "Goal", "subject": {"reference": "Patient/p/_history/1"}}, {"Patient/p"}),
        ({"resourceType": "CareTeam"}, set()),
        ({"resourceType": "ServiceRequest", "subject": {"reference": "urn:uuid:1"}}, {"urn:uuid:1"}),
        ({"resourceType": "Task", "for": {"identifier": {"value": "1"}}}, set()),
        ({"resourceType": "Consent", "patient": PATIENT}, {"Patient/p"}),
        ({"resourceType": "RelatedPerson", "patient": PATIENT}, {"Patient/p"}),
        (
            {
                "resourceType": "QuestionnaireResponse",
                "subject": PATIENT,
                "source": {"reference": "Patient/q"},
                "author": {"reference": "Practitioner/x"},
            },
            {"Patient/p", "Patient/q"},
        ),
        ({"resourceType": "QuestionnaireResponse", "source": PATIENT}, {"Patient/p"}),
        (
            {
                "resourceType": "DocumentReference",
                "subject": PATIENT,
                "context": {"sourcePatientInfo": {"reference": "Patient/q"}},
            },
            {"Patient/p", "Patient/q"},
        ),
        ({"resourceType": "DocumentReference", "subject": PATIENT}, {"Patient/p"}),
        ({"resourceType": "Patient", "id": "p"}, {"Patient/p"}),
        ({"resourceType": "Patient"}, set()),
        ({"resourceType": "Organization", "id": "o"}, set()),
        (
            {
                "resourceType": "Appointment",
                "participant": [
                    {"actor": PATIENT},
                    {"actor": {"reference": "Practitioner/x"}},
                    {"actor": {"reference": "urn:uuid:1", "type": "Patient"}},
                    {"actor": {"reference": "Patient?identifier=a"}},
                    {"actor": {"reference": "https://a.example/Patient/z"}},
                    {"actor": {"display": "words"}},
                    {"status": "accepted"},
                ],
            },
            {"Patient/p", "urn:uuid:1", "Patient?identifier=a", "https://a.example/Patient/z"},
        ),
        ({"resourceType": "Provenance", "target": [{"reference": "Goal/a"}, PATIENT]}, {"Patient/p"}),
    ],
)
def test_whose_a_resource_is(resource, whose):
    """All references that say so, as they stand."""
    assert patient_of(resource) == whose


def test_what_a_resource_refers_to_among_a_persons():
    """Each once, in order, without the Patient and the directory."""
    assert local_refs(PLAN) == ["CareTeam/team", "Goal/one", "Goal/two", "ServiceRequest/a", "Task/b", "Task/c"]
    assert targets(PLAN) == SEEN | {"PractitionerRole/r"}


def test_references_are_rewritten_in_a_copy():
    """As they stand, else without their version; the original is untouched."""
    before = deepcopy(PLAN)
    after = rewrite(PLAN, {"Goal/one": "Goal/1", "Goal/two": "Goal/2", "Patient/p": "Patient/q", "Task/b": "Task/9"})
    assert before == PLAN
    assert local_refs(after) == ["CareTeam/team", "Goal/1", "Goal/2", "ServiceRequest/a", "Task/9", "Task/c"]
    assert after["subject"] == {"reference": "Patient/q"}
    assert after["goal"][1] == {"reference": "Goal/2", "display": "Two"}
    after["text"]["status"] = "changed"
    assert before == PLAN


@given(st.sampled_from(EXAMPLES), st.data())
def test_rewriting_back_gives_the_same(resource, data):
    """For any injective mapping of what is referred to, but for the versions that it did not name."""
    present = sorted(targets(resource))
    chosen = data.draw(st.lists(st.sampled_from(present), unique=True)) if present else []
    mapping = {reference: f"Basic/x{place}" for place, reference in enumerate(chosen)}
    back = {new: old for old, new in mapping.items()}
    without_versions = rewrite(resource, {reference: reference for reference in chosen})
    assert rewrite(rewrite(resource, mapping), back) == without_versions


def test_nothing_is_cut_where_all_is_visible():
    """And the copy is the caller's own."""
    copy = cut(PLAN, SEEN)
    assert copy == PLAN
    assert copy["goal"] is not PLAN["goal"]


def test_what_is_hidden_leaves_no_trace():
    """An element of a list, an activity with its progress, an empty list, the narrative."""
    copy = cut(PLAN, {"Patient/p", "Goal/two", "ServiceRequest/a"})
    assert copy == {
        "resourceType": "CarePlan",
        "id": "plan",
        "status": "active",
        "intent": "plan",
        "subject": PATIENT,
        "goal": [{"reference": "Goal/two/_history/3", "display": "Two"}],
        "author": {"reference": "PractitionerRole/r"},
        "activity": [{"reference": {"reference": "ServiceRequest/a"}}, {"detail": {"status": "scheduled"}}],
    }
    assert check(copy) == []


def test_an_outcome_alone_is_cut_out_of_its_activity():
    """The activity stays."""
    copy = cut(PLAN, SEEN - {"Task/c"})
    assert copy["activity"][1] == {"reference": {"reference": "Task/b"}, "progress": [{"text": "Well"}]}


APPOINTMENT = {
    "resourceType": "Appointment",
    "status": "proposed",
    "participant": [
        {"status": "accepted", "actor": PATIENT},
        {"status": "accepted", "type": [{"text": "relative"}], "actor": {"reference": "RelatedPerson/r"}},
    ],
}
PROVENANCE = {
    "resourceType": "Provenance",
    "recorded": "2026-05-17T10:00:00Z",
    "target": [{"reference": "Goal/a"}, {"reference": "Goal/b"}],
    "agent": [{"who": PATIENT}],
    "entity": [
        {"role": "source", "what": {"reference": "Task/a"}},
        {"role": "source", "what": {"reference": "Task/b"}, "agent": [{"who": {"reference": "RelatedPerson/r"}}]},
    ],
    "signature": [{"type": [{"code": "a"}], "when": "2026-05-17T10:00:00Z", "who": PATIENT}],
}
CONSENT = {
    "resourceType": "Consent",
    "status": "active",
    "scope": {"text": "a"},
    "category": [{"text": "a"}],
    "policyRule": {"text": "a"},
    "patient": PATIENT,
    "provision": {"provision": [{"actor": [{"role": {"text": "a"}, "reference": {"reference": "CareTeam/c"}}]}]},
}
EXTENDED = {
    "resourceType": "Goal",
    "lifecycleStatus": "active",
    "description": {"text": "a"},
    "subject": PATIENT,
    "extension": [
        {"url": "urn:a", "extension": [{"url": "urn:b", "valueReference": {"reference": "Task/t"}}]},
        {"url": "urn:c", "valueString": "stays"},
    ],
    "modifierExtension": [
        {"url": "urn:d", "valueReference": {"reference": "Task/t"}},
        {"url": "urn:e", "extension": [{"url": "urn:f", "valueReference": {"reference": "Task/t"}}]},
    ],
    "_startDate": {"extension": [{"url": "urn:g", "valueReference": {"reference": "Task/t"}}]},
    "identifier": [{"id": "gone", "extension": [{"url": "urn:a", "valueReference": {"reference": "Task/t"}}]}],
    "note": [{"text": "a", "authorReference": {"reference": "RelatedPerson/r"}}],
}
LISTED = {
    "resourceType": "Patient",
    "id": "p",
    "name": [
        {
            "given": ["A", None],
            "_given": [None, {"extension": [{"url": "urn:a", "valueReference": {"reference": "Task/t"}}]}],
        }
    ],
    "photo": [{"url": "urn:photo", "extension": [{"url": "urn:a", "valueReference": {"reference": "Task/t"}}]}],
    "link": [{"type": "seealso", "other": {"reference": "Patient/other"}}],
}


def test_what_must_be_there_is_masked():
    """The participant is gone if another is left, else only who it is; a target too."""
    assert cut(APPOINTMENT, {"Patient/p"})["participant"] == APPOINTMENT["participant"][:1]
    assert cut(APPOINTMENT, ())["participant"] == [{"status": "needs-action", "actor": MASKED}]
    some = cut(PROVENANCE, {"Patient/p", "Goal/b", "Task/b"})
    assert some["target"] == [{"reference": "Goal/b"}]
    assert some["entity"] == [{"role": "source", "what": {"reference": "Task/b"}, "agent": [{"who": MASKED}]}]
    none = cut(PROVENANCE, ())
    assert none["target"] == [MASKED]
    assert none["agent"] == [{"who": MASKED}]
    assert "entity" not in none
    assert "signature" not in none


def test_a_rule_of_consent_does_not_grow_by_a_cut():
    """The actor is masked, not removed: without it the rule would be for all."""
    (rule,) = cut(CONSENT, {"Patient/p"})["provision"]["provision"]
    assert rule == {"actor": [{"role": {"text": "a"}, "reference": MASKED}]}


def test_extensions_go_with_what_they_hold():
    """One that modifies stays, masked; lists of primitives keep their places."""
    copy = cut(EXTENDED, {"Patient/p"})
    assert copy["extension"] == [{"url": "urn:c", "valueString": "stays"}]
    assert copy["modifierExtension"] == [
        {"url": "urn:d", "valueReference": MASKED},
        {"url": "urn:e", "valueReference": MASKED},
    ]
    assert copy["_startDate"] == MASKED
    assert "identifier" not in copy
    assert copy["note"] == [{"text": "a"}]
    listed = cut(LISTED, {"Patient/p"})
    assert listed["name"] == [{"given": ["A", None], "_given": [None, MASKED]}]
    assert listed["photo"] == [{"url": "urn:photo"}]
    assert "link" not in listed


def test_contained_resources_go_when_nothing_refers_to_them():
    """Also those that only they referred to; one that refers to its container stays."""
    resource = {
        "resourceType": "CarePlan",
        "status": "active",
        "intent": "plan",
        "subject": PATIENT,
        "contained": [
            {"resourceType": "Task", "id": "one", "status": "draft", "intent": "plan", "focus": {"reference": "#two"}},
            {"resourceType": "Task", "id": "two", "status": "draft", "intent": "plan"},
            {"resourceType": "Task", "id": "up", "status": "draft", "intent": "plan", "focus": {"reference": "#"}},
        ],
        "activity": [{"reference": {"reference": "Task/t"}, "outcomeReference": [{"reference": "#one"}]}],
    }
    assert check(resource) == []
    copy = cut(resource, {"Patient/p"})
    assert [inner["id"] for inner in copy["contained"]] == ["up"]
    assert check(copy) == []
    resource["contained"].pop()
    assert "contained" not in cut(resource, {"Patient/p"})


def test_what_other_types_refer_to_is_masked():
    """A contained condition must have a subject; no table says so."""
    condition = {"resourceType": "Condition", "id": "c", "subject": PATIENT}
    plan = PLAN | {"contained": [condition], "addresses": [{"reference": "#c"}]}
    assert cut(plan, SEEN - {"Patient/p"})["contained"] == [condition | {"subject": MASKED}]


@settings(deadline=None)
@given(st.sampled_from([*EXAMPLES, PLAN, APPOINTMENT, PROVENANCE, CONSENT, EXTENDED, LISTED]), st.data())
def test_what_is_left_is_valid_and_refers_to_nothing_hidden(resource, data):
    """Whatever is visible; cutting again changes nothing."""
    scoped = sorted(each for each in targets(resource) if each.partition("/")[0] in STORED_TYPES)
    visible = set(data.draw(st.lists(st.sampled_from(scoped), unique=True))) if scoped else set()
    before = deepcopy(resource)
    copy = cut(resource, visible)
    assert resource == before
    assert {each for each in targets(copy) if each.partition("/")[0] in STORED_TYPES} <= visible
    assert [fault for fault in check(copy) if fault.code != "not-supported"] == []
    assert cut(copy, visible) == copy


def test_every_required_reference_has_a_rule():
    """The tables know each element of the schemas that must refer to something."""
    missing = []
    for kind in STORED_TYPES:
        for name, definition in checker(kind).schema["$defs"].items():
            if name.partition(".")[0] != kind:
                continue
            for element in definition.get("required", ()):
                of = definition["properties"][element]
                of = of.get("items", of).get("$ref", "")
                if (
                    of.startswith("#/$defs/Reference")
                    and f"{name}.{element}" not in INCOMPLETE_WITHOUT | PLACEHOLDERS.keys()
                ):
                    missing.append(f"{name}.{element}")
    assert missing == []


def test_an_extension_that_loses_a_part_goes_as_a_whole():
    """A goal that stands beside one that is hidden does not half say so."""
    parts = [{"url": "type", "valueString": "other"}, {"url": "target", "valueReference": {"reference": "Goal/b"}}]
    goal = {"resourceType": "Goal", "extension": [{"url": "https://example.org/beside", "extension": parts}]}

    assert cut(goal, {"Goal/b"}) == goal
    assert cut(goal, set()) == {"resourceType": "Goal"}


def test_what_a_task_is_about_is_masked():
    """Its profile wants it, so something stands there in any case."""
    task = {"resourceType": "Task", "focus": {"reference": "CarePlan/a"}}

    assert cut(task, set())["focus"] == MASKED
