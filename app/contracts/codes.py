"""The words of the contract beside the codes of FHIR: each pair stands once, read in both directions."""

from collections.abc import Mapping
from typing import Final

from app.fhir import codes

LINKED_PLAN: Final = "linked-plan"
CONTACT_CHANNEL: Final = f"{codes.CANONICAL}/CodeSystem/contact-channel"
CONTACT_POINT: Final = f"{codes.CANONICAL}/StructureDefinition/contact-point"
CONTACT_WAY: Final = f"{codes.CANONICAL}/StructureDefinition/contact-way"
BOOKING_OPTIONS: Final = f"{codes.CANONICAL}/StructureDefinition/booking-options"
PORTAL_LINK: Final = f"{codes.CANONICAL}/StructureDefinition/portal-link"

CARE_TEAM_TYPE: Final = "https://fhir.inera.se/ig/careteam/CodeSystem/typ-av-careteam-cs"
PERMANENT: Final = "fast-kontakt"
TEAM: Final = "team"
GOAL_ACHIEVEMENT: Final = "http://terminology.hl7.org/CodeSystem/goal-achievement"
DATA_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
CARE_PLAN_RECORD: Final = "734163000"

SECURITY: Final[Mapping[str, str]] = {"R": "restricted", "V": "very restricted"}

PERMANENT_CONTACTS: Final[Mapping[str, tuple[str, str]]] = {
    "care-contact": ("1", "fast vårdkontakt"),
    "physician": ("2", "fast läkarkontakt i primärvård"),
    "social-care-contact": ("3", "fast omsorgskontakt i hemtjänsten"),
    "coordinating-care-contact": ("4", "fast vårdkontakt med övergripande samordningsansvar"),
}
"""Inera's code list kv_typ_av_fast_kontakt."""

PLAN_TYPES: Final[Mapping[str, str]] = {
    "SIP": "Samordnad individuell plan",
    "SPLPTLRV": "Samordnad plan enligt LPT och LRV",
    "SPU": "Samordnad plan vid utskrivning",
    "VP": "Vårdplan",
    "HP": "Habiliteringsplan",
    "RP": "Rehabiliteringsplan",
    "GP": "Genomförandeplan",
    "SVP": "Standardiserad vårdplan",
}
"""Inera's TypeOfCarePlan, as in GetCarePlans 2."""

CHANNELS: Final[Mapping[str, tuple[str, str]]] = {
    "visit": ("other", "Besök"),
    "home-visit": ("other", "Hembesök"),
    "phone": ("phone", "Telefon"),
    "sms": ("sms", "Sms"),
    "email": ("email", "E-post"),
    "video": ("url", "Videosamtal"),
    "message": ("url", "Meddelande"),
    "web-booking": ("url", "Webbtidbok"),
    "e-service": ("url", "E-tjänst"),
}
"""A way of contact -> `ContactPoint.system` and the Swedish display."""

CHANNEL_OF_SYSTEM: Final[Mapping[str, str]] = {
    "phone": "phone",
    "sms": "sms",
    "email": "email",
    "url": "e-service",
}
"""For a `ContactPoint` that says no channel of its own; a fax or a pager is no way for the person."""

URGENCIES: Final[Mapping[str, str]] = {"watch": "routine", "soon": "urgent", "today": "asap", "emergency": "stat"}
UNITS: Final[Mapping[str, str]] = {"hour": "h", "day": "d", "week": "wk", "month": "mo", "year": "a"}

TIME_STATUS: Final[Mapping[str, str]] = {
    "booked": "booked",
    "arrived": "booked",
    "checked-in": "booked",
    "pending": "invited",
    "proposed": "invited",
    "waitlist": "invited",
    "cancelled": "cancelled",
    "entered-in-error": "cancelled",
    "fulfilled": "fulfilled",
    "noshow": "missed",
}
"""`Appointment.status` -> what the person is told."""

CATEGORIES: Final[Mapping[str, str]] = {
    codes.HEALTH: "Hälso- och sjukvård",
    codes.SOCIAL: "Socialtjänst",
    codes.HOME_CARE: "Hemtjänst",
}

AGREEMENT_PARTS: Final[Mapping[str, str]] = {
    codes.I_DO: "Det jag gör",
    codes.CARE_DOES: "Det vården och omsorgen gör",
    codes.IF_WORSE: "Om jag blir sämre",
    codes.PATIENT_CONTRACT: "Patientkontrakt",
    LINKED_PLAN: "Länkad plan",
}


def reverse(table: Mapping[str, str]) -> dict[str, str]:
    """The same pairs from the other side."""
    return {theirs: ours for ours, theirs in table.items()}
