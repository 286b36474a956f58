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
}
"""Kinds of plan: Inera's TypeOfCarePlan, and the patient contract itself."""

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
