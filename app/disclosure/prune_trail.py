"""Drops the months of the trail whose time to keep has passed; each is recorded before it is dropped.

HSLF-FS 2016:40 4 kap. 9 §: a log is kept for at least five years.
"""

from datetime import UTC, datetime
from typing import Any, Final

from app.disclosure.operator_rows import OperatorAct, operator_rows
from app.storage import audit_rows, seal_rows
from app.storage.audit_rows import AuditAction

YEARS: Final = 5
"""The fewest years that a row is kept."""


def end_of_month(month: str) -> datetime:
    """The end of a month written as `2026_12`, in UTC."""
    year, number = map(int, month.split("_"))
    return datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)


def years_before(now: datetime) -> datetime:
    """The time before which a row need not be kept."""
    return now.replace(year=now.year - YEARS, day=min(now.day, 28))


async def prune_trail(pool: Any, operator: str, *, now: datetime) -> list[str]:
    """Drop every month that ended YEARS ago, as the owner of the tables; returns the months, as `2026_12`."""
    old = [month for month in await seal_rows.months(pool) if end_of_month(month) <= years_before(now)]
    for month in old:
        act = OperatorAct(AuditAction.PRUNE, "audit", "retention", id=month)
        await audit_rows.append(pool, operator_rows(operator, act, now=now))
        await seal_rows.drop_month(pool, month)
    return old
