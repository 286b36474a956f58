"""Writes the audit trail: commits the rows of concurrent requests together, or raises Unavailable.

The intent is committed before anything is read or asked, the outcome before the first byte is sent
(docs/decisions/0006-two-phase-audit.md). HSLF-FS 2016:40 4 kap. 9 § says what a row holds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextvars import Context
from typing import Any, Generic, NamedTuple, TypeVar

from app.errors import Unavailable
from app.storage import audit_rows
from app.storage.deadlines import UNHURRIED, database_time, waiting

log = logging.getLogger(__name__)


Input = TypeVar("Input")
Output = TypeVar("Output")


class _Waiting(NamedTuple, Generic[Input, Output]):
    row: Input
    answer: asyncio.Future[Output]


class Batch(Generic[Input, Output]):
    """Gathers the rows of concurrent requests and writes them with one statement.

    While rows are being written the next ones gather, so that a lone request does not wait and a busy server shares
    each commit. `write` returns one value for each row, in order, and may take so many `seconds`.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Input]], Awaitable[Sequence[Output]]],
        *,
        largest: int = 200,
        seconds: float = UNHURRIED,
    ) -> None:
        self._write = write
        self._largest = largest
        self._seconds = seconds
        self._waiting: list[_Waiting[Input, Output]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def add(self, row: Input) -> Output:
        """Write one row; returns when it is committed, raises Unavailable when it is not, or not in time."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Output] = loop.create_future()
        with waiting() as seconds:
            self._waiting.append(_Waiting(row, answer))
            if self._flushing is None:
                # In a context of its own: the rows of many requests wait, not only those of this one.
                self._flushing = loop.create_task(self._flush(), context=Context())
            end = loop.call_later(seconds, _refuse, [answer])
            try:
                return await answer
            finally:
                end.cancel()

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
                # The rows of requests that have given up are not written.
                if batch := [waiting for waiting in batch if not waiting.answer.done()]:
                    await self._commit(batch)
        finally:
            self._flushing = None

    async def _commit(self, batch: Sequence[_Waiting[Input, Output]]) -> None:
        try:
            with database_time(self._seconds):
                answers = await self._write([waiting.row for waiting in batch])
        except Unavailable:
            # The database is slow or gone: those who wait for the next batch would only wait in vain.
            log.exception("the audit trail could not be written")
            waiting, self._waiting = [*batch, *self._waiting], []
            _refuse(row.answer for row in waiting)
            return
        except Exception:
            if len(batch) > 1:
                # One row that cannot be written must not cost the others their answer.
                for row in batch:
                    await self._commit([row])
                return
            log.exception("a row of the audit trail could not be written")
            _refuse([batch[0].answer])
            return
        for row, answer in zip(batch, answers, strict=True):
            if not row.answer.done():
                row.answer.set_result(answer)


def _refuse(answers: Iterable[asyncio.Future[Any]]) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(Unavailable())


class Trail:
    """The audit trail of this process; a batch of rows may take so many `seconds`."""

    def __init__(self, pool: Any, seconds: float) -> None:
        self._rows: Batch[audit_rows.AuditRow, audit_rows.Resolved | None] = Batch(
            lambda entries: audit_rows.append(pool, entries), largest=audit_rows.LARGEST, seconds=seconds
        )

    async def intend(self, entry: audit_rows.AuditRow) -> audit_rows.Resolved:
        """Commit an intent, and return the Patient ids of its person and its caller."""
        resolved = await self._rows.add(entry)
        if resolved is None:
            raise Unavailable
        return resolved

    async def conclude(self, entry: audit_rows.AuditRow) -> bool:
        """Commit an outcome; returns False if its decision holds no longer, by the facts or by the time."""
        return await self._rows.add(entry) is not None
