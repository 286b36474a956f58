"""Every code that a person meets, in Swedish and in English."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Text(NamedTuple):
    """The same thing said in both languages."""

    swedish: str
    english: str

    def as_json(self) -> dict[str, str]:
        """As the API gives it."""
        return {"sv": self.swedish, "en": self.english}


STATUS: dict[str, Text] = {
    "proposed": Text("Föreslagen", "Proposed"),
    "pending": Text("Väntar på svar", "Waiting for an answer"),
    "booked": Text("Bokad", "Booked"),
    "arrived": Text("Ankommen", "Arrived"),
    "checked-in": Text("Ankommen", "Checked in"),
    "fulfilled": Text("Genomförd", "Done"),
    "cancelled": Text("Avbokad", "Cancelled"),
    "noshow": Text("Uteblivet besök", "Missed"),
    "waitlist": Text("På väntelista", "On a waiting list"),
    "entered-in-error": Text("Felaktigt registrerad", "Entered in error"),
    "draft": Text("Utkast", "Draft"),
    "active": Text("Pågår", "Ongoing"),
    "on-hold": Text("Vilande", "On hold"),
    "revoked": Text("Avbruten", "Stopped"),
    "completed": Text("Avslutad", "Completed"),
    "unknown": Text("Okänt", "Unknown"),
    "requested": Text("Begärd", "Requested"),
    "received": Text("Mottagen", "Received"),
    "accepted": Text("Accepterad", "Accepted"),
    "rejected": Text("Avvisad", "Rejected"),
    "ready": Text("Förberedd", "Ready"),
    "in-progress": Text("Pågår", "In progress"),
    "failed": Text("Misslyckades", "Failed"),
    "planned": Text("Planerad", "Planned"),
    "current": Text("Gäller", "Current"),
    "superseded": Text("Ersatt", "Superseded"),
    "inactive": Text("Inte aktuell", "Inactive"),
    "suspended": Text("Vilande", "Suspended"),
    "contact-1": Text("Fast vårdkontakt", "Permanent care contact"),
    "contact-2": Text("Fast läkarkontakt i primärvård", "Permanent physician contact in primary care"),
    "contact-3": Text("Fast omsorgskontakt i hemtjänsten", "Permanent social care contact in home care"),
    "contact-4": Text(
        "Fast vårdkontakt med övergripande samordningsansvar", "Permanent care contact with overall coordination"
    ),
}
"""Status codes of FHIR's own value sets, and kv_typ_av_fast_kontakt."""

PLAN_TYPE: dict[str, Text] = {
    "patient-contract": Text("Patientkontrakt", "Patient contract"),
    "SIP": Text("Samordnad individuell plan", "Coordinated individual plan"),
    "SPLPTLRV": Text("Samordnad vårdplan enligt LPT och LRV", "Coordinated plan under the psychiatric care acts"),
    "SPU": Text("Samordnad plan vid utskrivning", "Coordinated plan at discharge"),
    "VP": Text("Vårdplan", "Care plan"),
    "HP": Text("Habiliteringsplan", "Habilitation plan"),
    "RP": Text("Rehabiliteringsplan", "Rehabilitation plan"),
    "GP": Text("Genomförandeplan", "Implementation plan"),
    "SVP": Text("Standardiserad vårdplan", "Standardised care plan"),
    "EGV": Text("Egenvårdsplan", "Self-care plan"),
    "LSS": Text("Individuell plan enligt LSS", "Individual plan by LSS"),
}
"""Kinds of plan: Inera's TypeOfCarePlan, the self-care plan, and the patient contract itself."""

ACHIEVEMENT: dict[str, Text] = {
    "in-progress": Text("På väg", "In progress"),
    "improving": Text("Går framåt", "Improving"),
    "worsening": Text("Går bakåt", "Worsening"),
    "no-change": Text("Oförändrat", "No change"),
    "achieved": Text("Uppnått", "Achieved"),
    "sustaining": Text("Uppnått och håller i sig", "Achieved, and lasting"),
    "not-achieved": Text("Inte uppnått", "Not achieved"),
    "no-progress": Text("Inga framsteg än", "No progress yet"),
    "not-attainable": Text("Går inte att nå", "Cannot be reached"),
}
"""How far a goal has come."""

ACCEPTANCE: dict[str, Text] = {
    "agree": Text("Personen står bakom målet", "The person agrees with the goal"),
    "disagree": Text("Personen står inte bakom målet", "The person does not agree with the goal"),
    "pending": Text("Personen har inte tagit ställning än", "The person has not decided yet"),
}
"""Whether the person accepts a goal."""

PRINCIPAL: dict[str, Text] = {
    "region": Text("Regionen ansvarar", "The region answers for it"),
    "municipality": Text("Kommunen ansvarar", "The municipality answers for it"),
}
"""The principal (huvudman) that answers for an intervention."""

OVERALL: dict[str, Text] = {
    "region": Text("Regionen har det övergripande ansvaret", "The region has the overall responsibility"),
    "municipality": Text("Kommunen har det övergripande ansvaret", "The municipality has the overall responsibility"),
}
"""The principal that has the overall responsibility for a SIP."""

REVIEW: dict[str, Text] = {
    "requested": Text("Planerad", "Planned"),
    "completed": Text("Genomförd", "Done"),
    "cancelled": Text("Inställd", "Cancelled"),
}
"""How it stands with a follow-up (uppföljning)."""

RELATION: dict[str, Text] = {
    "guardian": Text("Vårdnadshavare", "Guardian"),
    "parent": Text("Förälder", "Parent"),
    "spouse": Text("Make, maka eller sambo", "Spouse or partner"),
    "child": Text("Barn", "Child"),
    "sibling": Text("Syskon", "Sibling"),
    "friend": Text("Vän", "Friend"),
    "trustee": Text("God man", "Trustee"),
    "administrator": Text("Förvaltare", "Administrator"),
    "other": Text("Annan närstående", "Another close person"),
}
"""What a relative is to the person."""

PARTY: dict[str, Text] = {
    "person": Text("Personen har bekräftat", "The person has confirmed"),
    "relative": Text("En närstående har bekräftat", "A relative has confirmed"),
    "region": Text("Regionen har bekräftat", "The region has confirmed"),
    "municipality": Text("Kommunen har bekräftat", "The municipality has confirmed"),
    "other": Text("En annan part har bekräftat", "Another party has confirmed"),
}
"""Who has confirmed an agreement."""

ANSWER: dict[str, Text] = {"yes": Text("Ja", "Yes"), "partly": Text("Delvis", "Partly"), "no": Text("Nej", "No")}
"""An answer to one of the seven questions."""

CONSENT: dict[str, Text] = {
    "given": Text("Samtycker till planen", "Consents to the plan"),
    "declined": Text("Samtycker inte till planen", "Does not consent to the plan"),
    "withdrawn": Text("Har tagit tillbaka sitt samtycke", "Has withdrawn the consent"),
}
"""The consent (samtycke) to a SIP."""

COPY: dict[str, Text] = {
    "printed": Text("Har fått en utskriven kopia", "Has been given a printed copy"),
    "exported": Text("Har fått en exporterad kopia", "Has been given an exported copy"),
}
"""How somebody outside health and social care has got a copy."""

SOURCE: dict[str, Text] = {
    "data": Text("Har svarat.", "Has answered."),
    "empty": Text("Har svarat: inget att visa.", "Has answered: nothing to show."),
    "unknown": Text("Har inte svarat. Det kan finnas mer än det som visas.", "Has not answered. There may be more."),
}
"""The state of a source."""


def unsaid(code: str) -> Text:
    """A code without a sentence is shown as it is."""
    return Text(code, code)


UNITS: dict[str, tuple[Text, Text]] = {
    "h": (Text("i timmen", "an hour"), Text("timme", "hours")),
    "d": (Text("om dagen", "a day"), Text("dag", "days")),
    "wk": (Text("i veckan", "a week"), Text("vecka", "weeks")),
    "mo": (Text("i månaden", "a month"), Text("månad", "months")),
    "a": (Text("om året", "a year"), Text("år", "years")),
}
"""A unit of time after a number of times: each one, and every second or third."""


ORDINAL = {2: "a"}
"""How a Swedish ordinal ends, where it is not `:e`."""


def how_often(repeat: Mapping[str, Any], said: str | None) -> Text | None:
    """A Timing.repeat in words (`2 gånger om dagen`, `1 gång var 2:a vecka`), with what was said of it in words."""
    times, period, unit = repeat.get("frequency", 1), repeat.get("period"), repeat.get("periodUnit")
    if period is None or unit not in UNITS:
        return Text(said, said) if said else None
    each, every = UNITS[unit]
    count = Text(f"{times} gång" if times == 1 else f"{times} gånger", "once" if times == 1 else f"{times} times")
    if period == 1:
        counted = Text(f"{count.swedish} {each.swedish}", f"{count.english} {each.english}")
    else:
        ordinal = f"{period}:{ORDINAL.get(period, 'e')}"
        counted = Text(
            f"{count.swedish} var {ordinal} {every.swedish}", f"{count.english} every {period} {every.english}"
        )
    return Text(f"{counted.swedish}, {said}", f"{counted.english}, {said}") if said else counted
