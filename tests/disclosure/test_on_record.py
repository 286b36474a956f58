"""What the trail is told of one request: the intent first, then one outcome, whatever happens in between."""

from datetime import UTC, datetime

import pytest

from app.access.caller import Role
from app.disclosure.on_record import TRIES, RecordAccess, RecordQuestion, on_record, refuse
from app.errors import Conflict, Forbidden, NotFound, Unavailable, Unprocessable
from app.organisations import Organisation, Organisations
from app.storage.audit_rows import AuditAction, Resolved
from tests.builders.access import POLICY, caller
from tests.builders.items import item

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
READ = RecordQuestion(AuditAction.READ, patient="anna")
PHYSICIAN = caller(Role.PHYSICIAN)


class FakeTrail:
    """Keeps its rows; `moved` outcomes fail because the person's facts have changed."""

    def __init__(self, moved=0):
        self.rows = []
        self._moved = moved

    async def intend(self, entry):
        self.rows.append(entry)
        return Resolved(entry.patient, None)

    async def conclude(self, entry):
        self.rows.append(entry)
        self._moved -= 1
        return self._moved < 0

    @property
    def outcomes(self):
        """Each row without who and when."""
        return [(entry.phase, entry.outcome, entry.rule) for entry in self.rows]


async def request(trail, step):
    """One request on record that does this."""
    async with on_record(access(trail), PHYSICIAN, READ, now=NOW) as disclosure:
        await step(disclosure)


INTENT = ("intent", None, None)


def access(trail):
    """Access to no database: nothing here reads a record."""
    return RecordAccess(None, trail, POLICY, lambda: NOW)


async def test_the_intent_is_committed_first_and_the_outcome_names_what_was_shown():
    """One request has two rows: what was asked, and what was shown with version, class, giver and source."""
    trail, shown = FakeTrail(), item("Goal", "g", version=3)
    async with on_record(access(trail), PHYSICIAN, READ, now=NOW) as disclosure:
        assert trail.outcomes == [INTENT]
        assert await disclosure.permit([shown], hidden=2)

    intent, outcome = trail.rows
    assert intent.request == outcome.request
    assert (outcome.outcome, outcome.patient, outcome.hidden) == ("permit", "anna", 2)
    assert outcome.shown == [["Goal/g", 3, shown.information_class, shown.giver, shown.source, shown.label]]


@pytest.mark.parametrize(
    "error, outcome", [(Forbidden, "deny"), (NotFound, "deny"), (Unprocessable, "error"), (Conflict, "error")]
)
async def test_an_error_is_the_outcome(error, outcome):
    """A refusal and a fault of the request are in the trail by their names."""
    trail = FakeTrail()
    with pytest.raises(error):
        async with on_record(access(trail), PHYSICIAN, READ, now=NOW):
            raise error

    assert trail.outcomes == [INTENT, ("outcome", outcome, error.__name__)]


async def test_no_answer_has_no_outcome():
    """An intent alone says that no answer left."""
    trail = FakeTrail()
    with pytest.raises(Unavailable):
        async with on_record(access(trail), PHYSICIAN, READ, now=NOW):
            raise Unavailable

    assert trail.outcomes == [INTENT]


async def test_an_outcome_is_committed_once():
    """An error after the outcome is no second one."""
    trail = FakeTrail()

    async def answer(disclosure):
        await disclosure.permit()
        raise NotFound

    with pytest.raises(NotFound):
        await request(trail, answer)

    assert trail.outcomes == [INTENT, ("outcome", "permit", None)]


async def test_facts_that_keep_changing_are_given_up():
    """The decision is made anew as often as it may be, and never let through."""
    trail, answers = FakeTrail(moved=TRIES), []

    async def answer(disclosure):
        while True:
            answers.append(await disclosure.permit())

    with pytest.raises(Unavailable):
        await request(trail, answer)

    assert answers == [False] * (TRIES - 1)
    assert trail.outcomes == [INTENT] + [("outcome", "permit", None)] * TRIES


async def test_a_decision_that_moved_once_is_made_again():
    """The second outcome holds."""
    trail = FakeTrail(moved=1)
    async with on_record(access(trail), PHYSICIAN, READ, now=NOW) as disclosure:
        assert not await disclosure.permit()
        assert await disclosure.permit()


async def test_a_write_that_never_gets_through_is_a_conflict_on_record():
    """The error that the story gives is the outcome."""
    trail = FakeTrail()

    async def write(disclosure):
        while True:
            disclosure.require_another_try(Conflict)

    with pytest.raises(Conflict):
        await request(trail, write)

    assert trail.outcomes == [INTENT, ("outcome", "error", "Conflict")]


async def test_a_refusal_before_anything_is_read_is_on_record():
    """The kind of caller alone rules the question out."""
    trail = FakeTrail()
    with pytest.raises(Forbidden):
        await refuse(access(trail), PHYSICIAN, READ, now=NOW)

    assert trail.outcomes == [INTENT, ("outcome", "deny", "Forbidden")]


async def test_a_personal_number_is_no_id_and_in_no_trail():
    """It would be stored."""
    trail = FakeTrail()
    with pytest.raises(Unprocessable):
        async with on_record(access(trail), PHYSICIAN, READ._replace(patient="189002029800"), now=NOW):
            pass

    assert trail.rows == []


def test_what_a_giver_writes_is_social_if_the_directory_says_so():
    """A giver that the directory does not know writes nothing of either category."""
    giver = Organisation(str(PHYSICIAN.giver), "Omsorgen", None, None, ("social-care-giver",))
    known = RecordAccess(None, FakeTrail(), POLICY, lambda: NOW, Organisations([giver]))

    assert known.class_defaults(PHYSICIAN).category == "social"
    assert access(FakeTrail()).class_defaults(PHYSICIAN).category is None
