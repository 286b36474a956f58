"""Reads the files of an export: NDJSON of FHIR resources, and CSV of units with the attributes of HSA.

Each is read line by line, so that a file may be larger than the memory. docs/directory.md lists the columns.
"""

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from app.directory.hsa_units import COLUMNS, resources_of
from app.directory.import_directory import ExportedResource
from app.errors import Fault, Malformed, SamplanError, TooLarge
from app.fhir.strict_json import parse

LONGEST_LINE: Final = 1_000_000
"""Bytes of one line."""

UNPRINTABLE: Final = re.compile("[\x00-\x1f\x7f\udc80-\udcff]")
"""Control characters, and what stands for bytes that are not UTF-8."""

NOT_TEXT: Final = Malformed(
    Fault(
        "structure",
        "The line is not UTF-8, or holds control characters.",
        "Raden är inte UTF-8 eller innehåller styrtecken.",
    )
)


def read_ndjson(path: Path) -> Iterator[ExportedResource]:
    """One FHIR resource a line; blank lines are left out."""
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), 1):
            if len(line) > LONGEST_LINE:
                yield ExportedResource(number, {}, TooLarge())
                return
            if line.strip():
                yield _parsed(number, line.strip())


def _parsed(number: int, line: bytes) -> ExportedResource:
    try:
        return ExportedResource(number, parse(line, limit=LONGEST_LINE))
    except SamplanError as error:
        return ExportedResource(number, {}, error)


def read_csv(path: Path) -> Iterator[ExportedResource]:
    """One unit a line, below a line with the names of the columns; between them semicolons or commas."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        header = stream.readline(LONGEST_LINE)
        delimiter = ";" if ";" in header else ","
        names = next(csv.reader([header], delimiter=delimiter), [])
        if unknown := [name for name in names if name not in COLUMNS]:
            yield ExportedResource(1, {}, _unknown_columns(len(unknown)))
            return
        rows = csv.DictReader(stream, names, delimiter=delimiter, strict=True)
        while True:
            number = rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield ExportedResource(number, {}, Malformed(BAD_ROW))
                continue
            yield from _of_row(number + 1, row)


def _of_row(number: int, row: dict[str | None, object]) -> Iterator[ExportedResource]:
    values = {str(name): value.strip() for name, value in row.items() if isinstance(value, str) and value.strip()}
    if any(UNPRINTABLE.search(value) for value in values.values()):
        yield ExportedResource(number, {}, NOT_TEXT)
    elif None in row or any(value is None for value in row.values()):
        yield ExportedResource(number, {}, Malformed(BAD_ROW))
    else:
        try:
            yield from (ExportedResource(number, resource) for resource in resources_of(values))
        except SamplanError as error:
            yield ExportedResource(number, {}, error)


BAD_ROW: Final = Fault(
    "structure",
    "The line has not as many fields as there are columns, or an open quotation mark.",
    "Raden har inte lika många fält som det finns kolumner, eller ett citattecken som inte avslutas.",
)


def _unknown_columns(count: int) -> SamplanError:
    known = ", ".join(COLUMNS)
    return Malformed(
        Fault(
            "structure",
            f"{count} columns are not known; the columns are {known}.",
            f"{count} kolumner är inte kända; kolumnerna är {known}.",
        )
    )


READERS: Final[dict[str, Callable[[Path], Iterator[ExportedResource]]]] = {
    ".ndjson": read_ndjson,
    ".jsonl": read_ndjson,
    ".csv": read_csv,
}
"""The reader of each ending of a file's name."""
