"""Invented people for the benchmark: about forty resources each, of four givers, with relations, consents and blocks.

A few life stories are built, checked and classified as any resource that comes in; each person then gets the next one,
with ids and number of their own put into the text. Nobody is born in the years of these numbers.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from app.access.classification import ClassDefaults, classify
from app.contracts.codes import CARE_PLAN_RECORD
from app.demo.data.days import Days
from app.demo.data.givers import (
    CARDIAC_NURSE,
    CARE_PLANNER,
    DISTRICT_NURSE,
    HOME_CARER,
    MUNICIPAL_HEALTH,
    MUNICIPAL_NURSE,
    MUNICIPAL_SOCIAL,
    ORTHOPAEDIST,
    PHYSICIAN,
    PRIVATE,
    PSYCHOLOGIST,
    REGION,
    Employee,
)
from app.demo.data.people import Person, patient
from app.demo.data.resources import (
    RESTRICTED,
    Resource,
    activity,
    appointment,
    care_plan,
    care_team,
    goal,
    home_care,
    labelled,
    provenance,
    self_care,
    versioned,
)
from app.errors import Unprocessable
from app.fhir.check.check import check
from app.fhir.codes import AGREEMENT_PART, CARE_DOES, I_DO, PATIENT_CONTRACT, PERSONNUMMER, SNOMED
from app.fhir.ids import derived_id
from app.fhir.index import index
from app.fhir.references import local_refs
from app.items import Item

STORIES: Final = 10
"""So many different lives, in turn."""
MARK: Final = "q" * 30
"""Where a person's own id goes: a letter that no id of ours has."""
BOOKINGS: Final = "https://bench.example/tid"
SIZE: Final = 1100
"""Bytes of an ordinary resource; a short one is told more of."""
SINCE: Final = timedelta(days=60)
FIRST_DAY: Final = date(9900, 1, 1)

SAID: Final = (
    "Vi har gått igenom planen tillsammans och du vet vem du ska ringa om något ändras. ",
    "Ta med din medicinlista och skriv gärna upp dina frågor före besöket. ",
    "Hör av dig i god tid om du behöver tolk, skjuts eller hjälp att ta dig hit. ",
)
TELLS: Final[Mapping[str, str]] = {
    "Appointment": "comment", "ServiceRequest": "patientInstruction", "CarePlan": "description",
    "Goal": "note", "CareTeam": "note",
}  # fmt: skip
"""The element of each type that holds a longer text."""


class Fact(NamedTuple):
    """A care relation, a consent or an outer block, as storage keeps it."""

    kind: str
    giver: str


class Story(NamedTuple):
    """A life that many people get: the items with MARK in them, and an own appointment of each giver."""

    born: date
    number: str
    items: Sequence[Item]
    appointments: Mapping[str, str]


class Someone(NamedTuple):
    """One invented person."""

    patient: str
    number: str
    born: date
    items: Sequence[Item]
    facts: Sequence[Fact]
    appointments: Mapping[str, str]


def people(count: int, today: date) -> Iterator[Someone]:
    """So many people, the same every time but for the days, which are counted from `today`."""
    stories = [_story(variant, Days(today)) for variant in range(STORIES)]
    for place in range(count):
        yield _someone(place, stories[place % STORIES])


def personal_number(place: int) -> str:
    """A personnummer with a right check digit, of somebody who is not born yet for eight thousand years."""
    digits = f"{FIRST_DAY + timedelta(days=place):%Y%m%d}238"
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits[2:]))
    return f"{digits}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def _someone(place: int, story: Story) -> Someone:
    own, number = derived_id("bench", str(place))[: len(MARK)], personal_number(place)

    def told(text: str) -> str:
        return text.replace(MARK, own).replace(story.number, number)

    items = [
        item._replace(
            id=told(item.id), keys=[told(key) for key in item.keys], refs=[told(ref) for ref in item.refs],
            body=told(item.body),
        )
        for item in story.items
    ]  # fmt: skip
    appointments = {giver: told(id_) for giver, id_ in story.appointments.items()}
    return Someone(told(_id(0)), number, story.born, items, list(_facts(place)), appointments)


def _facts(place: int) -> Iterator[Fact]:
    """All have care relations, nine in ten consent, a few have blocked a giver."""
    for giver in (REGION, MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL):
        yield Fact("relation", giver.hsa_id)
        if place % 10 != 3:
            yield Fact("consent", giver.hsa_id)
    if place % 20 == 7:
        yield Fact("outer-block", PRIVATE.hsa_id)
    if place % 40 == 19:
        yield Fact("outer-block", REGION.hsa_id)


def _id(place: int) -> str:
    high, low = divmod(place, 16)
    return f"{MARK}{chr(97 + high)}{chr(97 + low)}"


class _Teller:
    """Gives each resource of one story its id, and keeps what has been told under its giver."""

    def __init__(self, variant: int, days: Days) -> None:
        self.days = days
        self.period = days.period(-40 - variant, 200)
        self.me = f"Patient/{_id(0)}"
        self.items: list[Item] = []
        self.appointments: dict[str, str] = {}
        self._variant = variant
        self._recorded = days.at(-14, 9)

    def add(self, resource: Resource, by: Employee, label: str | None = None) -> str:
        """Check, classify and keep a resource; its id."""
        resource = {**resource, "id": _id(len(self.items))}
        whole = _fuller(versioned(resource, self._recorded), self._variant)
        whole["meta"]["versionId"] = "1"
        whole = labelled(whole, label) if label else whole
        if faults := check(whole):
            raise Unprocessable(*faults)
        self.items.append(_item(whole, by))
        return str(resource["id"])

    def visits(self, what: str, by: Employee, offsets: Sequence[int], label: str | None = None) -> list[str]:
        """Appointments so many days from today; what has been is fulfilled."""
        ids = []
        for offset in offsets:
            business = (BOOKINGS, f"{_id(len(self.items))}-tid")
            time = (self.days.at(offset, 8 + self._variant), 30)
            status = "booked" if offset > 0 else "fulfilled"
            visit = appointment(business, what, time, patient=self.me, who=by, status=status)
            ids.append(self.add(visit, by, label))
        if label is None:
            self.appointments.setdefault(by.unit.giver.hsa_id, ids[0])
        return ids

    def activities(self, what: Sequence[str], by: Employee, made: Any = activity, **more: Any) -> list[str]:
        """Planned activities of one sort."""
        label = more.pop("label", None)
        return [
            self.add({**made("", text, patient=self.me, by=by, period=self.period), **more}, by, label) for text in what
        ]

    def plan(self, kind: str, by: Employee, links: Mapping[str, Sequence[str]], **more: Any) -> str:
        """A plan over what has been told."""
        label = more.pop("label", None)
        made = care_plan("", kind, patient=self.me, by=by, links=links, period=self.period)
        return self.add({**made, **more}, by, label)

    def written(self, first: int, by: Employee, label: str | None = None) -> None:
        """The Provenance of all since `first`."""
        told = self.items[first:]
        made = provenance({"resourceType": "", "id": ""}, by.unit, self._recorded)
        self.add({**made, "target": [{"reference": item.reference} for item in told]}, by, label)


def _story(variant: int, days: Days) -> Story:
    born, number = date(1936 + 2 * variant, 3, 2 + variant), personal_number(36000)
    teller = _Teller(variant, days)
    person = Person("", PERSONNUMMER, number, "Bänkt", f"Provsson {variant}", "unknown", born)
    teller.add(patient(person, ""), PHYSICIAN)
    _agreement(teller)
    _psychiatry(teller)
    _municipal_health(teller)
    _home_care(teller)
    teller.visits("Återbesök efter operation", ORTHOPAEDIST, (-12, 24))
    return Story(born, number, teller.items, teller.appointments)


def _agreement(teller: _Teller) -> None:
    """What the region and the person have agreed on."""
    first = len(teller.items)
    wishes = ("Gå till växthuset utan att stanna", "Hålla vikten stabil", "Sova hela natten")
    aims = [
        teller.add(
            goal("", text, patient=teller.me, started=teller.days.day(-30), due=teller.days.day(90)), CARDIAC_NURSE
        )
        for text in wishes
    ]
    i_do = teller.activities(
        ("Väga mig varje morgon", "Gå en runda varje dag", "Skriva upp hur jag mår"), CARDIAC_NURSE, self_care,
        category=[_part(I_DO)],
    )  # fmt: skip
    care_does = teller.activities(
        ("Ringa och följa upp", "Ta prover", "Se över läkemedel"), PHYSICIAN, category=[_part(CARE_DOES)]
    )
    contacts = [("1", CARDIAC_NURSE), ("2", PHYSICIAN)]
    team = teller.add(
        care_team("", "Fasta kontakter", contacts, patient=teller.me, period=teller.period), CARDIAC_NURSE
    )
    links = {"Goal": aims, "ServiceRequest": [*i_do, *care_does], "CareTeam": [team]}
    record = {"coding": [{"system": SNOMED, "code": CARE_PLAN_RECORD}]}
    matters = {"authorReference": {"reference": teller.me}, "text": "Att bo kvar hemma"}
    teller.plan(
        "VP", PHYSICIAN, links, category=[_part(PATIENT_CONTRACT), record], title="Patientkontrakt", note=[matters]
    )
    teller.visits("Läkarbesök på vårdcentralen", PHYSICIAN, (-50, -20, 9))
    teller.visits("Kontroll av vikt och blodtryck", DISTRICT_NURSE, (-9, 4, 31))
    teller.written(first, CARDIAC_NURSE)


def _psychiatry(teller: _Teller) -> None:
    """A plan that is restricted."""
    first = len(teller.items)
    talks = teller.activities(("Samtal varannan vecka", "Föra dagbok"), PSYCHOLOGIST, label=RESTRICTED)
    teller.plan("VP", PSYCHOLOGIST, {"ServiceRequest": talks}, label=RESTRICTED)
    teller.visits("Samtal hos psykolog", PSYCHOLOGIST, (6,), RESTRICTED)
    teller.written(first, PSYCHOLOGIST, RESTRICTED)


def _municipal_health(teller: _Teller) -> None:
    first = len(teller.items)
    aim = teller.add(
        goal("", "Klara såret hemma", patient=teller.me, started=teller.days.day(-20), due=teller.days.day(40)),
        MUNICIPAL_NURSE,
    )
    care = teller.activities(("Lägga om såret", "Dela medicin", "Ta blodtryck"), MUNICIPAL_NURSE)
    teller.plan("VP", MUNICIPAL_NURSE, {"Goal": [aim], "ServiceRequest": care})
    teller.visits("Hembesök av sjuksköterska", MUNICIPAL_NURSE, (-3, 5))
    teller.written(first, MUNICIPAL_NURSE)


def _home_care(teller: _Teller) -> None:
    first = len(teller.items)
    help_with = ("Hjälp med stödstrumpor", "Frukost och dusch", "Promenad", "Städning och inköp")
    help_ids = teller.activities(help_with, HOME_CARER, home_care)
    teller.plan("GP", HOME_CARER, {"ServiceRequest": help_ids})
    teller.visits("Uppföljning av hemtjänsten", HOME_CARER, (13,))
    teller.written(first, CARE_PLANNER)


def _part(code: str) -> Resource:
    return {"coding": [{"system": AGREEMENT_PART, "code": code}]}


def _fuller(resource: Resource, variant: int) -> Resource:
    """The resource with more to say, if it is a short one."""
    element = TELLS.get(resource["resourceType"])
    missing = SIZE - len(_text(resource)) if element else 0
    if element is None or missing <= 0:
        return resource
    said = (SAID[variant % len(SAID)] * 20)[:missing].strip()
    return {**resource, element: [{"text": said}] if element == "note" else said}


def _item(resource: Resource, by: Employee) -> Item:
    giver = by.unit.giver
    classes = classify(resource, (), ClassDefaults(giver.hsa_id, by.unit.hsa_id, giver.category))
    found = index(resource)
    updated = datetime.fromisoformat(resource["meta"]["lastUpdated"]).astimezone(UTC)
    return Item(
        resource["resourceType"], resource["id"], 1, updated, updated, found.status, found.starts, found.ends,
        classes.giver, classes.unit, classes.category, classes.kind, classes.label, classes.information_time,
        found.keys, local_refs(resource), "samplan", _text(resource),
    )  # fmt: skip


def _text(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
