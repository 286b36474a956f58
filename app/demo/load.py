"""Loads the household into a running Samplan, through its public API.

EHRs push times (and so make people known) and register their care relations, people consent and block, staff write
contracts. Only guardianship goes straight into the database: it comes from the population register, which is not part
of the demo.
"""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from app.demo import calls
from app.demo.data import contracts
from app.demo.data.days import STOCKHOLM, Days
from app.demo.data.people import GUARDIANS
from app.demo.data.registrations import FactRow, blocks, registrations
from app.demo.data.resources import Resource
from app.demo.systems.provider import ABOUT_FILE
from app.errors import Fault, Unavailable
from app.storage import person_facts
from app.storage.database import open_pool

SINCE: Final = timedelta(days=60)
"""The age of the guardianships."""


class DemoClient:
    """Calls Samplan as the demo's callers. Each method raises Unavailable if Samplan refuses."""

    def __init__(self, base: str, identity: str) -> None:
        self._base = base
        self._identity = identity

    def token(self, caller: str) -> str:
        """Return a new token of one of the demo's callers."""
        return str(calls.get(f"{self._identity}/callers/{caller}/token").json()["access_token"])

    def push(self, push: contracts.Push) -> str | None:
        """Push a transaction as its EHR; return the Patient's id if the transaction holds the Patient."""
        answer = self._post("/fhir", push.bundle, push.client, "application/fhir+json")
        locations = [entry["response"].get("location", "") for entry in answer["entry"]]
        people = [location.partition("Patient/")[2].partition("/")[0] for location in locations]
        return next(filter(None, people), None)

    def contract(self, contract: Resource, caller: str) -> None:
        """Write a contract as one of the staff."""
        self._post("/api/contracts", contract, caller)

    def fact(self, row: FactRow) -> None:
        """Register a care relation, a consent or a block."""
        self._post(row.path, row.content, row.caller)

    def _post(self, path: str, content: object, caller: str, kind: str = "application/json") -> Resource:
        answer = calls.post(f"{self._base}{path}", content, token=self.token(caller), kind=kind)
        if answer.status not in (200, 201):
            text = answer.body.decode(errors="replace")[:500]
            fault = f"Loading the household: {path} answered {answer.status} to {caller}: {text}"
            raise Unavailable(Fault("exception", fault, "Hushållet kunde inte läsas in."))
        loaded: Resource = answer.json()
        return loaded


async def load_household(client: DemoClient, database_url: str, days: Days, home: Path) -> None:
    """Load everything, and write the file from which the identity provider reads the Patient ids."""
    ids: dict[str, str] = {}
    for push in contracts.pushes(days):
        ids[push.person.key] = client.push(push) or ids[push.person.key]
    for row in registrations(ids, days):
        client.fact(row)
    await _guardians(database_url, ids, days)
    for person, contract, caller in contracts.CONTRACTS:
        client.contract(contract(days.today, f"Patient/{ids[person.key]}"), caller)
    for row in blocks(ids):
        client.fact(row)
    (home / ABOUT_FILE).write_text(json.dumps({key: f"Patient/{id_}" for key, id_ in ids.items()}), "utf-8")


async def _guardians(database_url: str, ids: dict[str, str], days: Days) -> None:
    since = datetime.combine(days.today, time(), STOCKHOLM) - SINCE
    pool = await open_pool(database_url, size=2)
    try:
        for child, guardian in GUARDIANS:
            representative = person_facts.Representative(person=ids[guardian.key], starts=since)
            await person_facts.add_representative(pool, ids[child.key], representative)
    finally:
        await pool.close()
