"""The agreements of the overview: which one is the person's now, and what each is made of (pure).

A part belongs to the contract whose CarePlan refers to it. What no contract that the reader sees refers to is shown
with the agreement of now, whoever planned it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.access.classification import InformationClass
from app.contracts.mapping import consents, goals, provenance, tasks
from app.contracts.mapping.careplan import is_sip, part_references
from app.contracts.mapping.careteam import is_team
from app.contracts.parts import part_of
from app.fhir import codes
from app.overview.portal import people, texts
from app.overview.portal.elements import Entry, Part, Resource, actor, part, ways, without_empty, worded
from app.overview.portal.languages import language
from app.overview.portal.resources import REVIEW, agreement_part, task_kind, what_matters

LISTS: Final = {codes.I_DO: "iDo", codes.CARE_DOES: "careDoes", codes.OTHERS_DO: "othersDo", codes.IF_WORSE: "ifWorse"}
"""Which part of the agreement an activity of that category belongs to."""

RANK: Final = {"active": 0, "on-hold": 1, "draft": 2, "unknown": 3}
"""Which status makes a contract the one of now, the first before the others; what has ended is none."""

TOLD: Final = ("title", "planType", "planTypeText", "status", "statusText", "start", "end")
"""What an agreement tells of its CarePlan."""

SUMMONS: Final = "sip-summons"


class Agreements(NamedTuple):
    """The agreement of now, None where there is nothing of one; every other contract by the reference of its plan."""

    now: Part | None
    others: Mapping[str, Part]


def agreements(entries: Sequence[Entry]) -> Agreements:
    """Every contract that this reader sees with its parts, each in the contract's order."""
    contracts = [
        entry for entry in entries if entry.item.type == "CarePlan" and entry.item.kind == InformationClass.AGREEMENT
    ]
    current = min((one for one in contracts if _may_be_current(one)), key=_precedence, default=None)
    at_hand = {entry.item.reference: entry for entry in entries}
    members = {
        one.item.reference: [at_hand[to] for to in part_references(one.resource) if to in at_hand] for one in contracts
    }  # fmt: skip
    claimed = {*members, *(each.item.reference for every in members.values() for each in every)}
    loose = [entry for entry in entries if entry.item.reference not in claimed]
    own = members[current.item.reference] if current else []
    now = _agreement(current, [*own, *loose], entries)
    return Agreements(
        now if any(now.values()) else None,
        {one.item.reference: _agreement(one, members[one.item.reference], entries)
         for one in contracts if one is not current},
    )  # fmt: skip


def _may_be_current(contract: Entry) -> bool:
    return contract.item.status in RANK and not is_sip(contract.resource)


def _precedence(contract: Entry) -> tuple[int, float]:
    """An active one before others, the newest first."""
    item = contract.item
    return RANK[item.status or ""], -(item.starts or item.updated).timestamp()


def _agreement(contract: Entry | None, members: Sequence[Entry], entries: Sequence[Entry]) -> Part:
    teams = [entry for entry in members if entry.item.type == "CareTeam"]
    team = people.team(next((one.resource for one in teams if is_team(one.resource)), {}))
    lists: dict[str, list[Part]] = {name: [] for name in LISTS.values()}
    for entry in members:
        if (name := LISTS.get(agreement_part(entry.resource) or "")) and entry.item.type != "CarePlan":
            lists[name].append(entry.part)
    return {
        "reference": contract.item.reference if contract else None,
        **(without_empty({name: contract.part.get(name) for name in TOLD}) if contract else {"title": None}),
        "whatMatters": what_matters(contract.resource) if contract else None,
        "aboutMe": next(iter(_answered(members, "aboutMe", _about_me)), None),
        "sevenQuestions": _answered(members, "sevenQuestions", _seven_questions),
        "goals": _goals(members),
        **lists,
        "contactWays": _ways(teams),
        "relatives": [
            {**people.relative(entry.seen, team["relatives"]), "origins": entry.origins}
            for entry in members if entry.item.type == "RelatedPerson"
        ],
        "copies": team["copies"],
        "review": next((entry.part for entry in members if task_kind(entry.resource) == REVIEW), None),
        "confirmations": [_confirmation(entry) for entry in _spoken(contract, entries, provenance.is_confirmation)],
        "sip": _sip(members, team) if contract and is_sip(contract.resource) else None,
    }  # fmt: skip


def _goals(members: Sequence[Entry]) -> list[Part]:
    """The person's goals, each with those that professionals have set beside it."""
    found = {entry.item.reference: entry for entry in members if entry.item.type == "Goal"}
    parents = {one: goals.parent_of(entry.resource) for one, entry in found.items()}
    beside: dict[str, list[Part]] = {}
    for one, parent in parents.items():
        if parent in found:
            beside.setdefault(parent, []).append(found[one].part)
    return [
        {**entry.part, **without_empty({"professionalGoals": beside.get(one)})}
        for one, entry in found.items()
        if parents[one] not in found
    ]


def _ways(teams: Iterable[Entry]) -> list[Part]:
    found: list[Part] = []
    for entry in teams:
        found += [way for way in ways(entry.resource.get("telecom", ())) if way not in found]
    return found


def _answered(members: Iterable[Entry], name: str, show: Any) -> list[Part]:
    """The answers to one of our questionnaires, as they are shown."""
    found = []
    for entry in members:
        contract_part = part_of(entry.resource)
        if contract_part is not None and contract_part.name == name:
            said = show(contract_part.mapping.read(entry.resource))
            found.append({**part(entry.seen, **said), "origins": entry.origins})
    return found


def _about_me(said: Mapping[str, Any]) -> Part:
    """What the person tells: their story, needs, wishes, language and need of support."""
    told = {name: value for name, value in said.items() if name not in {"id", "confidentiality"}}
    return told | ({"languageText": language(said["language"])} if "language" in said else {})


def _seven_questions(said: Mapping[str, Any]) -> Part:
    """The answers to the seven questions, and who gave them where it was not the person."""
    shown = [
        {"question": one["question"], "questionText": texts.QUESTION[one["question"]].as_json(),
         **worded("answer", one.get("answer"), texts.ANSWER),
         **without_empty({"comment": one.get("comment")})}
        for one in said.get("answers", ())
    ]  # fmt: skip
    return {"authored": said.get("authored"), "by": said.get("by", {}).get("name"), "answers": shown}


def _spoken(contract: Entry | None, entries: Iterable[Entry], about: Callable[[Resource], bool]) -> list[Entry]:
    """What is told of a contract by its own giver, the oldest first; another giver's word of it does not count."""
    if contract is None:
        return []
    plan = contract.item
    spoken = [
        entry for entry in entries
        if entry.item.type == "Provenance" and plan.reference in entry.item.refs and entry.item.giver == plan.giver
        and about(entry.resource)
    ]  # fmt: skip
    return sorted(spoken, key=lambda entry: entry.item.starts or plan.updated)


def _confirmation(entry: Entry) -> Part:
    said = provenance.CONFIRMATION.read(entry.resource)
    party = worded("party", said.get("party"), texts.PARTY)
    return {**part(entry.seen, at=said.get("at"), name=said.get("name"), **party), "origins": entry.origins}


def _sip(members: Sequence[Entry], team: Mapping[str, Any]) -> Part:
    """What makes a contract a SIP: both principals, the consent, the summons."""
    overall = next((one.get("principal") for one in team["principals"] if one["overall"]), None)
    agreed = [entry for entry in members if entry.item.type == "Consent" and consents.is_sip_consent(entry.resource)]
    summoned = [entry for entry in members if task_kind(entry.resource) == SUMMONS]
    return {
        "principals": team["principals"],
        **worded("overall", overall, texts.OVERALL),
        "consent": next(map(_consent, agreed), None),
        "summons": next(map(_summons, summoned), None),
    }


def _consent(entry: Entry) -> Part:
    said = consents.SIP_CONSENT.read(entry.resource)
    status = worded("status", said.get("status"), texts.CONSENT)
    return {**part(entry.seen, on=said.get("on"), by=said.get("by")), **status, "origins": entry.origins}


def _summons(entry: Entry) -> Part:
    said = tasks.SUMMONS.read(entry.resource)
    due = entry.resource.get("restriction", {}).get("period", {}).get("end")
    days = {"readyOn": said.get("readyOn"), "due": due, "sentOn": said.get("sentOn")}
    by = actor(said.get("by"))
    who = [by[name] for name in ("name", "unit") if name in by]
    return {**part(entry.seen, **days, who=who, role=by.get("role")), "origins": entry.origins}
