"""The resources in the municipality's care system: the implementation plan (genomförandeplan), home care and a SIP."""

from typing import Final

from app.demo.data.days import Days
from app.demo.data.givers import CARE_PLANNER, HOME_CARER, MUNICIPAL_NURSE, RELATIVES_ADVISER
from app.demo.data.people import GUNNAR, MARIA, patient
from app.demo.data.resources import (
    VERY_RESTRICTED,
    Resource,
    activity,
    appointment,
    at_home,
    care_plan,
    care_team,
    goal,
    health,
    home_care,
    labelled,
    provenance,
    self_care,
    versioned,
)

BOOKING: Final = "https://omsorg.malarvik.example/besok"
"""The municipality's planning system."""
PLANS: Final = "https://omsorg.malarvik.example/plan"
"""The municipality's own numbers of plans, which a patient contract links to."""


def resources(days: Days) -> list[Resource]:
    """Return all resources of the municipality's system; a person's Patient comes before their other resources."""
    return [versioned(item, days.at(-7, 15)) for item in (*_gunnar(days), *_maria(days))]


def _gunnar(days: Days) -> list[Resource]:
    me = "Patient/k-7712"
    return [
        patient(GUNNAR, "k-7712"),
        *_implementation_plan(days, me),
        *_coordinated_plan(days, me),
        *_home_nursing(days, me),
        labelled({**_talk(days, me), "id": "besok-440"}, VERY_RESTRICTED),
    ]


def _implementation_plan(days: Days, me: str) -> list[Resource]:
    period = days.period(-45, 320)
    daily = (
        ("gp-dusch", "Hjälp med dusch måndag och torsdag"),
        ("gp-frukost", "Frukost och påminnelse om läkemedel varje morgon"),
        ("gp-inkop", "Sällskap till affären på onsdagar"),
    )
    visits = [home_care(id_, text, patient=me, by=HOME_CARER, period=period) for id_, text in daily]
    own = self_care("gp-tidning", "Hämta tidningen och vattna växthuset", patient=me, by=HOME_CARER, period=period)
    aim = goal(
        "gp-mal", "Jag vill bo kvar hemma och sköta mitt växthus", patient=me, started=days.day(-45), due=days.day(320)
    )
    team = care_team("gp-team", "Fast omsorgskontakt", [("3", HOME_CARER)], patient=me, period=days.period(-45))
    plan = care_plan(
        "gp-plan",
        "GP",
        patient=me,
        by=HOME_CARER,
        period=period,
        links={"Goal": ["gp-mal"], "ServiceRequest": [*(id_ for id_, _ in daily), own["id"]], "CareTeam": ["gp-team"]},
    )
    follow_up = appointment(
        (BOOKING, "B-2210"), "Uppföljning av genomförandeplanen", (days.at(20, 13), 60), patient=me, who=CARE_PLANNER
    )
    return [{**plan, **_number("GP-2210")}, aim, team, *visits, own, {**follow_up, "id": "besok-2210"}]


def _coordinated_plan(days: Days, me: str) -> list[Resource]:
    period = days.period(-20, 160)
    evening = home_care("sip-kvall", "Tillsyn på kvällen när benen svullnar", patient=me, by=HOME_CARER, period=period)
    plan = care_plan(
        "sip-plan",
        "SIP",
        patient=me,
        by=CARE_PLANNER,
        period=period,
        links={"ServiceRequest": ["sip-kvall"]},
    )
    meeting = appointment(
        (BOOKING, "B-2244"), "SIP-möte hemma hos Gunnar", (days.at(27, 10), 60), patient=me, who=CARE_PLANNER
    )
    return [{**plan, **_number("SIP-88")}, evening, {**at_home(meeting), "id": "besok-2244"}]


def _number(value: str) -> Resource:
    return {"identifier": [{"system": PLANS, "value": value}]}


def _home_nursing(days: Days, me: str) -> list[Resource]:
    """Home nursing, which belongs to another giver than the rest of this system; a Provenance says so for each."""
    period = days.period(-30, 90)
    weighing = activity(
        "hsv-vikt", "Viktkontroll och blodtryck varje måndag", patient=me, by=MUNICIPAL_NURSE, period=period
    )
    visit = appointment(
        (BOOKING, "S-118"), "Hembesök av sjuksköterska", (days.at(3, 9), 30), patient=me, who=MUNICIPAL_NURSE
    )
    items = [weighing, {**at_home(visit), "id": "besok-118"}]
    sources = [provenance(item, MUNICIPAL_NURSE.unit, days.at(-7, 15)) for item in items]
    return [health(item) for item in (*items, *sources)]


def _talk(days: Days, me: str) -> Resource:
    return appointment(
        (BOOKING, "B-440"),
        "Enskilt samtal med anhörigkonsulent",
        (days.at(11, 15), 45),
        patient=me,
        who=RELATIVES_ADVISER,
    )


def _maria(days: Days) -> list[Resource]:
    me = "Patient/k-7713"
    alarm = home_care("larm-7713", "Trygghetslarm dygnet runt", patient=me, by=HOME_CARER, period=days.period(-100))
    visit = appointment(
        (BOOKING, "B-2301"), "Genomgång av trygghetslarmet", (days.at(5, 10), 30), patient=me, who=HOME_CARER
    )
    return [patient(MARIA, "k-7713"), alarm, {**at_home(visit), "id": "besok-2301"}]
