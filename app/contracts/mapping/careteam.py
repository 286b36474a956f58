"""The team with its ways of contact, and each permanent contact, as CareTeams.

The category is that of Inera's "Fasta kontakter".

http://hl7.org/fhir/R4/careteam.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.contracts.codes import (
    CARE_TEAM_TYPE,
    CONTACT_ROLE,
    CONTACT_ROLES,
    CONTACT_VIA_TEAM,
    PERMANENT,
    PERMANENT_CODINGS,
    PERMANENT_CONTACTS,
    PRINCIPAL,
    PRINCIPALS,
    codings,
)
from app.contracts.codes import TEAM as TEAM_CODE
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, annotation
from app.contracts.mapping.shared_rows import (
    organization,
    participant,
    participant_places,
    period_row,
    read_participant,
    read_period,
    read_unit,
    ways_row,
)
from app.contracts.model.normalise import all_fitted
from app.contracts.model.people import Copy, TeamMember
from app.contracts.model.sections import Principal
from app.fhir import codes
from app.fhir.elements import Json, Resource, code_in, codes_in, coding, concept, extend, extension, present
from app.fhir.references import local_target

_ROLES: Final = codings(CONTACT_ROLE, CONTACT_ROLES)
_PRINCIPALS: Final = codings(PRINCIPAL, PRINCIPALS)
_COPY: Final = "copy-"
_OVERALL: Final = "overall-responsibility"
_KINDS: Final = {code: kind for kind, (code, _) in PERMANENT_CONTACTS.items()}


def _add(team: Json, *participants: Json) -> None:
    team.setdefault("participant", []).extend(participants)


def _role(participant: Mapping[str, Any], system: str) -> str:
    return code_in(participant.get("role"), system) or ""


def _with(team: Resource, role: str) -> list[Mapping[str, Any]]:
    return [
        participant for participant in team.get("participant", ()) if _role(participant, CONTACT_ROLE).startswith(role)
    ]


def _who_to_fhir(actor: Json, team: Json, _: MappingContext) -> None:
    member = team["participant"][0]
    new = participant(actor, *member["role"][0]["coding"])
    member.update(new)


def _kind_to_fhir(kind: str, team: Json, _: MappingContext) -> None:
    _add(team, {"role": [concept(PERMANENT_CODINGS[kind])]})


def _permanent(team: Resource) -> Mapping[str, Any]:
    return next(
        (participant for participant in team.get("participant", ()) if _role(participant, codes.PERMANENT_CONTACT)), {}
    )


def _via_team_to_fhir(via: Any, team: Json, context: MappingContext) -> None:
    if via:
        extend(team["participant"][0], CONTACT_VIA_TEAM, valueReference={"reference": context.team})


def _substitutes_to_fhir(actors: Sequence[Json], team: Json, _: MappingContext) -> None:
    _add(team, *(participant(actor, _ROLES["substitute"]) for actor in actors))


def _handover_to_fhir(handover: Json, team: Json, _: MappingContext) -> None:
    _add(team, {**participant(handover["to"], _ROLES["successor"]), "period": {"start": handover["on"]}})


def _handover_from_fhir(team: Resource) -> Json | None:
    successor: Mapping[str, Any] = next(iter(_with(team, "successor")), {})
    to, on = read_participant(successor), (read_period(successor.get("period")) or {}).get("start")
    return {"to": to, "on": on} if to and on else None


PERMANENT_CONTACT: Final = ResourceMapping(
    "CareTeam",
    "permanent-contact",
    {"status": "active", "category": [concept(coding(CARE_TEAM_TYPE, PERMANENT, "Fast kontakt"))]},
    "subject",
    (
        FieldMapping(
            "kind",
            {"kind": ("participant.role.coding",)},
            _kind_to_fhir,
            lambda team: _KINDS.get(_role(_permanent(team), codes.PERMANENT_CONTACT)),
        ),
        FieldMapping("who", participant_places("who"), _who_to_fhir, lambda team: read_participant(_permanent(team))),
        FieldMapping(
            "viaTeam",
            {"viaTeam": ("participant.extension(contact-via-team)",)},
            _via_team_to_fhir,
            lambda team: "url" in extension(_permanent(team), CONTACT_VIA_TEAM),
        ),
        FieldMapping(
            "substitutes",
            participant_places("substitutes[]"),
            _substitutes_to_fhir,
            lambda team: [actor for substitute in _with(team, "substitute") if (actor := read_participant(substitute))],
        ),
        FieldMapping(
            "handover",
            {**participant_places("handover.to"), "handover.on": ("participant.period.start",)},
            _handover_to_fhir,
            _handover_from_fhir,
        ),
        period_row("period", "period"),
        ways_row("contactWays"),
        annotation("note"),
    ),
)
"""One permanent contact: a team of one member, with substitutes, a successor and its own ways of contact."""


def _members_to_fhir(members: Sequence[Json], team: Json, _: MappingContext) -> None:
    _add(team, *(present(**participant(member), period=member.get("period")) for member in members))


def _members_from_fhir(team: Resource) -> list[Json]:
    members = [(read_participant(member), member) for member in team.get("participant", ()) if _is_member(member)]
    json = [present(**actor, period=read_period(member.get("period"))) for actor, member in members if actor]
    return all_fitted(TeamMember, json)


def _is_member(member: Mapping[str, Any]) -> bool:
    special = (CONTACT_ROLE, PRINCIPAL, codes.PERMANENT_CONTACT)
    return not any(_role(member, system) for system in special) and "reference" not in member.get("member", {})


def _principals_to_fhir(sip: Json, team: Json, _: MappingContext) -> None:
    for principal in sip.get("principals", ()):
        overall = [_ROLES[_OVERALL]] if principal["kind"] == sip.get("overall") else []
        role = [concept(_PRINCIPALS[principal["kind"]]), *map(concept, overall)]
        _add(team, {"role": role, "member": organization(principal["unit"])})


def _principals_from_fhir(team: Resource) -> Json | None:
    participants = [participant for participant in team.get("participant", ()) if _role(participant, PRINCIPAL)]
    overall = (
        _role(participant, PRINCIPAL)
        for participant in participants
        if _OVERALL in codes_in(participant.get("role"), CONTACT_ROLE)
    )
    json = [
        present(kind=_role(participant, PRINCIPAL), unit=read_unit(participant.get("member")))
        for participant in participants
    ]
    principals = all_fitted(Principal, json)
    return present(principals=principals, overall=next(overall, None)) or None


def _copies_to_fhir(copies: Sequence[Json], team: Json, _: MappingContext) -> None:
    for copy in copies:
        period = present(start=copy.get("on"))
        _add(team, present(**participant(copy["who"], _ROLES[f"{_COPY}{copy['how']}"]), period=period))


def _copies_from_fhir(team: Resource) -> list[Json]:
    json = [
        present(
            who=read_participant(copy),
            how=_role(copy, CONTACT_ROLE).removeprefix(_COPY),
            on=(read_period(copy.get("period")) or {}).get("start"),
        )
        for copy in _with(team, _COPY)
    ]
    return all_fitted(Copy, json)


def _relatives_to_fhir(references: Sequence[str], team: Json, _: MappingContext) -> None:
    _add(team, *({"member": {"reference": reference}} for reference in references))


def _relatives_from_fhir(team: Resource) -> list[str]:
    members = (participant.get("member", {}) for participant in team.get("participant", ()))
    references = (local_target(member.get("reference")) for member in members)
    return [reference for reference in references if reference and reference.startswith("RelatedPerson/")]


TEAM: Final = ResourceMapping(
    "CareTeam",
    "team",
    {"status": "active", "category": [concept(coding(CARE_TEAM_TYPE, TEAM_CODE, "Team"))]},
    "subject",
    (
        FieldMapping(
            "sip",
            {
                "sip.principals[].kind": ("participant.role.coding",),
                "sip.principals[].unit.hsaId": ("participant.member(Organization).identifier.value",),
                "sip.principals[].unit.name": ("participant.member(Organization).display",),
                "sip.overall": ("participant.role.coding",),
            },
            _principals_to_fhir,
            _principals_from_fhir,
        ),
        FieldMapping(
            "team",
            {
                **participant_places("team[]"),
                "team[].period.start": ("participant.period.start",),
                "team[].period.end": ("participant.period.end",),
            },
            _members_to_fhir,
            _members_from_fhir,
        ),
        FieldMapping(
            "relatives",
            {"relatives[].takesPart": ("participant.member.reference",)},
            _relatives_to_fhir,
            _relatives_from_fhir,
        ),
        FieldMapping(
            "copies",
            {
                **participant_places("copies[].who"),
                "copies[].how": ("participant.role.coding",),
                "copies[].on": ("participant.period.start",),
            },
            _copies_to_fhir,
            _copies_from_fhir,
        ),
        ways_row("contactWays"),
    ),
)
"""The team: members, both principals of a SIP, relatives who take part, recipients of copies, and ways of contact."""


def is_team(resource: Mapping[str, Any]) -> bool:
    """Return whether a CareTeam is the contract's team, and not a permanent contact."""
    return not is_permanent_contact(resource)


def is_permanent_contact(resource: Mapping[str, Any]) -> bool:
    """Return whether a CareTeam is a permanent contact."""
    return code_in(resource.get("category"), CARE_TEAM_TYPE) == PERMANENT
