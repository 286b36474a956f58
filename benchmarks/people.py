"""Invented people for the benchmark: about forty resources each, of four givers, with relations, consents and blocks.

A few life stories are built, checked and classified as resources that come in. Each person gets the next story, with
ids and a personal number of their own. The numbers have birth dates in the year 9900, so that they belong to nobody.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

from app.access.classification import ClassDefaults, classify
from app.access.item_of import Stamp, item_of
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
    DemoEmployee,
)
from app.demo.data.people import DemoPerson, patient
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
from app.items import OWN_STORE, Item

STORIES: Final = 10
"""How many different life stories there are; people get them in turn."""
ID_PLACEHOLDER: Final = "q" * 30
"""The text in a story that is replaced by a person's own id; no id of ours has this letter."""
BOOKINGS: Final = "https://bench.example/tid"
ORDINARY_SIZE: Final = 1100
"""The least bytes of a resource with a text; a shorter one gets a longer text."""
SINCE: Final = timedelta(days=60)
FIRST_DAY: Final = date(9900, 1, 1)

PHRASES: Final = (
    "Vi har gått igenom planen tillsammans och du vet vem du ska ringa om något ändras. ",
    "Ta med din medicinlista och skriv gärna upp dina frågor före besöket. ",
    "Hör av dig i god tid om du behöver tolk, skjuts eller hjälp att ta dig hit. ",
)
LONG_TEXTS: Final[Mapping[str, str]] = {
    "Appointment": "comment", "ServiceRequest": "patientInstruction", "CarePlan": "description",
    "Goal": "note", "CareTeam": "note",
}  # fmt: skip
"""The element of each type that holds a longer text."""


class StoredFact(NamedTuple):
    """A care relation, a consent or an outer block, as stored."""

    kind: str
    giver: str


class LifeStory(NamedTuple):
    """A life story that many people share: items with ID_PLACEHOLDER in them, and an appointment id for each giver."""

    born: date
    number: str
    items: Sequence[Item]
    appointments: Mapping[str, str]


class InventedPerson(NamedTuple):
    """An invented person: Patient id, personal number, birth date, items, facts, and an appointment of each giver."""

    patient: str
    number: str
    born: date
    items: Sequence[Item]
    facts: Sequence[StoredFact]
    appointments: Mapping[str, str]


def people(count: int, today: date) -> Iterator[InventedPerson]:
    """Yield `count` people. They are the same at every run, except that days are counted from `today`."""
    stories = [_story(variant, Days(today)) for variant in range(STORIES)]
    for place in range(count):
        yield _invented_person(place, stories[place % STORIES])


def personal_number(place: int) -> str:
    """Return a personnummer with a right check digit and a birth date in the year 9900 or later."""
    digits = f"{FIRST_DAY + timedelta(days=place):%Y%m%d}238"
    doubled = (int(digit) * (2 - at % 2) for at, digit in enumerate(digits[2:]))
    return f"{digits}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def _invented_person(place: int, story: LifeStory) -> InventedPerson:
    own, number = derived_id("bench", str(place))[: len(ID_PLACEHOLDER)], personal_number(place)

    def personal(text: str) -> str:
        return text.replace(ID_PLACEHOLDER, own).replace(story.number, number)

    items = [
        item._replace(
            id=personal(item.id),
            keys=[personal(key) for key in item.keys],
            refs=[personal(ref) for ref in item.refs],
            body=personal(item.body),
        )
        for item in story.items
    ]
    appointments = {giver: personal(id_) for giver, id_ in story.appointments.items()}
    return InventedPerson(personal(_id(0)), number, story.born, items, list(_facts(place)), appointments)


def _facts(place: int) -> Iterator[StoredFact]:
    """All have care relations, nine in ten consent, a few have blocked a giver."""
    for giver in (REGION, MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL):
        yield StoredFact("relation", giver.hsa_id)
        if place % 10 != 3:
            yield StoredFact("consent", giver.hsa_id)
    if place % 20 == 7:
        yield StoredFact("outer-block", PRIVATE.hsa_id)
    if place % 40 == 19:
        yield StoredFact("outer-block", REGION.hsa_id)


def _id(place: int) -> str:
    high, low = divmod(place, 16)
    return f"{ID_PLACEHOLDER}{chr(97 + high)}{chr(97 + low)}"


class _StoryBuilder:
    """Builds a life story: gives each resource an id and collects it as an item of its giver."""

    def __init__(self, variant: int, days: Days) -> None:
        self.days = days
        self.period = days.period(-40 - variant, 200)
        self.me = f"Patient/{_id(0)}"
        self.items: list[Item] = []
        self.appointments: dict[str, str] = {}
        self._variant = variant
        self._recorded = days.at(-14, 9)

    def add(self, resource: Resource, by: DemoEmployee, label: str | None = None) -> str:
        """Check, classify and collect a resource; return its id. Raises Unprocessable if the check finds a fault."""
        resource = {**resource, "id": _id(len(self.items))}
        complete = _lengthened(versioned(resource, self._recorded), self._variant)
        complete["meta"]["versionId"] = "1"
        complete = labelled(complete, label) if label else complete
        if faults := check(complete):
            raise Unprocessable(*faults)
        self.items.append(_item(complete, by))
        return str(resource["id"])

    def visits(self, what: str, by: DemoEmployee, offsets: Sequence[int], label: str | None = None) -> list[str]:
        """Add appointments at these days from today, fulfilled if they are past; return their ids."""
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

    def activities(self, what: Sequence[str], by: DemoEmployee, builder: Any = activity, **more: Any) -> list[str]:
        """Add planned activities; return their ids."""
        label = more.pop("label", None)
        return [
            self.add({**builder("", text, patient=self.me, by=by, period=self.period), **more}, by, label)
            for text in what
        ]

    def plan(self, kind: str, by: DemoEmployee, links: Mapping[str, Sequence[str]], **more: Any) -> str:
        """Add a plan that refers to resources added before; return its id."""
        label = more.pop("label", None)
        resource = care_plan("", kind, patient=self.me, by=by, links=links, period=self.period)
        return self.add({**resource, **more}, by, label)

    def add_provenance(self, first: int, by: DemoEmployee, label: str | None = None) -> None:
        """Add the Provenance of every item from index `first` on."""
        items = self.items[first:]
        resource = provenance({"resourceType": "", "id": ""}, by.unit, self._recorded)
        self.add({**resource, "target": [{"reference": item.reference} for item in items]}, by, label)


def _story(variant: int, days: Days) -> LifeStory:
    born, number = date(1936 + 2 * variant, 3, 2 + variant), personal_number(36000)
    story = _StoryBuilder(variant, days)
    person = DemoPerson("", PERSONNUMMER, number, "Bänkt", f"Provsson {variant}", "unknown", born)
    story.add(patient(person, ""), PHYSICIAN)
    _agreement(story)
    _psychiatry(story)
    _municipal_health(story)
    _home_care(story)
    story.visits("Återbesök efter operation", ORTHOPAEDIST, (-12, 24))
    return LifeStory(born, number, story.items, story.appointments)


def _agreement(story: _StoryBuilder) -> None:
    """What the region and the person have agreed on."""
    first = len(story.items)
    wishes = ("Gå till växthuset utan att stanna", "Hålla vikten stabil", "Sova hela natten")
    goals = [
        story.add(goal("", text, patient=story.me, started=story.days.day(-30), due=story.days.day(90)), CARDIAC_NURSE)
        for text in wishes
    ]
    i_do = story.activities(
        ("Väga mig varje morgon", "Gå en runda varje dag", "Skriva upp hur jag mår"),
        CARDIAC_NURSE,
        self_care,
        category=[_part(I_DO)],
    )
    care_does = story.activities(
        ("Ringa och följa upp", "Ta prover", "Se över läkemedel"), PHYSICIAN, category=[_part(CARE_DOES)]
    )
    contacts = [("1", CARDIAC_NURSE), ("2", PHYSICIAN)]
    team = story.add(care_team("", "Fasta kontakter", contacts, patient=story.me, period=story.period), CARDIAC_NURSE)
    links = {"Goal": goals, "ServiceRequest": [*i_do, *care_does], "CareTeam": [team]}
    record = {"coding": [{"system": SNOMED, "code": CARE_PLAN_RECORD}]}
    matters = {"authorReference": {"reference": story.me}, "text": "Att bo kvar hemma"}
    story.plan(
        "VP", PHYSICIAN, links, category=[_part(PATIENT_CONTRACT), record], title="Patientkontrakt", note=[matters]
    )
    story.visits("Läkarbesök på vårdcentralen", PHYSICIAN, (-50, -20, 9))
    story.visits("Kontroll av vikt och blodtryck", DISTRICT_NURSE, (-9, 4, 31))
    story.add_provenance(first, CARDIAC_NURSE)


def _psychiatry(story: _StoryBuilder) -> None:
    """A plan that is restricted."""
    first = len(story.items)
    talks = story.activities(("Samtal varannan vecka", "Föra dagbok"), PSYCHOLOGIST, label=RESTRICTED)
    story.plan("VP", PSYCHOLOGIST, {"ServiceRequest": talks}, label=RESTRICTED)
    story.visits("Samtal hos psykolog", PSYCHOLOGIST, (6,), RESTRICTED)
    story.add_provenance(first, PSYCHOLOGIST, RESTRICTED)


def _municipal_health(story: _StoryBuilder) -> None:
    first = len(story.items)
    target = story.add(
        goal("", "Klara såret hemma", patient=story.me, started=story.days.day(-20), due=story.days.day(40)),
        MUNICIPAL_NURSE,
    )
    care = story.activities(("Lägga om såret", "Dela medicin", "Ta blodtryck"), MUNICIPAL_NURSE)
    story.plan("VP", MUNICIPAL_NURSE, {"Goal": [target], "ServiceRequest": care})
    story.visits("Hembesök av sjuksköterska", MUNICIPAL_NURSE, (-3, 5))
    story.add_provenance(first, MUNICIPAL_NURSE)


def _home_care(story: _StoryBuilder) -> None:
    first = len(story.items)
    help_with = ("Hjälp med stödstrumpor", "Frukost och dusch", "Promenad", "Städning och inköp")
    help_ids = story.activities(help_with, HOME_CARER, home_care)
    story.plan("GP", HOME_CARER, {"ServiceRequest": help_ids})
    story.visits("Uppföljning av hemtjänsten", HOME_CARER, (13,))
    story.add_provenance(first, CARE_PLANNER)


def _part(code: str) -> Resource:
    return {"coding": [{"system": AGREEMENT_PART, "code": code}]}


def _lengthened(resource: Resource, variant: int) -> Resource:
    """Return the resource with a longer text if it is short."""
    element = LONG_TEXTS.get(resource["resourceType"])
    missing = ORDINARY_SIZE - len(_text(resource)) if element else 0
    if element is None or missing <= 0:
        return resource
    text = (PHRASES[variant % len(PHRASES)] * 20)[:missing].strip()
    return {**resource, element: [{"text": text}] if element == "note" else text}


def _item(resource: Resource, by: DemoEmployee) -> Item:
    giver = by.unit.giver
    classes = classify(resource, (), ClassDefaults(giver.hsa_id, by.unit.hsa_id, giver.category))
    updated = datetime.fromisoformat(resource["meta"]["lastUpdated"]).astimezone(UTC)
    stamp = Stamp(resource["id"], version=1, updated=updated, source_updated=updated, source=OWN_STORE)
    return item_of(resource, classes, stamp, _text(resource))


def _text(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))
