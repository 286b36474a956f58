"""The people of the overview: contacts, their substitutes, relatives, principals and receivers of copies (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.contracts.codes import CONTACT_ROLE, CONTACT_VIA_TEAM, PRINCIPAL
from app.contracts.mapping import careteam, relatives
from app.contracts.mapping.shared_rows import read_participant
from app.fhir import codes
from app.fhir.elements import Resource, code_in, extension, type_of
from app.overview.portal import texts
from app.overview.portal.elements import (
    Part,
    ResourceView,
    actor,
    coded_text,
    contact_ways,
    first_text,
    full_name,
    part,
    without_empty,
)
from app.texts import untranslated

NOT_CONTACT_TYPES: Final = frozenset({"Patient", "RelatedPerson"})

ContactWaysByTeam = Mapping[str, Sequence[Part]]
"""The ways of contact of each CareTeam, by reference."""


def contacts(view: ResourceView, ways_by_team: ContactWaysByTeam) -> Iterator[Part]:
    """Yield the members of a care team whom the person may contact, permanent contacts (fast kontakt) with a kind."""
    participants = [
        (participant, code_in(participant.get("role", ()), CONTACT_ROLE))
        for participant in view.resource.get("participant", ())
    ]
    stand_ins = _stand_ins(participants)
    for participant, role in participants:
        principal = code_in(participant.get("role", ()), PRINCIPAL)
        if role is None and principal is None and type_of(participant.get("member", {})) not in NOT_CONTACT_TYPES:
            yield _contact(view, participant, stand_ins, ways_by_team)


def _contact(
    view: ResourceView, participant: Mapping[str, Any], stand_ins: Part, ways_by_team: ContactWaysByTeam
) -> Part:
    roles, resource = participant.get("role", ()), view.resource
    role = first_text(roles)
    kind = code_in(roles, codes.PERMANENT_CONTACT)
    team = extension(participant, CONTACT_VIA_TEAM).get("valueReference", {}).get("reference")
    period = participant.get("period") or (resource.get("period", {}) if kind else {})
    return part(
        view,
        name=participant.get("member", {}).get("display"),
        kind=kind,
        role=texts.PERMANENT_CONTACT.get(kind or "") or (untranslated(role) if role else None),
        profession=first_text({**role, "coding": ()} for role in roles) if kind else None,
        unit=participant.get("onBehalfOf", {}).get("display"),
        start=period.get("start"),
        end=period.get("end"),
        contactWays=[*ways_by_team.get(view.reference, ()), *ways_by_team.get(team or "", ())] if kind else [],
        note=next((note.get("text") for note in resource.get("note", ())), None),
        **(stand_ins if kind else {}),
    )


def _stand_ins(participants: Sequence[tuple[Mapping[str, Any], str | None]]) -> Part:
    """The substitutes of a permanent contact, and the successor, from participants and their contact roles."""
    stand_ins: Part = {"substitutes": [], "handover": None}
    for participant, role in participants:
        if role == "substitute":
            stand_ins["substitutes"].append(actor(read_participant(participant)))
        elif role == "successor":
            start = without_empty({"start": participant.get("period", {}).get("start")})
            stand_ins["handover"] = {**actor(read_participant(participant)), **start}
    return stand_ins


def contact_ways_by_team(teams: Sequence[ResourceView]) -> dict[str, list[Part]]:
    """The ways of contact of each team."""
    return {view.reference: contact_ways(view.resource.get("telecom", ())) for view in teams}


def relative(view: ResourceView, taking_part: Sequence[str]) -> Part:
    """A relative (närstående) or guardian; `taking_part` are the references of those who take part in the planning."""
    fields = relatives.RELATIVE.read(view.resource)
    return part(
        view,
        name=fields.get("name") or full_name(next(iter(view.resource.get("name", ())), {})),
        **coded_text("relation", fields.get("relation"), texts.RELATION),
        contactWays=contact_ways(view.resource.get("telecom", ())),
        takesPart=view.reference in taking_part,
    )


def team_details(resource: Resource) -> dict[str, Any]:
    """The principals, the copies, and the references of the relatives taking part, of a contract's team."""
    team = careteam.TEAM.read(resource)
    sip = team.get("sip", {})
    overall = sip.get("overall")
    principals = [
        {
            **coded_text("principal", principal.get("kind"), texts.PRINCIPAL),
            **without_empty({"unit": principal.get("unit", {}).get("name")}),
            "overall": principal.get("kind") == overall,
        }
        for principal in sip.get("principals", ())
    ]
    copies = [
        {
            **actor(copy.get("who")),
            **coded_text("how", copy.get("how"), texts.COPY),
            **without_empty({"on": copy.get("on")}),
        }
        for copy in team.get("copies", ())
    ]
    return {"principals": principals, "copies": copies, "relatives": team.get("relatives", [])}
