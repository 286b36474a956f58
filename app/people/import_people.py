"""Imports an export of the population register in batches, each one transaction, and counts what became of its lines.

An import can be run again: what is stored already is left as it is, and what is older is ignored. docs/people.md
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.access.caller import Caller
from app.disclosure.on_record import RecordAccess
from app.errors import Fault
from app.people.decide import RecordState, pair
from app.people.exports import ExportedRecord
from app.people.record import RegisterRecord
from app.people.register import import_batch, open_import

BATCH: Final = 200
"""Records of one transaction."""


@dataclass(slots=True)
class ImportReport:
    """The number of records by their state, the faults by line, and the last line that is stored."""

    counts: Counter[RecordState] = field(default_factory=Counter)
    refused: list[tuple[int, Fault]] = field(default_factory=list)
    line: int = 0


async def import_people(
    record_access: RecordAccess,
    caller: Caller,
    records: Iterable[ExportedRecord],
    *,
    now: Callable[[], datetime],
    progress: Callable[[ImportReport], None],
) -> ImportReport:
    """Store the records of an export; `progress` is called after each batch.

    Raises Forbidden if the caller may not import people, and Conflict if others keep changing the same people.
    """
    ruling = await open_import(record_access, caller, now=now())
    report, waiting, numbers = ImportReport(), list[tuple[int, RegisterRecord]](), set[tuple[str, str]]()

    async def flush() -> None:
        if waiting:
            batch = [record for _, record in waiting]
            outcomes = await import_batch(record_access, caller, ruling, batch, now=now())
            for (line, _), outcome in zip(waiting, outcomes, strict=True):
                report.counts[outcome.state] += 1
                report.refused += [(line, fault) for fault in outcome.faults]
                report.line = line
            waiting.clear()
            numbers.clear()
            progress(report)

    for line, record, faults in records:
        if record is None:
            report.counts[RecordState.REFUSED] += 1
            report.refused += [(line, fault) for fault in faults]
            continue
        own = {pair(number) for number in record.numbers}
        if len(waiting) >= BATCH or not numbers.isdisjoint(own):
            await flush()
        waiting.append((line, record))
        numbers |= own
    await flush()
    return report
