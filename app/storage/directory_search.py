"""Reads and searches the stored directory: by id, by tokens and references, by the beginning of a name.

Tokens and names have indexes of their own; the tables are without row-level security, so the planner may use them
(docs/decisions/0030-the-directory-is-imported.md).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from app.storage.database import Pool, fetch

LAST: Final = "\U0010ffff"
"""Sorts after every character that a name may hold."""


class DirectoryRow(NamedTuple):
    """A stored resource of the directory; `body` has neither id nor meta.versionId."""

    type: str
    id: str
    version: int
    updated: datetime
    body: str


class DirectoryConditions(NamedTuple):
    """The conditions of a search, which must all hold: of each group of tokens one, of each group of names one.

    A token is `parameter=value`; a name is the beginning of one, folded; `ids` are alternatives, None for any.
    """

    type: str
    ids: Sequence[str] | None = None
    tokens: Sequence[Sequence[str]] = ()
    names: Sequence[Sequence[str]] = ()


SELECTIVE: Final = frozenset({"identifier", "partof", "organization", "practitioner", "location"})
"""Parameters whose value few resources have."""

COLUMNS: Final = "e.type, e.id, e.version, e.updated, e.body"


async def read_entry(pool: Pool, type: str, id: str) -> DirectoryRow | None:
    """A resource of the directory, or None."""
    rows = await fetch(pool, f"SELECT {COLUMNS} FROM directory_entry e WHERE type = $1 AND id = $2", type, id)
    return DirectoryRow(*rows[0]) if rows else None


async def search_entries(
    pool: Pool, conditions: DirectoryConditions, *, count: int, offset: int = 0
) -> list[DirectoryRow]:
    """At most `count` of the resources that meet the conditions, in the order of their ids, from `offset` on."""
    where, values = _where(conditions)
    # A plan that does not know the values would walk the ids in order until it has a page: right for what most
    # resources have, such as active=true, and a walk through all of them for what few have.
    barrier = " OFFSET 0" if _is_selective(conditions) else ""
    query = f"""SELECT {COLUMNS} FROM (SELECT * FROM directory_entry e WHERE {where}{barrier}) AS e
        ORDER BY e.id LIMIT {count:d} OFFSET {offset:d}"""
    return [DirectoryRow(*row) for row in await fetch(pool, query, *values)]


async def count_entries(pool: Pool, conditions: DirectoryConditions) -> int:
    """The number of resources that meet the conditions."""
    where, values = _where(conditions)
    return int((await fetch(pool, f"SELECT count(*) FROM directory_entry e WHERE {where}", *values))[0][0])


def _is_selective(conditions: DirectoryConditions) -> bool:
    """Whether only few resources can meet the conditions."""
    parameters = {tokens[0].partition("=")[0] for tokens in conditions.tokens if tokens}
    return bool(conditions.names or conditions.ids is not None or parameters & SELECTIVE)


def _where(conditions: DirectoryConditions) -> tuple[str, list[object]]:
    """The condition in SQL, and its parameters."""
    tests, values = ["e.type = $1"], list[object]([conditions.type])

    def parameter(value: object) -> str:
        values.append(value)
        return f"${len(values)}"

    if conditions.ids is not None:
        tests.append(f"e.id = ANY ({parameter(list(conditions.ids))}::text[])")
    tests += [f"e.tokens && {parameter(list(tokens))}::text[]" for tokens in conditions.tokens]
    for names in conditions.names:
        # A range and not LIKE, so that the index serves a plan that does not know the name.
        ranges = [f"(n.name >= {parameter(name)} AND n.name < {parameter(name + LAST)})" for name in names]
        tests.append(f"e.id IN (SELECT n.id FROM directory_name n WHERE n.type = $1 AND ({' OR '.join(ranges)}))")
    return " AND ".join(tests), values
