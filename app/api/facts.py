"""The facts about a person as plain JSON: care relations, consents, blocks, emergency openings and representatives.

One address for each kind (`app.access.fact_kinds`), with the same three operations. docs/facts.md
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.access.caller import CallerKind
from app.access.fact_kinds import FactKind, kinds_of_path
from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.api.event_places import place_text, read_place
from app.disclosure import read_trail
from app.errors import Fault, Malformed
from app.fhir.times import instant_text
from app.people import existence, facts
from app.people.new_fact import new_fact
from app.people.which_person import NO_PERSON, WhichPerson, person_of
from app.storage.audit_rows import AuditRow
from app.storage.fact_rows import PersonFact

QUERY = frozenset({"patient", "reason"})
"""The parameters of a list."""


async def list_facts(request: Request) -> Response:
    """What is registered about a person, as far as the caller may see it; without `patient` about oneself."""
    caller = caller_of(request)
    unknown = next((name for name in request.query_params if name not in QUERY), None)
    if unknown is not None or len(request.query_params.multi_items()) > len(request.query_params):
        raise Malformed(Fault("invalid", "Send patient and reason, once each.", "Skicka patient och reason en gång."))
    patient = request.query_params.get("patient")
    if patient is not None:
        person = WhichPerson(parameters.patient_id(patient, "patient"))
    elif caller.kind is CallerKind.CITIZEN:
        person = WhichPerson(number=caller.personal_number)
    else:
        raise Malformed(NO_PERSON)
    listed = await facts.list_facts(
        app_state(request).record_access,
        caller,
        person,
        kinds_of_path(_path(request)),
        reason=request.query_params.get("reason"),
        now=now(),
    )
    return JSONResponse({"facts": [*map(fact_json, listed)]})


async def post_fact(request: Request) -> Response:
    """Register a fact about a person: 201, or 200 with the same one that is in force already."""
    state, at = app_state(request), now()
    kinds = kinds_of_path(_path(request))
    await facts.require_right_to_register(state.record_access, caller_of(request), kinds, now=at)
    members = await bodies.json_object(request, state.body_bytes)
    person = person_of(members)
    kind = _kind(_path(request), members)
    fact = new_fact(kind, members, caller_of(request), now=at)
    givers = {source.giver for source in state.source_set.sources if source.giver}
    registered, others = await facts.register_fact(
        state.record_access, caller_of(request), person, fact, givers=givers, now=at
    )
    content = fact_json(registered.fact)
    if kind is FactKind.EMERGENCY:
        content["givers"] = [{"giver": giver, "state": standing} for giver, standing in others.items()]
    return JSONResponse(content, 201 if registered.is_new else 200)


async def delete_fact(request: Request, fact_id: str) -> Response:
    """End it, at once: lift the block, withdraw the consent, end the relation or the opening. It stays on record."""
    kinds = kinds_of_path(_path(request))
    await facts.end_fact(
        app_state(request).record_access, caller_of(request), kinds, parameters.fhir_id(fact_id), now=now()
    )
    return Response(status_code=204)


async def post_existence(request: Request) -> Response:
    """Whether other givers hold information that is not blocked, and whether something is blocked within the own."""
    state = app_state(request)
    members = await bodies.json_object(request, state.body_bytes)
    person = person_of(members)
    if members:
        raise Malformed(NO_PERSON)
    known = await existence.read_existence(state.record_access, caller_of(request), person, now=now())
    return JSONResponse({"othersHoldInformation": known.others, "blockedWithinGiver": known.blocked})


async def review_emergencies(request: Request) -> Response:
    """The emergency openings by the own giver, newest first, for a log auditor; `before` is `next` of the last page."""
    before = request.query_params.get("before")
    if len(request.query_params.multi_items()) > (before is not None):
        raise Malformed(Fault("invalid", "Send before alone, once.", "Skicka bara before, en gång."))
    place = read_place(before, "before") if before else None
    events = await read_trail.review_emergencies(app_state(request).record_access, caller_of(request), place, now=now())
    following = place_text(events[-1]) if len(events) == read_trail.REVIEWED else None
    return JSONResponse({"openings": [*map(_opening, events)], "next": following})


def _opening(event: AuditRow) -> dict[str, Any]:
    """An opening, or an attempt at one, as it is in the trail."""
    fact: dict[str, Any] = next((change["after"] for change in event.changed if change.get("after")), {})
    opening = {
        "at": instant_text(event.at),
        "patient": event.patient and f"Patient/{event.patient}",
        "employee": event.caller,
        "unit": event.unit,
        "outcome": event.outcome,
        "rule": event.rule,
        "id": fact.get("id"),
        "reason": fact.get("reason"),
        "ends": fact.get("ends"),
    }
    return {name: value for name, value in opening.items() if value is not None}


def fact_json(fact: PersonFact) -> dict[str, Any]:
    """A fact as it is sent: without the members that have no value."""
    sent = {
        "id": fact.id,
        "kind": fact.kind,
        "giver": fact.giver,
        "unit": fact.unit,
        "employee": fact.employee,
        "guardian": fact.person and f"Patient/{fact.person}",
        "block": fact.target,
        "starts": instant_text(fact.starts),
        "ends": fact.ends and instant_text(fact.ends),
        "reason": fact.reason,
        "informationFrom": fact.information_from and instant_text(fact.information_from),
        "informationTo": fact.information_to and instant_text(fact.information_to),
        "informed": fact.informed and instant_text(fact.informed),
        "recorded": fact.recorded and instant_text(fact.recorded),
        "recordedBy": fact.recorded_by,
        "endedBy": fact.ended_by,
    }
    return {name: value for name, value in sent.items() if value is not None}


def _path(request: Request) -> str:
    """The part of the address that names the kind of fact."""
    return str(request.scope["route"].path).split("/")[2]


BLOCK_KINDS = {"outer": FactKind.OUTER_BLOCK, "inner": FactKind.INNER_BLOCK}


def _kind(path: str, members: dict[str, Any]) -> FactKind:
    """The kind that an address and the member `kind` name; a lifting's follows from its block."""
    if path == "blocks":
        kind = BLOCK_KINDS.get(str(members.pop("kind", "outer")))
        if kind is None:
            raise Malformed(Fault("value", "Send kind as outer or inner.", "Ange kind som outer eller inner.", "kind"))
        return kind
    return min(kinds_of_path(path), key=[*FactKind].index)
