"""The resources in the region's record system: a psychiatric care plan, rehabilitation and booked times."""

from typing import Final

from app.demo.data.days import Days
from app.demo.data.givers import (
    CARDIAC_NURSE,
    DISTRICT_NURSE,
    HABILITATION_PLANNER,
    PHYSICIAN,
    PHYSIOTHERAPIST,
    PSYCHIATRIC_NURSE,
    PSYCHOLOGIST,
    DemoUnit,
)
from app.demo.data.people import ANDREAS, GUNNAR, KATJA, MARIA, PROTECTED_PERSON, SIGNE, patient
from app.demo.data.resources import (
    RESTRICTED,
    Resource,
    activity,
    appointment,
    care_plan,
    care_team,
    goal,
    labelled,
    provenance,
    self_care,
    versioned,
)

BOOKING: Final = "https://bokning.malarvik.example/tid"
"""The region's booking system: the same number wherever a time of it is known."""
HEART_VISIT: Final = (BOOKING, "HJ-2041")
"""The time that the EHR has pushed too."""


def resources(days: Days) -> list[Resource]:
    """Return all resources of the region's system; a person's Patient comes before their other resources."""
    return [*_gunnar(days), *_maria(days), *_signe(days), *_protected(days), *_few(days)]


def heart_visit(days: Days, subject: str) -> Resource:
    """The follow-up at the heart clinic, as owned the source and the EHR know it."""
    return appointment(
        HEART_VISIT,
        "Återbesök hjärtsvikt, läkemedel och vätska",
        (days.at(9, 10), 45),
        patient=subject,
        who=CARDIAC_NURSE,
    )


def _owned(items: list[Resource], by: DemoUnit, days: Days, label: str | None = None) -> list[Resource]:
    """Each item with its version's time, its label, and its Provenance under the same label."""
    recorded = days.at(-14, 9)
    owned = [
        resource
        for item in items
        for resource in (versioned(item, recorded), versioned(provenance(item, by, recorded), recorded))
    ]
    return owned if label is None else [labelled(resource, label) for resource in owned]


def _gunnar(days: Days) -> list[Resource]:
    me = "Patient/rm-40817"
    return [
        versioned(patient(GUNNAR, "rm-40817"), days.at(-400, 9)),
        *_psychiatry(days, me),
        *_rehabilitation(days, me),
        *_owned([{**heart_visit(days, me), "id": "tid-2041"}], CARDIAC_NURSE.unit, days),
    ]


def _psychiatry(days: Days, me: str) -> list[Resource]:
    period = days.period(-60, 120)
    talks = activity("psy-samtal", "Samtal hos psykolog varannan vecka", patient=me, by=PSYCHOLOGIST, period=period)
    medicine = activity(
        "psy-lakemedel", "Uppföljning av läkemedel mot nedstämdhet", patient=me, by=PSYCHIATRIC_NURSE, period=period
    )
    diary = self_care("psy-dagbok", "Skriva sömndagbok på morgonen", patient=me, by=PSYCHOLOGIST, period=period)
    aim = goal(
        "psy-mal",
        "Jag vill sova bättre och orka träffa barnbarnen varje vecka",
        patient=me,
        started=days.day(-60),
        due=days.day(90),
    )
    plan = care_plan(
        "psy-plan",
        "VP",
        patient=me,
        by=PSYCHOLOGIST,
        period=period,
        links={"Goal": ["psy-mal"], "ServiceRequest": ["psy-samtal", "psy-lakemedel", "psy-dagbok"]},
    )
    visit = appointment((BOOKING, "PS-3310"), "Samtal hos psykolog", (days.at(6, 13), 45), patient=me, who=PSYCHOLOGIST)
    items = [plan, aim, talks, medicine, diary, {**visit, "id": "tid-3310"}]
    return _owned(items, PSYCHOLOGIST.unit, days, RESTRICTED)


def _rehabilitation(days: Days, me: str) -> list[Resource]:
    period = days.period(-30, 60)
    training = activity("reh-grupp", "Hjärtskola med träning i grupp", patient=me, by=PHYSIOTHERAPIST, period=period)
    walks = self_care(
        "reh-promenad", "Promenera tjugo minuter varje dag", patient=me, by=PHYSIOTHERAPIST, period=period
    )
    plan = care_plan(
        "reh-plan",
        "RP",
        patient=me,
        by=PHYSIOTHERAPIST,
        period=period,
        links={"ServiceRequest": ["reh-grupp", "reh-promenad"]},
    )
    visits = [
        {
            **appointment(
                (BOOKING, f"RE-{number}"),
                "Hjärtskola hos fysioterapeut",
                (days.at(offset, 9, 30), 60),
                patient=me,
                who=PHYSIOTHERAPIST,
                status="fulfilled" if offset < 0 else "booked",
            ),
            "id": f"tid-{number}",
        }
        for number, offset in ((5101, -5), (5102, 2), (5103, 16))
    ]
    return _owned([plan, training, walks, *visits], PHYSIOTHERAPIST.unit, days)


def _maria(days: Days) -> list[Resource]:
    me = "Patient/rm-51220"
    eyes = appointment(
        (BOOKING, "OG-771"), "Kontroll av ögontryck", (days.at(12, 14), 30), patient=me, who=DISTRICT_NURSE
    )
    team = care_team("team-51220", "Fasta kontakter", [("2", PHYSICIAN)], patient=me, period=days.period(-200))
    items = [{**eyes, "id": "tid-771"}, team]
    return [versioned(patient(MARIA, "rm-51220"), days.at(-400, 9)), *_owned(items, DISTRICT_NURSE.unit, days)]


def _signe(days: Days) -> list[Resource]:
    me = "Patient/rm-60031"
    period = days.period(-90, 180)
    games = self_care("hab-lek", "Leka tal- och språklekar hemma", patient=me, by=HABILITATION_PLANNER, period=period)
    group = activity("hab-grupp", "Språkgrupp på habiliteringen", patient=me, by=HABILITATION_PLANNER, period=period)
    aim = goal("hab-mal", "Jag vill kunna säga vad jag heter", patient=me, started=days.day(-90), due=days.day(180))
    plan = care_plan(
        "hab-plan",
        "HP",
        patient=me,
        by=HABILITATION_PLANNER,
        period=period,
        links={"Goal": ["hab-mal"], "ServiceRequest": ["hab-lek", "hab-grupp"]},
    )
    visit = appointment((BOOKING, "HA-118"), "Språkgrupp", (days.at(4, 9), 60), patient=me, who=HABILITATION_PLANNER)
    items = [plan, aim, games, group, {**visit, "id": "tid-118"}]
    return [versioned(patient(SIGNE, "rm-60031"), days.at(-400, 9)), *_owned(items, HABILITATION_PLANNER.unit, days)]


def _protected(days: Days) -> list[Resource]:
    me = "Patient/rm-70002"
    visit = appointment((BOOKING, "VC-902"), "Läkarbesök", (days.at(8, 11), 20), patient=me, who=PHYSICIAN)
    items = [{**visit, "id": "tid-902"}]
    return [versioned(patient(PROTECTED_PERSON, "rm-70002"), days.at(-400, 9)), *_owned(items, PHYSICIAN.unit, days)]


def _few(days: Days) -> list[Resource]:
    """People that the region knows and has nothing planned for."""
    known = ((ANDREAS, "rm-60032"), (KATJA, "rm-60033"))
    return [versioned(patient(person, id_), days.at(-400, 9)) for person, id_ in known]
