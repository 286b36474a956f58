"""A source that is a FHIR R4 server: finds the person there, then searches for every type at the same time.

Every search is a `POST [type]/_search` (http://hl7.org/fhir/R4/http.html#search), so that no address holds a personal
number.
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
from app.federation.fhir.items_of_answer import AcceptedItems, PatientQuery, accept_resources, has_number, logical_id
from app.federation.fhir.pages import Page, inside, read_page
from app.federation.reasons import Invalid, WrongPerson
from app.federation.source import AnswerState, QuarantinedItem, SourceAnswer
from app.fhir.identifiers import PersonalNumber
from app.outbound import Failure, Outbound, Oversized

log = logging.getLogger(__name__)

PAGES: Final = 50
"""The most pages that are read of one type."""

PAGE_SIZE: Final = "200"

WIRE_SHARE: Final = 0.9
"""The share of the deadline for the network; the rest is for reading the pages that came in time."""

PARSE_IN_THREAD: Final = 100_000
"""A page of more bytes than this is parsed in a thread, so that other requests do not wait."""

MOST_REPORTED: Final = 20
"""The most kinds of faults that are logged of one answer, the commonest first."""

_NUMBER: Final = re.compile(r"\[[0-9]+\]")


class SearchResult(NamedTuple):
    """The resources of one type that came, and the failure that ended the search, if any."""

    resources: list[dict[str, Any]]
    failure: Failure | None


@dataclass(slots=True)
class OngoingSearch:
    """A query of a source that is under way: its deadline (seconds on the loop's clock) and the bytes received."""

    person: PersonalNumber
    ends: float
    received: int = 0
    unread: int = 0
    addresses: set[str] = field(default_factory=set)

    @property
    def left(self) -> float:
        """The seconds until the deadline, never negative."""
        return max(0.0, self.ends - asyncio.get_running_loop().time())


class FhirSource:
    """One configured FHIR server. `limit` is the most bytes that it may answer to one query, over all pages."""

    def __init__(self, config: SourceConfig, outbound: Outbound, *, limit: int = 5_000_000) -> None:
        self._config = config
        self._outbound = outbound
        self._grant = outbound.grant(config.credentials())
        self._limit = limit

    @property
    def name(self) -> str:
        """The name that people know it by."""
        return self._config.name

    @property
    def giver(self) -> str:
        """The HSA-id of the giver that is responsible for it."""
        return self._config.giver

    async def ask(self, person: PersonalNumber, patient: str, *, within: float, now: datetime) -> SourceAnswer:
        """All resources of the person. `reason` says why a part is missing; raises Failure if all of it is missing."""
        search = OngoingSearch(person, asyncio.get_running_loop().time() + within * WIRE_SHARE)
        try:
            source_patients = await self._patients(search, now)
            if not source_patients:
                return SourceAnswer(self.name, self.giver, AnswerState.EMPTY, as_of=now)
            async with asyncio.TaskGroup() as group:
                tasks = [
                    group.create_task(self._search_type(search, resource_type, source_patients))
                    for resource_type in self._config.types
                ]
            results = [task.result() for task in tasks]
            resources = (resource for result in results for resource in result.resources)
            accepted = await accept_resources(
                PatientQuery(self._config, person, patient, source_patients, now), resources
            )
        except WrongPerson:
            self._log_alarm()
            raise
        return self._answer(accepted, [result.failure for result in results if result.failure], search.unread, now)

    def _log_alarm(self) -> None:
        log.error(
            "an answer may be another person's and was quarantined",
            extra={"source": self.name, "reason": WrongPerson.reason, "alarm": True},
        )

    def _answer(self, accepted: AcceptedItems, failures: list[Failure], unread: int, now: datetime) -> SourceAnswer:
        quarantined_items = [
            *accepted.quarantined,
            *(QuarantinedItem("Resource", Invalid.reason) for _ in range(unread)),
        ]
        self._log_faults(accepted.quarantined)
        missing = failures[0].reason if failures else None
        reason = missing or (Invalid.reason if quarantined_items else None)
        if reason:
            log.warning(
                "a part of an answer is missing",
                extra={"source": self.name, "reason": reason, "count": len(quarantined_items)},
            )
        if failures and not accepted.items:
            raise failures[0]
        return SourceAnswer(
            source=self.name,
            giver=self.giver,
            state=AnswerState.DATA if accepted.items else AnswerState.UNKNOWN if reason else AnswerState.EMPTY,
            reason=reason,
            items=accepted.items,
            as_of=now,
            originals=accepted.originals,
            quarantined=quarantined_items,
            missing=missing,
        )

    def _log_faults(self, quarantined: Sequence[QuarantinedItem]) -> None:
        """Log each fault, its element and how many items had it; never a value of the item."""
        faults = Counter(
            line
            for item in quarantined
            for line in {(_NUMBER.sub("", fault.expression or item.type), fault.english) for fault in item.faults}
        )
        for (element, sentence), count in faults.most_common(MOST_REPORTED):
            log.warning(
                "items were left out",
                extra={"source": self.name, "reason": element, "error": sentence, "count": count},
            )

    async def _patients(self, search: OngoingSearch, now: datetime) -> frozenset[str]:
        """The references of the person's Patients in the source. Raises WrongPerson if a Patient has another number."""
        identifier = f"{search.person.system}|{search.person.value}"
        page = await self._read(search, await self._post(search, "Patient", {"identifier": identifier}))
        if page.is_incomplete or page.unread or page.next:
            raise Invalid
        patients = [resource for resource in page.resources if resource.get("resourceType") == "Patient"]
        if not all(has_number(patient, search.person, now) for patient in patients):
            raise WrongPerson
        return frozenset(f"Patient/{logical_id(patient)}" for patient in patients)

    async def _search_type(
        self, search: OngoingSearch, resource_type: str, source_patients: frozenset[str]
    ) -> SearchResult:
        """All pages of one type, or those that came before a failure."""
        resources: list[dict[str, Any]] = []
        form = {
            "patient": ",".join(sorted(reference.removeprefix("Patient/") for reference in source_patients)),
            "_revinclude": "Provenance:target",
            "_count": PAGE_SIZE,
        }
        try:
            body = await self._post(search, resource_type, form)
            for _ in range(PAGES):
                page = await self._read(search, body)
                resources += page.resources
                search.unread += page.unread
                if page.is_incomplete:
                    raise Invalid
                if page.next is None:
                    return SearchResult(resources, None)
                body = await self._follow(search, page.next)
            raise Oversized
        except Failure as failure:
            return SearchResult(resources, failure)

    async def _post(self, search: OngoingSearch, resource_type: str, form: dict[str, str]) -> bytes:
        url = f"{self._config.base_url}/{resource_type}/_search"
        return await self._outbound.post_form(url, form, within=search.left, grant=self._grant)

    async def _follow(self, search: OngoingSearch, address: str) -> bytes:
        absolute = inside(self._config.base_url, address)
        if absolute in search.addresses or _contains_number(absolute, search.person):
            raise Invalid
        search.addresses.add(absolute)
        return await self._outbound.get(absolute, within=search.left, grant=self._grant)

    async def _read(self, search: OngoingSearch, body: bytes) -> Page:
        search.received += len(body)
        if search.received > self._limit:
            raise Oversized
        if len(body) > PARSE_IN_THREAD:
            return await asyncio.to_thread(read_page, body, limit=self._limit)
        return read_page(body, limit=self._limit)


def open_sources(configs: Iterable[SourceConfig], outbound: Outbound, *, limit: int = 5_000_000) -> list[FhirSource]:
    """The enabled sources of the configuration. `limit` is the most bytes of one answer."""
    return [FhirSource(config, outbound, limit=limit) for config in configs if config.enabled]


def _contains_number(address: str, person: PersonalNumber) -> bool:
    """Whether an address holds the person's number, in any of its written forms."""
    return person.value[2:] in re.sub(r"[-+]", "", unquote(address))
