"""Reads exports of the population register line by line: NDJSON and CSV, so that a file may be larger than the memory.

Each record comes with its line; a line that cannot be used is a fault, never the end of the import. docs/people.md
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from app.errors import Fault, Malformed, SamplanError, TooLarge
from app.fhir.strict_json import parse_json
from app.people.record import MEMBERS, RegisterRecord, record_of_json, record_of_row

LONGEST_LINE: Final = 65_536
"""Bytes of one line."""

NOT_UTF8: Final = Fault("structure", "The line is not UTF-8.", "Raden är inte UTF-8.")
BAD_ROW: Final = Fault(
    "structure",
    "The line has not as many fields as there are columns, or an open quotation mark.",
    "Raden har inte lika många fält som det finns kolumner, eller ett citattecken som inte avslutas.",
)
BAD_HEADER: Final = Fault(
    "structure",
    f"The first line must name the columns, each once, of {', '.join(sorted(MEMBERS))}.",
    f"Den första raden ska ange kolumnerna, var och en en gång, av {', '.join(sorted(MEMBERS))}.",
)


class ExportedRecord(NamedTuple):
    """A record of an export, or the faults of its line; lines count from 1."""

    line: int
    record: RegisterRecord | None
    faults: tuple[Fault, ...] = ()


def read_ndjson(path: Path, registered: datetime | None) -> Iterator[ExportedRecord]:
    """One record a line; blank lines are left out. `registered` is the time of records without their own."""
    with path.open("rb") as stream:
        for number, line in _lines(stream):
            if line is None:
                yield ExportedRecord(number, None, TooLarge().faults)
            elif line.strip():
                try:
                    yield ExportedRecord(number, record_of_json(parse_json(line.strip()), registered=registered))
                except SamplanError as error:
                    yield ExportedRecord(number, None, error.faults)


def read_csv(path: Path, registered: datetime | None) -> Iterator[ExportedRecord]:
    """One record a line, below a line with the names of the columns; between them semicolons or commas."""
    with path.open("rb") as stream:
        lines = _lines(stream)
        header = next(lines, (1, b""))[1] or b""
        delimiter = ";" if b";" in header else ","
        names = _cells(header.removeprefix(b"\xef\xbb\xbf"), delimiter)
        if not names or not set(names) <= MEMBERS or len(set(names)) < len(names):
            yield ExportedRecord(1, None, (BAD_HEADER,))
            return
        for number, line in lines:
            if line is None:
                yield ExportedRecord(number, None, TooLarge().faults)
            elif line.strip():
                yield _of_line(number, line, delimiter, names, registered)


def _of_line(number: int, line: bytes, delimiter: str, names: list[str], registered: datetime | None) -> ExportedRecord:
    try:
        cells = _cells(line, delimiter)
        if cells is None or len(cells) != len(names):
            raise Malformed(BAD_ROW)
        row: Mapping[str, str] = dict(zip(names, cells, strict=True))
        return ExportedRecord(number, record_of_row(row, registered=registered))
    except UnicodeDecodeError:
        return ExportedRecord(number, None, (NOT_UTF8,))
    except SamplanError as error:
        return ExportedRecord(number, None, error.faults)


def _cells(line: bytes, delimiter: str) -> list[str] | None:
    """The cells of one line, which no quotation mark carries over to the next; None if it cannot be read."""
    try:
        rows = list(csv.reader([line.decode("utf-8").rstrip("\r\n")], delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """The lines with their numbers; None for one that is too long, whose rest is passed over."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        is_long = len(line) > LONGEST_LINE
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)
        yield number, None if is_long else line
