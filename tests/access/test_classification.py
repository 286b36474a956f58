"""Whose a resource is, of what kind and how confidential: read from it, or unknown."""

import datetime as dt
from typing import Any

import pytest

from app.access.classification import ClassDefaults, Classes, InformationClass, classify
from app.access.labels import Label, keep_labels
from app.fhir import codes

HINT = ClassDefaults("SE1-G", "SE1-U", "health", time=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def hsa(value: str, system: str = codes.HSA_ID, **more: Any) -> dict[str, Any]:
    """A reference to an organisation by its HSA-id."""
    return {"identifier": {"system": system, "value": value}, **more}


def agent(code: str, who: dict[str, Any], system: str = codes.PROVENANCE_PARTICIPANT) -> dict[str, Any]:
    """An agent of a Provenance."""
    return {"type": {"coding": [{"system": system, "code": code}]}, "who": who}


def provenance(*agents: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A Provenance with these agents."""
    return {"resourceType": "Provenance", "agent": list(agents), **more}


def hierarchy(**levels: str) -> dict[str, Any]:
    """The hsaHierarchy extension."""
    parts = [{"url": level, "valueReference": hsa(value)} for level, value in levels.items()]
    return {"url": codes.HSA_HIERARCHY, "extension": [{"url": "other"}, *parts]}


def resource(type: str = "Appointment", **more: Any) -> dict[str, Any]:
    """A resource with nothing else said."""
    return {"resourceType": type, **more}


def coded(system: str, *found: str) -> dict[str, Any]:
    """A concept of these codes."""
    return {"coding": [{"system": system, "code": code} for code in found]}


OWNERS: dict[str, tuple[dict[str, Any], list[dict[str, Any]], tuple[str | None, str | None]]] = {
    "the source's word": (resource(), [], ("SE1-G", "SE1-U")),
    "provenance": (
        resource(),
        [provenance(agent("custodian", hsa("se2-g")), agent("author", hsa("SE2-U", "urn:oid:1.2.752.129.2.1.4.1")))],
        ("SE2-G", "SE2-U"),
    ),
    "the extension": (
        resource(extension=[{"url": "x"}, hierarchy(hsaCareProvider="SE3-G", hsaCareUnit="SE3-U")]), [], ("SE3-G", "SE3-U")
    ),
    "both, and they agree": (
        resource(extension=[hierarchy(hsaCareProvider="SE2-G")]), [provenance(agent("custodian", hsa("SE2-G")))], ("SE2-G", None)
    ),
    "both, and they disagree": (
        resource(extension=[hierarchy(hsaCareProvider="SE3-G")]), [provenance(agent("custodian", hsa("SE2-G")))], (None, None)
    ),
    "two custodians": (
        resource(), [provenance(agent("custodian", hsa("SE2-G"))), provenance(agent("custodian", hsa("SE4-G")))], (None, None)
    ),
    "a custodian without an HSA-id": (resource(), [provenance(agent("custodian", hsa("7", "urn:x")))], (None, None)),
    "an empty custodian": (resource(), [provenance(agent("custodian", {"display": "x"}))], (None, None)),
    "the source's own giver keeps its unit": (resource(), [provenance(agent("custodian", hsa("SE1-G")))], ("SE1-G", "SE1-U")),
    "a unit alone": (resource(), [provenance(agent("author", hsa("SE1-V", type="Organization")))], ("SE1-G", "SE1-V")),
    "an author who is a person": (
        resource(),
        [provenance(agent("author", {"reference": "Practitioner/a"}), agent("author", hsa("SE1-P", type="Practitioner")))],
        ("SE1-G", "SE1-U"),
    ),
    "an organisation by reference": (
        resource(), [provenance(agent("author", hsa("SE1-V", reference="Organization/a")))], ("SE1-G", "SE1-V")
    ),
    "other agents": (
        resource(), [provenance(agent("assembler", hsa("SE9-G")), agent("custodian", hsa("SE9-G"), "urn:x"), {"who": {}})],
        ("SE1-G", "SE1-U"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWNERS)
def test_giver_and_unit_are_read_or_unknown(name: str) -> None:
    """Provenance and extension speak first, the source where they are silent; a contradiction is no answer."""
    what, said, owner = OWNERS[name]
    found = classify(what, said, HINT)

    assert (found.giver, found.unit) == owner


CATEGORY = codes.INFORMATION_CATEGORY


@pytest.mark.parametrize(
    "more, category",
    [
        ({}, "health"),
        ({"meta": {"tag": [{"system": CATEGORY, "code": "social"}]}}, "social"),
        ({"category": [coded(CATEGORY, "home-care")]}, "social"),
        ({"category": coded(CATEGORY, "health")}, "health"),
        ({"category": [coded(CATEGORY, "social", "home-care")]}, "social"),
        ({"category": [coded(CATEGORY, "social"), coded(CATEGORY, "health")]}, None),
        ({"category": [coded(CATEGORY, "health", "new-one")]}, None),
        ({"category": [coded(CATEGORY, "new-one")]}, None),
        ({"category": [coded("urn:x", "social")]}, "health"),
    ],
)
def test_the_category_is_said_hinted_or_unknown(more: dict, category: str | None) -> None:
    """A resource's own category counts, its source's otherwise; two, or one that nobody knows, is unknown."""
    assert classify(resource(**more), (), HINT).category == category


def test_without_any_hint_giver_and_category_are_unknown() -> None:
    """What nothing is known of stays unknown: only the person sees it."""
    assert classify(resource()) == Classes(None, None, None, "time", "N", None)


ACTIVITY = {"resourceType": "ServiceRequest"}


@pytest.mark.parametrize(
    "what, kind",
    [
        (
            resource("CarePlan", category=[coded(codes.AGREEMENT_PART, codes.PATIENT_CONTRACT)]),
            InformationClass.AGREEMENT,
        ),
        (resource("CarePlan", category=[coded(codes.CARE_PLAN_TYPE, "SIP")]), InformationClass.PLAN),
        (resource("CareTeam"), InformationClass.CONTACT),
        (resource("Goal"), InformationClass.GOAL),
        (resource("Appointment", meta={"tag": [{"system": CATEGORY, "code": "social"}]}), InformationClass.TIME),
        (ACTIVITY | {"performer": [{"reference": "Patient/a"}]}, InformationClass.SELF_CARE),
        (
            ACTIVITY | {"performer": [{"reference": "https://x.example/fhir/RelatedPerson/a"}]},
            InformationClass.SELF_CARE,
        ),
        (ACTIVITY | {"performer": [{"type": "Patient"}]}, InformationClass.SELF_CARE),
        (ACTIVITY | {"category": [coded(codes.AGREEMENT_PART, codes.I_DO)]}, InformationClass.SELF_CARE),
        (
            ACTIVITY | {"performer": [{"reference": "Organization/a"}], "category": [coded(CATEGORY, "social")]},
            InformationClass.HOME_CARE,
        ),
        (ACTIVITY | {"category": [coded(CATEGORY, "home-care")]}, InformationClass.HOME_CARE),
        (ACTIVITY, InformationClass.CARE_ACTIVITY),
        (resource("Task", owner={"reference": "Patient/a"}), InformationClass.SELF_CARE),
        (resource("Task", owner={"reference": "Organization/a"}), InformationClass.CARE_ACTIVITY),
        (resource("Patient"), InformationClass.PERSON),
        (resource("RelatedPerson"), InformationClass.CONTACT),
        (resource("DocumentReference"), InformationClass.PLAN),
        (
            resource("QuestionnaireResponse", questionnaire=f"{codes.CANONICAL}/Questionnaire/about-me"),
            InformationClass.AGREEMENT,
        ),
        (
            resource("QuestionnaireResponse", questionnaire=f"{codes.CANONICAL}/Questionnaire/seven-questions|1"),
            InformationClass.AGREEMENT,
        ),
        (
            resource("QuestionnaireResponse", questionnaire="https://x.example/Questionnaire/about-me"),
            InformationClass.OTHER,
        ),
        (resource("QuestionnaireResponse"), InformationClass.OTHER),
        (resource("Provenance"), InformationClass.PROVENANCE),
        (resource("Consent"), InformationClass.CONSENT),
        (resource("Practitioner"), InformationClass.DIRECTORY),
        (resource("Organization"), InformationClass.DIRECTORY),
        (resource("Observation"), InformationClass.OTHER),
    ],
)
def test_the_kind_follows_from_type_doer_and_category(what: dict, kind: InformationClass) -> None:
    """The information class of each stored type."""
    assert classify(what).information_class == kind


TREATMENT = {"scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "treatment")}
PRIVACY = {"scope": coded("http://terminology.hl7.org/CodeSystem/consentscope", "patient-privacy")}
SIP = [coded(codes.CONSENT_TYPE, "sip")]


@pytest.mark.parametrize(
    "more, kind",
    [
        ({"category": SIP, **TREATMENT}, InformationClass.AGREEMENT),
        ({"category": [*SIP, coded("http://loinc.org", "59284-0")], **TREATMENT}, InformationClass.AGREEMENT),
        ({"category": SIP, **PRIVACY}, InformationClass.CONSENT),
        ({"category": [*SIP, coded(codes.CONSENT_TYPE, "access")], **TREATMENT}, InformationClass.CONSENT),
        ({"category": [coded(codes.CONSENT_TYPE, "sip", "block")], **TREATMENT}, InformationClass.CONSENT),
        ({"category": [coded("urn:x", "sip")], **TREATMENT}, InformationClass.CONSENT),
        ({"meta": {"tag": SIP[0]["coding"]}, "category": [coded("urn:x", "y")], **TREATMENT}, InformationClass.CONSENT),
    ],
)
def test_only_a_consent_to_a_sip_and_nothing_else_is_of_the_agreement(more: dict, kind: InformationClass) -> None:
    """One that also gives access, blocks, or is about privacy is a consent, which nobody writes here."""
    assert classify(resource("Consent", **more)).information_class == kind


def secured(*found: tuple[str, str]) -> dict[str, Any]:
    """A resource with these security labels."""
    return resource(meta={"security": [{"system": system, "code": code} for system, code in found]})


@pytest.mark.parametrize(
    "what, floor, label",
    [
        (secured(), "N", Label.NORMAL),
        (secured((codes.CONFIDENTIALITY, "R")), "N", Label.RESTRICTED),
        (secured((codes.CONFIDENTIALITY, "V"), (codes.CONFIDENTIALITY, "N")), "N", Label.VERY_RESTRICTED),
        (secured((codes.CONFIDENTIALITY, "N")), "V", Label.VERY_RESTRICTED),
        (secured((codes.CONFIDENTIALITY, "U")), "N", Label.NORMAL),
        (secured((codes.CONFIDENTIALITY, "Q")), "N", Label.UNKNOWN),
        (secured((codes.ACT_CODE, "NOPATIENT"), (codes.CONFIDENTIALITY, "V")), "N", Label.NOT_FOR_PATIENT),
        (secured((codes.ACT_CODE, "PSY")), "N", Label.RESTRICTED),
        (secured((codes.ACT_REASON, "HTEST"), (codes.PROTECTED, "sekretessmarkering")), "N", Label.NORMAL),
        (secured(("urn:oid:2.16.840.1.113883.5.25", "V")), "N", Label.VERY_RESTRICTED),
        (secured(("http://hl7.org/fhir/v3/Confidentiality", "R")), "N", Label.RESTRICTED),
        (secured(("http://hl7.org/fhir/v3/ActCode", "NOPATIENT")), "N", Label.NOT_FOR_PATIENT),
        (secured((codes.ACT_CODE, "TBOO")), "N", Label.RESTRICTED),
        (secured((codes.ACT_CODE, "BH")), "N", Label.RESTRICTED),
        (secured((codes.ACT_CODE, "NODSCLCD")), "N", Label.UNKNOWN),
        (secured((codes.PROTECTED, "other")), "N", Label.UNKNOWN),
        (secured(("urn:x", "V")), "N", Label.UNKNOWN),
        (resource(meta={"security": [{"code": "V"}]}), "N", Label.UNKNOWN),
        (resource(meta={"security": [{"display": "secret"}]}), "N", Label.UNKNOWN),
    ],
)
def test_a_label_is_only_ever_raised(what: dict, floor: str, label: Label) -> None:
    """The most closed of what the resource and its source say; a code that nobody knows closes altogether."""
    assert classify(what, (), ClassDefaults(label=floor)).label == label


STOCKHOLM_MORNING = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "what, said, time",
    [
        (resource(created="2026-03-01T09:00:00+01:00"), [], STOCKHOLM_MORNING),
        (resource(), [provenance(recorded="2026-03-01T08:00:00Z")], STOCKHOLM_MORNING),
        (resource(created="2020-01-01"), [provenance(occurredDateTime="2026-03-01T08:00:00Z", recorded="2026-04-01T08:00:00Z")],
         STOCKHOLM_MORNING),
        (resource(authoredOn="2026-03-01"), [], dt.datetime(2026, 2, 28, 23, tzinfo=dt.UTC)),
        (resource(created="2026-03", meta={"lastUpdated": "2026-03-01T08:00:00Z"}), [], STOCKHOLM_MORNING),
        (resource(created=7), [], HINT.time),
    ],
)  # fmt: skip
def test_the_time_of_information_is_when_it_came_to_be(what: dict, said: list, time: dt.datetime) -> None:
    """Provenance first, then the resource, then its source; what is no moment is passed over."""
    assert classify(what, said, HINT).information_time == time


RESTRICTED, VERY, NORMAL = (codes.CONFIDENTIALITY, "R"), (codes.CONFIDENTIALITY, "V"), (codes.CONFIDENTIALITY, "N")
UNSEEN = (codes.ACT_CODE, "NOPATIENT")
SHIELDED = (codes.PROTECTED, "sekretessmarkering")


@pytest.mark.parametrize(
    "given, stored, kept",
    [
        ([], [RESTRICTED], [RESTRICTED]),
        ([NORMAL], [NORMAL, VERY], [NORMAL, VERY]),
        ([VERY], [RESTRICTED], [VERY]),
        ([RESTRICTED], [UNSEEN, RESTRICTED], [RESTRICTED, UNSEEN]),
        ([], [(codes.CONFIDENTIALITY, "other")], [(codes.CONFIDENTIALITY, "other")]),
        ([UNSEEN], [SHIELDED], [UNSEEN]),
        ([], [("urn:x", "y"), NORMAL], [("urn:x", "y")]),
        ([], [(codes.ACT_REASON, "HTEST"), NORMAL], []),
    ],
)  # fmt: skip
def test_a_replacement_is_no_less_confidential(given: list, stored: list, kept: list) -> None:
    """A label can be raised and not lowered; a mark of a protected identity and others come and go."""
    changed = keep_labels(secured(*given), secured(*stored))
    assert changed["meta"]["security"] == secured(*kept)["meta"]["security"]


def test_a_replacement_as_confidential_is_left_alone() -> None:
    """The same object, so that its bytes can be kept; a resource without meta gets one."""
    same = secured(VERY)
    assert keep_labels(same, secured(RESTRICTED)) is same
    assert keep_labels(resource("Goal"), secured(VERY))["meta"] == secured(VERY)["meta"]
