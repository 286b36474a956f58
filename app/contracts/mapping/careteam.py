"""The team with its ways of contact, and each permanent contact: CareTeams as Inera's "Fasta kontakter" has them.

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


def _role(found: Mapping[str, Any], system: str) -> str:
    return code_in(found.get("role"), system) or ""


def _with(team: Resource, role: str) -> list[Mapping[str, Any]]:
    return [one for one in team.get("participant", ()) if _role(one, CONTACT_ROLE).startswith(role)]


def _say_who(actor: Json, team: Json, _: MappingContext) -> None:
    held = team["participant"][0]
    said = participant(actor, *held["role"][0]["coding"])
    held.update(said)


def _say_kind(kind: str, team: Json, _: MappingContext) -> None:
    _add(team, {"role": [concept(PERMANENT_CODINGS[kind])]})


def _permanent(team: Resource) -> Mapping[str, Any]:
    return next((one for one in team.get("participant", ()) if _role(one, codes.PERMANENT_CONTACT)), {})


def _say_via_team(via: Any, team: Json, context: MappingContext) -> None:
    if via:
        extend(team["participant"][0], CONTACT_VIA_TEAM, valueReference={"reference": context.team})


def _say_substitutes(actors: Sequence[Json], team: Json, _: MappingContext) -> None:
    _add(team, *(participant(one, _ROLES["substitute"]) for one in actors))


def _say_handover(handover: Json, team: Json, _: MappingContext) -> None:
    _add(team, {**participant(handover["to"], _ROLES["successor"]), "period": {"start": handover["on"]}})


def _hear_handover(team: Resource) -> Json | None:
    found: Mapping[str, Any] = next(iter(_with(team, "successor")), {})
    to, on = read_participant(found), (read_period(found.get("period")) or {}).get("start")
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
            _say_kind,
            lambda team: _KINDS.get(_role(_permanent(team), codes.PERMANENT_CONTACT)),
        ),
        FieldMapping("who", participant_places("who"), _say_who, lambda team: read_participant(_permanent(team))),
        FieldMapping(
            "viaTeam",
            {"viaTeam": ("participant.extension(contact-via-team)",)},
            _say_via_team,
            lambda team: "url" in extension(_permanent(team), CONTACT_VIA_TEAM),
        ),
        FieldMapping(
            "substitutes",
            participant_places("substitutes[]"),
            _say_substitutes,
            lambda team: [actor for one in _with(team, "substitute") if (actor := read_participant(one))],
        ),
        FieldMapping(
            "handover",
            {**participant_places("handover.to"), "handover.on": ("participant.period.start",)},
            _say_handover,
            _hear_handover,
        ),
        period_row("period", "period"),
        ways_row("contactWays"),
        annotation("note"),
    ),
)
"""One permanent contact: a team of one, who may have substitutes and a successor, with its own ways of contact."""


def _say_members(members: Sequence[Json], team: Json, _: MappingContext) -> None:
    _add(team, *(present(**participant(one), period=one.get("period")) for one in members))


def _hear_members(team: Resource) -> list[Json]:
    found = [(read_participant(one), one) for one in team.get("participant", ()) if _is_member(one)]
    said = [present(**actor, period=read_period(one.get("period"))) for actor, one in found if actor]
    return all_fitted(TeamMember, said)


def _is_member(found: Mapping[str, Any]) -> bool:
    special = (CONTACT_ROLE, PRINCIPAL, codes.PERMANENT_CONTACT)
    return not any(_role(found, system) for system in special) and "reference" not in found.get("member", {})


def _say_principals(sip: Json, team: Json, _: MappingContext) -> None:
    for one in sip.get("principals", ()):
        overall = [_ROLES[_OVERALL]] if one["kind"] == sip.get("overall") else []
        role = [concept(_PRINCIPALS[one["kind"]]), *map(concept, overall)]
        _add(team, {"role": role, "member": organization(one["unit"])})


def _hear_principals(team: Resource) -> Json | None:
    found = [one for one in team.get("participant", ()) if _role(one, PRINCIPAL)]
    overall = (_role(one, PRINCIPAL) for one in found if _OVERALL in codes_in(one.get("role"), CONTACT_ROLE))
    said = [present(kind=_role(one, PRINCIPAL), unit=read_unit(one.get("member"))) for one in found]
    principals = all_fitted(Principal, said)
    return present(principals=principals, overall=next(overall, None)) or None


def _say_copies(copies: Sequence[Json], team: Json, _: MappingContext) -> None:
    for one in copies:
        period = present(start=one.get("on"))
        _add(team, present(**participant(one["who"], _ROLES[f"{_COPY}{one['how']}"]), period=period))


def _hear_copies(team: Resource) -> list[Json]:
    said = [
        present(
            who=read_participant(one),
            how=_role(one, CONTACT_ROLE).removeprefix(_COPY),
            on=(read_period(one.get("period")) or {}).get("start"),
        )
        for one in _with(team, _COPY)
    ]
    return all_fitted(Copy, said)


def _say_relatives(references: Sequence[str], team: Json, _: MappingContext) -> None:
    _add(team, *({"member": {"reference": one}} for one in references))


def _hear_relatives(team: Resource) -> list[str]:
    members = (local_target(one.get("member", {}).get("reference")) for one in team.get("participant", ()))
    return [one for one in members if one and one.startswith("RelatedPerson/")]


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
            _say_principals,
            _hear_principals,
        ),
        FieldMapping(
            "team",
            {
                **participant_places("team[]"),
                "team[].period.start": ("participant.period.start",),
                "team[].period.end": ("participant.period.end",),
            },
            _say_members,
            _hear_members,
        ),
        FieldMapping(
            "relatives", {"relatives[].takesPart": ("participant.member.reference",)}, _say_relatives, _hear_relatives
        ),
        FieldMapping(
            "copies",
            {
                **participant_places("copies[].who"),
                "copies[].how": ("participant.role.coding",),
                "copies[].on": ("participant.period.start",),
            },
            _say_copies,
            _hear_copies,
        ),
        ways_row("contactWays"),
    ),
)
"""The team: members, both principals of a SIP, relatives who take part, who gets a copy; the ways to contact care."""


def is_team(resource: Mapping[str, Any]) -> bool:
    """Return whether a CareTeam is the contract's team, and not a permanent contact."""
    return not is_permanent_contact(resource)


def is_permanent_contact(resource: Mapping[str, Any]) -> bool:
    """Return whether a CareTeam is a permanent contact."""
    return code_in(resource.get("category"), CARE_TEAM_TYPE) == PERMANENT
