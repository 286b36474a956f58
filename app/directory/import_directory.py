"""Imports an export of a catalogue: reads it twice, judges all of it together, and stores what has changed.

The first reading outlines every resource, the second stores those that are new or changed, so that no export need fit
into memory. All of it is one transaction; what is refused is left out and reported by line and element.
docs/directory.md
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

from app.directory.entries import Outline, Place, entry_of, outline
from app.directory.hierarchy import SAME_TIME, Judged, Refusal, judge
from app.errors import Fault, SamplanError
from app.storage.directory_rows import BATCH, DirectoryEntry, NotStored, StoredEntry, importing

PROGRESS: Final = 10_000
"""Resources between two reports of progress."""


class ExportedResource(NamedTuple):
    """A resource of an export with its line, or the error that its line has."""

    line: int
    resource: dict[str, Any]
    error: SamplanError | None = None


class Export(NamedTuple):
    """An export: its name, which owns what it brings, when it was made, and `read`, which reads it from its start."""

    name: str
    exported: datetime | None
    read: Callable[[], Iterable[ExportedResource]]


@dataclass
class Report:
    """The result of an import: the numbers of resources by state, and the refused lines with their faults."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[Refusal] = field(default_factory=list)

    def refuse(self, line: int, *faults: Fault) -> None:
        """Note a resource that is not stored."""
        self.refused.extend((line, fault) for fault in faults)
        self.counts["refused"] += 1


Progress = Callable[[str], object]
"""Tells a person, in a few words, how far the import is."""


async def import_directory(
    pool: Any, export: Export, *, operator: str, now: datetime, progress: Progress, dry: bool = False
) -> Report:
    """Store what is new or newer in an export, and report all; `dry` only reports. Raises Unavailable."""
    report = Report()
    outlines = list(_outlines(export, report, progress))
    async with importing(pool, export=export.name, operator=operator, at=now) as transaction:
        stored = await transaction.stored()
        judged = judge(outlines, stored, export.name)
        for line, fault in judged.refused:
            report.refuse(line, fault)
        report.counts["older"] += judged.older
        stores = 0
        for state, entries in _batches(_changes(export, judged, stored, report), progress):
            if not dry:
                stores += len(entries)
                await (transaction.confirm if state == "confirmed" else transaction.put)(entries)
        if not stores:
            raise NotStored
    report.refused.sort(key=itemgetter(0))
    return report


def _outlines(export: Export, report: Report, progress: Progress) -> Iterator[Outline]:
    for place, (line, resource, error) in enumerate(export.read()):
        if place and place % PROGRESS == 0:
            progress(f"{place} resources read")
        try:
            if error is not None:
                raise error
            yield outline(resource, Place(line, place), export=export.name, exported=export.exported)
        except SamplanError as wrong:
            report.refuse(line, *wrong.faults)


def _changes(
    export: Export, judged: Judged, stored: Mapping[str, StoredEntry], report: Report
) -> Iterator[tuple[str, DirectoryEntry]]:
    """The entries to store, each with its state: `new`, `changed`, or `confirmed` if the export only makes it newer."""
    outlined_at = {outlined.place.number: outlined for outlined in judged.accepted.values()}
    for number, (line, resource, _) in enumerate(export.read()):
        outlined = outlined_at.get(number)
        if outlined is None:
            continue
        known = stored.get(outlined.reference)
        entry = entry_of(resource, outlined, judged.names, _parent(outlined, judged, stored))
        entry = entry._replace(export=export.name, version=known.version + 1 if known else 1)
        if known is not None and known.digest == entry.digest:
            report.counts["unchanged"] += 1
            if outlined.updated > known.source_updated:
                yield "confirmed", entry
        elif known is not None and outlined.updated == known.source_updated:
            report.refuse(line, SAME_TIME)
        else:
            state = "changed" if known else "new"
            report.counts[state] += 1
            yield state, entry


def _parent(outlined: Outline, judged: Judged, stored: Mapping[str, StoredEntry]) -> str | None:
    """The HSA-id of the organisation above."""
    reference = judged.parent_of(outlined)
    entry = (judged.accepted.get(reference) or stored.get(reference)) if reference else None
    return entry.hsa_id if entry else None


def _batches(
    changes: Iterable[tuple[str, DirectoryEntry]], progress: Progress
) -> Iterator[tuple[str, list[DirectoryEntry]]]:
    """The changes in batches of one state each, in any order."""
    waiting: dict[str, list[DirectoryEntry]] = {}
    for count, (state, entry) in enumerate(changes, 1):
        batch = waiting.setdefault(state, [])
        batch.append(entry)
        if count % PROGRESS == 0:
            progress(f"{count} resources stored")
        if len(batch) == BATCH:
            yield state, waiting.pop(state)
    yield from waiting.items()
