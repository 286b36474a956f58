"""Asks every source at the same time, within one deadline; a source that is late or fails gives the answer unknown."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from app.federation.reasons import FAILED
from app.federation.source import Source, SourceAnswer, unknown_answer
from app.fhir.identifiers import PersonalNumber
from app.outbound import Failure, TimedOut

log = logging.getLogger(__name__)


async def gather(
    sources: Sequence[Source], person: PersonalNumber, patient: str, *, within: float, now: datetime
) -> list[SourceAnswer]:
    """The answer of each source, in their order, after at most `within` seconds. Never raises a source's failure."""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_ask(source, person, patient, within, now)) for source in sources]
    return [task.result() for task in tasks]


async def _ask(source: Source, person: PersonalNumber, patient: str, within: float, now: datetime) -> SourceAnswer:
    try:
        async with asyncio.timeout(within):
            return await source.ask(person, patient, within=within, now=now)
    except TimeoutError:
        reason = TimedOut.reason
    except Failure as failure:
        reason = failure.reason
    except Exception:
        # A blanket except: an error with one source must not hide the plans of all the others.
        log.exception("asking a source failed", extra={"source": source.name, "reason": FAILED})
        return unknown_answer(source, FAILED)
    log.warning("a source did not answer", extra={"source": source.name, "reason": reason})
    return unknown_answer(source, reason)
