"""The data that the demo loads: three contracts (patientkontrakt, SIP, a child's) and the pushes of EHRs."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from app.demo.data.callers import EHR_PRIVATE, EHR_REGION
from app.demo.data.days import Days
from app.demo.data.givers import (
    ASSESSMENT,
    CARDIAC_NURSE,
    CARE_PLANNER,
    DISTRICT_NURSE,
    HABILITATION,
    HABILITATION_PLANNER,
    HEALTH_CENTRE,
    HEART_CLINIC,
    HOME_CARER,
    HOME_NURSING,
    MUNICIPAL_NURSE,
    ORTHOPAEDIST,
    PHYSICIAN,
    PHYSIOTHERAPIST,
    REHAB,
    DemoEmployee,
    DemoUnit,
)
from app.demo.data.municipality import PLANS
from app.demo.data.people import ANDREAS, GUNNAR, KATJA, MARIA, PROTECTED_PERSON, SIGNE, TOM, DemoPerson, patient
from app.demo.data.region import BOOKING, HEART_VISIT, heart_visit
from app.demo.data.resources import Resource, appointment, versioned

PRIVATE_BOOKING: Final = "https://ortopedi.example/tid"
PATIENT_URN: Final = "urn:uuid:6b0a4c1e-1e0d-4f5e-9d3e-2a8f4f0c9b01"
"""The fullUrl of the Patient in a pushed Bundle."""
CLINIC_HOURS: Final = "vardagar 8–16"


class Push(NamedTuple):
    """A transaction of an EHR: a person and their appointments."""

    client: str
    person: DemoPerson
    bundle: Resource


def pushes(days: Days) -> list[Push]:
    """Return the transactions of the EHRs; the first about a person also registers them."""
    sent_by_region = (
        (GUNNAR, [heart_visit(days, PATIENT_URN), *_gunnar(days)]),
        (MARIA, [_visit("VC-410", "Årskontroll blodtryck", days.at(15, 9), DISTRICT_NURSE)]),
        (ANDREAS, [_visit("VC-655", "Hälsosamtal", days.at(18, 8, 30), DISTRICT_NURSE)]),
        (KATJA, [_visit("VC-656", "Läkarbesök", days.at(22, 13), PHYSICIAN)]),
        (SIGNE, [_visit("BV-220", "Hälsobesök på barnavårdscentralen", days.at(10, 10), DISTRICT_NURSE)]),
        (PROTECTED_PERSON, [_visit("VC-903", "Provtagning", days.at(7, 8), DISTRICT_NURSE)]),
        (TOM, [_visit("VC-801", "Läkarbesök", days.at(13, 10), PHYSICIAN)]),
    )
    sent_at = days.at(-1, 7)
    return [
        *(Push(EHR_REGION, person, _transaction(person, items, sent_at)) for person, items in sent_by_region),
        Push(EHR_PRIVATE, GUNNAR, _knee(days, sent_at)),
    ]


def contract(today: date, patient_id: str) -> dict[str, Any]:
    """Gunnar's patient contract, as a portal or an EHR posts it to /api/contracts."""
    days = Days(today)
    return {
        "patient": patient_id,
        "title": "Patientkontrakt för Gunnar",
        "period": days.period(-30, 335),
        "aboutMe": {"story": "Jag var trädgårdsmästare i hela mitt liv. Nu är det hjärtat som bestämmer takten.",
                    "language": "sv", "support": "Jag hör dåligt i telefon: prata långsamt.",
                    "authored": days.at(-30, 10)},
        "sevenQuestions": [{"authored": days.at(-30, 10), "answers": [
            {"question": 1, "answer": "partly", "comment": "Nästan alltid, men inte på helgen"},
            {"question": 2, "answer": "yes"}, {"question": 3, "answer": "yes"}]}],
        "agreement": _agreement(days),
        "contacts": [
            {"kind": "coordinating-care-contact", "who": _who(CARDIAC_NURSE), "period": days.period(-30),
             "contactWays": [_phone(HEART_CLINIC)], "viaTeam": True, "substitutes": [_who(DISTRICT_NURSE)],
             "note": "Ring Jonas först, han hjälper dig vidare."},
            {"kind": "physician", "who": _who(PHYSICIAN), "period": days.period(-700)},
        ],
        "team": [_who(DISTRICT_NURSE), _who(CARE_PLANNER), _who(HOME_CARER)],
        "relatives": [{"name": MARIA.name, "relation": "spouse", "takesPart": True,
                       "contactWays": [{"channel": "phone", "value": "0000-400 10"}]}],
        "times": _times(days),
        "plans": [
            {"type": "GP", "title": "Genomförandeplan, Hemtjänsten Lindgården", "status": "active",
             "identifier": {"system": PLANS, "value": "GP-2210"}, "owner": _unit(HOME_CARER.unit)},
            {"type": "SIP", "title": "Samordnad individuell plan, Biståndsenheten", "status": "active",
             "identifier": {"system": PLANS, "value": "SIP-88"}, "owner": _unit(CARE_PLANNER.unit)},
        ],
        "documents": [
            {"type": "RP", "title": "Rehabiliteringsplan efter hjärtsvikt", "created": days.at(-28, 13),
             "owner": _unit(REHAB), "contentType": "application/pdf",
             "link": "https://rehab.example.se/planer/rp-31.pdf"},
        ],
        "review": {"on": days.day(150), "by": _who(CARDIAC_NURSE), "note": "Vi går igenom målen tillsammans."},
        "confirmations": [{"party": "person", "at": days.at(-30, 11)},
                          {"party": "region", "name": PHYSICIAN.name, "at": days.at(-30, 11, 5)}],
        "revision": {"reason": "Första patientkontraktet efter sjukhusvistelsen."},
    }  # fmt: skip


def sip(today: date, patient_id: str) -> dict[str, Any]:
    """Maria's coordinated individual plan (SIP) after a stay in hospital, written by the municipality's nurse."""
    days = Days(today)
    return {
        "patient": patient_id,
        "type": "SIP",
        "title": "Samordnad individuell plan för Maria",
        "period": days.period(-10, 170),
        "agreement": {
            "whatMatters": "Att våga vara ensam hemma när Gunnar är på sjukhuset.",
            "goals": [{"goal": "Klara trappan utan att vara rädd", "due": days.day(80), "acceptance": "agree",
                       "professionalGoals": [{"goal": "Förbättrad balans", "measure": "Bergs balansskala",
                                              "target": "minst 45 poäng", "by": _by(PHYSIOTHERAPIST)}]}],
            "iDo": [{"what": "Jag gör balansövningarna efter frukost",
                     "howOften": {"times": 1, "every": 1, "unit": "day"}}],
            "careDoes": [
                {"what": "Balansträning i hemmet", "category": "health", "principal": "region",
                 "by": _who(PHYSIOTHERAPIST), "howOften": {"times": 1, "every": 1, "unit": "week"}},
                {"what": "Hjälp med dusch", "category": "home-care", "principal": "municipality",
                 "by": {"unit": _unit(HOME_CARER.unit)}, "howOften": {"times": 2, "every": 1, "unit": "week"}},
            ],
            "othersDo": [{"what": "Grannen Birgit följer med till affären", "by": {"kind": "relative",
                          "name": "Birgit Sten", "role": "Granne"}, "howOften": {"text": "på torsdagar"}}],
            "ifWorse": [{"sign": "Jag har ramlat", "action": "Tryck på trygghetslarmet", "urgency": "emergency"}],
            "contactWays": [_phone(HOME_NURSING)],
        },
        "sip": {
            "principals": [{"kind": "region", "unit": _unit(HEALTH_CENTRE)},
                           {"kind": "municipality", "unit": _unit(ASSESSMENT)}],
            "overall": "municipality",
            "consent": {"status": "given", "on": days.day(-12)},
            "summons": {"readyOn": days.day(-16), "sentOn": days.day(-14), "by": _who(DISTRICT_NURSE)},
        },
        "contacts": [{"kind": "social-care-contact", "who": _who(HOME_CARER), "period": days.period(-10),
                      "contactWays": [_phone(HOME_CARER.unit)]}],
        "relatives": [{"name": GUNNAR.name, "relation": "spouse", "takesPart": True}],
        "review": {"on": days.day(75), "by": _who(CARE_PLANNER), "note": "Hemma hos Maria."},
        "confirmations": [{"party": "person", "at": days.at(-10, 14)},
                          {"party": "municipality", "name": MUNICIPAL_NURSE.name, "at": days.at(-10, 14, 5)}],
        "revision": {"reason": "Kallelse efter utskrivning."},
    }  # fmt: skip


def child_contract(today: date, patient_id: str) -> dict[str, Any]:
    """Signe's patient contract: guardians beside her, and a preschool that gets a copy and never access."""
    days = Days(today)
    preschool = {"role": "Förskola", "unit": {"name": "Förskolan Tallkotten"}}
    return {
        "patient": patient_id,
        "title": "Patientkontrakt för Signe",
        "period": days.period(-20, 345),
        "aboutMe": {"story": "Signe älskar vatten och vill vara med när de andra leker.", "authored": days.at(-20, 15)},
        "agreement": {
            "whatMatters": "Att kunna leka ute med de andra barnen på förskolan.",
            "goals": [{"goal": "Ta mig upp på rutschkanan själv", "due": days.day(160), "acceptance": "agree"}],
            "careDoes": [{"what": "Habiliteringen visar övningar för ben och fötter", "category": "health",
                          "by": _who(HABILITATION_PLANNER), "howOften": {"times": 1, "every": 2, "unit": "week"}}],
            "othersDo": [
                {"what": "Pappa tränar balans med Signe på kvällen", "by": {"kind": "relative", "name": ANDREAS.name,
                 "role": "Pappa"}, "howOften": {"times": 1, "every": 1, "unit": "day"}},
                {"what": "Förskolan har en lugn stund efter lunch", "by": {"kind": "outside",
                 "name": "Förskolan Tallkotten", "role": "Förskola"}},
            ],
            "ifWorse": [{"sign": "Signe får ont när hon går", "action": "Ring habiliteringen", "urgency": "soon",
                         "contact": _phone(HABILITATION)}],
            "contactWays": [_phone(HABILITATION), _phone(HEALTH_CENTRE)],
        },
        "contacts": [{"kind": "care-contact", "who": _who(HABILITATION_PLANNER), "period": days.period(-20),
                      "contactWays": [_phone(HABILITATION)]}],
        "relatives": [{"name": parent.name, "relation": "guardian", "takesPart": True} for parent in (ANDREAS, KATJA)],
        "copies": [{"who": preschool, "how": "printed", "on": days.day(-18)}],
        "plans": [{"type": "HP", "title": "Habiliteringsplan", "owner": _unit(HABILITATION)}],
        "review": {"on": days.day(170), "by": _who(HABILITATION_PLANNER)},
        "revision": {"reason": "Första patientkontraktet."},
    }  # fmt: skip


def _by(employee: DemoEmployee) -> dict[str, str]:
    return {"name": employee.name, "hsaId": employee.hsa_id}


def _agreement(days: Days) -> dict[str, Any]:
    return {
        "whatMatters": "Att bo kvar hemma med Maria, sköta växthuset och slippa åka in akut till sjukhuset.",
        "goals": [
            {"goal": "Gå till växthuset och tillbaka utan att stanna", "status": "active", "start": days.day(-30),
             "due": days.day(90), "measure": "Gångsträcka", "target": "400 meter", "achievement": "improving",
             "acceptance": "agree",
             "professionalGoals": [{"goal": "Förbättrad kondition", "measure": "Sex minuters gångtest",
                                    "target": "minst 350 meter", "due": days.day(90), "by": _by(CARDIAC_NURSE)}]},
            {"goal": "Hålla vikten stabil", "status": "active", "start": days.day(-30)},
        ],
        "iDo": [
            {"what": "Jag väger mig varje morgon",
             "howOften": {"times": 1, "every": 1, "unit": "day", "text": "före frukost"},
             "instruction": "Skriv vikten i boken"},
            {"what": "Jag dricker högst en och en halv liter om dagen",
             "howOften": {"times": 1, "every": 1, "unit": "day"}},
        ],
        "careDoes": [
            {"what": "Hjärtmottagningen ringer och följer upp medicinen", "category": "health",
             "by": _who(CARDIAC_NURSE), "howOften": {"times": 1, "every": 2, "unit": "week"}},
            {"what": "Hemsjukvården kontrollerar vikt och blodtryck", "category": "health",
             "by": {"unit": _unit(HOME_NURSING)},
             "howOften": {"times": 1, "every": 1, "unit": "week", "weekdays": ["mon"]}},
            {"what": "Hemtjänsten hjälper till med stödstrumpor", "category": "home-care",
             "by": {"unit": _unit(HOME_CARER.unit)}, "howOften": {"times": 2, "every": 1, "unit": "day"}},
        ],
        "ifWorse": [
            {"sign": "Jag har gått upp mer än två kilo på tre dagar", "action": "Ring hjärtmottagningen samma dag",
             "urgency": "today", "contact": _phone(HEART_CLINIC)},
            {"sign": "Jag får svårt att andas i vila", "action": "Ring 112", "urgency": "emergency",
             "contact": {"channel": "phone", "value": "112"}},
        ],
        "contactWays": [_phone(HEART_CLINIC), _phone(HEALTH_CENTRE)],
    }  # fmt: skip


def _times(days: Days) -> list[dict[str, Any]]:
    return [
        {"what": "Telefonuppföljning från hjärtmottagningen", "status": "booked", "start": days.at(5, 14),
         "end": days.at(5, 14, 20), "channel": "phone", "who": [_who(CARDIAC_NURSE)], "rebookable": True,
         "cancellable": True, "rescheduledFrom": days.at(3, 14)},
        {"what": "Årsbesök hos din läkare", "status": "invited",
         "window": days.period(60, 90), "channel": "visit", "who": [_who(PHYSICIAN)]},
    ]  # fmt: skip


def _who(employee: DemoEmployee) -> dict[str, Any]:
    return {"role": employee.title, "name": employee.name, "hsaId": employee.hsa_id, "unit": _unit(employee.unit)}


def _unit(place: DemoUnit) -> dict[str, str]:
    return {"hsaId": place.hsa_id, "name": place.name}


def _phone(place: DemoUnit) -> dict[str, str]:
    return {"channel": "phone", "value": place.phone, "name": place.name, "hours": CLINIC_HOURS}


def _gunnar(days: Days) -> list[Resource]:
    """A sample before the visit at the heart clinic, one that has been, and one that was cancelled."""
    return [
        _visit("LA-3120", "Blodprov inför återbesöket", days.at(7, 8), DISTRICT_NURSE),
        _visit("VC-388", "Läkarbesök", days.at(-21, 10), PHYSICIAN, "fulfilled"),
        _visit("VC-391", "Vaccination", days.at(4, 15), DISTRICT_NURSE, "cancelled"),
    ]


def _knee(days: Days, sent_at: str) -> Resource:
    """A time of a private clinic, which names the person by personal number alone."""
    time = (days.at(24, 11), 30)
    visit = appointment(
        (PRIVATE_BOOKING, "K-9"), "Återbesök efter knäoperation", time, patient=PATIENT_URN, who=ORTHOPAEDIST
    )
    visit["participant"][0]["actor"] = {"type": "Patient", "identifier": GUNNAR.identifier}
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [_entry(_address(visit), versioned(visit, sent_at))],
    }


def _visit(number: str, what: str, start: str, who: DemoEmployee, status: str = "booked") -> Resource:
    return appointment((BOOKING, number), what, (start, 30), patient=PATIENT_URN, who=who, status=status)


def _transaction(person: DemoPerson, items: Iterable[Resource], sent_at: str) -> Resource:
    """Make a transaction of the Patient and their appointments, each with its business identifier."""
    person_resource = {key: value for key, value in patient(person, "").items() if key != "id"}
    pushed = [
        _entry(PATIENT_URN, versioned(person_resource, sent_at)),
        *(_entry(_address(item), versioned(item, sent_at)) for item in items),
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": pushed}


def _entry(address: str, resource: Resource) -> Resource:
    request = {"method": "POST", "url": resource["resourceType"]}
    return {"fullUrl": address, "resource": resource, "request": request}


def _address(item: Resource) -> str:
    """Return a fullUrl that is the same at every push."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '|'.join(item['identifier'][0].values()))}"


SHARED: Final = HEART_VISIT
"""The business identifier of the time that both the EHR and the region's source know."""

CONTRACTS: Final = (
    (GUNNAR, contract, "physician"),
    (MARIA, sip, "municipal-nurse"),
    (SIGNE, child_contract, "physician"),
)
"""For each contract: the person, the function that makes it, and the caller who writes it."""
