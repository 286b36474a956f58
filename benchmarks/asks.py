"""Who asks for what in the benchmark: every caller about every person, with tokens signed beforehand."""

import json
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from app import jose
from app.demo.data.callers import CITIZEN_CLAIM, LEVEL_3, PORTAL, named
from app.demo.data.givers import REGION
from benchmarks.client import build
from benchmarks.people import Someone

AUDIENCE: Final = "https://bench.example"
ISSUER: Final = "https://bench.example/issuer"
STAFF: Final = ("physician", "municipal-nurse", "home-care", "administrator")
CITIZEN: Final = "citizen"
LIFETIME: Final = 890
"""Seconds that a token lives; all are signed at the start."""
SHORTEST: Final = 400
"""Bytes that the shortest right answer has at least."""

RUNS: Final[Mapping[str, str]] = {
    "a": "static bytes of the overview's size",
    "b": "one prepared SELECT of those bytes, no check",
    "c": "the overview as a Bundle",
    "c-json": "the overview as JSON",
    "d-read": "read of an appointment",
    "d-search": "search of a person's appointments",
}
"""What is measured, in the order of each round."""
ON_THE_FLOOR: Final = frozenset({"a", "b"})
"""What the floor answers; the app answers the others."""


class Pair(NamedTuple):
    """A caller and a person they may ask about; `token` is a place in the list of tokens, `size` the overview's."""

    patient: str
    caller: str
    token: int
    appointment: str
    size: int = 0

    @property
    def key(self) -> str:
        """Where the floor keeps this caller's overview of this person."""
        return f"{self.patient}.{self.caller}"

    @property
    def overview(self) -> str:
        """The address of the overview."""
        return f"/fhir/Patient/{self.patient}/$overview"


def pair_up(people: Iterable[Someone], key: jose.Key) -> tuple[list[Pair], list[str]]:
    """Every caller with every person, and the tokens: one for each of the staff and one for each person."""
    callers = {name: known for name in STAFF if (known := named(name))}
    tokens = [_token(name, known.claims, key) for name, known in callers.items()]
    pairs = []
    for one in people:
        for place, (name, known) in enumerate(callers.items()):
            pairs.append(Pair(one.patient, name, place, one.appointments[str(known.giver)]))
        claims = {f"{CITIZEN_CLAIM}personalIdentityNumber": one.number, "acr": LEVEL_3}
        pairs.append(Pair(one.patient, CITIZEN, len(tokens), one.appointments[REGION.hsa_id]))
        tokens.append(_token(one.patient, claims, key))
    return pairs, tokens


def overview_request(pair: Pair, tokens: Sequence[str]) -> bytes:
    """The request for a pair's overview."""
    return build("POST", pair.overview, tokens[pair.token])


def write_plan(path: Path, pairs: Sequence[Pair], tokens: Sequence[str], ports: Mapping[bool, int]) -> None:
    """The load generator's plan; `ports` are the floor's (True) and the app's (False)."""
    runs = {name: (ports[name in ON_THE_FLOOR], [_ask(name, pair) for pair in pairs]) for name in RUNS}
    path.write_text(json.dumps({"tokens": tokens, "runs": runs}), "utf-8")


def _ask(name: str, pair: Pair) -> tuple[str, str, int, str | None, int, int]:
    """Method, path, token, body, and the shortest and longest answer that can be right."""
    whole, some = (pair.size, pair.size), (SHORTEST, 2 * pair.size)
    body = json.dumps({"patient": f"Patient/{pair.patient}"})
    asks: dict[str, tuple[str, str, int, str | None, int, int]] = {
        "a": ("GET", f"/static/{pair.size}", -1, None, *whole),
        "b": ("GET", f"/row/{pair.key}", -1, None, *whole),
        "c": ("POST", pair.overview, pair.token, None, *whole),
        "c-json": ("POST", "/api/overview", pair.token, body, *some),
        "d-read": ("GET", f"/fhir/Appointment/{pair.appointment}", pair.token, None, *some),
        "d-search": ("GET", f"/fhir/Appointment?patient={pair.patient}", pair.token, None, *some),
    }
    return asks[name]


def _token(subject: str, claims: Mapping[str, Any], key: jose.Key) -> str:
    issued = int(time.time())
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": subject,
        "client_id": PORTAL,
        "iat": issued,
        "exp": issued + LIFETIME,
        "jti": secrets.token_urlsafe(16),
    }
    return jose.sign({**said, **claims}, key, typ="at+jwt")
