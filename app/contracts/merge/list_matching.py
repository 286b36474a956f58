"""Which item of one list is which of another: FHIR gives items no keys, and others put them in their own order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_KEYS: Final = (
    "url", "linkId", "member", "actor", "who", "reference", "display", "identifier", "value", "text", "coding",
)  # fmt: skip
"""What an item is told by: the first of these that it has."""

_COMMON: Final = frozenset({"status", "system", "use", "type", "mode", "required"})
"""What many items of a list say alike."""

Leaf = tuple[str, Any]


def heard(stored: Sequence[Any], again: Sequence[Any]) -> dict[int, int]:
    """The place of each item of `again` -> that of the stored item that it was heard from: the one most like it."""
    there, said = ([set(_leaves(one, "")) for one in each] for each in (stored, again))
    likeness = [
        (len(common), -len(there[one] - common), -abs(one - other), other, one)
        for one in range(len(there))
        for other in range(len(said))
        if not _is_common(common := there[one] & said[other])
    ]
    found: dict[int, int] = {}
    taken = set()
    for *_, other, one in sorted(likeness, reverse=True):
        if other not in found and one not in taken:
            found[other] = one
            taken.add(one)
    return found


def continued(again: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """The place of each new item -> that of the item of `again` that it is, changed or not; others are new."""
    found: dict[int, int] = {}
    left = list(range(len(again)))
    for is_same in (_is_equal, _has_same_key):
        for place, item in enumerate(new):
            at = None if place in found else next((at for at in left if is_same(again[at], item)), None)
            if at is not None:
                found[place] = at
                left.remove(at)
    come = [place for place in range(len(new)) if place not in found]
    if len(left) == len(come) == 1 and _key(again[left[0]]) is None and _key(new[come[0]]) is None:
        found[come[0]] = left[0]
    return found


def _leaves(node: Any, path: str) -> Iterator[Leaf]:
    """Each primitive with the names that lead to it."""
    if isinstance(node, Mapping):
        for name, child in node.items():
            yield from _leaves(child, f"{path}.{name}")
    elif isinstance(node, list):
        for child in node:
            yield from _leaves(child, path)
    else:
        yield path, node


def _is_common(leaves: set[Leaf]) -> bool:
    return all(path.rpartition(".")[2] in _COMMON for path, _ in leaves)


def _is_equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def _has_same_key(one: Any, other: Any) -> bool:
    return _key(one) is not None and _key(one) == _key(other)


def _key(item: Any) -> tuple[str, Any] | None:
    if not isinstance(item, Mapping):
        return None
    return next(((name, item[name]) for name in _KEYS if name in item), None)
