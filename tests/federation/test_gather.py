"""All sources are asked at the same time within one deadline; a late or failing source is unknown."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app.federation import reasons
from app.federation.gather import gather
from app.federation.source import AnswerState, SourceAnswer, own_answer
from app.fhir.identifiers import PersonalNumber
from app.outbound import ConnectionFailed, Failure
from tests.builders.items import item
from tests.builders.sources import GUNNAR

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)


@dataclass
class Plain:
    """A source that waits, and then raises or answers that it is empty."""

    name: str
    after: float = 0.0
    raises: BaseException | None = None
    giver: str | None = "SE2321000000-1A01"
    cancelled: bool = False

    async def ask(self, person: PersonalNumber, patient: str, *, within: float, now: datetime) -> SourceAnswer:
        """The answer after a wait."""
        assert (person, patient) == (GUNNAR, "x")
        assert within > 0
        try:
            await asyncio.sleep(self.after)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        if self.raises is not None:
            raise self.raises
        return SourceAnswer(self.name, self.giver, AnswerState.EMPTY, as_of=now)


async def test_no_sources_give_no_answers():
    """There is nothing to ask."""
    assert await gather([], GUNNAR, "x", within=1, now=NOW) == []


async def test_answers_come_in_the_order_of_the_sources():
    """Not in the order of their speed."""
    answers = await gather([Plain("slow", 0.1), Plain("fast")], GUNNAR, "x", within=1, now=NOW)
    assert [(answer.source, answer.state) for answer in answers] == [("slow", "empty"), ("fast", "empty")]


async def test_a_late_source_is_unknown_at_the_deadline():
    """The others' answers come no later."""
    late = Plain("late", 10)
    started = time.perf_counter()
    answers = await gather([late, Plain("fast"), Plain("late too", 10)], GUNNAR, "x", within=0.2, now=NOW)
    assert time.perf_counter() - started < 6
    assert [(answer.state, answer.reason) for answer in answers] == [
        ("unknown", "timeout"),
        ("empty", None),
        ("unknown", "timeout"),
    ]
    assert late.cancelled


async def test_a_failure_is_unknown_with_its_reason():
    """A failure of another system is data."""
    (answer,) = await gather([Plain("gone", raises=ConnectionFailed())], GUNNAR, "x", within=1, now=NOW)
    assert (answer.state, answer.reason, answer.giver, answer.complete) == (
        "unknown",
        "refused",
        "SE2321000000-1A01",
        False,
    )


async def test_our_own_error_with_a_source_hides_no_other(caplog: pytest.LogCaptureFixture):
    """The text of the exception is in no answer."""
    sources = [Plain("odd", raises=KeyError("195009072553")), Plain("fine")]
    odd, fine = await gather(sources, GUNNAR, "x", within=1, now=NOW)
    assert (odd.state, odd.reason, fine.state) == ("unknown", "failed", "empty")
    assert "195009072553" not in str(odd)


async def test_cancelling_the_overview_cancels_the_queries():
    """If the caller goes away."""
    late = Plain("late", 10)
    story = asyncio.create_task(gather([late], GUNNAR, "x", within=20, now=NOW))
    await asyncio.sleep(0.02)
    story.cancel()
    with pytest.raises(asyncio.CancelledError):
        await story
    assert late.cancelled


def test_every_reason_has_its_sentences():
    """In both languages, for the person."""
    kinds = [Failure, *Failure.__subclasses__()]
    assert {kind.reason for kind in kinds} | {reasons.FAILED} == set(reasons.REASONS)
    assert all(sentence.english and sentence.swedish for sentence in reasons.REASONS.values())


def test_our_own_store_answers_as_a_source():
    """Data or confirmed empty, never unknown."""
    goal = item("Goal", "g", information_class="goal", body="{}")
    assert own_answer((), now=NOW) == SourceAnswer("samplan", None, AnswerState.EMPTY, as_of=NOW)
    assert own_answer([goal], now=NOW).state == AnswerState.DATA
    assert own_answer([goal], now=NOW).complete
