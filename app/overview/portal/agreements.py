"""The agreements (överenskommelser) of the overview: the current one, and every other contract (pure).

A part belongs to the contract of its own giver whose CarePlan refers to it. A part that no visible contract of its
giver refers to is shown with the current agreement if it is the same giver's, or the person's own; else apart, with its
giver (docs/decisions/0027-the-agreement-is-confirmed-not-newest.md).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import filterfalse
from typing import Any, Final, NamedTuple

from app.access.classification import InformationClass
from app.contracts.mapping import consents, goals, provenance, tasks
from app.contracts.mapping.careplan import is_sip, part_references
from app.contracts.mapping.careteam import is_team
from app.contracts.parts import PARTS
from app.fhir import codes
from app.items import OWN_STORE
from app.overview.portal import people, texts
from app.overview.portal.elements import (
    Part,
    PortalEntry,
    actor,
    coded_text,
    contact_ways,
    part,
    without_empty,
)
from app.overview.portal.languages import language
from app.overview.portal.resources import REVIEW, agreement_part, task_kind, what_matters

LISTS: Final = {codes.I_DO: "iDo", codes.CARE_DOES: "careDoes", codes.OTHERS_DO: "othersDo", codes.IF_WORSE: "ifWorse"}
"""The list of an agreement that an activity of each category belongs to."""

STATUS_RANK: Final = {"active": 0, "on-hold": 1, "draft": 2, "unknown": 3}
"""The statuses that a current contract may have, best first; a contract that has ended is never current."""

PLAN_MEMBERS: Final = ("title", "planType", "planTypeText", "status", "statusText", "start", "end")
"""The members that an agreement takes from its CarePlan's part."""

SUMMONS: Final = "sip-summons"

PERSONS_SIDE: Final = frozenset({"person", "relative"})
"""The parties that confirm a contract as, or for, the person; all others confirm it for care."""

LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)

ByPlan = Mapping[str, Sequence[PortalEntry]]
"""The confirmations of each contract by its own giver, by the reference of its CarePlan, oldest first."""


class Standing(NamedTuple):
    """How a contract stands among others: by status and by the sides that have confirmed it, and since when."""

    rank: tuple[int, int]
    since: datetime
    contract: PortalEntry


class Agreements(NamedTuple):
    """The current agreement, if there is one; the other contracts by the reference of their CarePlan.

    `apart` are the parts that belong to none of these, gathered for each giver.
    """

    current: Part | None
    others: Mapping[str, Part]
    apart: Sequence[Part]


def agreements(entries: Sequence[PortalEntry], relations: Mapping[str, datetime]) -> Agreements:
    """The contracts among the entries with their parts, each in the contract's order.

    `relations` are the givers with a current care relation to the person, and since when.
    """
    contracts = [
        entry
        for entry in entries
        if entry.item.type == "CarePlan" and entry.item.information_class == InformationClass.AGREEMENT
    ]
    confirmations = _confirmations(entries)
    current = _current(contracts, confirmations, relations)
    by_reference = {entry.item.reference: entry for entry in entries}
    members = {
        contract.item.reference: [
            by_reference[target]
            for target in part_references(contract.resource)
            if target in by_reference and by_reference[target].item.giver == contract.item.giver
        ]
        for contract in contracts
    }
    claimed = {*members, *(member.item.reference for several in members.values() for member in several)}
    unclaimed = [entry for entry in entries if entry.item.reference not in claimed]
    if current is not None:
        of_now = partial(_is_of_the_agreement, current)
        members[current.item.reference] += filter(of_now, unclaimed)
        unclaimed = list(filterfalse(of_now, unclaimed))
    shown = {
        contract.item.reference: _agreement(contract, members[contract.item.reference], confirmations)
        for contract in contracts
    }
    return Agreements(shown.pop(current.item.reference) if current else None, shown, _apart(unclaimed))


def _current(
    contracts: Iterable[PortalEntry], confirmations: ByPlan, relations: Mapping[str, datetime]
) -> PortalEntry | None:
    """The contract that is the agreement of now, of those whose giver has a care relation to the person."""
    standings = [
        _standing(contract, related, confirmations.get(contract.item.reference, ()))
        for contract in contracts
        if (related := relations.get(contract.item.giver or "")) is not None
        and contract.item.status in STATUS_RANK
        and not is_sip(contract.resource)
    ]
    if not standings:
        return None
    first = min(standing.rank for standing in standings)
    best = [standing for standing in standings if standing.rank == first]
    giver = min(best, key=lambda standing: (standing.since, standing.contract.item.giver)).contract.item.giver
    own = (standing.contract for standing in best if standing.contract.item.giver == giver)
    return max(own, key=lambda contract: contract.item.starts or contract.item.updated)


def _standing(contract: PortalEntry, related: datetime, confirmations: Iterable[PortalEntry]) -> Standing:
    confirmed = _confirmed_since(confirmations)
    return Standing(
        (STATUS_RANK[contract.item.status or ""], -len(confirmed)), max([related, *confirmed.values()]), contract
    )


def _confirmed_since(confirmations: Iterable[PortalEntry]) -> dict[bool, datetime]:
    """Since when each side (True: the person's) has confirmed: by the time of storing, which no sender can choose.

    What another system holds has no such time, and counts as confirmed long ago.
    """
    sides: dict[bool, datetime] = {}
    for entry in confirmations:
        side = _party(entry) in PERSONS_SIDE
        stored = entry.item.updated if entry.item.source == OWN_STORE else LONG_AGO
        sides[side] = min(stored, sides.get(side, stored))
    return sides


def _is_of_the_agreement(current: PortalEntry, entry: PortalEntry) -> bool:
    """Whether the giver of the agreement wrote it, or the person: in our store only they write without a giver."""
    giver, source = entry.item.giver, entry.item.source
    return giver == current.item.giver or (giver is None and source == OWN_STORE)


def _apart(entries: Iterable[PortalEntry]) -> list[Part]:
    """The parts of each giver, in the order of the givers' HSA-ids; those of an unknown giver come first."""
    by_giver: dict[str, list[PortalEntry]] = {}
    for entry in entries:
        by_giver.setdefault(entry.item.giver or "", []).append(entry)
    parts = [(giver, _agreement(None, by_giver[giver], {})) for giver in sorted(by_giver)]
    return [{"giver": giver or None, **part} for giver, part in parts if any(part.values())]


def _agreement(contract: PortalEntry | None, members: Sequence[PortalEntry], confirmations: ByPlan) -> Part:
    teams = [entry for entry in members if entry.item.type == "CareTeam"]
    team = people.team_details(next((entry.resource for entry in teams if is_team(entry.resource)), {}))
    lists: dict[str, list[Part]] = {name: [] for name in LISTS.values()}
    for entry in members:
        if (name := LISTS.get(agreement_part(entry.resource) or "")) and entry.item.type != "CarePlan":
            lists[name].append(entry.part)
    return {
        "reference": contract.item.reference if contract else None,
        **(without_empty({name: contract.part.get(name) for name in PLAN_MEMBERS}) if contract else {"title": None}),
        "whatMatters": what_matters(contract.resource) if contract else None,
        "aboutMe": next(iter(_answers_to(members, "aboutMe", _about_me)), None),
        "sevenQuestions": _answers_to(members, "sevenQuestions", _seven_questions),
        "goals": _goals(members),
        **lists,
        "contactWays": _contact_ways(teams),
        "relatives": [
            {**people.relative(entry.view, team["relatives"]), "origins": entry.origins}
            for entry in members
            if entry.item.type == "RelatedPerson"
        ],
        "copies": team["copies"],
        "review": next((entry.part for entry in members if task_kind(entry.resource) == REVIEW), None),
        "confirmations": [
            _confirmation(entry) for entry in confirmations.get(contract.item.reference if contract else "", ())
        ],
        "sip": _sip(members, team) if contract and is_sip(contract.resource) else None,
    }


def _goals(members: Sequence[PortalEntry]) -> list[Part]:
    """The person's goals, each with the goals that professionals have added to it."""
    entries = {entry.item.reference: entry for entry in members if entry.item.type == "Goal"}
    parents = {reference: goals.parent_of(entry.resource) for reference, entry in entries.items()}
    professional: dict[str, list[Part]] = {}
    for reference, parent in parents.items():
        if parent in entries:
            professional.setdefault(parent, []).append(entries[reference].part)
    return [
        {**entry.part, **without_empty({"professionalGoals": professional.get(reference)})}
        for reference, entry in entries.items()
        if parents[reference] not in entries
    ]


def _contact_ways(teams: Iterable[PortalEntry]) -> list[Part]:
    ways: list[Part] = []
    for entry in teams:
        ways += [way for way in contact_ways(entry.resource.get("telecom", ())) if way not in ways]
    return ways


def _answers_to(members: Iterable[PortalEntry], name: str, show: Any) -> list[Part]:
    """The answers to the questionnaire of one part of a contract, each shown by `show`."""
    contract_part = PARTS[name]
    return [
        {**part(entry.view, **show(contract_part.mapping.read(entry.resource))), "origins": entry.origins}
        for entry in members
        if entry.item.type == contract_part.resource_type and contract_part.recognises(entry.resource)
    ]


def _about_me(about: Mapping[str, Any]) -> Part:
    """The person's story, needs, wishes, language and need of support."""
    members = {name: value for name, value in about.items() if name not in {"id", "confidentiality"}}
    return members | ({"languageText": language(about["language"])} if "language" in about else {})


def _seven_questions(response: Mapping[str, Any]) -> Part:
    """The answers to the seven questions, and the name of the one who answered for the person."""
    answers = [
        {
            "question": answer["question"],
            "questionText": texts.QUESTION[answer["question"]].as_json(),
            **coded_text("answer", answer.get("answer"), texts.ANSWER),
            **without_empty({"comment": answer.get("comment")}),
        }
        for answer in response.get("answers", ())
    ]
    return {"authored": response.get("authored"), "by": response.get("by", {}).get("name"), "answers": answers}


def _confirmations(entries: Sequence[PortalEntry]) -> ByPlan:
    """The confirmations of each contract by its own giver, oldest first; those of other givers do not count."""
    givers = {entry.item.reference: entry.item.giver for entry in entries if entry.item.type == "CarePlan"}
    by_plan: dict[str, list[PortalEntry]] = {}
    for entry in entries:
        if entry.item.type == "Provenance" and provenance.is_confirmation(entry.resource):
            for reference in entry.item.refs:
                if reference in givers and givers[reference] == entry.item.giver:
                    by_plan.setdefault(reference, []).append(entry)
    for confirmations in by_plan.values():
        confirmations.sort(key=lambda entry: entry.item.starts or entry.item.updated)
    return by_plan


def _party(entry: PortalEntry) -> str | None:
    party: str | None = provenance.CONFIRMATION.read(entry.resource).get("party")
    return party


def _confirmation(entry: PortalEntry) -> Part:
    confirmation = provenance.CONFIRMATION.read(entry.resource)
    party = coded_text("party", confirmation.get("party"), texts.PARTY)
    return {
        **part(entry.view, at=confirmation.get("at"), name=confirmation.get("name"), **party),
        "origins": entry.origins,
    }


def _sip(members: Sequence[PortalEntry], team: Mapping[str, Any]) -> Part:
    """The parts that only a SIP has: both principals, the consent and the summons."""
    overall = next((principal.get("principal") for principal in team["principals"] if principal["overall"]), None)
    given_consents = [
        entry for entry in members if entry.item.type == "Consent" and consents.is_sip_consent(entry.resource)
    ]
    summonses = [entry for entry in members if task_kind(entry.resource) == SUMMONS]
    return {
        "principals": team["principals"],
        **coded_text("overall", overall, texts.OVERALL),
        "consent": next(map(_consent, given_consents), None),
        "summons": next(map(_summons, summonses), None),
    }


def _consent(entry: PortalEntry) -> Part:
    consent = consents.SIP_CONSENT.read(entry.resource)
    status = coded_text("status", consent.get("status"), texts.CONSENT)
    return {**part(entry.view, on=consent.get("on"), by=consent.get("by")), **status, "origins": entry.origins}


def _summons(entry: PortalEntry) -> Part:
    summons = tasks.SUMMONS.read(entry.resource)
    due = entry.resource.get("restriction", {}).get("period", {}).get("end")
    days = {"readyOn": summons.get("readyOn"), "due": due, "sentOn": summons.get("sentOn")}
    by = actor(summons.get("by"))
    who = [by[name] for name in ("name", "unit") if name in by]
    return {**part(entry.view, **days, who=who, role=by.get("role")), "origins": entry.origins}
