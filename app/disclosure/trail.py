"""Writes the audit trail: commits the rows of concurrent requests together, or raises Unavailable.

The intent is committed before anything is read or asked, the outcome before the first byte is sent
(docs/decisions/0006-two-phase-audit.md). HSLF-FS 2016:40 4 kap. 9 § says what a row holds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from app.errors import Unavailable
from app.storage import audit_rows

log = logging.getLogger(__name__)


Input = TypeVar("Input")
Output = TypeVar("Output")


class _Waiting(NamedTuple, Generic[Input, Output]):
    row: Input
    answer: asyncio.Future[Output]


class Batch(Generic[Input, Output]):
    """Gathers the rows of concurrent requests and writes them with one statement.

    While rows are being written the next ones gather, so that a lone request does not wait and a busy server shares
    each commit. `write` returns one value for each row, in order.
    """

    def __init__(self, write: Callable[[Sequence[Input]], Awaitable[Sequence[Output]]], *, largest: int = 200) -> None:
        self._write = write
        self._largest = largest
        self._waiting: list[_Waiting[Input, Output]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def add(self, row: Input) -> Output:
        """Write one row; returns when it is committed, raises Unavailable when it is not."""
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        answer: Output = await waiting.answer
        return answer

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
                await self._commit(batch)
        finally:
            self._flushing = None

    async def _commit(self, batch: Sequence[_Waiting[Input, Output]]) -> None:
        try:
            answers = await self._write([waiting.row for waiting in batch])
        except Exception:
            if len(batch) > 1:
                # One row that cannot be written must not cost the others their answer.
                for waiting in batch:
                    await self._commit([waiting])
                return
            log.exception("the audit trail could not be written")
            _settle(batch[0].answer, Unavailable())
            return
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)


def _settle(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


class Trail:
    """The audit trail of this process."""

    def __init__(self, pool: Any) -> None:
        self._rows: Batch[audit_rows.AuditRow, audit_rows.Resolved | None] = Batch(
            lambda entries: audit_rows.append(pool, entries), largest=audit_rows.LARGEST
        )

    async def intend(self, entry: audit_rows.AuditRow) -> audit_rows.Resolved:
        """Commit an intent, and return the Patient ids of its person and its caller."""
        resolved = await self._rows.add(entry)
        if resolved is None:
            raise Unavailable
        return resolved

    async def conclude(self, entry: audit_rows.AuditRow) -> bool:
        """Commit an outcome; returns False if the person's facts have changed since they were read."""
        return await self._rows.add(entry) is not None
