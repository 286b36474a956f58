"""Match the items of two lists: FHIR gives items no keys, and other systems may change their order.

`stored` are the items of a stored resource, `mapped` those that the contract read from it becomes, and `new` those
that the revised contract becomes. docs/decisions/0015-what-others-say-is-carried-over.md
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_KEYS: Final = (
    "url", "linkId", "member", "actor", "who", "reference", "display", "identifier", "value", "text", "coding",
)  # fmt: skip
"""The elements that identify an item: the first of these that it has."""

_COMMON: Final = frozenset({"status", "system", "use", "type", "mode", "required"})
"""Elements that are the same in many items of a list, and identify none."""

Leaf = tuple[str, Any]


def match_mapped(stored: Sequence[Any], mapped: Sequence[Any]) -> dict[int, int]:
    """Return the index of each mapped item -> the index of the stored item that it is most like."""
    stored_leaves, mapped_leaves = ([set(_leaves(item, "")) for item in items] for items in (stored, mapped))
    likeness = [
        (len(common), -len(leaves - common), -abs(stored_index - mapped_index), mapped_index, stored_index)
        for stored_index, leaves in enumerate(stored_leaves)
        for mapped_index in range(len(mapped_leaves))
        if not _is_common(common := leaves & mapped_leaves[mapped_index])
    ]
    matches: dict[int, int] = {}
    taken = set()
    for *_, mapped_index, stored_index in sorted(likeness, reverse=True):
        if mapped_index not in matches and stored_index not in taken:
            matches[mapped_index] = stored_index
            taken.add(stored_index)
    return matches


def match_new(mapped: Sequence[Any], new: Sequence[Any]) -> dict[int, int]:
    """Return the index of each new item -> the index of the mapped item that it is, changed or not.

    A new item without a match has been added.
    """
    matches: dict[int, int] = {}
    unmatched = list(range(len(mapped)))
    for is_same in (_is_equal, _has_same_key):
        for new_index, item in enumerate(new):
            index = None if new_index in matches else next((i for i in unmatched if is_same(mapped[i], item)), None)
            if index is not None:
                matches[new_index] = index
                unmatched.remove(index)
    added = [index for index in range(len(new)) if index not in matches]
    if len(unmatched) == len(added) == 1 and _key(mapped[unmatched[0]]) is None and _key(new[added[0]]) is None:
        matches[added[0]] = unmatched[0]
    return matches


def _leaves(node: Any, path: str) -> Iterator[Leaf]:
    """Yield each primitive with the names on the way to it."""
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


def _is_equal(mapped: Any, new: Any) -> bool:
    return bool(mapped == new)


def _has_same_key(mapped: Any, new: Any) -> bool:
    return _key(mapped) is not None and _key(mapped) == _key(new)


def _key(item: Any) -> tuple[str, Any] | None:
    if not isinstance(item, Mapping):
        return None
    return next(((name, item[name]) for name in _KEYS if name in item), None)
