"""The people of the overview: contacts and who steps in for them, relatives, principals, who has a copy (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from app.contracts.codes import CONTACT_ROLE, CONTACT_VIA_TEAM, PRINCIPAL
from app.contracts.mapping import careteam, relatives
from app.contracts.mapping.shared_rows import read_participant
from app.fhir import codes
from app.fhir.elements import code_in, extension, type_of
from app.overview.portal import texts
from app.overview.portal.elements import (
    Part,
    Resource,
    Seen,
    actor,
    concepts,
    part,
    ways,
    without_empty,
    worded,
)
from app.texts import untranslated

NO_CONTACTS: Final = frozenset({"Patient", "RelatedPerson"})

Reached = Mapping[str, Sequence[Part]]
"""The ways of contact of each CareTeam, by reference."""


def contacts(seen: Seen, reached: Reached) -> Iterator[Part]:
    """Those of a care team whom the person may turn to, permanent contacts (fast vårdkontakt) with their kind."""
    found = [(one, code_in(one.get("role", ()), CONTACT_ROLE)) for one in seen.resource.get("participant", ())]
    beside = _beside(found)
    for participant, role in found:
        principal = code_in(participant.get("role", ()), PRINCIPAL)
        if role is None and principal is None and type_of(participant.get("member", {})) not in NO_CONTACTS:
            yield _contact(seen, participant, beside, reached)


def _contact(seen: Seen, participant: Mapping[str, Any], beside: Part, reached: Reached) -> Part:
    roles, resource = participant.get("role", ()), seen.resource
    words = concepts(roles)
    kind = code_in(roles, codes.PERMANENT_CONTACT)
    team = extension(participant, CONTACT_VIA_TEAM).get("valueReference", {}).get("reference")
    period = participant.get("period") or (resource.get("period", {}) if kind else {})
    return part(
        seen,
        name=participant.get("member", {}).get("display"),
        kind=kind,
        role=texts.PERMANENT_CONTACT.get(kind or "") or (untranslated(words) if words else None),
        profession=concepts({**one, "coding": ()} for one in roles) if kind else None,
        unit=participant.get("onBehalfOf", {}).get("display"),
        start=period.get("start"),
        end=period.get("end"),
        contactWays=[*reached.get(seen.reference, ()), *reached.get(team or "", ())] if kind else [],
        note=next((note.get("text") for note in resource.get("note", ())), None),
        **(beside if kind else {}),
    )


def _beside(found: Sequence[tuple[Mapping[str, Any], str | None]]) -> Part:
    """Who steps in for a permanent contact, and to whom the person is handed over."""
    said: Part = {"substitutes": [], "handover": None}
    for participant, role in found:
        if role == "substitute":
            said["substitutes"].append(actor(read_participant(participant)))
        elif role == "successor":
            start = without_empty({"start": participant.get("period", {}).get("start")})
            said["handover"] = {**actor(read_participant(participant)), **start}
    return said


def reached(teams: Sequence[Seen]) -> dict[str, list[Part]]:
    """How to reach each team."""
    return {seen.reference: ways(seen.resource.get("telecom", ())) for seen in teams}


def relative(seen: Seen, taking_part: Sequence[str]) -> Part:
    """A relative (närstående) or guardian, and whether they take part in the planning."""
    said = relatives.RELATIVE.read(seen.resource)
    return part(
        seen,
        name=said.get("name") or _name(seen.resource),
        **worded("relation", said.get("relation"), texts.RELATION),
        contactWays=ways(seen.resource.get("telecom", ())),
        takesPart=seen.reference in taking_part,
    )


def _name(person: Resource) -> str | None:
    name: Mapping[str, Any] = next(iter(person.get("name", ())), {})
    return " ".join([*name.get("given", ()), *filter(None, [name.get("family")])]) or None


def team(resource: Resource) -> dict[str, Any]:
    """What a contract's team holds beside its members: principals, copies, and which relatives take part."""
    said = careteam.TEAM.read(resource)
    sip = said.get("sip", {})
    overall = sip.get("overall")
    principals = [
        {
            **worded("principal", one.get("kind"), texts.PRINCIPAL),
            **without_empty({"unit": one.get("unit", {}).get("name")}),
            "overall": one.get("kind") == overall,
        }
        for one in sip.get("principals", ())
    ]
    copies = [
        {**actor(one.get("who")), **worded("how", one.get("how"), texts.COPY), **without_empty({"on": one.get("on")})}
        for one in said.get("copies", ())
    ]
    return {"principals": principals, "copies": copies, "relatives": said.get("relatives", [])}
