"""Ask every source at once, inside one deadline; what is late or broken is an answer too."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

from app.federation.reasons import FAILED
from app.federation.source import Answer, Source, unknown
from app.fhir.identifiers import PersonalNumber
from app.outbound import Failure, TimedOut

log = logging.getLogger(__name__)


async def gather(
    sources: Sequence[Source], person: PersonalNumber, patient: str, *, within: float, now: datetime
) -> list[Answer]:
    """One answer a source, in the order of the sources, no later than `within` seconds from now."""
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(_ask(source, person, patient, within, now)) for source in sources]
    return [task.result() for task in asked]


async def _ask(source: Source, person: PersonalNumber, patient: str, within: float, now: datetime) -> Answer:
    try:
        async with asyncio.timeout(within):
            return await source.ask(person, patient, within=within, now=now)
    except TimeoutError:
        reason = TimedOut.reason
    except Failure as failure:
        reason = failure.reason
    except Exception:
        # A blanket except: a fault over one source must not hide the plans of all the others.
        log.exception("asking a source failed", extra={"source": source.name, "reason": FAILED})
        return unknown(source, FAILED)
    log.warning("a source did not answer", extra={"source": source.name, "reason": reason})
    return unknown(source, reason)
