"""The requests that the benchmark sends: every caller about every person, with tokens signed beforehand."""

import json
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from app import jose
from app.demo.data.callers import CITIZEN_CLAIM, LEVEL_3, PORTAL, find_caller
from app.demo.data.givers import REGION
from benchmarks.client import request_bytes
from benchmarks.people import InventedPerson

AUDIENCE: Final = "https://bench.example"
ISSUER: Final = "https://bench.example/issuer"
STAFF: Final = ("physician", "municipal-nurse", "home-care", "administrator")
CITIZEN: Final = "citizen"
LIFETIME: Final = 890
"""Seconds that a token lives; all are signed at the start."""
SHORTEST: Final = 400
"""The least bytes of a right answer whose size is not known beforehand."""

RUNS: Final[Mapping[str, str]] = {
    "a": "static bytes of the overview's size",
    "b": "one prepared SELECT of those bytes, no check",
    "c": "the overview as a Bundle",
    "c-json": "the overview as JSON",
    "d-read": "read of an appointment",
    "d-search": "search of a person's appointments",
}
"""What is measured, in the order of each round."""
BASELINE_RUNS: Final = frozenset({"a", "b"})
"""The runs that the baseline server answers; the app answers the others."""


class Pair(NamedTuple):
    """A caller and a person they may ask about.

    `token` is an index in the list of tokens, `appointment` the id of an appointment that the caller may read, `size`
    the bytes of the caller's overview of the person.
    """

    patient: str
    caller: str
    token: int
    appointment: str
    size: int = 0

    @property
    def key(self) -> str:
        """The key of the row in which the baseline server finds this overview."""
        return f"{self.patient}.{self.caller}"

    @property
    def overview(self) -> str:
        """The path of the overview."""
        return f"/fhir/Patient/{self.patient}/$overview"


def pairs_of(people: Iterable[InventedPerson], key: jose.Key) -> tuple[list[Pair], list[str]]:
    """Pair every caller with every person; also return signed tokens, one per member of staff and per person."""
    callers = {name: caller for name in STAFF if (caller := find_caller(name))}
    tokens = [_token(name, caller.claims, key) for name, caller in callers.items()]
    pairs = []
    for person in people:
        for place, (name, caller) in enumerate(callers.items()):
            pairs.append(Pair(person.patient, name, place, person.appointments[str(caller.giver)]))
        claims = {f"{CITIZEN_CLAIM}personalIdentityNumber": person.number, "acr": LEVEL_3}
        pairs.append(Pair(person.patient, CITIZEN, len(tokens), person.appointments[REGION.hsa_id]))
        tokens.append(_token(person.patient, claims, key))
    return pairs, tokens


def overview_request(pair: Pair, tokens: Sequence[str]) -> bytes:
    """Return the bytes of the request for a pair's overview."""
    return request_bytes("POST", pair.overview, tokens[pair.token])


def write_plan(path: Path, pairs: Sequence[Pair], tokens: Sequence[str], ports: Mapping[bool, int]) -> None:
    """Write the load generator's plan; `ports` are the baseline server's (True) and the app's (False)."""
    runs = {name: (ports[name in BASELINE_RUNS], [_request(name, pair) for pair in pairs]) for name in RUNS}
    path.write_text(json.dumps({"tokens": tokens, "runs": runs}), "utf-8")


def _request(name: str, pair: Pair) -> tuple[str, str, int, str | None, int, int]:
    """Return method, path, token, body, and the least and most bytes of a right answer."""
    exact, about = (pair.size, pair.size), (SHORTEST, 2 * pair.size)
    body = json.dumps({"patient": f"Patient/{pair.patient}"})
    requests: dict[str, tuple[str, str, int, str | None, int, int]] = {
        "a": ("GET", f"/static/{pair.size}", -1, None, *exact),
        "b": ("GET", f"/row/{pair.key}", -1, None, *exact),
        "c": ("POST", pair.overview, pair.token, None, *exact),
        "c-json": ("POST", "/api/overview", pair.token, body, *about),
        "d-read": ("GET", f"/fhir/Appointment/{pair.appointment}", pair.token, None, *about),
        "d-search": ("GET", f"/fhir/Appointment?patient={pair.patient}", pair.token, None, *about),
    }
    return requests[name]


def _token(subject: str, claims: Mapping[str, Any], key: jose.Key) -> str:
    issued = int(time.time())
    registered = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "client_id": PORTAL,
        "iat": issued,
        "exp": issued + LIFETIME,
        "jti": secrets.token_urlsafe(16),
    }
    return jose.sign({**registered, **claims}, key, typ="at+jwt")
