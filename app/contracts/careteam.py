"""The team with its ways of contact, and each permanent contact: CareTeams as Inera's "Fasta kontakter" has them.

http://hl7.org/fhir/R4/careteam.html
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.contracts.codes import CARE_TEAM_TYPE, PERMANENT, PERMANENT_CONTACTS, TEAM
from app.contracts.elements import (
    Json,
    annotations,
    code_in,
    coding,
    concept,
    contact_point,
    meta,
    participant,
    period,
    present,
    read_annotations,
    read_contact_points,
    read_part,
    read_participant,
    read_period,
)
from app.contracts.model import PatientContract, PermanentContact
from app.fhir import codes, r4

_KINDS: Final = {code: kind for kind, (code, _) in PERMANENT_CONTACTS.items()}


def team(contract: PatientContract, *, id: str) -> Json:
    """The team around the person, and the ways to contact care."""
    return r4.to_json(
        r4.CareTeam(
            id=id,
            meta=meta(contract),
            status="active",
            category=[concept(coding(CARE_TEAM_TYPE, TEAM, "Team"))],
            subject={"reference": contract.patient},
            participant=[
                present(**participant(member), period=period(member.period)) for member in contract.team
            ] or None,
            telecom=[contact_point(way) for way in contract.agreement.contact_ways] or None,
        )
    )  # fmt: skip


def permanent_contact(part: PermanentContact, *, id: str, patient: str) -> Json:
    """One permanent contact: a team of one, with its own ways of contact."""
    code, display = PERMANENT_CONTACTS[part.kind]
    return r4.to_json(
        r4.CareTeam(
            id=id,
            meta=meta(part),
            status="active",
            category=[concept(coding(CARE_TEAM_TYPE, PERMANENT, "Fast kontakt"))],
            subject={"reference": patient},
            period=period(part.period),
            participant=[participant(part.who, coding(codes.PERMANENT_CONTACT, code, display))],
            telecom=[contact_point(way) for way in part.contact_ways] or None,
            note=annotations(part.note) or None,
        )
    )


def is_team(resource: Mapping[str, Any]) -> bool:
    """Whether a CareTeam is the team, and not a permanent contact."""
    return code_in(resource.get("category", ()), CARE_TEAM_TYPE) != PERMANENT


def read_ways(resource: Mapping[str, Any]) -> list[Json]:
    """The ways of contact behind a CareTeam's telecom."""
    return read_contact_points(resource.get("telecom", ()))


def read_team(resource: Mapping[str, Any]) -> list[Json]:
    """The contract's team members behind a CareTeam of any system: all but its permanent contacts."""
    found = [(read_participant(one), one) for one in resource.get("participant", ()) if _kind(one) is None]
    return [present(**actor, period=read_period(one.get("period"))) for actor, one in found if actor]


def read_permanent(resource: Mapping[str, Any]) -> Iterator[Json]:
    """The contract's permanent contacts behind a CareTeam of any system; ours have one each."""
    for one in resource.get("participant", ()):
        if kind := _kind(one):
            said = present(
                **read_part(resource),
                kind=kind,
                who=read_participant(one),
                period=read_period(one.get("period") or resource.get("period")),
                note=read_annotations(resource.get("note", ())),
            )
            yield {**said, "contactWays": read_ways(resource)}


def _kind(found: Mapping[str, Any]) -> str | None:
    return _KINDS.get(code_in(found.get("role", ()), codes.PERMANENT_CONTACT) or "")
