"""What is published in fhir_profiles/built: complete, with the codes that the code uses, and with its texts."""

import json
import re

import pytest

from app.contracts import codes as words
from app.contracts.mapping.careplan import plan_profile
from app.contracts.mapping.rows import profile_url
from app.contracts.parts import PARTS
from app.directory.entries import ORGANISATION_KIND
from app.directory.hsa_units import FINANCED_BY
from app.disclosure import audit_event
from app.fhir import codes
from app.organisations import OrganisationKind
from fhir_profiles import build
from fhir_profiles.pages import translated

BUILT = build.BUILT
PUBLISHED = {one["url"]: one for one in (json.loads(path.read_text()) for path in sorted(BUILT.glob("*.json")))}
STRUCTURES = [one for one in PUBLISHED.values() if one["resourceType"] == "StructureDefinition"]
PROFILES = {
    "CarePlan": {
        "patient-contract",
        "sip",
        "linked-plan",
        *(plan_profile({"type": type}) for type in words.PLAN_TYPES),
    },
    "CareTeam": {"team", "sip-team", "permanent-contact"},
    "Goal": {"person-goal", "professional-goal"},
    "ServiceRequest": {"activity", "i-do", "care-does", "sip-care-does", "others-do", "if-worse"},
    "Task": {"review", "sip-summons"},
    "Appointment": {"agreed-time"},
    "RelatedPerson": {"relative"},
    "Consent": {"sip-consent", "consent", "block"},
    "DocumentReference": {"plan-document"},
    "QuestionnaireResponse": {"about-me-answers", "seven-questions-answers"},
    "Questionnaire": {"questionnaire"},
    "Provenance": {"revision", "confirmation"},
    "AuditEvent": {"audit-event"},
}
EXTENSIONS = (
    words.CONTACT_POINT,
    words.CONTACT_WAY,
    words.BOOKING_OPTIONS,
    words.PORTAL_LINK,
    words.CONTACT_VIA_TEAM,
    words.ON_BEHALF_OF,
    words.RESCHEDULED_FROM,
    codes.HSA_HIERARCHY,
)
SYSTEMS = (
    (codes.AGREEMENT_PART, words.AGREEMENT_PARTS),
    (codes.INFORMATION_CATEGORY, words.CATEGORIES),
    (words.CONTACT_CHANNEL, {code: display for code, (_, display) in words.CHANNELS.items()}),
    (words.PLAN_TYPE, dict(words.OWN_PLAN_TYPES)),
    (words.PRINCIPAL, words.PRINCIPALS),
    (words.CONTACT_ROLE, words.CONTACT_ROLES),
    (words.RELATION, words.RELATIONS),
    (words.TASK_KIND, words.TASK_KINDS),
    (codes.CONSENT_TYPE, words.CONSENT_TYPES),
    (words.REVISION_ACTION, words.ACTIONS),
    (words.PARTY, words.PARTIES),
    (words.ANSWER, words.ANSWERS),
    (words.ACTIVITY_KIND, words.ACTIVITY_KINDS),
)
INVARIANTS = {
    "patient-contract": {"sp-note-1"},
    "sip": {"sp-sip-1", "sp-sip-2", "sp-sip-3"},
    "team": {"sp-team-1", "sp-team-2", "sp-way-2"},
    "sip-team": {"sp-principals-1", "sp-principals-2", "sp-principals-3"},
    "permanent-contact": {"sp-contact-1", "sp-way-2"},
    "person-goal": {"sp-goal-1", "sp-goal-3"},
    "professional-goal": {"sp-goal-2", "sp-goal-3"},
    "i-do": {"sp-do-1"},
    "if-worse": {"sp-do-1"},
    "sip-summons": {"sp-summons-1", "sp-summons-2"},
    "agreed-time": {"sp-time-1", "sp-time-2", "sp-time-3"},
    "relative": {"sp-way-2"},
    "contact-way": {"sp-way-1"},
    "contact-point": {"sp-way-3"},
    "portal-link": {"sp-link-1"},
    "confirmation": {"sp-confirm-1"},
    "seven-questions-answers": {"sp-questions-1"},
    "plan-document": {"sp-doc-1", "sp-doc-2"},
}


def test_every_profile_is_there_for_its_resource():
    """No other, and none twice."""
    found: dict[str, set[str]] = {}
    for one in STRUCTURES:
        if one["type"] != "Extension":
            found.setdefault(one["type"], set()).add(one["id"])

    assert found == PROFILES


def test_every_part_of_a_contract_has_a_profile_of_its_resource():
    """The mapping names no profile that is not published."""
    for part in PARTS.values():
        assert PUBLISHED[profile_url(part.mapping.profile)]["type"] == part.resource_type


@pytest.mark.parametrize("url", EXTENSIONS)
def test_every_extension_that_is_used_is_defined(url):
    """A validator that has our definitions knows each of them."""
    assert PUBLISHED[url]["type"] == "Extension"


def test_no_extension_is_defined_that_nobody_uses():
    """R4 comes first."""
    assert {one["url"] for one in STRUCTURES if one["type"] == "Extension"} == {*EXTENSIONS, FINANCED_BY}


@pytest.mark.parametrize("one", STRUCTURES, ids=lambda one: one["id"])
def test_every_structure_has_a_snapshot_of_its_differences(one):
    """The same first element in both, and every element of the one in the other."""
    whole = [each["id"] for each in one["snapshot"]["element"]]

    assert whole[0] == one["type"]
    assert {each["id"] for each in one["differential"]["element"]} <= set(whole)


@pytest.mark.parametrize(("system", "displays"), SYSTEMS)
def test_every_code_of_ours_is_in_its_code_system(system, displays):
    """The same codes with the same Swedish displays, each said in English too and explained."""
    concepts = PUBLISHED[system]["concept"]

    assert {one["code"]: one["display"] for one in concepts} == dict(displays)
    for one in concepts:
        said = {each["language"]: each["value"] for each in one["designation"]}
        assert said == {"sv": one["display"], "en": said["en"]}
        assert one["definition"].endswith(".")


def test_no_code_system_is_published_that_nobody_uses():
    """Those of the contract, of the directory, and of the trail for what is no interaction of FHIR's."""
    concepts = PUBLISHED[audit_event.ACTIONS_OF_OURS]["concept"]

    assert {one["code"] for one in concepts} == {
        name for name, (_, said) in audit_event.ACTIONS.items() if said is None
    }
    assert {one["code"] for one in PUBLISHED[ORGANISATION_KIND]["concept"]} == set(OrganisationKind)
    assert {url for url, one in PUBLISHED.items() if one["resourceType"] == "CodeSystem"} == {
        audit_event.ACTIONS_OF_OURS,
        ORGANISATION_KIND,
        *(system for system, _ in SYSTEMS),
    }


@pytest.mark.parametrize("system", [system for system, _ in SYSTEMS if system != words.PLAN_TYPE])
def test_a_code_system_has_a_value_set_of_all_its_codes(system):
    """By the same name."""
    whole = PUBLISHED[system]["valueSet"]

    assert whole == system.replace("CodeSystem", "ValueSet")
    assert PUBLISHED[whole]["compose"]["include"] == [{"system": system}]


@pytest.mark.parametrize(
    ("name", "codings"), [("plan-type", words.PLAN_TYPE_CODINGS), ("permanent-contact", words.PERMANENT_CODINGS)]
)
def test_a_value_set_of_others_codes_lists_them(name, codings):
    """With the displays that the mapping writes."""
    include = PUBLISHED[f"{codes.CANONICAL}/ValueSet/{name}"]["compose"]["include"]
    own = {one["code"]: one["display"] for one in PUBLISHED[words.PLAN_TYPE]["concept"]}
    listed = [
        (part["system"], one["code"], one.get("display") or own[one["code"]])
        for part in include
        for one in part["concept"]
    ]

    assert sorted(listed) == sorted((one["system"], one["code"], one["display"]) for one in codings.values())


def test_every_invariant_stands_on_its_profile():
    """An error, with a sentence and plain FHIRPath."""
    found: dict[str, set[str]] = {}
    for one in STRUCTURES:
        for rule in (rule for each in one["differential"]["element"] for rule in each.get("constraint", ())):
            found.setdefault(one["id"], set()).add(rule["key"])
            assert rule["severity"] == "error"
            assert rule["human"].endswith(".")
            assert rule["expression"]

    assert found == INVARIANTS


def test_what_a_person_reads_is_said_in_swedish():
    """The title of every definition, and what every profile is."""
    for one in PUBLISHED.values():
        if one["resourceType"] in {"StructureDefinition", "CodeSystem", "ValueSet"}:
            assert "_title" in one, one["id"]
        if one["resourceType"] == "StructureDefinition" and one["type"] != "Extension":
            assert translated(one, "description") != one["description"], one["id"]


def test_a_definition_is_in_the_file_that_is_named_for_it():
    """Type and id."""
    assert {f"{one['resourceType']}-{one['id']}.json" for one in PUBLISHED.values()} == {
        path.name for path in BUILT.glob("*.json")
    }


def test_a_definition_has_its_own_address_version_and_day():
    """Ours are below our canonical; one of commonprofiles.care's is said again under theirs."""
    for url, one in PUBLISHED.items():
        own = f"{codes.CANONICAL}/{one['resourceType']}/{one['id']}"
        assert url in {own, codes.HSA_HIERARCHY}
        assert {one[name] for name in ("version", "status", "date")} == {"0.1.0", "active", build.RELEASED}
        assert "Samplan" in one["publisher"]


def test_every_canonical_of_ours_that_is_named_is_published():
    """No binding, profile or parameter leads nowhere."""
    named = re.compile(
        rf'"({re.escape(codes.CANONICAL)}/(?:StructureDefinition|ValueSet|CodeSystem|Questionnaire|'
        r'SearchParameter|OperationDefinition)/[^"|]+)'
    )
    text = json.dumps(list(PUBLISHED.values()))

    assert set(named.findall(text)) <= PUBLISHED.keys()
