"""Which profiles hold for a resource, and what it lacks by those that are built: each fault names element and fix."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import MOST_FAULTS
from app.fhir.check.check import check, check_envelope
from app.fhir.check.profiles import applicable_profiles, declared_profiles, profiles_of
from app.fhir.check.reference_targets import target_faults

BASE = "https://samplan.se/fhir"
PARTS = f"{BASE}/CodeSystem/agreement-part"
TYPES = "https://fhir.inera.se/CodeSystem/typeofcareplan-cs"
SWEDISH = "http://hl7.se/fhir/ig/base/StructureDefinition/SEBasePatient"
PERSON = {"reference": "Patient/p"}


def profile(*names):
    """A meta that declares profiles of ours."""
    return {"profile": [f"{BASE}/StructureDefinition/{name}" for name in names]}


def concept(system, code):
    """A CodeableConcept."""
    return {"coding": [{"system": system, "code": code}]}


CONTRACT = {
    "resourceType": "CarePlan",
    "meta": profile("patient-contract"),
    "status": "active",
    "intent": "plan",
    "category": [concept(PARTS, "patient-contract"), concept("http://snomed.info/sct", "734163000")],
    "title": "Att bo hemma",
    "subject": PERSON,
    "note": [{"text": "Att bo hemma", "authorReference": PERSON}],
}
SIP = CONTRACT | {
    "meta": profile("sip"),
    "category": [*CONTRACT["category"], concept(TYPES, "SIP")],
    "careTeam": [{"reference": "CareTeam/t"}],
    "supportingInfo": [{"reference": "Consent/c"}],
    "activity": [{"reference": {"reference": "Task/t"}}],
}
POINTER = {
    "resourceType": "CarePlan",
    "status": "active",
    "intent": "plan",
    "category": [concept(PARTS, "linked-plan"), concept(TYPES, "VP")],
    "title": "Vårdplan",
    "subject": PERSON,
}
DONE = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "plan",
    "category": [concept(PARTS, "i-do")],
    "code": {"text": "Promenera"},
    "subject": PERSON,
    "performer": [PERSON],
}
ANSWERS = {
    "resourceType": "QuestionnaireResponse",
    "questionnaire": f"{BASE}/Questionnaire/seven-questions",
    "status": "completed",
    "subject": PERSON,
    "source": PERSON,
    "item": [{"linkId": "1", "answer": [{"valueCoding": {"system": f"{BASE}/CodeSystem/answer", "code": "yes"}}]}],
}
PATIENT = {"resourceType": "Patient", "meta": {"profile": [SWEDISH]}, "name": [{"family": "Ek"}]}


def without(resource, name):
    """A resource without an element."""
    return {key: value for key, value in resource.items() if key != name}


def ids(resource, requested=()):
    """The profiles that hold, by their ids."""
    return [profile.id for profile in applicable_profiles(resource, requested)]


@pytest.mark.parametrize(
    "resource, names",
    [
        (CONTRACT, ["patient-contract"]),
        (without(CONTRACT, "meta"), ["patient-contract"]),
        (SIP, ["sip"]),
        (SIP | {"meta": profile("patient-contract")}, ["sip"]),
        (without(SIP, "meta"), ["sip"]),
        (CONTRACT | {"meta": profile("sip")}, ["sip"]),
        (POINTER, ["plan-vp"]),
        (POINTER | {"category": POINTER["category"][:1]}, ["linked-plan"]),
        (POINTER | {"category": POINTER["category"][1:]}, []),
        (POINTER | {"meta": profile("linked-plan")}, ["plan-vp"]),
        (DONE, ["i-do"]),
        (DONE | {"meta": profile("activity")}, ["i-do"]),
        (DONE | {"category": [concept(PARTS, "i-do"), concept(PARTS, "others-do")]}, ["i-do", "others-do"]),
        (ANSWERS, ["seven-questions-answers"]),
        ({"resourceType": "Task", "code": concept(f"{BASE}/CodeSystem/task-kind", "review")}, ["review"]),
        ({"resourceType": "Consent", "category": [concept(f"{BASE}/CodeSystem/consent-type", "block")]}, ["block"]),
        (
            {"resourceType": "Goal", "meta": {"profile": [f"{BASE}/StructureDefinition/person-goal|0.1.0"]}},
            ["person-goal"],
        ),
        ({"resourceType": "Goal", "meta": profile("team", "nothing")}, []),
        (PATIENT, ["SEBasePatient"]),
        ({"resourceType": "Patient"}, []),
        ({"resourceType": "CarePlan", "meta": 5, "category": [None, 7, {"coding": 1}, {"coding": [{"code": []}]}]}, []),
        ({"resourceType": "CarePlan", "meta": {"profile": 5}, "category": "a"}, []),
        ({"resourceType": "CarePlan", "meta": {"profile": [{}, 1]}}, []),
        ({"resourceType": "Nothing"}, []),
    ],
)
def test_a_profile_holds_that_is_declared_or_implied(resource, names):
    """By meta.profile or by our own codes; what another that holds derives from is in that one already."""
    assert sorted(ids(resource)) == names


def test_a_profile_holds_that_is_asked_for():
    """Beside those of the resource, if it is on its type."""
    requested = [f"{BASE}/StructureDefinition/{name}" for name in ("patient-contract", "team")]

    assert ids(without(POINTER, "category"), requested) == ["patient-contract"]
    assert declared_profiles({"resourceType": "Goal"}) == []


def test_profiles_of_a_type_are_those_that_a_resource_may_be_of():
    """Not the abstract ones."""
    assert [url.rpartition("/")[2] for url in profiles_of("ServiceRequest")] == [
        "care-does",
        "i-do",
        "if-worse",
        "others-do",
        "sip-care-does",
    ]
    assert profiles_of("Patient") == [SWEDISH]
    assert profiles_of("Bundle") == []


@pytest.mark.parametrize("resource", [CONTRACT, SIP, POINTER, DONE, ANSWERS, PATIENT])
def test_what_meets_its_profile_is_let_through(resource):
    """No fault."""
    assert check(resource) == []


WORSE = DONE | {
    "category": [concept(PARTS, "if-worse")],
    "asNeededCodeableConcept": {"text": "a"},
    "patientInstruction": "b",
}


@pytest.mark.parametrize(
    "resource, expression, words",
    [
        (without(CONTRACT, "title"), "CarePlan.title", "CarePlan.title is missing; send it (patient-contract)."),
        (without(CONTRACT, "category"), "CarePlan.category", f"CarePlan.category must hold {PARTS}#patient-contract; add it (patient-contract)."),
        (SIP | {"category": CONTRACT["category"]}, "CarePlan.category", f"CarePlan.category must hold {TYPES}#SIP; add it (sip)."),
        (CONTRACT | {"intent": "order"}, "CarePlan.intent", "CarePlan.intent must hold plan (patient-contract)."),
        (CONTRACT | {"activity": [{"detail": {"status": "completed"}}]}, "CarePlan.activity[0].detail",
         "CarePlan.activity.detail is not used; leave it out (patient-contract)."),
        (CONTRACT | {"subject": {"reference": "Group/g"}}, "CarePlan.subject.reference",
         "CarePlan.subject must refer to Patient (SEBasePatient) (patient-contract)."),
        (without(CONTRACT, "note"), "CarePlan.note", "sp-note-1: send what matters to the person as a note whose authorReference is the same as subject (patient-contract)."),
        (CONTRACT | {"meta": profile("team")}, "CarePlan.meta.profile[0]", "This profile is on CareTeam; declare one of the resource's type, or none (team)."),
        (POINTER | {"category": [POINTER["category"][0], concept(TYPES, "XX")]}, "CarePlan.category", f"CarePlan.category must hold {BASE}/ValueSet/plan-type; add it (linked-plan)."),
        (ANSWERS | {"item": [{"linkId": "1", "answer": [{"valueCoding": {"code": "yes"}}]}]}, "QuestionnaireResponse.item[0].answer[0].valueCoding",
         f"QuestionnaireResponse.item:q1.answer.value[x] must hold a code of {BASE}/ValueSet/answer: yes, partly, no (seven-questions-answers)."),
        (ANSWERS | {"item": [{"linkId": "1", "answer": [{"valueString": "ja"}]}]}, "QuestionnaireResponse.item[0].answer[0]",
         "QuestionnaireResponse.item:q1.answer.value[x] must be sent as valueCoding (seven-questions-answers)."),
        (WORSE | {"performer": [PERSON, PERSON]}, "ServiceRequest.performer", "ServiceRequest.performer may be there at most 1 times; leave out the others (if-worse)."),
        (PATIENT | {"name": [{"family": "a"}, {"family": "b"}]}, "Patient.name", "Patient.name may be there at most 1 times; leave out the others (SEBasePatient)."),
    ],
)  # fmt: skip
def test_a_fault_names_the_element_and_the_fix(resource, expression, words):
    """And the profile; never a value that came in."""
    faults = {(fault.expression, fault.english): fault for fault in check(resource)}

    assert (expression, words) in faults
    assert faults[expression, words].swedish != words


def test_what_breaks_its_type_is_told_by_its_profile_too():
    """All at once; the rules wait until the type is met."""
    faults = check(without(CONTRACT, "title") | {"status": "odd", "category": 5, "note": [7]})

    assert {fault.expression for fault in faults} == {
        "CarePlan.status",
        "CarePlan.category",
        "CarePlan.note[0]",
        "CarePlan.title",
    }


def test_no_value_that_came_in_is_repeated():
    """Whatever it is in."""
    odd = {"reference": "hemligt"}
    resource = CONTRACT | {
        "title": "",
        "subject": odd,
        "note": [{"text": "hemligt"}],
        "category": [concept("hemligt", "hemligt")],
    }
    faults = check(resource | {"meta": profile("hemligt", "team")})

    assert faults
    assert "hemligt" not in repr(faults)


NAMES = st.sampled_from(
    ["coding", "system", "code", "reference", "type", "url", "extension", "linkId", "answer", "start", "role"]
)
LEAF = st.none() | st.booleans() | st.integers() | st.sampled_from([PARTS, "patient-contract", "Patient/p", "1", ""])
ANYTHING = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([CONTRACT, SIP, POINTER, DONE, ANSWERS, PATIENT]), st.data())
def test_nothing_that_is_sent_breaks_the_check(resource, data):
    """Whatever stands in an element, faults are told and none is ours."""
    name = data.draw(
        st.sampled_from([*(key for key in resource if key != "resourceType"), "extension", "_status", "item"])
    )

    assert isinstance(check(resource | {name: data.draw(ANYTHING)}), list)


def test_profiles_hold_for_what_is_inside_too():
    """In a Bundle, by the place of the entry; contained, by the place in the list."""
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": DONE}, {"resource": without(CONTRACT, "title")}],
    }
    plan = POINTER | {"contained": [without(DONE, "code") | {"id": "a"}], "supportingInfo": [{"reference": "#a"}]}

    assert [fault.expression for fault in check(bundle)] == ["Bundle.entry[1].resource.title"]
    assert [fault.expression for fault in check(plan)] == ["CarePlan.contained[0].code"]


def test_an_envelope_is_checked_whatever_its_entries_hold():
    """For those who take them one by one."""
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "total": 1,
        "entry": [{"resource": {"resourceType": "Odd"}}],
    }

    assert [fault.english[:5] for fault in check_envelope(bundle)] == ["bdl-1"]
    assert len(check_envelope({"resourceType": "Bundle", "entry": list(range(99))})) == MOST_FAULTS


def entry(resource, url="urn:uuid:1"):
    """An entry of a Bundle."""
    return {"fullUrl": url, "resource": resource}


TWO_NAMES = {"resourceType": "Patient", "id": "p", "name": [{"family": "a"}, {"family": "b"}]}


@pytest.mark.parametrize(
    "subject, others, is_met",
    [
        (PERSON, [], True),
        (PERSON, [entry(PATIENT | {"id": "p"})], True),
        ({"reference": "urn:uuid:1"}, [entry(without(PATIENT, "meta"))], True),
        ({"reference": "urn:uuid:1"}, [entry(TWO_NAMES)], False),
        (PERSON, [entry(TWO_NAMES)], False),
        (PERSON, [entry(TWO_NAMES | {"meta": {"profile": [SWEDISH]}})], True),
        ({"reference": "urn:uuid:1"}, [entry({"resourceType": "Group"})], False),
        ({"display": "a"}, [entry(TWO_NAMES)], True),
        (5, [entry(TWO_NAMES)], True),
        ({"reference": "urn:uuid:1"}, [{"fullUrl": "urn:uuid:1"}, 5, {"resource": {"resourceType": 7}}], True),
    ],
)
def test_what_is_referred_to_in_a_bundle_meets_the_profile_that_is_wanted(subject, others, is_met):
    """Or the type; what is not in the Bundle is not looked for, and what declares the profile is told by itself."""
    faults = list(
        target_faults({"entry": [entry(DONE | {"subject": subject, "performer": []}, "urn:uuid:0"), *others]}, "Bundle")
    )
    words = "ServiceRequest.subject must refer to SEBasePatient; what it refers to here is none (i-do)."

    assert [(fault.expression, fault.english) for fault in faults] == (
        [] if is_met else [("Bundle.entry[0].resource.subject", words)]
    )


def test_one_of_several_targets_is_enough():
    """In a list, each by itself; a profile that is not known here asks for its type."""
    performers = [{"reference": "urn:uuid:1"}, {"reference": "urn:uuid:2"}]
    care = DONE | {"category": [concept(PARTS, "care-does")], "performer": performers}
    others = [entry({"resourceType": "Organization"}), entry({"resourceType": "Device"}, "urn:uuid:2")]
    faults = target_faults({"entry": [entry(care, "urn:uuid:0"), *others]}, "Bundle")

    assert [fault.expression for fault in faults] == ["Bundle.entry[0].resource.performer[1]"]


def test_nothing_is_wanted_in_a_bundle_without_entries():
    """Whatever stands there."""
    assert list(target_faults({"entry": 5}, "Bundle")) == []
