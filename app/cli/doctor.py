"""`samplan doctor`: names in one sentence each what an installation lacks for production."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.access import policy
from app.access.caller import CallerKind
from app.access.issuer import Issuer
from app.directory.issuer_calls import IssuerCalls
from app.errors import SamplanError, Unavailable
from app.fhir.times import STOCKHOLM
from app.outbound import Failure, Outbound
from app.settings import Settings
from app.storage import migrate
from app.storage.examine import Examination, examine

OLDEST: Final = 15
"""The oldest PostgreSQL that is supported."""

CLOCKS: Final = timedelta(seconds=5)
"""How far the clocks of the app and of the database may differ."""

CALLERS: Final = {
    CallerKind.CITIZEN: "no person can log in",
    CallerKind.STAFF: "no employee can log in",
    CallerKind.SYSTEM: "no system can call, unless it signs its own tokens",
}

SETTING_CHECKS: Final[tuple[tuple[Callable[[Settings], bool], str], ...]] = (
    (lambda given: given.production, "SAMPLAN_PRODUCTION is not true: what only the demo may do is not refused."),
    (lambda given: given.base_url.startswith("https://"), "SAMPLAN_BASE_URL is no https:// address: no TLS."),
    (lambda given: given.demo_identity is None, "SAMPLAN_DEMO_IDENTITY is set: it is for the demo."),
    (
        lambda given: given.issuers is not None,
        "SAMPLAN_ISSUERS is not set: one issuer vouches for every kind of caller.",
    ),
    (lambda given: given.audit_seal_key is not None, "SAMPLAN_AUDIT_SEAL_KEY is not set: the trail is not sealed."),
    (
        lambda given: all((given.rate_client, given.rate_person, given.rate_refusals)),
        "SAMPLAN_RATE_CLIENT, SAMPLAN_RATE_PERSON or SAMPLAN_RATE_REFUSALS is 0: nothing there limits a flood.",
    ),
)

DATABASE_CHECKS: Final[tuple[tuple[Callable[[Examination], object], str], ...]] = (
    (lambda examination: examination.version >= OLDEST, f"PostgreSQL is older than version {OLDEST}."),
    (lambda examination: not examination.bypasses, "The role of SAMPLAN_DATABASE_URL bypasses row-level security."),
    (
        lambda examination: not examination.owns,
        "The role of SAMPLAN_DATABASE_URL owns tables: it could change the trail.",
    ),
    (
        lambda examination: examination.durable,
        "fsync, full_page_writes or synchronous_commit is off: a power cut loses the trail.",
    ),
    (
        lambda examination: examination.private,
        "The connection to PostgreSQL is not encrypted: add sslmode=verify-full.",
    ),
    (
        lambda examination: examination.writable,
        "The audit trail cannot be written: every request about a person would be 503.",
    ),
    (
        lambda examination: examination.content["wall"],
        "The table wall is empty: run samplan migrate, or staff see nothing.",
    ),
    (
        lambda examination: examination.content["care_giver"],
        "The directory has no care giver: run samplan directory import.",
    ),
    (
        lambda examination: examination.content["social_giver"],
        "The directory has no social care giver: run samplan directory import.",
    ),
    (
        lambda examination: examination.content["client"],
        "No client system is registered and enabled: run samplan clients add.",
    ),
    (lambda examination: examination.content["person"], "No person is known: import them, or let a system push."),
    (
        lambda examination: examination.content["relation"],
        "Nobody has ever had a care relation: no employee sees anybody.",
    ),
)


def examination_faults(settings: Settings, issuers: Sequence[Issuer], scripts: Path, *, now: datetime) -> list[str]:
    """A sentence for everything that is wrong or missing; none if the installation is ready."""
    day = now.astimezone(STOCKHOLM).date()
    over = [row.id for row in policy.load().rows if row.is_over(day)]
    return [
        *(sentence for is_right, sentence in SETTING_CHECKS if not is_right(settings)),
        *_issuer_faults(issuers),
        *(f"Policy row {name} is over: take it away, or give it another last day." for name in over),
        *asyncio.run(_outside_faults(settings, issuers, scripts, now)),
    ]


def _issuer_faults(issuers: Sequence[Issuer]) -> list[str]:
    vouched = frozenset().union(*(issuer.vouches for issuer in issuers))
    return [f"No issuer vouches for {kind}: {lack}." for kind, lack in CALLERS.items() if kind not in vouched]


async def _outside_faults(settings: Settings, issuers: Sequence[Issuer], scripts: Path, now: datetime) -> list[str]:
    outbound = Outbound((), limit=settings.source_bytes)
    async with outbound:
        calls = IssuerCalls(outbound)
        keys = [fault for issuer in issuers if (fault := await _key_fault(calls, issuer))]
    try:
        examination = await examine(settings.database_url)
    except Unavailable:
        return [*keys, "The database of SAMPLAN_DATABASE_URL does not answer, or refuses the role."]
    return [*keys, *_database_faults(examination, migrate.head(scripts), now)]


def _database_faults(examination: Examination, head: str, now: datetime) -> list[str]:
    faults = []
    if examination.content["revision"] != head:
        faults.append(f"The migrations are not at their head, {head}: run samplan migrate.")
    if abs(examination.now - now) > CLOCKS:
        faults.append(f"The clocks of the app and of PostgreSQL differ by more than {CLOCKS.seconds} seconds.")
    return [*faults, *(sentence for is_right, sentence in DATABASE_CHECKS if not is_right(examination))]


async def _key_fault(calls: IssuerCalls, issuer: Issuer) -> str | None:
    if issuer.jwks_url is None:
        return None
    try:
        await calls.key_set(issuer.jwks_url)
    except (Failure, SamplanError, ValueError):
        return f"The keys of the issuer {issuer.iss} cannot be read."
    return None
