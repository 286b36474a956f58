"""Attacks on who a person is: numbers that are old, of others or wrong, and protected identity."""

import pytest

from app.demo.data.givers import HEALTH_CENTRE
from tests.builders.calls import push, put, same, times
from tests.builders.resources import ABSENT, LOCAL, NEW, OTHER, PERSONNUMMER, SYSTEM, patient, visit
from tests.builders.tokens import citizen, system


async def test_a_person_has_one_number(world):
    """A Patient with two numbers would let the bearer of the second read the first's plans: 422, and neither is known."""
    both = await push(world, "ehr-region", patient(NEW, OTHER), visit(world, person="urn:uuid:p"))

    assert both.status_code == 422, both.text
    assert NEW not in both.text
    assert (await world.get(citizen(OTHER), "/api/overview/me")).status_code == 404
    assert (
        await push(world, "ehr-region", patient(OTHER), visit(world, "A-2", person="urn:uuid:p"))
    ).status_code == 200
    assert len((await world.get(citizen(OTHER), "/api/overview/me")).json()["times"]) == 1


async def test_an_old_number_is_not_registered(world):
    """What is marked old is kept in the resource and names nobody."""
    old = {"system": PERSONNUMMER, "value": OTHER, "use": "old"}
    answer = await push(world, "ehr-region", patient(old, NEW), visit(world, person="urn:uuid:p"))

    assert answer.status_code == 200, answer.text
    assert (await world.get(citizen(NEW), "/api/overview/me")).status_code == 200
    assert (await world.get(citizen(OTHER), "/api/overview/me")).status_code == 404


async def test_a_patient_keeps_their_number(world):
    """The system that made a person known cannot give the record to the bearer of another number, nor to nobody."""
    before = (await world.get("ehr-region", f"/fhir/Patient/{world.ids['tom']}")).json()
    for identifiers in (
        [{"system": PERSONNUMMER, "value": NEW}],
        [*before["identifier"], {"system": PERSONNUMMER, "value": NEW}],
        [],
    ):
        changed = {name: value for name, value in before.items() if name != "identifier"}
        answer = await put(world, "ehr-region", {**changed, **({"identifier": identifiers} if identifiers else {})})
        assert answer.status_code == 422, answer.text

    assert (await world.get(citizen(NEW), "/api/overview/me")).status_code == 404
    version = int(before["meta"]["versionId"])
    assert (await put(world, "ehr-region", {**before, "active": False}, version)).status_code == 200


async def test_a_new_person_is_known_by_their_own_patient(world):
    """A Patient without the number that the others name would make a person whom nobody finds again."""
    by_number = {"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": NEW}}
    time = visit(world, participant=[{"actor": by_number, "status": "accepted"}])
    answer = await push(world, "ehr-region", patient(), time)

    assert answer.status_code == 422, answer.text


async def test_a_number_that_is_none_is_not_registered(world):
    """A wrong check digit: 422, and nothing is known."""
    answer = await push(world, "ehr-region", patient(NEW, "189602029811"), visit(world, person="urn:uuid:p"))

    assert answer.status_code == 422, answer.text
    assert "189602029811" not in answer.text


async def test_an_organisations_own_patient_number_is_its_own(world):
    """Two organisations may number their patients alike: no conflict, and nobody learns that the other's exists."""
    first = await push(
        world, "ehr-region", patient(NEW, {"system": LOCAL, "value": "7"}), visit(world, person="urn:uuid:p")
    )
    second = await push(
        world, "ehr-private", patient(OTHER, {"system": LOCAL, "value": "7"}), visit(world, person="urn:uuid:p")
    )

    assert (first.status_code, second.status_code) == (200, 200), second.text


async def test_a_push_with_the_patient_of_another_is_refused(world):
    """The number says one person, the references another: nothing of it is stored."""
    before = await world.overview("maria", "maria")
    for subject in ("maria", ABSENT):
        answer = await push(world, "ehr-region", patient("195009072553"), visit(world, "B-1", subject))
        assert answer.status_code == 422, answer.text

    assert await times(world, "maria") == [one["reference"] for one in before["times"]]


@pytest.mark.parametrize("known", [True, False])
async def test_two_of_the_same_in_one_push_are_refused(world, known):
    """The same key twice, or two Patients: 422, whether it is known already or not."""
    if known:
        await push(world, "ehr-region", patient(NEW), visit(world, person="urn:uuid:p"))
    twice = await push(
        world,
        "ehr-region",
        patient(NEW),
        visit(world, person="urn:uuid:p", updated="2026-02-01T08:00:00Z"),
        visit(world, person="urn:uuid:p", updated="2026-02-01T08:00:00Z", status="cancelled"),
    )
    people = await push(world, "ehr-region", patient(NEW), patient(NEW), names=["urn:uuid:p", "urn:uuid:q"])

    assert (twice.status_code, people.status_code) == (422, 422), (twice.text, people.text)


async def test_relatives_are_no_keys(world):
    """The same relative of two people: a personal number of somebody else is not the source's key for an item."""
    ehr = system(HEALTH_CENTRE)
    relative = {"system": PERSONNUMMER, "value": "199002222397"}
    for at, person in enumerate(("gunnar", "maria")):
        one = {
            "resourceType": "RelatedPerson", "identifier": [relative, {"system": SYSTEM, "value": f"R-{at}"}],
            "patient": {"reference": f"Patient/{world.ids[person]}"},
        }  # fmt: skip
        answer = await push(world, ehr, one)
        assert answer.status_code == 200, answer.text

    alone = await push(world, ehr, {**one, "identifier": [relative]})
    assert alone.status_code == 422


async def test_a_system_that_is_not_registered_learns_nothing(world):
    """Whether a personal number is known: refused alike."""
    nobody = {"sub": "x", "client_id": "x", "scope": "system/*.cruds"}
    answers = []
    for number in ("195009072553", NEW):
        one = visit(world, identifier=[{"system": PERSONNUMMER, "value": number}])
        answers.append(await push(world, nobody, one))

    assert same(*answers)
    assert answers[0].status_code == 401
