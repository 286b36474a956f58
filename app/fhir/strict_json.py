"""Parses bytes as one JSON object, or raises faults that name the place and the fix, never the value.

Python's own parser accepts duplicate keys and NaN, and rounds decimals; FHIR allows none of these.
https://hl7.org/fhir/R4/json.html
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TypeAlias

from app.errors import MOST_FAULTS, Fault, Malformed, TooLarge
from app.fhir.ids import is_id
from app.fhir.schema_names import printable_name, r4_names

LIMIT: Final = 5_000_000
"""Bytes in a body."""

DEPTH: Final = 64
"""Levels of objects and lists inside each other."""

NODES: Final = 150_000
"""Commas and opening brackets in a body, which bound the time and the memory that it takes."""

MEMBERS: Final = 256
"""Keys in one object; no FHIR element has half as many."""

NUMBER_LENGTH: Final = 64
EXPONENT: Final = 308

_TYPE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}")
_SUSPECT: Final = re.compile(r"\\(?:[bf]|u00[01]|u[dD][89a-fA-F])")
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_EXACT_INTEGER: Final = 18


class _WithDuplicates(dict[str, Any]):
    """An object with duplicate keys; `names` are those keys."""

    names: tuple[str, ...]


class _RefusedNumber(NamedTuple):
    """Replaces a number that is not accepted; `why` is its row in _SENTENCES."""

    why: str


Names: TypeAlias = Callable[[], Collection[str]]
"""Returns the names that a fault may repeat; called only if there is a fault."""


def parse(body: bytes, *, limit: int = LIMIT) -> dict[str, Any]:
    """Parse one FHIR resource; decimals stay Decimal. Raises TooLarge or Malformed."""
    resource = parse_json(body, limit=limit)
    resource_type = resource.get("resourceType")
    if not isinstance(resource_type, str) or not _TYPE.fullmatch(resource_type):
        raise Malformed(_fault("type", "resourceType"))
    if "id" in resource and not is_id(resource["id"]):
        raise Malformed(_fault("id", f"{printable_name(resource_type)}.id"))
    return resource


def parse_json(body: bytes, *, limit: int = LIMIT, names: Names = r4_names) -> dict[str, Any]:
    """Parse any JSON object by the same rules; faults repeat only those of its keys that are in `names`.

    Raises TooLarge or Malformed.
    """
    if len(body) > limit:
        raise TooLarge(_fault("size", None, f"{limit:,}".replace(",", " ")))
    text = _decoded(body)
    if text.count(",") + text.count("{") + text.count("[") > NODES:
        raise TooLarge(_fault("nodes", None))
    root, is_marked = _loaded(text)
    if not isinstance(root, dict):
        raise Malformed(_fault("object", None))
    if _is_deep(root):
        raise Malformed(_fault("depth", None))
    looks = [*((_duplicates, _numbers) if is_marked else ()), *((_characters,) if _SUSPECT.search(text) else ())]
    faults = chain.from_iterable(look(_nodes(root, _root(root), names), names) for look in looks)
    if first := list(islice(faults, MOST_FAULTS)):
        raise Malformed(*first)
    return root


def _decoded(body: bytes) -> str:
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise Malformed(_fault("utf-8", None, str(error.start))) from None
    if text.startswith("\ufeff"):
        raise Malformed(_fault("bom", None))
    if not text.strip():
        raise Malformed(_fault("empty", None))
    return text


def _loaded(text: str) -> tuple[Any, bool]:
    """Load JSON; the second value is whether it has duplicate keys or a number that is not accepted.

    Raises Malformed.
    """
    marks: list[Any] = []

    def refused(why: str) -> _RefusedNumber:
        marks.append(_RefusedNumber(why))
        return _RefusedNumber(why)

    def decimal(text: str) -> Decimal | _RefusedNumber:
        number = Decimal(text) if len(text) <= NUMBER_LENGTH else Decimal("Infinity")
        return number if abs(number.adjusted()) <= EXPONENT and number.is_finite() else refused("number")

    def integer(text: str) -> int | Decimal | _RefusedNumber:
        """Keep a number that no 64-bit integer holds as a Decimal: a FHIR decimal may be written without a point."""
        return int(text) if len(text) <= _EXACT_INTEGER else decimal(text)

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        unique = _object(members)
        if len(unique) == len(members):
            return unique
        marked = _WithDuplicates(unique)
        marked.names = tuple(name for name, count in Counter(name for name, _ in members).items() if count > 1)
        marks.append(marked)
        return marked

    try:
        root = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_float=decimal,
            parse_int=integer,
            parse_constant=lambda _: refused("constant"),
        )
    except json.JSONDecodeError as error:
        raise Malformed(_fault("json", None, str(error.lineno), str(error.colno))) from None
    except RecursionError:
        raise Malformed(_fault("depth", None)) from None
    return root, bool(marks)


def _object(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(members) > MEMBERS:
        raise Malformed(_fault("members", None))
    return dict(members)


def _is_deep(root: dict[str, Any]) -> bool:
    level: list[Any] = [root]
    for _ in range(DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True


def _nodes(node: Any, path: str, names: Names) -> Iterator[tuple[str, Any]]:
    """Yield each node with its path; an unknown key is not repeated in the path."""
    yield path, node
    if isinstance(node, dict):
        for name, child in node.items():
            yield from _nodes(child, f"{path}.{printable_name(name, names)}", names)
    elif isinstance(node, list):
        for place, child in enumerate(node):
            yield from _nodes(child, f"{path}[{place}]", names)


def _root(root: dict[str, Any]) -> str:
    resource_type = root.get("resourceType")
    return printable_name(resource_type) if isinstance(resource_type, str) else "$this"


Nodes: TypeAlias = Iterator[tuple[str, Any]]


def _duplicates(nodes: Nodes, names: Names) -> Iterator[Fault]:
    for path, node in nodes:
        if isinstance(node, _WithDuplicates):
            for name in node.names:
                yield _fault("twice", f"{path}.{printable_name(name, names)}")


def _numbers(nodes: Nodes, _: Names) -> Iterator[Fault]:
    return (_fault(node.why, path) for path, node in nodes if isinstance(node, _RefusedNumber))


def _characters(nodes: Nodes, _: Names) -> Iterator[Fault]:
    for path, node in nodes:
        texts = [node] if isinstance(node, str) else list(node) if isinstance(node, dict) else []
        if any(_FORBIDDEN.search(text) for text in texts):
            yield _fault("character", path)


_SENTENCES: Final = {
    "size": (
        "The body is larger than {} bytes; send less at a time.",
        "Innehållet är större än {} byte; skicka mindre åt gången.",
    ),
    "nodes": (
        "The body holds too many elements; send fewer at a time.",
        "Innehållet har för många element; skicka färre åt gången.",
    ),
    "utf-8": (
        "The body is not UTF-8 at byte {}; encode it as UTF-8.",
        "Innehållet är inte UTF-8 vid byte {}; koda det som UTF-8.",
    ),
    "bom": (
        "The body starts with a byte order mark; leave it out.",
        "Innehållet börjar med en byteordningsmarkering; ta bort den.",
    ),
    "empty": (
        "The body is empty; send a JSON object.",
        "Innehållet är tomt; skicka ett JSON-objekt.",
    ),
    "json": (
        "The body stops being JSON at line {}, column {}; correct it there.",
        "Innehållet slutar vara JSON på rad {}, kolumn {}; rätta det där.",
    ),
    "object": (
        "The body must be one JSON object.",
        "Innehållet ska vara ett JSON-objekt.",
    ),
    "depth": (
        f"Objects and lists are nested more than {DEPTH} levels deep; make it flatter.",
        f"Objekt och listor är nästlade djupare än {DEPTH} nivåer; gör det plattare.",
    ),
    "members": (
        f"An object has more than {MEMBERS} keys; send the elements that FHIR names.",
        f"Ett objekt har fler än {MEMBERS} nycklar; skicka de element som FHIR har.",
    ),
    "constant": (
        "NaN, Infinity and -Infinity are no JSON numbers; leave the element out.",
        "NaN, Infinity och -Infinity är inga JSON-tal; utelämna elementet.",
    ),
    "number": (
        f"A number has more than {NUMBER_LENGTH} characters or an exponent beyond {EXPONENT}; round it.",
        f"Ett tal har fler än {NUMBER_LENGTH} tecken eller en exponent bortom {EXPONENT}; avrunda det.",
    ),
    "twice": (
        "The key stands twice in the same object; keep one.",
        "Nyckeln står två gånger i samma objekt; behåll en.",
    ),
    "character": (
        "The text holds a control character or half of a surrogate pair; remove it.",
        "Texten har ett styrtecken eller ett halvt surrogatpar; ta bort det.",
    ),
    "type": (
        "Say which resource it is in resourceType, such as CarePlan.",
        "Ange vilken resurs det är i resourceType, till exempel CarePlan.",
    ),
    "id": (
        "An id has 1 to 64 of the characters A-Z, a-z, 0-9, hyphen and full stop.",
        "Ett id har 1 till 64 av tecknen A-Z, a-z, 0-9, bindestreck och punkt.",
    ),
}


def _fault(name: str, expression: str | None, *values: str) -> Fault:
    english, swedish = _SENTENCES[name]
    code = {"size": "too-long", "nodes": "too-costly", "twice": "structure"}.get(name, "structure")
    return Fault(code, english.format(*values), swedish.format(*values), expression)
