"""The words of random contracts: Swedish texts by field, and awkward texts for any field. All are invented."""

from collections.abc import Mapping
from typing import Final

BY_FIELD: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("Patientkontrakt", "Patientkontrakt efter stroken", "Vår gemensamma plan", "Habiliteringsplan, våren"),
    "whatMatters": (
        "Att kunna bo kvar hemma och sköta kolonilotten.",
        "Att orka vara med när barnbarnen kommer.",
        "Att slippa berätta samma sak för alla jag möter.",
    ),
    "goal": (
        "Gå till bryggan och tillbaka utan att stanna.",
        "Sova hela natten.",
        "Kunna laga middag åt hela familjen på söndagar.",
        "Förbättrad balans i stående.",
    ),
    "what": (
        "Jag väger mig varje morgon",
        "Balansträning hemma",
        "Hemsjukvården lägger om såret",
        "Blodprov inför återbesöket",
        "Grannen följer med till affären",
        "Läkarbesök på vårdcentralen",
    ),
    "sign": ("Jag har gått upp två kilo på tre dagar.", "Jag blir andfådd i vila.", "Såret luktar eller gör mer ont."),
    "action": ("Ring mottagningen samma dag.", "Ta en extra tablett och vila en timme.", "Ring 112."),
    "story": ("Jag körde långtradare i trettio år.", "Jag bor på tredje våningen och har två katter."),
    "needs": ("Hjälp på morgonen tills benen bär.", "Någon som håller ihop alla besök."),
    "wishes": ("Att samma person kommer varje gång.", "Att få byta till digitala besök när det går."),
    "support": ("Hörselslinga.", "Prata långsamt och skriv ner det viktiga."),
    "instruction": ("Kom fastande.", "Ta med medicinlistan.", "Skriv vikten i boken."),
    "note": ("Nyckeln finns hos grannen.", "Ring gärna före.", "Vi ses hemma i köket."),
    "comment": ("Ibland, men inte på helger.", "Alltid!", "Jag vet inte vem jag ska ringa."),
    "reason": ("Nytt mål efter återbesöket.", "Personen har flyttat.", "Kallelse efter utskrivning."),
    "cancellationReason": ("Ändrad planering", "Personen har fått förhinder"),
    "name": ("Ebba Lindqvist", "Nils Åkerö", "Sjöängens vårdcentral", "Hemtjänsten Björken", "Mina Öhrn-Karimi"),
    "role": ("Distriktssköterska", "Biståndshandläggare", "Arbetsterapeut", "Skolkurator", "Granne"),
    "place": ("Hemma", "Plan 3, rum 12", "Sjöängens vårdcentral"),
    "hours": ("vardagar 8–16", "dygnet runt", "mån, ons 13.30–15"),
    "measure": ("Gångsträcka", "Bergs balansskala", "Vikt"),
    "target": ("400 meter", "minst 45 poäng", "under 78 kg"),
    "display": ("Weighing patient", "Träning av balans", "Sårvård"),
    "text": ("före frukost", "vid behov, högst tre gånger", "på torsdagar"),
    "value": ("K-1", "2026/118", "GP-2210"),
    "by": ("Ebba Lindqvist", "Nils Åkerö"),
}
"""Name of a field -> its texts; other fields get one of `ANY_FIELD`."""

ANY_FIELD: Final = ("Enligt överenskommelse.", "Så som vi sa.", "Se planen.")

AWKWARD: Final = (
    "Två rader\nmed tom rad\n\nemellan",
    "Tabb\toch retur\r\nsom en portal skickar",
    'Hon sa "kom hem", och menade det',
    "Det är l'heure d'été; 100 % säkert; a\\b",
    "<b>fet</b> & <script>inget</script>",
    '{"title": "JSON är också ord"}',
    "🧓🏽 går ut med 🐕‍🦺 varje dag 💪",
    "e\u0301 är inte é, och ﬁ är inte fi",
    "عربي וגם עברית och svenska",
    "noll\u200bbredd\u00a0och\u2028radskiljare",
    "null",
    "0",
    " ramat in ",
)
"""Texts that careless systems and real people send."""

LONG: Final = "Vi har talat länge om detta och kommit fram till följande. "
"""A sentence that is repeated to make a long text."""

LANGUAGES: Final = ("sv", "fi", "ar", "so", "smj", "pt-BR", "fi-SE")
MEDIA_TYPES: Final = ("application/pdf", "text/html", "image/png")
SYSTEMS: Final = (
    "urn:oid:1.2.752.129.2.1.2.1",
    "urn:uuid:6b0a4c1e-1e0d-4f5e-9d3e-2a8f4f0c9b01",
    "http://snomed.info/sct",
    "https://journal.example.se/id",
)
CODES: Final = ("39857003", "QV012", "a b", "x")
GIVERS: Final = ("SE2321000000", "SE2120000000", "SE5565000000")
"""The beginnings of HSA-ids, of organisations that do not exist."""
NUMBERS: Final = ("010-555 01 00", "+46 10 555 01 00", "112", "010/555 (01) 00")
MAILS: Final = ("vi@example.se", "hej.du+plan@mottagning.example.se")
HOSTS: Final = ("https://e-tjanster.example.se", "https://plan.example.se:8443", "https://boka.example.se/tider")
OFFSETS: Final = (0, 60, 60, 60, 120, 120, 330, -210, -720, 840)
"""Minutes from UTC."""
