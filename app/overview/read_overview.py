"""The story of the overview: one person, every plan, each reader their part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.access.caller import Caller
from app.access.redact import redact
from app.disclosure.on_record import OpenRecord, Question, RecordAccess, on_record
from app.federation.gather import gather
from app.federation.source import AnswerState, Source, SourceAnswer, own_answer
from app.items import Item
from app.overview.duplicates import Shown, merge_duplicates


@dataclass(frozen=True, slots=True)
class SourceSet:
    """Which sources are asked, and how long all of them together may take, in seconds."""

    sources: Sequence[Source]
    within: float


class SourceState(NamedTuple):
    """What one source answered, as this caller may know it: `data`, `empty` or `unknown` with a reason."""

    name: str
    giver: str | None
    state: AnswerState
    reason: str | None
    as_of: datetime | None


class Overview(NamedTuple):
    """Everything one caller sees of one person, before it is rendered."""

    patient: str
    protected: bool
    shown: Sequence[Shown]
    bodies: Sequence[str]
    sources: Sequence[SourceState]
    now: datetime

    @property
    def complete(self) -> bool:
        """True only if every source answered, and whole."""
        return all(source.state is not AnswerState.UNKNOWN and source.reason is None for source in self.sources)


async def read_overview(
    record_access: RecordAccess, source_set: SourceSet, caller: Caller, question: Question, *, now: datetime
) -> Overview:
    """The overview of one person, decided item by item and audited; NotFound where the caller may not ask.

    The sources are asked once, after the intent is committed and asking is allowed; no database connection is held
    meanwhile. If the person's facts move, own rows are read and everything is decided again.
    """
    answers: list[SourceAnswer] | None = None
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            if answers is None:
                answers = await ask(source_set, record, now)
            foreign = record.access_check.visible([item for answer in answers for item in answer.items])
            overview = assemble(record, foreign.items, answers, now)
            if await disclosure.permit(
                [entry.item for entry in overview.shown],
                hidden=record.hidden + foreign.hidden,
                sources=[{"name": each.name, "state": each.state, "reason": each.reason} for each in overview.sources],
            ):
                return overview


def assemble(record: OpenRecord, foreign: Sequence[Item], answers: Sequence[SourceAnswer], now: datetime) -> Overview:
    """The overview of own and foreign items that the caller sees, duplicates merged, and the state of each source."""
    visible = [*record.items, *foreign]
    shown, renamed = merge_duplicates(visible)
    items = [entry.item for entry in shown]
    own = own_answer(record.items, now=now)
    return Overview(
        record.patient,
        bool(record.raw["protected"]),
        shown,
        redact(items, items, record.patient, renamed),
        [state(answer, visible) for answer in (own, *answers)],
        now,
    )


async def ask(source_set: SourceSet, record: OpenRecord, now: datetime) -> list[SourceAnswer]:
    """What every source says; none is asked where nothing could be shown, or the person has no number."""
    if not source_set.sources or record.access_check.sees_nothing or (person := record.person) is None:
        return []
    return await gather(source_set.sources, person, record.patient, within=source_set.within, now=now)


def state(answer: SourceAnswer, visible: Sequence[Item]) -> SourceState:
    """A source whose every item is hidden from this caller is shown as holding none of them (docs/law.md, C22)."""
    seen = answer.state
    if seen is AnswerState.DATA and not any(item.source == answer.source for item in visible):
        seen = AnswerState.UNKNOWN if answer.reason else AnswerState.EMPTY
    return SourceState(answer.source, answer.giver, seen, answer.reason, answer.as_of)
