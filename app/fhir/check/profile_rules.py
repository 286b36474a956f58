"""The rules of our own profiles that a schema cannot express, by the keys under which the profiles publish them.

A rule holds where its FHIRPath in the profile is true; the tests evaluate the FHIRPath with a library on the same
examples. All of them take a resource that its schema has passed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, NamedTuple

from app.errors import Fault
from app.fhir.codes import CANONICAL, PERMANENT_CONTACT
from app.fhir.elements import codings_of
from app.fhir.times import moments

Node = Mapping[str, Any]

_CONTACT_ROLE: Final = f"{CANONICAL}/CodeSystem/contact-role"
_PRINCIPAL: Final = f"{CANONICAL}/CodeSystem/principal"
_PARTY: Final = f"{CANONICAL}/CodeSystem/party"
_PRINCIPALS: Final = ("region", "municipality")
_OVERALL: Final = "overall-responsibility"
_PERSON: Final = "person"
_DAY: Final = 10
_IN_TIME: Final = timedelta(days=3)


class Rule(NamedTuple):
    """The function that yields where below a node the rule is broken, and the correction in English and Swedish."""

    broken: Callable[[Node], Iterator[str]]
    english: str
    swedish: str


def violations(keys: Iterable[str], node: Node, path: str, of: str) -> Iterator[Fault]:
    """Yield a fault for each rule in `keys` that a node at a FHIRPath breaks; `of` is the profile of the rules."""
    for key in keys:
        rule = RULES[key]
        for where in rule.broken(node):
            yield Fault(
                "invariant",
                f"{key}: {rule.english} ({of}).",
                f"{key}: {rule.swedish} ({of}).",
                f"{path}.{where}",
            )


def _is_subject(reference: Node, resource: Node) -> bool:
    subject = resource["subject"].get("reference")
    return subject is not None and reference.get("reference") == subject


def _is_to(resource_type: str, reference: Node) -> bool:
    """Whether a reference is to a type, by its `type` or its address, in the words of the profiles' FHIRPath."""
    literal = reference.get("reference", "")
    is_address = literal.startswith(f"{resource_type}/") or f"/{resource_type}/" in literal
    return reference.get("type") == resource_type or is_address


_is_patient: Final = partial(_is_to, "Patient")


def _has(concepts: Iterable[Node], system: str, code: str | None = None) -> bool:
    """Whether some coding is in the system, with that code if a code is given."""
    return any(coding.get("system") == system and code in {None, coding.get("code")} for coding in codings_of(concepts))


def _with_role(team: Node, system: str, code: str | None = None) -> list[tuple[int, Node]]:
    participants = enumerate(team.get("participant", ()))
    return [(place, member) for place, member in participants if _has(member.get("role", ()), system, code)]


def _without_what_matters(plan: Node) -> Iterator[str]:
    if not any(_is_subject(note.get("authorReference", {}), plan) for note in plan.get("note", ())):
        yield "note"


def _without_team(plan: Node) -> Iterator[str]:
    if "careTeam" not in plan:
        yield "careTeam"


def _without_consent(plan: Node) -> Iterator[str]:
    if plan["status"] != "draft" and not any(
        _is_to("Consent", reference) for reference in plan.get("supportingInfo", ())
    ):
        yield "supportingInfo"


def _without_review(plan: Node) -> Iterator[str]:
    activities = (activity.get("reference", {}) for activity in plan.get("activity", ()))
    if plan["status"] != "draft" and not any(_is_to("Task", reference) for reference in activities):
        yield "activity"


def _without_both_principals(team: Node) -> Iterator[str]:
    if team.get("status") != "proposed" and any(
        len(_with_role(team, _PRINCIPAL, principal)) != 1 for principal in _PRINCIPALS
    ):
        yield "participant"


def _without_responsible(team: Node) -> Iterator[str]:
    if team.get("status") != "proposed" and not _with_role(team, _CONTACT_ROLE, _OVERALL):
        yield "participant"


def _nameless_principal(team: Node) -> Iterator[str]:
    for place, participant in _with_role(team, _PRINCIPAL):
        if "member" not in participant:
            yield f"participant[{place}].member"


def _several_responsible(team: Node) -> Iterator[str]:
    for place, _ in _with_role(team, _CONTACT_ROLE, _OVERALL)[1:]:
        yield f"participant[{place}].role"


def _responsible_without_principal(team: Node) -> Iterator[str]:
    for place, participant in _with_role(team, _CONTACT_ROLE, _OVERALL):
        if not _has(participant["role"], _PRINCIPAL):
            yield f"participant[{place}].role"


def _not_exactly_one_contact(team: Node) -> Iterator[str]:
    if len(_with_role(team, PERMANENT_CONTACT)) != 1:
        yield "participant"


def _expressed_by_another(goal: Node) -> Iterator[str]:
    if not _is_subject(goal.get("expressedBy", {}), goal):
        yield "expressedBy"


def _expressed_by_the_person(goal: Node) -> Iterator[str]:
    if _is_subject(goal.get("expressedBy", {}), goal):
        yield "expressedBy"


def _due_before_the_start(goal: Node) -> Iterator[str]:
    for place, target in enumerate(goal.get("target", ())):
        if _is_earlier(target.get("dueDate", ""), goal.get("startDate", "")):
            yield f"target[{place}].due"


def _is_earlier(first: str, second: str) -> bool:
    """Whether a day, month or year is before another, compared to the precision of the less precise."""
    length = min(len(first), len(second))
    return first[:length] < second[:length]


def _performed_by_others(request: Node) -> Iterator[str]:
    if not any(_is_subject(performer, request) for performer in request.get("performer", ())):
        yield "performer"


def _due_late(task: Node) -> Iterator[str]:
    period = task.get("restriction", {}).get("period", {})
    if not _is_in_time(period.get("start", ""), period.get("end", "")):
        yield "restriction.period.end"


def _is_in_time(start: str, end: str) -> bool:
    """Whether the end is within three days of the start; equal dates of different precision are not."""
    if not start or not end:
        return False
    if len(start) > _DAY < len(end):
        return moments(end)[0] - moments(start)[0] <= _IN_TIME
    last = start if len(start) < _DAY else _last_day(date.fromisoformat(start[:_DAY])).isoformat()
    length = min(len(last), len(end), _DAY)
    return end[:length] < last[:length] or (end[:length] == last[:length] and len(start) == len(end))


def _last_day(ready: date) -> date:
    """The last day to send a summons, as far as the calendar reaches."""
    return ready + min(_IN_TIME, date.max - ready)


def _completed_without_day(task: Node) -> Iterator[str]:
    if task["status"] == "completed" and not {"end", "_end"} & task.get("executionPeriod", {}).keys():
        yield "executionPeriod.end"


def _without_the_person(time: Node) -> Iterator[str]:
    if not any(_is_patient(participant.get("actor", {})) for participant in time["participant"]):
        yield "participant"


def _window_of_a_set_time(time: Node) -> Iterator[str]:
    if "requestedPeriod" in time and time["status"] != "proposed":
        yield "requestedPeriod"


def _ends_before_it_starts(time: Node) -> Iterator[str]:
    if "start" in time and "end" in time and moments(time["end"]) < moments(time["start"]):
        yield "end"


def _not_https(extension: Node) -> Iterator[str]:
    if not str(extension.get("valueUrl", "")).startswith("https://"):
        yield "value"


def _deep_link_not_https(way: Node) -> Iterator[str]:
    for place, part in enumerate(way.get("extension", ())):
        if part["url"] == "link" and any(_not_https(part)):
            yield f"extension[{place}].value"


def _reached_not_by_https(resource: Node) -> Iterator[str]:
    for place, point in enumerate(resource.get("telecom", ())):
        if _is_unsafe(point):
            yield f"telecom[{place}].value"


def _contact_not_by_https(extension: Node) -> Iterator[str]:
    if _is_unsafe(extension.get("valueContactPoint", {})):
        yield "value.value"


def _is_unsafe(point: Node) -> bool:
    """Whether a ContactPoint is a web address without https."""
    return point.get("system") == "url" and not _starts(point, "value", "https://")


def _starts(node: Node, name: str, *heads: str) -> bool:
    """Whether a text is absent or starts with one of the heads; extensions without a value do not count as absent."""
    return not {name, f"_{name}"} & node.keys() or node.get(name, "").startswith(heads)


def _confirmed_as_another(provenance: Node) -> Iterator[str]:
    for place, agent in enumerate(provenance["agent"]):
        if _has(agent.get("role", ()), _PARTY, _PERSON) != _is_patient(agent["who"]):
            yield f"agent[{place}]"


def _asked_twice(response: Node) -> Iterator[str]:
    seen = set()
    for place, item in enumerate(response.get("item", ())):
        question = item.get("linkId")
        if question in seen:
            yield f"item[{place}].linkId"
        seen.add(question or place)  # an item with only extensions equals no other


def _without_document(document: Node) -> Iterator[str]:
    for place, content in enumerate(document["content"]):
        if not {"url", "_url", "data", "_data"} & content["attachment"].keys():
            yield f"content[{place}].attachment"


def _document_not_safe(document: Node) -> Iterator[str]:
    for place, content in enumerate(document["content"]):
        if not _starts(content["attachment"], "url", "https://", "Binary/"):
            yield f"content[{place}].attachment.url"


RULES: Final[Mapping[str, Rule]] = {
    "sp-confirm-1": Rule(
        _confirmed_as_another,
        "send the role person for the agent whose who is the Patient, and for no other",
        "ange rollen person för den agent vars who är patienten (Patient), och för ingen annan",
    ),
    "sp-contact-1": Rule(
        _not_exactly_one_contact,
        f"give exactly one participant a role of {PERMANENT_CONTACT}; send each permanent contact as a CareTeam",
        f"ge exakt en participant en roll ur {PERMANENT_CONTACT}; skicka varje fast kontakt som en CareTeam",
    ),
    "sp-do-1": Rule(
        _performed_by_others,
        "the person performs it; send the same reference in performer as in subject",
        "det är personen som gör det; skicka samma referens i performer som i subject",
    ),
    "sp-doc-1": Rule(
        _without_document,
        "send the document in data, or the address of it in url",
        "skicka dokumentet i data, eller adressen till det i url",
    ),
    "sp-doc-2": Rule(
        _document_not_safe,
        "send an address that starts with https://, or Binary/ and the id of a Binary beside it",
        "skicka en adress som börjar med https://, eller Binary/ och id för en Binary bredvid",
    ),
    "sp-goal-1": Rule(
        _expressed_by_another,
        "the person expresses it; send the same reference in expressedBy as in subject",
        "det är personen som uttrycker målet; skicka samma referens i expressedBy som i subject",
    ),
    "sp-goal-2": Rule(
        _expressed_by_the_person,
        "somebody else than the person expresses it; name them in expressedBy",
        "någon annan än personen uttrycker målet; ange vem i expressedBy",
    ),
    "sp-goal-3": Rule(
        _due_before_the_start,
        "a target is due no earlier than the goal starts; correct one of the two days",
        "en måltidpunkt är inte före målets start; rätta en av de två dagarna",
    ),
    "sp-link-1": Rule(
        _not_https,
        "send an address that starts with https://",
        "skicka en adress som börjar med https://",
    ),
    "sp-note-1": Rule(
        _without_what_matters,
        "send what matters to the person as a note whose authorReference is the same as subject",
        "skicka vad som är viktigt för personen som en note vars authorReference är densamma som subject",
    ),
    "sp-principals-1": Rule(
        _without_both_principals,
        f"give one participant the role region and one the role municipality, of {_PRINCIPAL}",
        f"ge en participant rollen region och en rollen municipality, ur {_PRINCIPAL}",
    ),
    "sp-principals-2": Rule(
        _without_responsible,
        f"give the principal that answers for the whole the role {_OVERALL}",
        f"ge den huvudman som har det övergripande ansvaret rollen {_OVERALL}",
    ),
    "sp-principals-3": Rule(
        _nameless_principal,
        "name the organization that answers for the principal in member",
        "ange den organisation som svarar för huvudmannen i member",
    ),
    "sp-questions-1": Rule(
        _asked_twice,
        "each question is answered once; leave out the second answer",
        "varje fråga besvaras en gång; ta bort det andra svaret",
    ),
    "sp-sip-1": Rule(
        _without_team,
        "send the team with the principals in careTeam",
        "skicka teamet med huvudmännen i careTeam",
    ),
    "sp-sip-2": Rule(
        _without_consent,
        "send the person's answer, a Consent, in supportingInfo, by Consent/id or with type Consent",
        "skicka personens svar, en Consent, i supportingInfo, som Consent/id eller med type Consent",
    ),
    "sp-sip-3": Rule(
        _without_review,
        "send the review, a Task, in activity, by Task/id or with type Task",
        "skicka uppföljningen, en Task, i activity, som Task/id eller med type Task",
    ),
    "sp-summons-1": Rule(
        _due_late,
        "the period ends at most three days after it starts; send both as days",
        "perioden slutar senast tre dagar efter att den börjar; skicka båda som dagar",
    ),
    "sp-summons-2": Rule(
        _completed_without_day,
        "a summons that is completed says when it was sent; send executionPeriod.end",
        "en kallelse som är klar (completed) säger när den skickades; skicka executionPeriod.end",
    ),
    "sp-team-1": Rule(
        _several_responsible,
        f"at most one participant has the role {_OVERALL}; leave out the others",
        f"högst en deltagare (participant) har rollen {_OVERALL}; ta bort de övriga",
    ),
    "sp-team-2": Rule(
        _responsible_without_principal,
        f"who has the role {_OVERALL} is a principal; add a role of {_PRINCIPAL}",
        f"den som har rollen {_OVERALL} är huvudman; lägg till en roll ur {_PRINCIPAL}",
    ),
    "sp-time-1": Rule(
        _without_the_person,
        "the person takes part; send a participant whose actor is the Patient, by Patient/id or with type Patient",
        "personen deltar; skicka en participant vars actor är patienten, som Patient/id eller med type Patient",
    ),
    "sp-time-2": Rule(
        _window_of_a_set_time,
        "only a time whose status is proposed has a requestedPeriod; leave it out, or correct status",
        "bara en tid vars status är proposed har requestedPeriod; ta bort det, eller rätta status",
    ),
    "sp-time-3": Rule(
        _ends_before_it_starts,
        "the time ends no earlier than it starts; correct start or end",
        "tiden slutar inte före den börjar; rätta start eller end",
    ),
    "sp-way-1": Rule(
        _deep_link_not_https,
        "send a link that starts with https://",
        "skicka en länk som börjar med https://",
    ),
    "sp-way-2": Rule(
        _reached_not_by_https,
        "send a web address that starts with https://",
        "skicka en webbadress som börjar med https://",
    ),
    "sp-way-3": Rule(
        _contact_not_by_https,
        "send a web address that starts with https://",
        "skicka en webbadress som börjar med https://",
    ),
}  # fmt: skip
"""The rules by their keys."""
