"""Which elements of a resource leave, by the rows of elements.toml, and the resource without the others (pure).

Only what a purpose needs may be shown: dataskyddsförordningen artikel 5.1 c, PDL 4 kap. 2 §, SVOD 3 kap. 1 and 2 §§.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn

from app.access.facts import FACTS
from app.errors import Fault, SamplanError
from app.fhir.references import MASKED

EVERYTHING: Final = "*"
CONDITIONS: Final = frozenset({"role", "purpose", "information_class"})
REQUIRED_KEYS: Final = frozenset({"id", "when", "elements", "law", "sentence", "owner", "valid_from"})
OPTIONAL_KEYS: Final = frozenset({"extensions", "contained", "valid_to"})

_ELEMENT: Final = re.compile(r"([a-z][A-Za-z]*)(\[x\])?")


@dataclass(frozen=True, slots=True)
class ElementRow:
    """A row: its conditions, the elements that leave (`*` is all), and what it says to the person."""

    id: str
    when: Mapping[str, frozenset[str]]
    elements: tuple[str, ...]
    extensions: frozenset[str]
    contained: frozenset[str]
    law: str
    sentence: str
    owner: str
    valid_from: dt.date
    valid_to: dt.date | None

    def in_force(self, day: dt.date) -> bool:
        """Whether the row is in force on this day; `valid_to` is included."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def is_whole(self) -> bool:
        """Whether a resource leaves as it is."""
        return self.elements == (EVERYTHING,)

    def permits(self, name: str) -> bool:
        """Whether an element of a resource leaves, by its name; `value[x]` stands for every type of value."""
        return name in self.elements or _choice(name, self.elements)


NO_ROW: Final = ElementRow("no-row", {}, ("id",), frozenset(), frozenset(), "", "", "", dt.date.min, None)
"""Without a row nothing of a resource leaves but its type and its id."""


class ShownElements(dict[str, ElementRow]):
    """The row of each information class for one role and purpose on one day."""

    def __init__(self, rows: Iterable[ElementRow], facts: Mapping[str, str]) -> None:
        self._rows = [row for row in rows if _holds(row, facts)]
        self.is_whole = bool(self._rows) and self._rows[0].is_whole and "information_class" not in self._rows[0].when
        """Whether everything of every class leaves."""

    def __missing__(self, information_class: str) -> ElementRow:
        facts = {"information_class": information_class}
        row = self[information_class] = next((row for row in self._rows if _holds(row, facts)), NO_ROW)
        return row


class ElementTable:
    """The rows in their order: the first that matches decides."""

    def __init__(self, rows: Sequence[ElementRow]) -> None:
        self.rows = rows
        self._shown: dict[tuple[str, str, dt.date], ShownElements] = {}

    def shown_to(self, role: str, purpose: str, day: dt.date) -> ShownElements:
        """The rows for callers of this role and purpose on a local day."""
        shown = self._shown.get((role, purpose, day))
        if shown is None:
            if len(self._shown) >= REMEMBERED:
                self._shown.clear()
            in_force = [row for row in self.rows if row.in_force(day)]
            shown = self._shown[role, purpose, day] = ShownElements(in_force, {"role": role, "purpose": purpose})
        return shown


REMEMBERED: Final = 256
"""The most answers of `shown_to` that are remembered; there are fewer in a day."""


def _holds(row: ElementRow, facts: Mapping[str, str]) -> bool:
    return all(facts[name] in values for name, values in row.when.items() if name in facts)


def _choice(name: str, elements: Iterable[str]) -> bool:
    choices = (element.removesuffix("[x]") for element in elements if element.endswith("[x]"))
    return any(name.startswith(choice) and name[len(choice) : len(choice) + 1].isupper() for choice in choices)


def minimise(resource: Mapping[str, Any], row: ElementRow) -> dict[str, Any]:
    """The resource with the elements that a row lists; the resource itself stays unchanged.

    A modifierExtension keeps its address and loses its value, so that nobody reads the rest without it. References to
    contained resources that are cut stay: `app.fhir.references.cut` cuts them.
    """
    if row.is_whole:
        return dict(resource)
    listed = {
        name: value
        for name, value in resource.items()
        if name in {"resourceType", "extension", "modifierExtension"} or row.permits(name.lstrip("_"))
    }
    shown: dict[str, Any] = _without_extensions(listed, row.extensions) or {}
    contained = [inner for inner in resource.get("contained", ()) if inner["resourceType"] in row.contained]
    if inner_shown := [_without_extensions(inner, row.extensions) for inner in contained]:
        shown["contained"] = inner_shown
    return shown


def _without_extensions(node: object, extensions: frozenset[str]) -> Any:
    """A copy of a JSON node without the extensions that are not listed; None if nothing is left."""
    if isinstance(node, list):
        copies = [_without_extensions(child, extensions) for child in node]
        return [copy for copy in copies if copy is not None] or None
    if not isinstance(node, dict):
        return node
    copy = {}
    for name, child in node.items():
        # Most members are texts, which hold no extension.
        value = child if child.__class__ is str else _member(node, name, child, extensions)
        if value is not None:
            copy[name] = value
    return copy if copy.keys() - {"id"} or copy.keys() == node.keys() else None


def _member(node: Mapping[str, Any], name: str, child: Any, extensions: frozenset[str]) -> Any:
    """A member of an object without the extensions that are not listed; None if nothing is left of it."""
    if name == "extension":
        return [deepcopy(extension) for extension in child if extension["url"] in extensions] or None
    if name == "modifierExtension":
        return [{"url": extension["url"], "valueReference": deepcopy(MASKED)} for extension in child]
    if name.startswith("_"):
        return _sibling(node.get(name[1:]), child)
    return child if isinstance(child, list) and None in child else _without_extensions(child, extensions)


def _sibling(value: object, sibling: object) -> Any:
    """The `_` sibling of a primitive element: what stands for values that are absent, and nothing else."""
    if isinstance(value, list) and isinstance(sibling, list):
        absent = [deepcopy(MASKED) if member is None else None for member in value]
        return absent if any(absent) else None
    return deepcopy(MASKED) if value is None else None


@cache
def load() -> ElementTable:
    """The rows of elements.toml; SamplanError names the row with an error."""
    return parse(files("app.access").joinpath("elements.toml").read_text("utf-8"))


def parse(text: str) -> ElementTable:
    """The rows of this text; SamplanError names the row with an error."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        _refuse("elements", "not TOML")
    if document.keys() != {"row"}:
        _refuse("elements", "holds something else than rows")
    rows = tuple(map(_row, document["row"]))
    if len({row.id for row in rows}) != len(rows):
        _refuse("elements", "names a row twice")
    return ElementTable(rows)


def _row(entry: Mapping[str, Any]) -> ElementRow:
    name = str(entry.get("id"))
    if not REQUIRED_KEYS <= entry.keys() <= REQUIRED_KEYS | OPTIONAL_KEYS:
        _refuse(name, "lacks a key, or has one too many")
    when = {fact: frozenset(values) for fact, values in entry["when"].items()}
    if not when or not when.keys() <= CONDITIONS:
        _refuse(name, "has no condition, or one that is no role, purpose or information_class")
    if not all(values and values <= FACTS[fact].named_values.keys() for fact, values in when.items()):
        _refuse(name, "has a value that is not known")
    elements = tuple(entry["elements"])
    if elements != (EVERYTHING,) and not ("id" in elements and all(map(_ELEMENT.fullmatch, elements))):
        _refuse(name, "lists no id, or something that is no element")
    days = [entry["valid_from"], *([entry["valid_to"]] if "valid_to" in entry else [])]
    if not all(type(day) is dt.date for day in days) or days != sorted(days):
        _refuse(name, "has days that are none, or in the wrong order")
    law, sentence, owner = entry["law"], entry["sentence"], entry["owner"]
    if not all(isinstance(text, str) and text.strip() for text in (law, sentence, owner)):
        _refuse(name, "leaves a text out")
    extensions, contained = (frozenset(entry.get(key, ())) for key in ("extensions", "contained"))
    return ElementRow(name, when, elements, extensions, contained, law, sentence, owner, days[0], entry.get("valid_to"))


def _refuse(row: str, why: str) -> NoReturn:
    raise SamplanError(Fault("invalid", f"Row {row} of elements: {why}.", f"Rad {row} går inte att läsa."))
