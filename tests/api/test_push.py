"""A push: idempotent, order-safe, for one person and one organisation."""

import asyncio

import pytest

from tests.builders.calls import location, push, states, stored
from tests.builders.resources import NEW, PERSONNUMMER, SYSTEM, appointment, new_patient


async def test_a_person_not_known_comes_into_being(world):
    """From the Patient of the same transaction; the appointment is theirs."""
    answer = await push(world, "ehr-region", new_patient(), appointment())

    assert answer.status_code == 200
    assert answer.json()["type"] == "transaction-response"
    assert states(answer) == ["201", "201"]
    found = await stored(world, location(answer))
    assert found["participant"][0]["actor"]["reference"] == location(answer, 0)


async def test_the_same_push_twice_is_one_appointment(world):
    """The second changes nothing and says so."""
    first = await push(world, "ehr-region", new_patient(), appointment())
    second = await push(world, "ehr-region", new_patient(), appointment())

    assert states(second) == ["200", "200"]
    assert location(first) == location(second)
    outcome = second.json()["entry"][1]["response"]["outcome"]
    assert outcome["issue"][0]["severity"] == "information"


async def test_many_at_once_make_one_person_and_one_appointment(world):
    """Whoever comes first."""
    answers = await asyncio.gather(*(push(world, "ehr-region", new_patient(), appointment()) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert len({location(answer) for answer in answers}) == 1
    assert sorted(states(answer)[1] for answer in answers) == ["200"] * 7 + ["201"]


async def test_newer_news_replaces(world):
    """A cancellation is a new version of the same resource."""
    await push(world, "ehr-region", new_patient(), appointment())
    answer = await push(
        world, "ehr-region", new_patient(), appointment(status="cancelled", updated="2026-11-21T08:00:00Z")
    )
    found = await stored(world, location(answer))

    assert states(answer) == ["200", "200"]
    assert (found["status"], found["meta"]["versionId"]) == ("cancelled", "2")


async def test_older_news_is_ignored_and_says_so(world):
    """200 with an informational OperationOutcome; what is cancelled does not come back."""
    await push(world, "ehr-region", new_patient(), appointment(status="cancelled", updated="2026-11-21T08:00:00Z"))
    answer = await push(world, "ehr-region", new_patient(), appointment(updated="2026-11-20T08:00:00Z"))
    issue = answer.json()["entry"][1]["response"]["outcome"]["issue"][0]

    assert answer.status_code == 200
    assert (issue["severity"], issue["code"]) == ("information", "informational")
    assert (await stored(world, location(answer)))["status"] == "cancelled"


async def test_the_same_version_with_another_content_is_a_conflict(world):
    """409: one of the two is wrong, and nothing is written."""
    await push(world, "ehr-region", new_patient(), appointment())
    answer = await push(world, "ehr-region", new_patient(), appointment(description="Något annat"))

    assert answer.status_code == 409


async def test_a_person_not_known_without_a_patient_is_422(world):
    """And tells to send one."""
    answer = await push(
        world,
        "ehr-region",
        appointment(person={"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": NEW}}),
    )

    assert answer.status_code == 422
    assert NEW not in answer.text


async def test_a_known_person_may_be_named_by_number_alone(world):
    """The number is resolved, and does not stay in the reference."""
    answer = await push(
        world,
        "ehr-region",
        appointment(person={"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": "195009072553"}}),
    )

    assert states(answer) == ["201"]
    actor = (await stored(world, location(answer)))["participant"][0]["actor"]
    assert actor == {"type": "Patient", "reference": f"Patient/{world.ids['gunnar']}"}


async def test_one_transaction_is_about_one_person(world):
    """Two people in one push: 422, and nothing of it is stored."""
    both = [
        appointment("P-8", person={"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": "195009072553"}}),
        appointment("P-9", person={"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": "196101182803"}}),
    ]
    answer = await push(world, "ehr-region", *both)
    after = await push(world, "ehr-region", both[0])

    assert answer.status_code == 422
    assert states(after) == ["201"]


async def test_all_or_nothing(world):
    """One bad entry: 422 that names it, and nothing is stored."""
    answer = await push(
        world, "ehr-region", new_patient(), appointment("P-5"), {**appointment("P-6"), "status": "nonsense"}
    )
    after = await push(world, "ehr-region", new_patient(), appointment("P-5"))

    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[2].resource.status"]
    assert states(after) == ["201", "201"]


async def test_a_pushed_item_needs_the_sources_own_key(world):
    """Without an identifier it could not be recognised again."""
    bare = appointment()
    del bare["identifier"]
    answer = await push(world, "ehr-region", new_patient(), bare)

    assert answer.status_code == 422
    assert answer.json()["issue"][0]["expression"] == ["Bundle.entry[1].resource.identifier"]


async def test_a_push_belongs_to_the_clients_organisation(world):
    """Another organisation's client with the same key makes another item, and cannot read this one."""
    first = await push(world, "ehr-region", new_patient(), appointment())
    second = await push(world, "ehr-private", new_patient(), appointment())

    assert location(first) != location(second)
    assert (await world.get("ehr-private", f"/fhir/{location(first)}")).status_code == 404


async def test_only_systems_push_and_only_within_their_scopes(world):
    """A physician may not push; a client without a scope for a type may not push that type."""
    assert (await push(world, "physician", new_patient(), appointment())).status_code == 403
    task = {
        "resourceType": "Task", "identifier": [{"system": SYSTEM, "value": "T"}], "status": "requested", "intent": "plan",
        "for": {"reference": "urn:uuid:p"},
    }  # fmt: skip
    assert (await push(world, "ehr-region", new_patient(), task)).status_code == 403


@pytest.mark.parametrize(
    "bundle,status",
    [
        ({"resourceType": "Bundle", "type": "batch"}, 422),
        ({"resourceType": "Patient"}, 400),
        (
            {
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [{"request": {"method": "DELETE", "url": "Appointment/x"}}],
            },
            422,
        ),
        (
            {
                "resourceType": "Bundle",
                "type": "transaction",
                "entry": [
                    {"resource": {"resourceType": "Observation"}, "request": {"method": "POST", "url": "Observation"}}
                ],
            },
            422,
        ),
    ],
)
async def test_what_is_no_push_is_refused(world, bundle, status):
    """With an OperationOutcome."""
    answer = await world.post("ehr-region", "/fhir", bundle)

    assert answer.status_code == status, answer.text
    assert answer.json()["resourceType"] == "OperationOutcome"


async def test_create_by_a_system_is_a_push_of_one(world):
    """201 with Location, then 200 with an informational outcome."""
    one = appointment(
        "P-7", person={"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": "195009072553"}}
    )
    first = await world.post("ehr-region", "/fhir/Appointment", one)
    second = await world.post("ehr-region", "/fhir/Appointment", one)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.headers["location"].startswith("http://samplan.test/fhir/Appointment/")
    assert second.json()["issue"][0]["severity"] == "information"


async def test_what_is_pushed_shows_in_the_persons_overview(world):
    """At once."""
    moment = world.days.at(1, 9)
    await push(
        world,
        "ehr-region",
        appointment(
            "P-11",
            person={"type": "Patient", "identifier": {"system": PERSONNUMMER, "value": "195009072553"}},
            start=moment,
            end=moment,
        ),
    )
    overview = await world.overview("gunnar", "gunnar")

    assert overview["nextStep"]["start"] == moment
