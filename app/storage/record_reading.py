"""Reads a person's record in one round trip and one snapshot: the facts, and the rows that row-level security shows.

One statement sets the context of row-level security and returns both (docs/decisions/0006-two-phase-audit.md). Past
versions are read from the history, under the same policies.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

import orjson

from app.items import Item
from app.storage.database import Pool, fetch, transaction
from app.storage.item_codec import Instants, item_of_row
from app.storage.row_security import RlsContext


class StoredRecord(NamedTuple):
    """A person's record as row-level security shows it to one caller; `facts` is None if there is no such person.

    `deleted` are the deleted items, without bodies: a Provenance about them is decided by the classes that they had.
    """

    facts: dict[str, Any] | None
    items: list[Item]
    deleted: list[Item]


# The lateral part needs `done`, so that the context is set before the first row or fact is read, in one snapshot.
_RECORD = """
SELECT record.* FROM (SELECT samplan_context($1, $2, $3, $4, $5, $6) AS done OFFSET 0) AS context, LATERAL ({0}
    SELECT '' AS head, facts AS body FROM person WHERE patient = $1 AND context.done IS NOT NULL
    UNION ALL
    {1}
    OFFSET 0) AS record
"""

RECORD = _RECORD.format(
    "",
    """SELECT CASE WHEN deleted THEN '' ELSE head END, CASE WHEN deleted THEN head ELSE body END
    FROM resource WHERE patient = $1 AND context.done IS NOT NULL""",
)
"""Everything of the person."""

_PART = _RECORD.format(
    """
    WITH wanted AS MATERIALIZED (
        SELECT refs, deleted, head, body FROM resource WHERE patient = $1 AND context.done IS NOT NULL AND {0}),
    named AS MATERIALIZED (
        SELECT DISTINCT ref FROM wanted, unnest(string_to_array(refs, chr(30))) AS ref),
    logical AS MATERIALIZED (SELECT array_agg(ref) AS keys FROM named WHERE position('|' IN ref) > 0),
    referred AS MATERIALIZED (
        SELECT split_part(ref, '/', 1) AS type, split_part(ref, '/', 2) AS id FROM named
        UNION
        SELECT type, id FROM resource WHERE patient = $1 AND context.done IS NOT NULL
            AND (SELECT keys IS NOT NULL FROM logical)
            AND string_to_array(keys, chr(30)) && (SELECT keys FROM logical))""",
    """SELECT CASE WHEN deleted THEN '' ELSE head END, CASE WHEN deleted THEN head ELSE body END FROM wanted
    UNION ALL
    SELECT CASE WHEN deleted THEN '' ELSE head END, CASE WHEN deleted THEN head ELSE '' END
    FROM referred CROSS JOIN LATERAL (SELECT head, deleted FROM resource
        WHERE patient = $1 AND context.done IS NOT NULL AND type = referred.type AND id = referred.id
            AND NOT ({0}) OFFSET 0) AS part""",
)

OF_TYPE = _PART.format("type = $7")
"""The items of a type, and without bodies those that they refer to."""

ONE_ITEM = _PART.format("type = $7 AND id = $8")
"""One item, and without bodies those that it refers to."""


async def read_record(
    pool: Pool, rls_context: RlsContext, *, type: str | None = None, id: str | None = None
) -> StoredRecord:
    """The facts and the items of a person: all of them, or those of a `type`, or the one of this `type` and `id`.

    With those of a type, or the one, come the items that they refer to, with "" as body: the cost follows what is asked
    for. The items are those that row-level security shows; the decision shows the same items or fewer.
    """
    if type is None:
        rows = await fetch(pool, RECORD, *rls_context)
    elif id is None:
        rows = await fetch(pool, OF_TYPE, *rls_context, type)
    else:
        rows = await fetch(pool, ONE_ITEM, *rls_context, type, id)
    facts, items, deleted, instants = None, [], [], Instants()
    for head, body in rows:
        if head:
            items.append(item_of_row(head, body, instants))
        elif body.startswith("{"):
            facts = orjson.loads(body)
        else:
            deleted.append(item_of_row(body, "", instants))
    return StoredRecord(facts, items, deleted)


FACTS = """
SELECT p.facts FROM (SELECT samplan_context($1, $2, $3, $4, $5, $6) AS done OFFSET 0) AS context, LATERAL (
    SELECT facts FROM person WHERE patient = $1 AND context.done IS NOT NULL OFFSET 0) AS p
"""


async def read_facts(pool: Pool, rls_context: RlsContext) -> dict[str, Any] | None:
    """The facts of a person without their items, None if there is no such person."""
    rows = await fetch(pool, FACTS, *rls_context)
    facts: dict[str, Any] | None = orjson.loads(rows[0][0]) if rows else None
    return facts


async def has_rows(pool: Pool, rls_context: RlsContext) -> bool:
    """Whether row-level security shows any row of the person, deleted ones too."""
    async with transaction(pool, rls_context) as connection:
        query = "SELECT EXISTS (SELECT FROM resource WHERE patient = $1)"
        return bool(await connection.fetchval(query, rls_context.patient))


class Version(NamedTuple):
    """A version of a resource as it was written; `deleted` if this version deleted the resource."""

    item: Item
    deleted: bool


# The resource, everything that it ever referred to, and its Provenance. `refs` are separated by U+001E. The join hides
# the versions of every resource whose newest version row-level security hides.
HISTORY = """
SELECT h.head, h.deleted, h.body FROM history h JOIN resource r USING (patient, type, id)
WHERE patient = $1 AND (
    (type = $2 AND id = $3)
    OR type || '/' || id IN (
        SELECT unnest(string_to_array(refs, chr(30))) FROM history WHERE patient = $1 AND type = $2 AND id = $3)
    OR (type = 'Provenance' AND $2 || '/' || $3 = ANY (string_to_array(h.refs, chr(30)))))
ORDER BY type, id, h.version
"""


async def read_history(pool: Pool, rls_context: RlsContext, type: str, id: str) -> list[Version]:
    """Every version of a resource, of all that it has ever referred to, and of each Provenance that targets it.

    The versions of a resource are in order, oldest first. As in `read_record`, row-level security shows the rows, and
    the decision shows the same or fewer.
    """
    async with transaction(pool, rls_context) as connection:
        rows = await connection.fetch(HISTORY, rls_context.patient, type, id)
    instants = Instants()
    return [Version(item_of_row(row["head"], row["body"], instants), row["deleted"]) for row in rows]


VERSIONS = """
SELECT h.head, h.deleted, h.body FROM history h JOIN unnest($2::text[], $3::text[]) AS w (type, id) USING (type, id)
WHERE h.patient = $1 ORDER BY h.type, h.id, h.version
"""


async def read_versions(pool: Pool, rls_context: RlsContext, items: Collection[Item]) -> list[Version]:
    """Every version of these items that row-level security shows; those of an item are in order, oldest first."""
    async with transaction(pool, rls_context) as connection:
        types, ids = [item.type for item in items], [item.id for item in items]
        rows = await connection.fetch(VERSIONS, rls_context.patient, types, ids)
    instants = Instants()
    return [Version(item_of_row(row["head"], row["body"], instants), row["deleted"]) for row in rows]
