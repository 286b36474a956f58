"""Read one person in one round trip and one snapshot: the facts, and the rows that row-level security lets through.

One statement sets the context of row-level security and returns both (docs/decisions/0006-two-phase-audit.md). Past
versions are read from the history, under the same policies.
"""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from app.items import Item
from app.storage.database import Pool, fetch, transaction
from app.storage.row_security import DIRECTORY, RlsContext

__all__ = ["Version", "View", "directory", "past", "view"]


class _Instants(dict[str, datetime | None]):
    """The instants of one answer, each read once: most rows of a person share theirs. An empty text is none."""

    def __missing__(self, text: str) -> datetime | None:
        self[text] = instant = datetime.fromisoformat(text) if text else None
        return instant


class View(NamedTuple):
    """A person as one asker may have them: `facts` is None where there is no such person.

    `gone` are the items that have been deleted, without bodies: what speaks of them is judged by what they were.
    """

    facts: dict[str, Any] | None
    items: list[Item]
    gone: list[Item]


FIELD, LIST = "\x1f", "\x1e"
"""Between the fields of a row's head, and between the parts of a list in one of them; FHIR forbids both in a string."""

# The lateral part needs `said`, so that the context stands before the first row or fact is looked at. One snapshot.
VIEW = """
SELECT seen.* FROM (SELECT samplan_context($1, $2, $3, $4, $5, $6) AS said OFFSET 0) AS context, LATERAL (
    SELECT '' AS head, facts AS body FROM person WHERE patient = $1 AND context.said IS NOT NULL
    UNION ALL
    SELECT CASE WHEN deleted THEN '' ELSE head END,
        CASE WHEN deleted THEN head WHEN type = coalesce($7, type) AND id = coalesce($8, id) THEN body ELSE '' END
    FROM resource WHERE patient = $1 AND context.said IS NOT NULL
    OFFSET 0) AS seen
"""


async def view(pool: Pool, rls_context: RlsContext, *, type: str | None = None, id: str | None = None) -> View:
    """The facts about a person, and their items; the body of those of another `type` or `id` is "".

    The facts come whole, for the decision; the items are those that row-level security lets
    through, for the decision to narrow.
    """
    patient, role, giver, unit, person, employee = rls_context
    rows = await fetch(pool, VIEW, patient, role, giver, unit, employee, person, type, id)
    facts, items, gone, instants = None, [], [], _Instants()
    for head, body in rows:
        if head:
            items.append(_item(head, body, instants))
        elif body.startswith("{"):
            facts = orjson.loads(body)
        else:
            gone.append(_item(body, "", instants))
    return View(facts, items, gone)


class Version(NamedTuple):
    """One version of a resource as it was written; `deleted` if with it the resource went."""

    item: Item
    deleted: bool


# All that a resource ever referred to, and what Provenance speaks of it. `refs` has U+001E between. What the wall hides
# as it is now, it hides as it was.
PAST = """
SELECT h.head, h.deleted, h.body FROM history h JOIN resource r USING (patient, type, id)
WHERE patient = $1 AND (
    (type = $2 AND id = $3)
    OR type || '/' || id IN (
        SELECT unnest(string_to_array(refs, chr(30))) FROM history WHERE patient = $1 AND type = $2 AND id = $3)
    OR (type = 'Provenance' AND $2 || '/' || $3 = ANY (string_to_array(h.refs, chr(30)))))
ORDER BY type, id, h.version
"""


async def past(pool: Pool, rls_context: RlsContext, type: str, id: str) -> list[Version]:
    """Every version of a resource, of all that it has ever referred to and of each Provenance that speaks of it.

    The versions of one resource are in order, its newest among them. As in `view`, row-level security narrows, and the
    decision narrows more.
    """
    async with transaction(pool, rls_context) as connection:
        rows = await connection.fetch(PAST, rls_context.patient, type, id)
    instants = _Instants()
    return [Version(_item(row["head"], row["body"], instants), row["deleted"]) for row in rows]


def _item(head: str, body: str, instants: _Instants) -> Item:
    """A row as an item: `head` holds all its other fields in order."""
    (
        type_, id_, version, updated, source_updated, status, starts, ends, giver, unit, category, kind, label,
        information_time, keys, refs, source,
    ) = head.split(FIELD)  # fmt: skip
    # An Item's own way of being made checks nothing more and takes longer than all the rest here.
    return tuple.__new__(Item, (
        type_, id_, int(version), instants[updated], instants[source_updated], status or None, instants[starts],
        instants[ends], giver or None, unit or None, category or None, kind, label, instants[information_time],
        keys.split(LIST) if keys else (), refs.split(LIST) if refs else (), source, body,
    ))  # fmt: skip


async def directory(pool: Pool, type: str, id: str) -> Item | None:
    """A Practitioner, PractitionerRole or Organization: it belongs to no patient and is open to all callers."""
    query = "SELECT head, body FROM resource WHERE patient = '' AND type = $1 AND id = $2 AND NOT deleted"
    async with transaction(pool, DIRECTORY) as connection:
        row = await connection.fetchrow(query, type, id)
    return _item(row["head"], row["body"], _Instants()) if row else None
