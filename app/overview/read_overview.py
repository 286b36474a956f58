"""Reads the overview of one person: own items and the sources' items, as far as the caller may see them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from app.access.caller import Caller
from app.access.decisions import AccessCheck
from app.access.ownership import Ownership
from app.access.redact import redact, redactor
from app.access.request_facts import related_givers
from app.disclosure.on_record import OpenRecord, RecordAccess, RecordQuestion, on_record
from app.disclosure.seen_versions import as_seen
from app.federation.gather import gather
from app.federation.source import AnswerState, Source, SourceAnswer, own_answer
from app.items import OWN_STORE, Item
from app.organisations import Organisations
from app.overview.duplicates import ShownItem, merge_duplicates


@dataclass(frozen=True, slots=True)
class SourceSet:
    """The sources to ask, the seconds that all of them together may take, and who owns which identifier system."""

    sources: Sequence[Source]
    within: float
    ownership: Callable[[], Ownership]


BY_REFERENCE = itemgetter(*map(Item._fields.index, ("type", "id")))


class Overview(NamedTuple):
    """Everything that a caller sees of a person, before it is rendered.

    `protected` tells whether the identity is protected, None if that is unknown. `bodies` holds the FHIR JSON of each
    item in `shown`, with references cut to what the caller sees; `sources` the answers, ours first, as the caller may
    know them; `relations` the givers with a current care relation to the person, and since when; `givers` the names of
    those that hold what is shown or answered, by HSA-id and language.
    """

    patient: str
    protected: bool | None
    shown: Sequence[ShownItem]
    bodies: Sequence[str]
    sources: Sequence[SourceAnswer]
    relations: Mapping[str, datetime]
    givers: Mapping[str, Mapping[str, str]]
    now: datetime

    @property
    def complete(self) -> bool:
        """True only if every source answered in full."""
        return all(answer.complete for answer in self.sources)


async def read_overview(
    record_access: RecordAccess, source_set: SourceSet, caller: Caller, question: RecordQuestion, *, now: datetime
) -> Overview:
    """The overview of one person, decided item by item and audited. Raises NotFound if the caller may not ask.

    The sources are asked once, after the intent is committed and the caller is allowed to ask; no database connection
    is held meanwhile. If the person's facts change, or one begins or ends by its time, own rows are read again and all
    is decided again.
    """
    answers: list[SourceAnswer] | None = None
    async with on_record(record_access, caller, question, now=now) as disclosure:
        while True:
            record = await disclosure.open()
            if answers is None and not record.access_check.sees_nothing:
                answers = await ask_sources(source_set, record, now)
            foreign = record.access_check.visible([item for answer in answers or () for item in answer.items])
            overview = build_overview(record, foreign.items, answers or (), source_set.ownership(), now)
            overview = await _as_seen(record_access, record, overview, foreign.items)
            overview = overview._replace(givers=names_of_givers(overview, record_access.directory))
            if await disclosure.permit(
                [shown.item for shown in overview.shown],
                hidden=record.hidden + foreign.hidden,
                sources=[
                    {"name": answer.source, "state": answer.state, "reason": answer.reason}
                    for answer in overview.sources
                ],
            ):
                return overview


async def _as_seen(
    record_access: RecordAccess, record: OpenRecord, overview: Overview, foreign: Sequence[Item]
) -> Overview:
    """The overview with the versions of cut bodies as the caller sees them."""
    items = [entry.item for entry in overview.shown]
    cut = redactor([*record.items, *foreign], record.patient, record.access_check.limits)
    seen = await as_seen(record_access.pool, record.rls_context, record.access_check, items, overview.bodies, cut)
    return overview._replace(bodies=[item.body for item in seen])


def build_overview(
    record: OpenRecord,
    foreign: Sequence[Item],
    answers: Sequence[SourceAnswer],
    ownership: Ownership,
    now: datetime,
) -> Overview:
    """The overview of own and foreign items that the caller sees, duplicates merged, and the state of each source."""
    # In an order of their own: that of the rows tells when each was last written, and so of hidden changes.
    visible = sorted([*record.items, *foreign], key=BY_REFERENCE)
    shown, renamed = merge_duplicates(visible, ownership)
    items = [entry.item for entry in shown]
    own = own_answer([item for item in record.items if item.source == OWN_STORE], now=now)
    return Overview(
        record.patient,
        record.facts["protected"],
        shown,
        redact(items, items, record.patient, record.access_check.limits, renamed),
        [visible_answer(answer, visible, record.access_check) for answer in (own, *answers)],
        related_givers(record.facts, now),
        {},
        now,
    )


def names_of_givers(overview: Overview, directory: Organisations) -> dict[str, dict[str, str]]:
    """The names of the givers of the shown items and of the sources, as far as the directory knows them."""
    givers = {answer.giver for answer in overview.sources}
    givers.update(copy.giver for entry in overview.shown for copy in entry.copies)
    names = ((giver, directory.names(giver)) for giver in sorted(filter(None, givers)))
    return {giver: name for giver, name in names if name is not None}


async def ask_sources(source_set: SourceSet, record: OpenRecord, now: datetime) -> list[SourceAnswer]:
    """The answers of the sources; none is asked if the person has no personal number."""
    if not source_set.sources or (person := record.person) is None:
        return []
    return await gather(source_set.sources, person, record.patient, within=source_set.within, now=now)


def visible_answer(answer: SourceAnswer, visible: Sequence[Item], access_check: AccessCheck) -> SourceAnswer:
    """The answer as the caller may know it, without its items.

    A source whose items are all hidden from the caller counts as empty, and an item that could not be read counts only
    for a caller who might have seen it (docs/law.md, C22).
    """
    unread = (item.reason for item in answer.quarantined if access_check.might_read(item.type, item.classes))
    reason = answer.missing or next(unread, None)
    if any(item.source == answer.source for item in visible):
        state = AnswerState.DATA
    else:
        state = AnswerState.UNKNOWN if reason else AnswerState.EMPTY
    as_of = None if state is AnswerState.UNKNOWN else answer.as_of
    return SourceAnswer(answer.source, answer.giver, state, reason, as_of=as_of)
