"""Lists the givers and their units as a tree, for a person at a terminal."""

from collections import defaultdict
from typing import Any

from app.organisations import DEEPEST, Organisation
from app.storage.directory_rows import read_changes


async def listed(pool: Any) -> list[str]:
    """A line for each organisation, indented below the one that it is a part of. Raises Unavailable."""
    below: dict[str | None, list[Organisation]] = defaultdict(list)
    for organisation in (await read_changes(pool, 0)).organisations:
        below[organisation.parent].append(organisation)
    lines: list[str] = []
    _add(lines, below, None, 0)
    return lines


def _add(lines: list[str], below: dict[str | None, list[Organisation]], parent: str | None, depth: int) -> None:
    if depth > DEEPEST:
        return
    for organisation in sorted(below.get(parent, ()), key=lambda entry: entry.name.casefold()):
        kinds = ", ".join(organisation.kinds) or "unit"
        lines.append(f"{'  ' * depth}{organisation.hsa_id}  {organisation.name}  ({kinds})")
        _add(lines, below, organisation.hsa_id, depth + 1)
