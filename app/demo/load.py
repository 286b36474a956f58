"""Loads the household into a running Samplan, through its public API.

The population register says who people are, EHRs push times and register their care relations, people consent and
block, and staff write contracts.
"""

import json
from pathlib import Path

from app.demo import calls
from app.demo.data import contracts
from app.demo.data.callers import POPULATION_REGISTER
from app.demo.data.days import Days
from app.demo.data.people import PEOPLE, register_records
from app.demo.data.registrations import FactRow, blocks, registrations
from app.demo.data.resources import Resource
from app.demo.systems.provider import ABOUT_FILE
from app.errors import Fault, Unavailable


class DemoClient:
    """Calls Samplan as the demo's callers. Each method raises Unavailable if Samplan refuses."""

    def __init__(self, base: str, identity: str) -> None:
        self._base = base
        self._identity = identity

    def token(self, caller: str) -> str:
        """Return a new token of one of the demo's callers."""
        return str(calls.get(f"{self._identity}/callers/{caller}/token").json()["access_token"])

    def push(self, push: contracts.Push) -> None:
        """Push a transaction as its EHR."""
        self._post("/fhir", push.bundle, push.client, "application/fhir+json")

    def register(self, record: Resource) -> str:
        """Tell what the population register says of a person; return the Patient's id."""
        return str(self._post("/api/people", record, POPULATION_REGISTER)["patient"]).removeprefix("Patient/")

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


def load_household(client: DemoClient, days: Days, home: Path) -> None:
    """Load everything, and write the file from which the identity provider reads the Patient ids."""
    keys = {person.number: person.key for person in PEOPLE}
    ids = {keys[record["number"]]: client.register(record) for record in register_records(days.at(-60, 0))}
    for push in contracts.pushes(days):
        client.push(push)
    for row in registrations(ids, days):
        client.fact(row)
    for person, contract, caller in contracts.CONTRACTS:
        client.contract(contract(days.today, f"Patient/{ids[person.key]}"), caller)
    for row in blocks(ids):
        client.fact(row)
    (home / ABOUT_FILE).write_text(json.dumps({key: f"Patient/{id_}" for key, id_ in ids.items()}), "utf-8")
