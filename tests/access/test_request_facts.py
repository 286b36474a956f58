"""From what storage knows to facts: what is missing or unreadable is unknown."""

import datetime as dt
from typing import Any

import pytest

from app.access.caller import Role
from app.access.request_facts import Facts, facts_of_request, related_givers
from tests.builders.access import MUNICIPALITY, PATIENT, block, caller, guardian, period, raw
from tests.builders.access_domain import REQUEST
from tests.builders.items import CLINIC, NOW, REGION

PHYSICIAN = caller(Role.PHYSICIAN)


def of(known: dict[str, Any] | None, now: dt.datetime = NOW) -> Facts:
    """The facts for a physician of the region's clinic."""
    return facts_of_request(PHYSICIAN, known, caller_patient=None, patient=PATIENT, now=now)


def relationship(me: str | None, known: dict[str, Any] | None, patient: str = PATIENT) -> str:
    """A citizen's relationship to a person."""
    return facts_of_request(caller(Role.CITIZEN), known, caller_patient=me, patient=patient, now=NOW).request[
        "relationship"
    ]


def test_of_a_person_nobody_knows_everything_is_unknown() -> None:
    """No person, no fact: and so nothing opens."""
    known = of(None)

    about_person = ("age", "care_relation", "sharing", "incapable", "protected")
    assert [known.request[fact] for fact in about_person] == ["unknown"] * 5
    assert not known.blocks.known
    assert [of({}).request[fact] for fact in about_person] == ["unknown"] * 5
    assert not of({}).blocks.known


@pytest.mark.parametrize(
    "born, day, age",
    [
        (None, "2026-11-25", "unknown"),
        ("1950", "2026-11-25", "unknown"),
        ("2027-01-01", "2026-11-25", "unknown"),
        ("2013-11-26", "2026-11-25", "under-13"),
        ("2013-11-25", "2026-11-25", "13-15"),
        ("2010-11-26", "2026-11-25", "13-15"),
        ("2010-11-25", "2026-11-25", "16-up"),
        ("2012-02-29", "2025-02-27", "under-13"),
        ("2012-02-29", "2025-02-28", "13-15"),
        ("2012-02-29", "2028-02-28", "13-15"),
        ("2012-02-29", "2028-02-29", "16-up"),
    ],
)
def test_an_age_is_reached_on_its_day(born: str | None, day: str, age: str) -> None:
    """Thirteen and sixteen on the birthday; the 29th of February on the 28th in a common year."""
    now = dt.datetime.fromisoformat(f"{day}T12:00:00+01:00")

    assert of(raw(birthDate=born), now).request["age"] == age


def test_a_day_is_a_swedish_day() -> None:
    """Half past eleven in the evening by UTC is the next day in Stockholm."""
    late = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)

    assert of(raw(birthDate="2013-11-25"), late).request["age"] == "13-15"
    assert of(raw(birthDate="2013-11-25"), late - dt.timedelta(hours=1)).request["age"] == "under-13"
    assert of(raw(), late).day == dt.date(2026, 11, 25)


HOLDS = [
    ([], "no"),
    (None, "unknown"),
    ([period()], "yes"),
    ([period(unit=CLINIC)], "yes"),
    ([period(unit="SE2321000016-OTHER")], "no"),
    ([period(employee=PHYSICIAN.id)], "yes"),
    ([period(employee="SE2321000016-OTHER")], "no"),
    ([period(giver=MUNICIPALITY)], "no"),
    ([period(starts=NOW.isoformat())], "yes"),
    ([period(starts="2026-11-25T12:00:00.1+00:00")], "no"),
    ([period(ends=NOW.isoformat())], "no"),
    ([period(ends="2026-11-25T12:00:00.1+00:00")], "yes"),
    ([period(starts=None)], "unknown"),
    ([period(starts="2026-01-01")], "unknown"),
    ([period(ends="soon")], "unknown"),
    ([period(ends="soon"), period()], "yes"),
    ([period(ends="soon"), period(giver=MUNICIPALITY)], "unknown"),
    ([period(cancelled="2026-02-01T00:00:00+00:00")], "no"),
    ([period(cancelled="whenever")], "no"),
]


@pytest.mark.parametrize("entries, answer", HOLDS)
def test_a_relation_and_a_consent_hold_for_whom_and_while_they_are_given(entries: list | None, answer: str) -> None:
    """For the giver, and the unit or the employee where one is named; from start up to end; never once cancelled."""
    assert of(raw(relations=entries)).request["care_relation"] == answer
    for name, ground in (("consents", "consent"), ("emergencies", "emergency")):
        sharing = {"yes": ground, "no": "none"}.get(answer, answer)
        assert of(raw(**{name: entries})).request["sharing"] == sharing


def test_the_ground_for_reading_others_information_is_the_first_that_holds() -> None:
    """A child cannot consent; consent comes before incapacity, and an emergency comes last."""
    emergency = {"emergencies": [period()]}
    incapable = {"incapacities": [period(giver=MUNICIPALITY)]}
    consent = {"consents": [period()]}

    assert of(raw(**emergency)).request["sharing"] == "emergency"
    assert of(raw(**emergency, **incapable)).request["sharing"] == "incapable"
    assert of(raw(**emergency, **incapable, **consent)).request["sharing"] == "consent"
    assert of(raw(**emergency, **consent, birthDate="2016-05-05")).request["sharing"] == "child"
    assert of(raw(**incapable, birthDate="2012-05-05")).request["sharing"] == "none"
    assert of(raw(birthDate=None)).request["sharing"] == "unknown"
    assert of(raw(**consent, birthDate=None)).request["sharing"] == "consent"


def test_a_block_is_lifted_for_a_time_for_whom_it_is_said() -> None:
    """For the caller's giver, unit or employee, from its start up to its end; the block itself stays."""

    def outer(**lifting: object) -> set[str]:
        return set(of(raw(blocks=[block()], liftings=[period(block="b", **lifting)])).blocks.outer)

    assert outer() == set()
    assert outer(unit=CLINIC, employee=PHYSICIAN.id) == set()
    assert outer(unit="SE2321000016-OTHER") == {MUNICIPALITY}
    assert outer(ends=NOW.isoformat()) == {MUNICIPALITY}
    assert outer(starts=None) == {MUNICIPALITY}
    assert set(of(raw(blocks=[block()], liftings=[period(block="another")])).blocks.outer) == {MUNICIPALITY}


def test_a_guardian_whose_access_is_closed_is_nobody() -> None:
    """While the closing holds, and also if that cannot be told."""
    child = {"birthDate": "2016-05-05", "representatives": [guardian()]}

    assert relationship("parent", raw(**child, closings=[guardian(kind="closing")])) == "none"
    assert relationship("parent", raw(**child, closings=[guardian(kind="closing", starts=None)])) == "none"
    assert relationship("parent", raw(**child, closings=[guardian(kind="closing", ends=NOW.isoformat())])) == "guardian"
    assert relationship("parent", raw(**child, closings=[guardian(kind="closing", person="other")])) == "guardian"


def test_related_givers_have_a_relation_now() -> None:
    """Each since its oldest current relation; one that is over, to come, or cannot be read does not count."""
    known = [
        period(starts="2026-03-01T00:00:00+00:00"),
        period(starts="2026-02-01T00:00:00+00:00", unit=CLINIC),
        period(giver="SE1", ends="2026-02-01T00:00:00+00:00"),
        period(giver="SE2", starts="2030-01-01T00:00:00+00:00"),
        period(giver="SE3", starts="igår"),
        period(giver="SE4", ends="snart"),
        period(giver=None),
    ]

    assert related_givers(raw(relations=known), NOW) == {REGION: dt.datetime(2026, 2, 1, tzinfo=dt.UTC)}
    assert related_givers({}, NOW) == related_givers(raw(relations=None), NOW) == {}


def test_who_belongs_to_no_giver_has_no_relation() -> None:
    """A caller whose giver is unknown matches nobody's relation."""
    known = facts_of_request(
        caller(Role.PHYSICIAN, giver=None),
        raw(relations=[period(giver=None)]),
        caller_patient=None,
        patient="p",
        now=NOW,
    )

    assert known.request["care_relation"] == "unknown"


@pytest.mark.parametrize(
    "value, answer", [(True, "yes"), (False, "no"), (None, "unknown"), ("no", "unknown"), (0, "unknown")]
)
def test_a_protected_identity_is_yes_no_or_unknown(value: object, answer: str) -> None:
    """Only a boolean is an answer."""
    assert of(raw(protected=value)).request["protected"] == answer


def test_a_citizen_stands_towards_a_person_as_self_guardian_or_nobody() -> None:
    """One's own record, one's child's while the mandate holds, and nobody else's."""
    assert relationship(PATIENT, raw()) == "self"
    assert relationship(PATIENT, None) == "self"
    assert relationship("parent", raw(representatives=[guardian()])) == "guardian"
    assert relationship("parent", raw()) == "none"
    assert relationship("parent", raw(representatives=[guardian(person="other")])) == "none"
    assert relationship("parent", raw(representatives=[guardian(kind="ombud")])) == "none"
    assert relationship("parent", raw(representatives=[guardian(ends="2026-01-01T00:00:00+00:00")])) == "none"


def test_a_relationship_that_cannot_be_told_is_unknown() -> None:
    """An unknown citizen, an unknown person or an unreadable mandate is no relationship."""
    assert relationship(None, raw()) == "unknown"
    assert relationship("", raw(), patient="") == "unknown"
    assert relationship("parent", None) == "unknown"
    assert relationship("parent", raw(representatives=[guardian(starts=None)])) == "unknown"
    assert of(raw(representatives=[guardian()])).request["relationship"] == "none"


def test_blocks_are_gathered_by_giver_and_unit() -> None:
    """Outer blocks by the giver they close, inner ones of the caller's own giver by unit; lifted ones are gone."""
    known = of(
        raw(
            blocks=[
                block(),
                block(giver="SE-LIFTED", lifted=NOW.isoformat()),
                block(giver="SE-LATER", lifted="2026-11-25T12:00:01+00:00"),
                block(giver="SE-UNREADABLE", lifted="soon"),
                block(kind="inner", giver=REGION, unit=CLINIC),
                block(kind="inner", giver=REGION, unit=None),
                block(kind="inner", giver=MUNICIPALITY, unit="SE-X"),
            ]
        )
    )

    assert known.blocks.outer == {MUNICIPALITY, "SE-LATER", "SE-UNREADABLE"}
    assert known.blocks.inner == {CLINIC, None}
    assert known.blocks.known


@pytest.mark.parametrize("broken", [block(kind="new"), block(kind=None), block(giver=None), block(giver="")])
def test_one_block_that_cannot_be_read_makes_all_unknown(broken: dict) -> None:
    """What might be blocked is not known any more."""
    assert not of(raw(blocks=[block(), broken])).blocks.known


def test_every_fact_of_a_request_but_the_action_has_a_value() -> None:
    """A fact that was left out would be unknown, and would close what it should open."""
    assert of(None).request.keys() | {"action"} == set(REQUEST)
