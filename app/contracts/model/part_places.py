"""Where the parts of a contract stand in its JSON: every part that is a resource of its own, by name, path and key."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.fhir.times import moments

Json = dict[str, Any]

TYPES: Final[Mapping[str, str]] = {
    "agreement.goals": "Goal",
    "agreement.goals.professionalGoals": "Goal",
    "agreement.iDo": "ServiceRequest",
    "agreement.careDoes": "ServiceRequest",
    "agreement.othersDo": "ServiceRequest",
    "agreement.ifWorse": "ServiceRequest",
    "aboutMe": "QuestionnaireResponse",
    "sevenQuestions": "QuestionnaireResponse",
    "sip.consent": "Consent",
    "sip.summons": "Task",
    "contacts": "CareTeam",
    "relatives": "RelatedPerson",
    "times": "Appointment",
    "plans": "CarePlan",
    "documents": "DocumentReference",
    "review": "Task",
    "confirmations": "Provenance",
}
"""The lists and fields that hold parts, those of the agreement first, and the type of resource that each is."""

SINGLE: Final = frozenset({"aboutMe", "sip.consent", "sip.summons", "review"})
"""What a contract has one of."""


class Place(NamedTuple):
    """Where a part stands: the name of its list or field, its path, and its JSON."""

    name: str
    at: str
    part: Json

    @property
    def key(self) -> str:
        """What the part is known by: its field where there is only one, else its id, else its place."""
        return key(self.name, self.part["id"]) if "id" in self.part else self.at

    @property
    def address(self) -> str | None:
        """The relative reference of its resource, where it has an id."""
        return f"{TYPES[self.name]}/{self.part['id']}" if "id" in self.part else None


def key(name: str, id: str) -> str:
    """What a part that has an id is known by."""
    return name if name in SINGLE else f"{name}/{id}"


def places(contract: Mapping[str, Any]) -> Iterator[Place]:
    """Every part of a contract's JSON."""
    for name in TYPES:
        for at, part in _found(contract, name.split("."), ""):
            yield Place(name, at, part)


def _found(node: Any, steps: list[str], at: str) -> Iterator[tuple[str, Json]]:
    if isinstance(node, list):
        for place, item in enumerate(node):
            yield from _found(item, steps, f"{at}[{place}]")
    elif not steps:
        yield at, node
    elif steps[0] in node:
        yield from _found(node[steps[0]], steps[1:], f"{at}.{steps[0]}".removeprefix("."))


def has_team(contract: Mapping[str, Any]) -> bool:
    """Whether there is anything that the team's CareTeam holds."""
    takes_part = any(one.get("takesPart") for one in contract["relatives"])
    members = contract["team"] or contract["copies"] or "sip" in contract
    return bool(members or contract["agreement"]["contactWays"] or takes_part)


def confirmed(confirmation: Mapping[str, Any]) -> tuple[datetime, str, str]:
    """The order of confirmations: by time; of one moment the person's first, who has no name, then by name."""
    return moments(confirmation["at"])[0], confirmation.get("name", ""), confirmation["party"]
