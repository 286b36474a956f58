"""Callers, and the facts about a person and a request, for the tests of access."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.access.caller import Caller, CallerKind, Purpose, Role
from app.access.decisions import AccessCheck
from app.access.policy import Policy, load
from app.access.request_facts import facts_of_request
from tests.builders.items import CLINIC, NOW, REGION

PATIENT = "patient-a"
MUNICIPALITY, HOME_CARE_UNIT = "SE2120000142-KOMMUN", "SE2120000142-HEMTJ"
STAFF_ROLES = tuple(role for role in Role if role not in {Role.CITIZEN, Role.SYSTEM, Role.NONE})
PURPOSES = {
    Role.CITIZEN: Purpose.OWN,
    Role.PHYSICIAN: Purpose.CARE,
    Role.MUNICIPAL_NURSE: Purpose.CARE,
    Role.CARE_PROFESSIONAL: Purpose.CARE,
    Role.CARE_COORDINATOR: Purpose.CARE,
    Role.HOME_CARE: Purpose.SOCIAL_CARE,
    Role.LSS_STAFF: Purpose.SOCIAL_CARE,
    Role.NEEDS_ASSESSOR: Purpose.SOCIAL_CARE,
    Role.ADMINISTRATOR: Purpose.ADMINISTRATION,
    Role.UNIT_MANAGER: Purpose.ADMINISTRATION,
    Role.LOG_AUDITOR: Purpose.AUDIT,
    Role.INFORMATION_OWNER: Purpose.AUDIT,
    Role.SYSTEM: Purpose.INTEGRATION,
    Role.NONE: Purpose.UNKNOWN,
}
KINDS = {Role.CITIZEN: CallerKind.CITIZEN, Role.SYSTEM: CallerKind.SYSTEM}
POLICY: Policy = load()
ROWS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[2] / "app" / "access" / "policy.toml").read_text("utf-8")
)["row"]


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
    lists = (
        "relations",
        "consents",
        "blocks",
        "liftings",
        "emergencies",
        "incapacities",
        "representatives",
        "closings",
    )
    return known | {name: [] for name in lists} | more


def access_check(
    who: Caller, known: Mapping[str, Any] | None, *, me: str | None = None, now: dt.datetime = NOW
) -> AccessCheck:
    """Who asks about PATIENT, of whom this is known; `me` is a citizen's own Patient id."""
    return AccessCheck(POLICY, who, facts_of_request(who, known, caller_patient=me, patient=PATIENT, now=now))
