"""The agreements (överenskommelser) of the overview: the current one, and every other contract (pure).

A part belongs to the contract whose CarePlan refers to it. A part that no visible contract refers to is shown with the
current agreement, whoever planned it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.access.classification import InformationClass
from app.contracts.mapping import consents, goals, provenance, tasks
from app.contracts.mapping.careplan import is_sip, part_references
from app.contracts.mapping.careteam import is_team
from app.contracts.parts import PARTS
from app.fhir import codes
from app.fhir.elements import Resource
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


class Agreements(NamedTuple):
    """The current agreement, or None if it would be empty; the other contracts by the reference of their CarePlan."""

    current: Part | None
    others: Mapping[str, Part]


def agreements(entries: Sequence[PortalEntry]) -> Agreements:
    """The contracts among the entries with their parts, each in the contract's order."""
    contracts = [
        entry
        for entry in entries
        if entry.item.type == "CarePlan" and entry.item.information_class == InformationClass.AGREEMENT
    ]
    current = min((contract for contract in contracts if _may_be_current(contract)), key=_precedence, default=None)
    by_reference = {entry.item.reference: entry for entry in entries}
    members = {
        contract.item.reference: [
            by_reference[target] for target in part_references(contract.resource) if target in by_reference
        ]
        for contract in contracts
    }
    claimed = {*members, *(member.item.reference for several in members.values() for member in several)}
    unclaimed = [entry for entry in entries if entry.item.reference not in claimed]
    own = members[current.item.reference] if current else []
    agreement = _agreement(current, [*own, *unclaimed], entries)
    return Agreements(
        agreement if any(agreement.values()) else None,
        {
            contract.item.reference: _agreement(contract, members[contract.item.reference], entries)
            for contract in contracts
            if contract is not current
        },
    )


def _may_be_current(contract: PortalEntry) -> bool:
    return contract.item.status in STATUS_RANK and not is_sip(contract.resource)


def _precedence(contract: PortalEntry) -> tuple[int, float]:
    """The sort key: an active contract first, then the newest."""
    item = contract.item
    return STATUS_RANK[item.status or ""], -(item.starts or item.updated).timestamp()


def _agreement(contract: PortalEntry | None, members: Sequence[PortalEntry], entries: Sequence[PortalEntry]) -> Part:
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
            _confirmation(entry) for entry in _provenances(contract, entries, provenance.is_confirmation)
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


def _provenances(
    contract: PortalEntry | None, entries: Iterable[PortalEntry], is_wanted: Callable[[Resource], bool]
) -> list[PortalEntry]:
    """The wanted Provenances of a contract by its own giver, oldest first; those of other givers do not count."""
    if contract is None:
        return []
    plan = contract.item
    provenances = [
        entry
        for entry in entries
        if entry.item.type == "Provenance"
        and plan.reference in entry.item.refs
        and entry.item.giver == plan.giver
        and is_wanted(entry.resource)
    ]
    return sorted(provenances, key=lambda entry: entry.item.starts or plan.updated)


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
