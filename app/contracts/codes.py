"""The code tables of the contract: each word with its FHIR code and its Swedish display."""

from collections.abc import Mapping
from typing import Final

from app.fhir import codes

LINKED_PLAN: Final = "linked-plan"
PLAN_DOCUMENT: Final = "plan-document"
CONTACT_CHANNEL: Final = f"{codes.CANONICAL}/CodeSystem/contact-channel"
CONTACT_POINT: Final = f"{codes.CANONICAL}/StructureDefinition/contact-point"
CONTACT_WAY: Final = f"{codes.CANONICAL}/StructureDefinition/contact-way"
BOOKING_OPTIONS: Final = f"{codes.CANONICAL}/StructureDefinition/booking-options"
PORTAL_LINK: Final = f"{codes.CANONICAL}/StructureDefinition/portal-link"
CONTACT_VIA_TEAM: Final = f"{codes.CANONICAL}/StructureDefinition/contact-via-team"
ON_BEHALF_OF: Final = f"{codes.CANONICAL}/StructureDefinition/on-behalf-of"
RESCHEDULED_FROM: Final = f"{codes.CANONICAL}/StructureDefinition/rescheduled-from"
GOAL_ACCEPTANCE: Final = "http://hl7.org/fhir/StructureDefinition/goal-acceptance"
GOAL_RELATIONSHIP: Final = "http://hl7.org/fhir/StructureDefinition/goal-relationship"
GOAL_RELATIONSHIP_TYPE: Final = "http://terminology.hl7.org/CodeSystem/goal-relationship-type"
ABOUT_ME: Final = f"{codes.CANONICAL}/Questionnaire/about-me"
SEVEN_QUESTIONS: Final = f"{codes.CANONICAL}/Questionnaire/seven-questions"
PLAN_TYPE: Final = f"{codes.CANONICAL}/CodeSystem/plan-type"
PRINCIPAL: Final = f"{codes.CANONICAL}/CodeSystem/principal"
CONTACT_ROLE: Final = f"{codes.CANONICAL}/CodeSystem/contact-role"
RELATION: Final = f"{codes.CANONICAL}/CodeSystem/relation"
TASK_KIND: Final = f"{codes.CANONICAL}/CodeSystem/task-kind"
REVISION_ACTION: Final = f"{codes.CANONICAL}/CodeSystem/revision-action"
PARTY: Final = f"{codes.CANONICAL}/CodeSystem/party"
ACTIVITY_KIND: Final = f"{codes.CANONICAL}/CodeSystem/activity-kind"
ANSWER: Final = f"{codes.CANONICAL}/CodeSystem/answer"
CONSENT_SCOPE: Final = "http://terminology.hl7.org/CodeSystem/consentscope"
LANGUAGES: Final = "urn:ietf:bcp:47"

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
    "EGV": "Egenvårdsplan",
    "LSS": "Individuell plan enligt LSS",
}
"""Inera's TypeOfCarePlan, as in GetCarePlans 2, and two types that it lacks."""

OWN_PLAN_TYPES: Final[Mapping[str, str]] = {code: PLAN_TYPES[code] for code in ("EGV", "LSS")}
"""The self-care plan (egenvårdsplan) and the individual plan (LSS 10 §), which are codes of Samplan's own system."""

ACTIVITY_KINDS: Final[Mapping[str, str]] = {
    "care-contact": "Vårdkontakt",
    "intervention": "Insats",
    "medication": "Läkemedel",
    "sampling": "Provtagning",
    "self-care": "Egenvård",
}
"""The kinds of activity that the overview shows (målbilden "alla steg")."""

PRINCIPALS: Final[Mapping[str, str]] = {"region": "Region", "municipality": "Kommun"}
RELATIONS: Final[Mapping[str, str]] = {
    "guardian": "Vårdnadshavare",
    "parent": "Förälder",
    "spouse": "Make, maka eller sambo",
    "child": "Barn",
    "sibling": "Syskon",
    "friend": "Vän",
    "trustee": "God man",
    "administrator": "Förvaltare",
    "other": "Annan närstående",
}
CONTACT_ROLES: Final[Mapping[str, str]] = {
    "substitute": "Ersättare",
    "successor": "Efterträdare",
    "overall-responsibility": "Övergripande ansvar",
    "copy-printed": "Får en utskriven kopia",
    "copy-exported": "Får en exporterad kopia",
}
TASK_KINDS: Final[Mapping[str, str]] = {"review": "Uppföljning", "sip-summons": "Kallelse till SIP"}
CONSENT_TYPES: Final[Mapping[str, str]] = {
    "sip": "Samtycke till samordnad individuell plan",
    "access": "Samtycke till sammanhållen vård- och omsorgsdokumentation",
    "block": "Spärr",
}
ACTIONS: Final[Mapping[str, str]] = {
    "create": "Upprättat",
    "revise": "Ändrat",
    "end": "Avslutat",
    "replace": "Ersätter ett tidigare",
    "reopen": "Återupptaget",
}
PARTIES: Final[Mapping[str, str]] = {
    "person": "Personen",
    "relative": "Närstående",
    "region": "Regionen",
    "municipality": "Kommunen",
    "other": "Annan part",
}
ANSWERS: Final[Mapping[str, str]] = {"yes": "Ja", "partly": "Delvis", "no": "Nej"}

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
"""`ContactPoint.system` -> channel, for a ContactPoint without the extension; fax and pager have no channel."""

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
"""`Appointment.status` -> status of an agreed time."""

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
    codes.OTHERS_DO: "Det andra gör",
    LINKED_PLAN: "Länkad plan",
    PLAN_DOCUMENT: "Plan som dokument",
}


def codings(system: str, table: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the Coding of each code of a system."""
    return {code: {"system": system, "code": code, "display": display} for code, display in table.items()}


PLAN_TYPE_CODINGS: Final = {
    **codings(
        codes.CARE_PLAN_TYPE, {code: display for code, display in PLAN_TYPES.items() if code not in OWN_PLAN_TYPES}
    ),
    **codings(PLAN_TYPE, OWN_PLAN_TYPES),
}
PERMANENT_CODINGS: Final = {
    kind: {"system": codes.PERMANENT_CONTACT, "code": code, "display": display}
    for kind, (code, display) in PERMANENT_CONTACTS.items()
}
PART_CODINGS: Final = codings(codes.AGREEMENT_PART, AGREEMENT_PARTS)
