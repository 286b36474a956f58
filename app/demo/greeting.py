"""What the demo prints when all is up: what to open, and what to paste."""

import json
from typing import Any, Final

from app.demo import calls
from app.demo.data.callers import EHR_REGION
from app.demo.data.days import Days
from app.demo.data.people import ANDREAS
from app.demo.data.region import BOOKING

SHOWN: Final = ("gunnar", "physician", "physician-without-consent", "municipal-nurse", "home-care", "administrator")
"""The callers whose overviews of the same person are shown side by side."""


def greeting(base: str, identity: str, days: Days) -> str:
    """The ready line, then the page, a curl line for each role, and the other commands."""
    callers = {caller["caller"]: caller for caller in calls.get(f"{identity}/callers").json()}
    about = callers["gunnar"]["about"][0]
    lines = [
        f"ready {base}",
        "",
        f"Open {base}/ and choose who you are.",
        "",
        f"Or paste: what each may see of {about} (tokens last ten minutes; `samplan demo who --json` gives new ones).",
    ]
    for name in SHOWN:
        lines += ["", f"# {name}: {callers[name]['name']}", _overview(base, token(identity, name), about)]
    guardian = callers[ANDREAS.key]
    lines += ["", f"# guardian: {guardian['name']}, about the child"]
    lines += [_overview(base, token(identity, ANDREAS.key), guardian["about"][1])]
    lines += ["", f"# {EHR_REGION}: a new time for the same person; paste it twice, and there is one"]
    lines += [_push(base, token(identity, EHR_REGION), about, days)]
    lines += ["", "# log-auditor: who has looked", _trail(base, token(identity, "log-auditor"), about), "", *COMMANDS]
    return "\n".join(lines)


COMMANDS: Final = (
    "In another terminal:",
    "  .venv/bin/samplan demo who                      everyone who may ask, and about whom",
    "  .venv/bin/samplan demo ask physician            what a caller sees of Gunnar; of another: ask physician maria",
    "  .venv/bin/samplan demo sources                  the sources and how they are",
    "  .venv/bin/samplan demo source municipal hang    or fail, or normal again",
    "  .venv/bin/samplan demo audit stop               take the audit trail away; start gives it back",
    "Each start of the demo begins with fresh data. Ctrl-C ends it.",
)


def token(identity: str, name: str) -> str:
    """A fresh token of one caller."""
    answer: dict[str, Any] = calls.get(f"{identity}/callers/{name}/token").json()
    return str(answer["access_token"])


def _overview(base: str, bearer: str, about: str) -> str:
    body = json.dumps({"patient": about})
    kind = "-H 'Content-Type: application/json'"
    return f"curl -s {base}/api/overview -H 'Authorization: Bearer {bearer}' {kind} -d '{body}'"


def _push(base: str, bearer: str, about: str, days: Days) -> str:
    visit = {
        "resourceType": "Appointment",
        "meta": {"lastUpdated": days.at(0, 8)},
        "identifier": [{"system": BOOKING, "value": "TRY-1"}],
        "status": "booked",
        "description": "Besök som du nyss skickade in",
        "start": days.at(1, 9),
        "end": days.at(1, 9, 30),
        "participant": [{"actor": {"reference": about}, "status": "accepted"}],
    }
    entry = {"fullUrl": "urn:uuid:0d9f0f55-5b0c-4f3c-8d9a-3a6e4c1f7a10", "resource": visit}
    bundle = {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [{**entry, "request": {"method": "POST", "url": "Appointment"}}],
    }
    kind = "-H 'Content-Type: application/fhir+json'"
    body = json.dumps(bundle, ensure_ascii=False)
    return f"curl -s {base}/fhir -H 'Authorization: Bearer {bearer}' {kind} -d '{body}'"


def _trail(base: str, bearer: str, about: str) -> str:
    return f"curl -s '{base}/fhir/AuditEvent?patient={about}&_count=20' -H 'Authorization: Bearer {bearer}'"
