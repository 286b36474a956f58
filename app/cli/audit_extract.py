"""Writes an extract of the trail in Swedish: as CSV, as NDJSON, or as a page to print on A4."""

import csv
import html
import json
from collections.abc import AsyncIterable, Awaitable, Callable
from datetime import datetime
from typing import Final, TextIO

from app.disclosure.access_log import what_in_swedish, who_in_swedish, why_in_swedish
from app.fhir.times import STOCKHOLM
from app.organisations import Organisations
from app.storage.audit_rows import AuditOutcome, AuditRow

HEADINGS: Final = ("Tidpunkt", "Vem", "Medarbetare eller system", "Händelse", "Ändamål", "Utfall", "Person")

OUTCOMES: Final = {
    AuditOutcome.PERMIT: "tillåten",
    AuditOutcome.DENY: "nekad",
    AuditOutcome.ERROR: "misslyckad",
    None: "inget svar lämnades",
}

STYLE: Final = """@page { size: A4 landscape; margin: 15mm }
body { font: 10pt/1.4 sans-serif; color: #111 } h1 { font-size: 14pt } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 1.5mm; border-bottom: 0.2mm solid #999 }
thead { display: table-header-group } tr { break-inside: avoid }"""


def line(event: AuditRow, organisations: Organisations) -> tuple[str, ...]:
    """The values of an event in the order of HEADINGS; the time is Swedish."""
    return (
        f"{event.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}",
        who_in_swedish(event, None, organisations),
        (event.caller or "") if event.caller_kind != "citizen" else "",
        what_in_swedish(event),
        why_in_swedish(event),
        OUTCOMES[event.outcome],
        f"Patient/{event.patient}" if event.patient else "",
    )


async def write_csv(events: AsyncIterable[AuditRow], organisations: Organisations, _: str, file: TextIO) -> int:
    """Semicolons and a byte order mark, as Swedish spreadsheets read; no title. Returns how many events."""
    file.write("\ufeff")
    rows = csv.writer(file, delimiter=";")
    rows.writerow(HEADINGS)
    count = 0
    async for event in events:
        # A value that begins like a formula would be one in a spreadsheet.
        rows.writerow([f"'{value}" if value[:1] in "=+-@\t\r" else value for value in line(event, organisations)])
        count += 1
    return count


async def write_ndjson(events: AsyncIterable[AuditRow], organisations: Organisations, _: str, file: TextIO) -> int:
    """An object on each line, by HEADINGS; no title. Returns how many events."""
    count = 0
    async for event in events:
        file.write(json.dumps(dict(zip(HEADINGS, line(event, organisations), strict=True)), ensure_ascii=False) + "\n")
        count += 1
    return count


async def write_html(events: AsyncIterable[AuditRow], organisations: Organisations, title: str, file: TextIO) -> int:
    """A page to read and to print on A4. Returns how many events."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    file.write(
        f'<!doctype html><html lang="sv"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{html.escape(title)}</h1><table><thead><tr>{head}</tr></thead><tbody>\n"
    )
    count = 0
    async for event in events:
        cells = "".join(f"<td>{html.escape(value)}</td>" for value in line(event, organisations))
        file.write(f"<tr>{cells}</tr>\n")
        count += 1
    file.write(f"</tbody></table><p>Antal händelser: {count}.</p></html>\n")
    return count


Writer = Callable[[AsyncIterable[AuditRow], Organisations, str, TextIO], Awaitable[int]]

WRITERS: Final[dict[str, Writer]] = {"csv": write_csv, "ndjson": write_ndjson, "html": write_html}


def title_of(giver: str, starts: datetime, ends: datetime) -> str:
    """The title of an extract."""
    first, last = (f"{moment.astimezone(STOCKHOLM):%Y-%m-%d}" for moment in (starts, ends))
    return f"Loggutdrag från {giver}, {first} till {last}"
