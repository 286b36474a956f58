"""Loads the household into a running Samplan, through its public API.

EHRs push times (and so make people known), staff write contracts, a person sets a block. Only care relations, consents
and guardianship go straight into the database: they come from registers that are not part of the demo.
"""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from app.demo import calls
from app.demo.data import contracts
from app.demo.data.days import STOCKHOLM, Days
from app.demo.data.people import BLOCKS, CONSENTS, GUARDIANS, RELATIONS
from app.demo.data.resources import Resource
from app.demo.systems.provider import ABOUT_FILE
from app.errors import Fault, Unavailable
from app.storage import person_facts
from app.storage.database import open_pool

SINCE: Final = timedelta(days=60)
"""The age of the care relations."""


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

    def block(self, caller: str, patient_id: str, giver: str) -> None:
        """Set an outer block as the person."""
        self._post("/api/blocks", {"patient": f"Patient/{patient_id}", "giver": giver}, caller)

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
    await _facts(database_url, ids, days)
    for person, contract, caller in contracts.CONTRACTS:
        client.contract(contract(days.today, f"Patient/{ids[person.key]}"), caller)
    for person, giver in BLOCKS:
        client.block(person.key, ids[person.key], giver.hsa_id)
    (home / ABOUT_FILE).write_text(json.dumps({key: f"Patient/{id_}" for key, id_ in ids.items()}), "utf-8")


async def _facts(database_url: str, ids: dict[str, str], days: Days) -> None:
    since = datetime.combine(days.today, time(), STOCKHOLM) - SINCE
    pool = await open_pool(database_url, size=2)
    try:
        for person, giver, unit in RELATIONS:
            relation = person_facts.Relation(giver=giver.hsa_id, unit=unit.hsa_id if unit else None, starts=since)
            await person_facts.add_relation(pool, ids[person.key], relation)
        for person, giver in CONSENTS:
            await person_facts.add_consent(
                pool, ids[person.key], person_facts.Consent(giver=giver.hsa_id, starts=since)
            )
        for child, guardian in GUARDIANS:
            representative = person_facts.Representative(person=ids[guardian.key], starts=since)
            await person_facts.add_representative(pool, ids[child.key], representative)
    finally:
        await pool.close()
