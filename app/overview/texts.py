"""Every code that a person meets, in Swedish and in English."""

from typing import NamedTuple


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

SOURCE: dict[str, Text] = {
    "data": Text("Har svarat.", "Has answered."),
    "empty": Text("Har svarat: inget att visa.", "Has answered: nothing to show."),
    "unknown": Text("Har inte svarat. Det kan finnas mer än det som visas.", "Has not answered. There may be more."),
}
"""The state of a source."""


def unsaid(code: str) -> Text:
    """A code without a sentence is shown as it is."""
    return Text(code, code)
