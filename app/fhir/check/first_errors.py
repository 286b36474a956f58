"""The first schema errors of a resource, at a cost that does not grow with the number of errors.

jsonschema-rs collects every error before it returns the first (58 microseconds each, eight kilobytes), so a list of
20 000 wrong items would hold a process for seconds. `is_valid` stops at the first error instead. So a large resource is
first reduced to a small part that is still wrong, found by halving its lists, and only that part is asked for errors.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

from app.errors import MOST_FAULTS
from app.fhir.schema_files import ValidationError, Validator

SMALL: Final = 400
"""Nodes (objects, lists and values) that a resource may have to be asked for all its errors at once."""

WINDOW: Final = MOST_FAULTS
"""Items of a list that are kept in the reduced resource."""

Step = str | int
IsWrong = Callable[[Any], bool]


class SchemaError(NamedTuple):
    """A schema error of jsonschema-rs, with its place in the whole resource instead of the reduced one."""

    kind: Any
    instance_path: list[Step]
    schema_path: list[Step]


def first_errors(validator: Validator, resource: Any) -> Iterator[SchemaError]:
    """Yield at least one and at most MOST_FAULTS errors of a resource that is not valid."""
    offsets: dict[tuple[Step, ...], int] = {}
    reduced = resource
    if not is_small(resource):
        reduced = _reduced(resource, lambda part: not validator.is_valid(part), (), offsets)
    errors = list(islice(validator.iter_errors(reduced), MOST_FAULTS))
    for error in errors:
        yield SchemaError(error.kind, _in_whole(error.instance_path, offsets), list(error.schema_path))
    if not errors:
        yield first_error(validator, resource)


def first_error(validator: Validator, resource: Any) -> SchemaError:
    """The first error of a resource that is not valid, whatever its size.

    Raises:
        ValueError: the resource is valid.
    """
    try:
        validator.validate(resource)
    except ValidationError as error:
        return SchemaError(error.kind, list(error.instance_path), list(error.schema_path))
    raise ValueError("The resource is valid.")


def is_small(resource: Any) -> bool:
    """Whether a resource has at most SMALL nodes; looks at no more of them."""
    return next(islice(_nodes(resource), SMALL, None), None) is None


def _nodes(node: Any) -> Iterator[bool]:
    yield True
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _nodes(child)


def _thinned(node: Any, room: list[int]) -> Any:
    """A copy with at most WINDOW items of each list, and with one item where `room` (nodes left) has run out."""
    room[0] -= 1
    if isinstance(node, dict):
        return {name: _thinned(child, room) for name, child in node.items()}
    if isinstance(node, list):
        return [_thinned(child, room) for place, child in enumerate(node[:WINDOW]) if place == 0 or room[0] > 0]
    return node


def _reduced(node: Any, is_wrong: IsWrong, path: tuple[Step, ...], offsets: dict[tuple[Step, ...], int]) -> Any:
    """A small part of an object or list that is still wrong.

    `offsets` gets the number of items that were left out before the first one of a list.
    """
    small = _thinned(node, [SMALL])
    if is_wrong(small):
        return small
    if isinstance(node, dict):
        return _reduced_object(node, small, is_wrong, path, offsets)
    return _reduced_list(node, is_wrong, path, offsets)


def _reduced_object(
    node: dict[str, Any],
    small: dict[str, Any],
    is_wrong: IsWrong,
    path: tuple[Step, ...],
    offsets: dict[tuple[Step, ...], int],
) -> Any:
    for name, child in node.items():
        if isinstance(child, dict | list) and is_wrong({**small, name: child}):
            return {**small, name: _reduced(child, _within(is_wrong, small, name), (*path, name), offsets)}
    return small


def _within(is_wrong: IsWrong, small: dict[str, Any], name: str) -> IsWrong:
    """Whether an object is wrong with a part in place of one of its members."""
    return lambda part: is_wrong({**small, name: part})


def _reduced_list(
    node: list[Any], is_wrong: IsWrong, path: tuple[Step, ...], offsets: dict[tuple[Step, ...], int]
) -> Any:
    first, end = 0, len(node)
    while end - first > 1:
        middle = (first + end) // 2
        first, end = (first, middle) if is_wrong(node[first:middle]) else (middle, end)
    offsets[path] = first
    window = _thinned(node[first : first + WINDOW], [SMALL])
    if is_wrong(window):
        return window
    if not isinstance(node[first], dict | list):
        return window
    return [_reduced(node[first], lambda part: is_wrong([part]), (*path, 0), offsets)]


def _in_whole(reduced_path: list[Step], offsets: dict[tuple[Step, ...], int]) -> list[Step]:
    """A path in the reduced resource as the path in the whole one."""
    return [
        step + offsets.get(tuple(reduced_path[:place]), 0) if isinstance(step, int) else step
        for place, step in enumerate(reduced_path)
    ]
