"""What the access tests are about, built in one line each: callers, facts, items, and the domain of the table."""

import base64
import datetime as dt
import itertools
import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from app.access.caller import Caller, CallerKind, Purpose, Role
from app.access.decision_table import DOMAIN, Point
from app.access.decisions import AccessCheck
from app.access.policy import Policy, load
from app.access.request_facts import facts
from app.items import Item

NOW = dt.datetime(2026, 11, 25, 12, 0, tzinfo=dt.UTC)
PATIENT = "patient-a"
REGION, CLINIC = "SE2321000016-REGION", "SE2321000016-CLINIC"
MUNICIPALITY, HOME_CARE_UNIT = "SE2120000142-KOMMUN", "SE2120000142-HEMTJ"
STAFF_ROLES = (Role.PHYSICIAN, Role.MUNICIPAL_NURSE, Role.HOME_CARE, Role.ADMINISTRATOR, Role.LOG_AUDITOR)
PURPOSES = {
    Role.CITIZEN: Purpose.OWN,
    Role.PHYSICIAN: Purpose.CARE,
    Role.MUNICIPAL_NURSE: Purpose.CARE,
    Role.HOME_CARE: Purpose.SOCIAL_CARE,
    Role.ADMINISTRATOR: Purpose.ADMINISTRATION,
    Role.LOG_AUDITOR: Purpose.AUDIT,
    Role.SYSTEM: Purpose.INTEGRATION,
    Role.NONE: Purpose.UNKNOWN,
}
KINDS = {Role.CITIZEN: CallerKind.CITIZEN, Role.SYSTEM: CallerKind.SYSTEM}
POLICY: Policy = load()
ROWS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[2] / "app" / "access" / "policy.toml").read_text("utf-8")
)["row"]
FACTS = list(DOMAIN)


def caller(role: Role, **more: Any) -> Caller:
    """A caller with this role, of the region's clinic unless said otherwise."""
    kind = KINDS.get(role, CallerKind.STAFF)
    known: dict[str, Any] = {"kind": kind, "role": role, "purpose": PURPOSES[role]}
    if kind is not CallerKind.CITIZEN:
        known |= {"id": "SE2321000016-EMPLOYEE", "giver": REGION, "unit": CLINIC}
    if kind is CallerKind.SYSTEM:
        known |= {"scopes": {"*": frozenset("cruds")}}
    return Caller(**(known | more))


def period(**more: Any) -> dict[str, Any]:
    """A care relation or consent of the region that holds now."""
    known = {"giver": REGION, "unit": None, "employee": None, "starts": "2026-01-01T00:00:00+00:00", "ends": None}
    return known | more


def block(**more: Any) -> dict[str, Any]:
    """An outer block of what the municipality holds."""
    known = {"id": "b", "kind": "outer", "giver": MUNICIPALITY, "unit": None, "created": "2026-01-01T00:00:00+00:00"}
    return known | {"lifted": None} | more


def guardian(**more: Any) -> dict[str, Any]:
    """A guardian's mandate that holds now."""
    return {"person": "parent", "kind": "guardian", "starts": "2020-01-01T00:00:00+00:00", "ends": None} | more


def raw(**more: Any) -> dict[str, Any]:
    """What storage knows of a grown person without relation, consent or block."""
    known = {"version": 1, "birthDate": "1950-09-07", "protected": False}
    return known | {"relations": [], "consents": [], "blocks": [], "representatives": []} | more


def item(type: str = "Appointment", id: str = "a", **more: Any) -> Item:
    """An appointment at the region's clinic, with a normal label."""
    known = {"giver": REGION, "unit": CLINIC, "category": "health", "kind": "time", "label": "N"}
    rest = {"version": 1, "updated": NOW, "source_updated": None, "status": None, "starts": None, "ends": None}
    also = {"information_time": None, "keys": (), "refs": (), "source": "own", "body": ""}
    return Item(type=type, id=id, **(known | rest | also | more))


def part(value: object) -> str:
    """A part of a token from what it holds: bytes as they are, else as JSON."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def resigned(key: Any, head: object, payload: object) -> str:
    """A token with any header and payload whose signature holds: hostile, and by the trusted key (ES256) itself."""
    signed = f"{part(head)}.{part(payload)}"
    r, s = decode_dss_signature(key.private_key.sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{part(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def access_check(
    who: Caller, known: Mapping[str, Any] | None, *, me: str | None = None, now: dt.datetime = NOW
) -> AccessCheck:
    """Who asks about PATIENT, of whom this is known; `me` is a citizen's own Patient id."""
    return AccessCheck(POLICY, who, facts(who, known, caller_patient=me, patient=PATIENT, now=now))


def point(**values: str) -> Point:
    """A point of the domain; what is not said is unknown."""
    return tuple(values.get(fact, "unknown") for fact in FACTS)


def signature(action: str, role: str, fact: str, value: str) -> tuple[bool, ...]:
    """For each row on this action and role that looks at the fact, whether the value is in its cell; the unknown is apart."""
    rows = [row["when"] for row in ROWS if action in row["when"]["action"] and role in row["when"]["role"]]
    looking = [when[fact] for when in rows if fact in when]
    return tuple(found for cell in looking for found in (value in cell, value == "unknown"))


@cache
def representatives(action: str, role: str) -> dict[str, dict[tuple[bool, ...], str]]:
    """For each fact one value of each set of values that no row for this action and role tells apart, by signature."""
    chosen: dict[str, dict[tuple[bool, ...], str]] = {}
    for fact, values in DOMAIN.items():
        fixed = {"action": [action], "role": [role]}.get(fact)
        chosen[fact] = {signature(action, role, fact, value): value for value in fixed or values}
    return chosen


def domain() -> Iterator[Point]:
    """Every point of the whole domain, up to values that no row can tell apart."""
    for action, role in itertools.product(DOMAIN["action"], DOMAIN["role"]):
        yield from itertools.product(*(values.values() for values in representatives(action, role).values()))
