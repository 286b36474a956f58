"""Reads the files of an import of facts: NDJSON with the members of the API, and CSV with the same names as columns.

Each is read line by line, so that a file may be larger than the memory. docs/facts.md lists the members.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.errors import Fault, Malformed, SamplanError, TooLarge
from app.fhir.strict_json import parse_json

LONGEST_LINE: Final = 100_000
"""Bytes of one line."""

COLUMNS: Final = frozenset(
    {"system", "value", "patient", "kind", "giver", "unit", "employee", "starts", "ends", "informed"}
    | {"informationFrom", "informationTo"}
)
"""The columns of a CSV file; `system` and `value` are the personal number."""

BAD_ROW: Final = Fault(
    "structure",
    "The line has not as many fields as there are columns, or an open quotation mark.",
    "Raden har inte lika många fält som det finns kolumner, eller ett citattecken som inte avslutas.",
)
UNKNOWN_COLUMN: Final = Fault(
    "structure",
    f"The first line must name columns among {', '.join(sorted(COLUMNS))}.",
    f"Första raden måste ange kolumner bland {', '.join(sorted(COLUMNS))}.",
)


class FactLine(NamedTuple):
    """A line of a file: its number, and its members, or the error that it has."""

    number: int
    members: Mapping[str, Any]
    error: SamplanError | None = None


def read_ndjson(path: Path) -> Iterator[FactLine]:
    """One fact a line; blank lines are left out. Raises OSError."""
    with path.open("rb") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), 1):
            if len(line) > LONGEST_LINE:
                yield FactLine(number, {}, TooLarge())
                return
            if line.strip():
                yield _parsed(number, line.strip())


def _parsed(number: int, line: bytes) -> FactLine:
    try:
        return FactLine(number, parse_json(line))
    except SamplanError as error:
        return FactLine(number, {}, error)


def read_csv(path: Path) -> Iterator[FactLine]:
    """One fact a line, below a line with the names of the columns; commas or semicolons between. Raises OSError."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
        header = stream.readline(LONGEST_LINE)
        delimiter = ";" if ";" in header else ","
        names = next(csv.reader([header], delimiter=delimiter), [])
        if not names or not COLUMNS.issuperset(names):
            yield FactLine(1, {}, Malformed(UNKNOWN_COLUMN))
            return
        rows = csv.DictReader(stream, names, delimiter=delimiter, strict=True)
        while True:
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield FactLine(rows.line_num + 1, {}, Malformed(BAD_ROW))
                continue
            yield _of_row(rows.line_num + 1, row)


def _of_row(number: int, row: Mapping[Any, Any]) -> FactLine:
    if None in row or any(value is None for value in row.values()):
        return FactLine(number, {}, Malformed(BAD_ROW))
    members: dict[str, Any] = {name: value.strip() for name, value in row.items() if value.strip()}
    person = {name: members.pop(name) for name in ("system", "value") if name in members}
    if person:
        members["person"] = person
    return FactLine(number, members)


READERS: Final[Mapping[str, Callable[[Path], Iterator[FactLine]]]] = {".ndjson": read_ndjson, ".csv": read_csv}
"""The reader of each kind of file."""
