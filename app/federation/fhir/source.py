"""A source that speaks FHIR R4: find the person, ask for each type at once, keep only what is theirs.

Every question is a `POST [type]/_search` (http://hl7.org/fhir/R4/http.html#search): no personal number in an address.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from app.federation.config import SourceConfig
from app.federation.fhir.items_of_answer import Asked, Harvest, carries, harvest, logical_id
from app.federation.fhir.pages import Page, inside, read_page
from app.federation.reasons import Invalid, WrongPerson
from app.federation.source import Answer, Quarantined, State
from app.fhir.identifiers import PersonalNumber
from app.outbound import Failure, Outbound, Oversized

log = logging.getLogger(__name__)

PAGES: Final = 50
"""How many pages of one type are read."""

PAGE_SIZE: Final = "200"

WIRE: Final = 0.9
"""The part of the deadline that the wire may take; the rest is for reading what came in time."""

LARGE: Final = 100_000
"""A page of more bytes than this is parsed in a thread, so that nobody waits for it."""


MOST_REPORTED: Final = 20
"""As many kinds of faults are logged of one answer, the commonest first."""

_NUMBER: Final = re.compile(r"\[[0-9]+\]")


class Found(NamedTuple):
    """What one search gave before it ended, and how it failed if it did."""

    resources: list[dict[str, Any]]
    failure: Failure | None


@dataclass(slots=True)
class Asking:
    """One asking of the source, while it lasts: until when, and what has come so far."""

    person: PersonalNumber
    ends: float
    received: int = 0
    unread: int = 0
    addresses: set[str] = field(default_factory=set)

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self.ends - asyncio.get_running_loop().time())


class FhirSource:
    """One configured FHIR server. `limit` is how many bytes it may answer to one asking, over all pages."""

    def __init__(self, config: SourceConfig, outbound: Outbound, *, limit: int = 5_000_000) -> None:
        self._config = config
        self._outbound = outbound
        self._grant = outbound.grant(config.credentials())
        self._limit = limit

    @property
    def name(self) -> str:
        """What people call it."""
        return self._config.name

    @property
    def giver(self) -> str:
        """The giver that answers for it."""
        return self._config.giver

    async def ask(self, person: PersonalNumber, patient: str, *, within: float, now: datetime) -> Answer:
        """Everything it holds of the person; a part that is missing gives a reason, a missing whole a Failure."""
        asking = Asking(person, asyncio.get_running_loop().time() + within * WIRE)
        try:
            theirs = await self._patients(asking, now)
            if not theirs:
                return Answer(self.name, self.giver, State.EMPTY, as_of=now)
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self._everything(asking, kind, theirs)) for kind in self._config.types]
            found = [task.result() for task in asked]
            resources = (resource for each in found for resource in each.resources)
            kept = await harvest(Asked(self._config, person, patient, theirs, now), resources)
        except WrongPerson:
            self._alarm()
            raise
        return self._answer(kept, [each.failure for each in found if each.failure], asking.unread, now)

    def _alarm(self) -> None:
        log.error(
            "an answer may be another person's and was quarantined",
            extra={"source": self.name, "reason": WrongPerson.reason, "alarm": True},
        )

    def _answer(self, kept: Harvest, failures: list[Failure], unread: int, now: datetime) -> Answer:
        left_out = [*kept.quarantined, *(Quarantined("Resource", Invalid.reason) for _ in range(unread))]
        failures = [*failures, *([Invalid()] if left_out else [])]
        self._report(kept.quarantined)
        if failures:
            log.warning(
                "a part of an answer is missing",
                extra={"source": self.name, "reason": failures[0].reason, "count": len(left_out)},
            )
            if not kept.items:
                raise failures[0]
        return Answer(
            source=self.name,
            giver=self.giver,
            state=State.DATA if kept.items else State.EMPTY,
            reason=failures[0].reason if failures else None,
            items=kept.items,
            as_of=now,
            originals=kept.originals,
            quarantined=left_out,
        )

    def _report(self, quarantined: Sequence[Quarantined]) -> None:
        """Log each fault with how many items it was in: where it is and how to mend it, and never what was sent."""
        faults = Counter(
            found
            for each in quarantined
            for found in {(_NUMBER.sub("", fault.expression or each.type), fault.english) for fault in each.faults}
        )
        for (element, sentence), count in faults.most_common(MOST_REPORTED):
            log.warning(
                "items were left out",
                extra={"source": self.name, "reason": element, "error": sentence, "count": count},
            )

    async def _patients(self, asking: Asking, now: datetime) -> frozenset[str]:
        """What the source calls the person; WrongPerson if it offers a Patient that does not carry the number."""
        identifier = f"{asking.person.system}|{asking.person.value}"
        page = await self._read(asking, await self._post(asking, "Patient", {"identifier": identifier}))
        if page.told or page.unread or page.next:
            raise Invalid
        patients = [resource for resource in page.resources if resource.get("resourceType") == "Patient"]
        if not all(carries(patient, asking.person, now) for patient in patients):
            raise WrongPerson
        return frozenset(f"Patient/{logical_id(patient)}" for patient in patients)

    async def _everything(self, asking: Asking, kind: str, theirs: frozenset[str]) -> Found:
        """All pages of one type; what had come before a failure is kept beside it."""
        resources: list[dict[str, Any]] = []
        form = {
            "patient": ",".join(sorted(name.removeprefix("Patient/") for name in theirs)),
            "_revinclude": "Provenance:target",
            "_count": PAGE_SIZE,
        }
        try:
            body = await self._post(asking, kind, form)
            for _ in range(PAGES):
                page = await self._read(asking, body)
                resources += page.resources
                asking.unread += page.unread
                if page.told:
                    raise Invalid
                if page.next is None:
                    return Found(resources, None)
                body = await self._follow(asking, page.next)
            raise Oversized
        except Failure as failure:
            return Found(resources, failure)

    async def _post(self, asking: Asking, kind: str, form: dict[str, str]) -> bytes:
        url = f"{self._config.base_url}/{kind}/_search"
        return await self._outbound.post_form(url, form, within=asking.left, grant=self._grant)

    async def _follow(self, asking: Asking, address: str) -> bytes:
        absolute = inside(self._config.base_url, address)
        if absolute in asking.addresses or _tells(absolute, asking.person):
            raise Invalid
        asking.addresses.add(absolute)
        return await self._outbound.get(absolute, within=asking.left, grant=self._grant)

    async def _read(self, asking: Asking, body: bytes) -> Page:
        asking.received += len(body)
        if asking.received > self._limit:
            raise Oversized
        if len(body) > LARGE:
            return await asyncio.to_thread(read_page, body, limit=self._limit)
        return read_page(body, limit=self._limit)


def open_sources(configs: Iterable[SourceConfig], outbound: Outbound, *, limit: int = 5_000_000) -> list[FhirSource]:
    """The sources that are to be asked: those of the configuration that are enabled."""
    return [FhirSource(config, outbound, limit=limit) for config in configs if config.enabled]


def _tells(address: str, person: PersonalNumber) -> bool:
    """Whether an address holds the person's number, in any of its forms."""
    return person.value[2:] in re.sub(r"[-+]", "", unquote(address))
