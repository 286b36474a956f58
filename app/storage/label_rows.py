"""Reads from history and trail who gave a resource the label that it has."""

from typing import NamedTuple

from app.items import Item
from app.storage.database import Pool, transaction
from app.storage.record_writing import writer
from app.storage.row_security import RlsContext


class Labeller(NamedTuple):
    """The caller who set a label: the kind of caller, the giver, the unit and the id."""

    kind: str
    giver: str | None
    unit: str | None
    caller: str | None


VERSIONS = """
SELECT version, updated, label FROM history WHERE patient = $1 AND type = $2 AND id = $3 ORDER BY version DESC
"""

# The outcome of a write has the time of its rows, and lists each with its version.
WRITTEN_BY = """
SELECT caller_kind, giver, unit, caller FROM audit
WHERE at = $2 AND patient = $1 AND phase = 'outcome' AND outcome = 'permit' AND position($3 IN shown) > 0
"""


async def labeller(pool: Pool, rls_context: RlsContext, item: Item) -> Labeller | None:
    """Who wrote the first version of the item that has its label without a break; None if the trail does not tell."""
    async with transaction(pool, writer(rls_context)) as connection:
        first = None
        for row in await connection.fetch(VERSIONS, rls_context.patient, item.type, item.id):
            if row["label"] != item.label:
                break
            first = row
        if first is None:
            return None
        place = f'["{item.reference}",{first["version"]},'
        rows = await connection.fetch(WRITTEN_BY, rls_context.patient, first["updated"], place)
    return Labeller(*rows[0]) if len(rows) == 1 else None
