"""Logging without personal data: one JSON object on each line, with no other fields than ALLOWED."""

import logging
import time
from contextvars import ContextVar
from functools import lru_cache
from uuid import UUID

import orjson

ALLOWED = frozenset({"source", "reason", "method", "route", "status", "milliseconds", "error", "count", "row", "alarm"})
"""The extra fields of a record that are written; others are left out."""

request_id: ContextVar[UUID | None] = ContextVar("request_id", default=None)
"""The id of the HTTP request that is answered: of each log line, the answer's header and the audit trail."""


class JsonLines(logging.Formatter):
    """Renders a record as a line of JSON: time, level, logger, message, the allowed extra fields, and an error's type.

    A traceback is written as file, line and function, without the error's text, which may hold a value of a person.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, object] = {
            "time": f"{_second(int(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if (request := request_id.get()) is not None:
            line["request"] = str(request)
        line.update((key, value) for key, value in vars(record).items() if key in ALLOWED)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _frames(record.exc_info[2])
        return orjson.dumps(line, default=str).decode()


@lru_cache(maxsize=2)
def _second(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))


def _frames(traceback: object) -> list[str]:
    frames = []
    while traceback is not None:
        code = traceback.tb_frame.f_code  # type: ignore[attr-defined]
        frames.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno}:{code.co_name}")  # type: ignore[attr-defined]
        traceback = traceback.tb_next  # type: ignore[attr-defined]
    return frames[-8:]


def configure(level: int = logging.INFO) -> None:
    """Write records to standard error as JSON lines: from this level for `app`, from warning for libraries."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    # Each request writes a line, so do not collect values that no line has.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("app").setLevel(level)
