"""The household of the demo: believable, current on any day, and of published or invented identities only."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.classification import InformationClass, classify
from app.access.labels import Label
from app.contracts import to_fhir
from app.contracts.parse_contract import parse
from app.contracts.part_ids import derived
from app.demo.data import contracts, givers, municipality, people, region
from app.demo.data.callers import CALLERS, EHR_PRIVATE
from app.demo.data.days import STOCKHOLM, Days
from app.demo.data.givers import MUNICIPAL_HEALTH, PRIVATE, DemoEmployee, DemoGiver, DemoUnit
from app.demo.data.people import CONSENTS, GUARDIANS, GUNNAR, MARIA, PEOPLE, PROTECTED_PERSON, RELATIONS, SIGNE, patient
from app.fhir.check.check import check
from app.fhir.codes import INFORMATION_CATEGORY
from app.fhir.identifiers import parse_personal

TODAY = date(2026, 11, 25)
DAYS = Days(TODAY)
SOURCES = {"region": region.resources, "municipal": municipality.resources}
days = st.dates(date(2024, 1, 1), date(2039, 12, 31)).map(Days)


def pushed(calendar: Days) -> list[dict[str, Any]]:
    return [entry["resource"] for sent in contracts.pushes(calendar) for entry in sent.bundle["entry"]]


def all_resources(calendar: Days) -> list[dict[str, Any]]:
    return [*region.resources(calendar), *municipality.resources(calendar), *pushed(calendar)]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.key)
def test_identities_hold_and_fit_the_birth_date(person):
    """Each number passes its check digit, and says the birth date that the Patient has."""
    number = parse_personal(person.system, person.number)
    assert number.birth_date in (person.born, None)
    assert check(patient(person, "x")) == []


def test_the_child_is_under_13_and_her_guardians_are_adults():
    """The child is a child for as long as this demo will be run, and both guardians log in as themselves."""
    assert SIGNE.born + timedelta(days=13 * 365) > TODAY
    for child, guardian in GUARDIANS:
        assert child is SIGNE
        assert guardian.born.year <= TODAY.year - 18
        assert [caller.about for caller in CALLERS if caller.name == guardian.key] == [(guardian, child)]


def test_nobody_has_a_real_organisation():
    """Each HSA-id begins with an organisation number whose check digit is wrong."""
    named = [one for one in vars(givers).values() if isinstance(one, DemoGiver | DemoUnit | DemoEmployee)]
    assert len({one.hsa_id for one in named}) == len(named) > 20
    for one in named:
        digits = [int(digit) * (2 - index % 2) for index, digit in enumerate(one.hsa_id[2:12])]
        assert sum(digit // 10 + digit % 10 for digit in digits) % 10 != 0


def test_a_protected_person_has_no_address():
    """Protected identity: marked, and nowhere to be found."""
    resource = patient(PROTECTED_PERSON, "x")
    assert "sekretessmarkering" in str(resource["meta"])
    assert resource.keys().isdisjoint({"address", "telecom"})


@given(days)
@settings(deadline=None, max_examples=40)
def test_every_resource_is_right_on_every_day(calendar):
    """All that the sources hold and the EHRs push passes the door's own check."""
    for resource in all_resources(calendar):
        assert check(resource) == [], resource["resourceType"]


@given(days)
@settings(deadline=None, max_examples=40)
def test_the_contracts_are_right_on_every_day(calendar):
    """Each contract is one that Samplan takes, and all that it becomes passes the door's own check."""
    for _, written, _ in contracts.CONTRACTS:
        contract = parse(json.dumps(written(calendar.today, "Patient/x")).encode())
        for resource in to_fhir.resources(contract, ids=derived(contract)):
            assert check(resource) == [], resource["resourceType"]


def test_the_contracts_say_all_that_the_demo_shows():
    """All four parts, what makes one a SIP, a child's guardians and who gets a copy."""
    gunnar, maria, signe = (written(DAYS.today, "Patient/x") for _, written, _ in contracts.CONTRACTS)
    assert gunnar.keys() >= {"agreement", "contacts", "times", "plans", "documents", "aboutMe", "sevenQuestions"}
    assert gunnar["agreement"].keys() >= {"whatMatters", "goals", "iDo", "careDoes", "ifWorse", "contactWays"}
    assert maria["type"] == "SIP"
    assert maria["sip"].keys() == {"principals", "overall", "consent", "summons"}
    assert [one["relation"] for one in signe["relatives"]] == ["guardian", "guardian"]
    assert signe["copies"]


@given(days)
@settings(deadline=None, max_examples=40)
def test_times_are_on_weekdays_and_on_their_side_of_today(calendar):
    """What is booked lies ahead, what has been lies behind, and nobody is called in on a Saturday."""
    for time in (one for one in all_resources(calendar) if one["resourceType"] == "Appointment"):
        start = datetime.fromisoformat(time["start"]).astimezone(STOCKHOLM).date()
        assert start.weekday() < 5
        assert (start < calendar.today) == (time["status"] == "fulfilled")


@pytest.mark.parametrize("source", SOURCES)
def test_references_stay_within_the_source(source):
    """Every relative reference of a source leads to something that it holds."""
    held = SOURCES[source](DAYS)
    known = {f"{one['resourceType']}/{one['id']}" for one in held}
    text = json.dumps(held)
    referred = {part.split('"')[0] for part in text.split('"reference": "')[1:]}
    assert referred <= known
    assert len(known) == len(held)


def test_the_older_person_is_known_to_both_sources_and_to_us():
    """Gunnar is in the region, in the municipality, in a push, and is who the contract is about."""
    for resources in SOURCES.values():
        assert any(one.get("identifier") == [GUNNAR.identifier] for one in resources(DAYS))
    assert GUNNAR in {sent.person for sent in contracts.pushes(DAYS)}


def test_one_time_is_known_to_the_ehr_and_to_the_source():
    """The same business identifier, and nothing else in common between pushes and sources."""

    def keys(items: list[dict[str, Any]]) -> set[tuple[str, str]]:
        times = [item for item in items if item["resourceType"] == "Appointment"]
        return {(item["identifier"][0]["system"], item["identifier"][0]["value"]) for item in times}

    assert keys(pushed(DAYS)) & keys([*region.resources(DAYS), *municipality.resources(DAYS)]) == {region.HEART_VISIT}


def test_all_of_the_psychiatric_plan_is_restricted():
    """Plan, goal, activities, time and their Provenance: each carries the label itself, as each is decided alone."""
    psychiatric = [
        one for one in region.resources(DAYS) if one["id"].removesuffix("-p").startswith(("psy-", "tid-3310"))
    ]
    assert len(psychiatric) == 12
    assert {classify(one).label for one in psychiatric} == {Label.RESTRICTED}


def test_home_nursing_in_the_municipal_system_is_anothers_and_health_care():
    """What the municipality holds for its nurses says whose it is, since the system answers for social care."""
    held = municipality.resources(DAYS)
    weighing = next(one for one in held if one["id"] == "hsv-vikt")
    about = [one for one in held if one["id"] == "hsv-vikt-p"]
    classes = classify(weighing, about)
    assert (classes.giver, classes.category, classes.information_class) == (
        MUNICIPAL_HEALTH.hsa_id,
        "health",
        InformationClass.CARE_ACTIVITY,
    )


def test_home_care_is_told_from_other_activities():
    """The visits of the home care service are of the kind that its staff may see."""
    held = municipality.resources(DAYS)
    home = [one["id"] for one in held if classify(one).information_class is InformationClass.HOME_CARE]
    assert home == ["gp-dusch", "gp-frukost", "gp-inkop", "sip-kvall", "larm-7713"]
    assert all(INFORMATION_CATEGORY in str(one) for one in held if one["id"] in home)


def test_staff_ask_about_people_they_have_a_relation_to():
    """Whoever `who` lists a person for stands in a care relation to that person, unit by unit."""
    for caller in CALLERS:
        unit = caller.claims.get("http://sambi.se/attributes/1/healthCareUnitHsaId")
        for person in caller.about if caller.giver and caller.role != "log-auditor" else ():
            related = [row for row in RELATIONS if row.person is person and row.giver.hsa_id == caller.giver]
            assert any(row.unit is None or row.unit.hsa_id == unit for row in related), (caller.name, person.key)


def test_all_kinds_of_staff_may_ask_about_the_older_person():
    """One person is in everybody's list, and only the private clinic lacks consent."""
    staff = [caller for caller in CALLERS if caller.role not in {"person", "guardian", "population-register"}]
    assert all(GUNNAR in caller.about for caller in staff)
    consented = {giver for person, giver in CONSENTS if person is GUNNAR}
    assert {caller.role for caller in staff if caller.giver == PRIVATE.hsa_id} == {"physician-without-consent", "ehr"}
    assert PRIVATE not in consented
    assert {caller.giver for caller in staff} - {PRIVATE.hsa_id} == {giver.hsa_id for giver in consented}


def test_the_private_clinic_has_something_of_its_own():
    """Without consent its physician still sees what the clinic itself has booked."""
    assert [sent.person for sent in contracts.pushes(DAYS) if sent.client == EHR_PRIVATE] == [GUNNAR]


def test_the_person_with_a_block_is_known_to_the_blocked_giver_and_to_another():
    """There is something to hide, and something left to show."""
    assert people.BLOCKS == ((MARIA, givers.REGION),)
    for resources in SOURCES.values():
        assert any(one.get("identifier") == [MARIA.identifier] for one in resources(DAYS))
