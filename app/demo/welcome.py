"""The text that the demo prints when it is ready: the page to open, and commands to copy."""

import json
from typing import Any, Final

from app.demo import calls
from app.demo.data.callers import EHR_REGION
from app.demo.data.days import Days
from app.demo.data.people import ANDREAS
from app.demo.data.region import BOOKING

COMPARED_CALLERS: Final = (
    "gunnar",
    "physician",
    "physician-without-consent",
    "municipal-nurse",
    "home-care",
    "administrator",
)
"""The callers whose overviews of the same person a newcomer can compare."""


def welcome(base: str, identity: str, days: Days) -> str:
    """Return the text. Its first line is `ready` and Samplan's address; `curl` lines and the demo's commands follow."""
    callers = {caller["caller"]: caller for caller in calls.get(f"{identity}/callers").json()}
    patient = callers["gunnar"]["about"][0]
    lines = [
        f"ready {base}",
        "",
        f"Open {base}/ in a browser and choose who you are.",
        "",
        f"Or copy a line below into another terminal. Each caller sees another part of Gunnar's plans ({patient}).",
        "The tokens last ten minutes; `.venv/bin/samplan demo who --json` gives new ones.",
    ]
    for name in COMPARED_CALLERS:
        lines += ["", f"# {name}: {callers[name]['name']}", _overview(base, token(identity, name), patient)]
    guardian = callers[ANDREAS.key]
    lines += ["", f"# guardian: {guardian['name']}, about his child Signe"]
    lines += [_overview(base, token(identity, ANDREAS.key), guardian["about"][1])]
    lines += ["", f"# {EHR_REGION}: a record system sends a new appointment for Gunnar; sent twice, it is stored once"]
    lines += [_push(base, token(identity, EHR_REGION), patient, days)]
    lines += [
        "",
        "# log-auditor: the audit trail, which lists who has seen Gunnar's plans",
        _trail(base, token(identity, "log-auditor"), patient),
        "",
        *COMMANDS,
    ]
    return "\n".join(lines)


COMMANDS: Final = (
    "In another terminal:",
    "  .venv/bin/samplan demo who                      list the callers, and the people that each may ask about",
    "  .venv/bin/samplan demo ask physician            show what a caller sees about Gunnar (or: ask physician maria)",
    "  .venv/bin/samplan demo sources                  list the external sources and their state",
    "  .venv/bin/samplan demo source municipal hang    make a source hang; also: fail, normal",
    "  .venv/bin/samplan demo audit stop               stop the audit trail, so that Samplan answers 503; also: start",
    "Each start of the demo begins with new data. Ctrl-C ends it.",
)


def token(identity: str, name: str) -> str:
    """Return a new token of a caller."""
    answer: dict[str, Any] = calls.get(f"{identity}/callers/{name}/token").json()
    return str(answer["access_token"])


def _overview(base: str, bearer: str, patient: str) -> str:
    body = json.dumps({"patient": patient})
    kind = "-H 'Content-Type: application/json'"
    return f"curl -s {base}/api/overview -H 'Authorization: Bearer {bearer}' {kind} -d '{body}'"


def _push(base: str, bearer: str, patient: str, days: Days) -> str:
    visit = {
        "resourceType": "Appointment",
        "meta": {"lastUpdated": days.at(0, 8)},
        "identifier": [{"system": BOOKING, "value": "TRY-1"}],
        "status": "booked",
        "description": "Besök som du nyss skickade in",
        "start": days.at(1, 9),
        "end": days.at(1, 9, 30),
        "participant": [{"actor": {"reference": patient}, "status": "accepted"}],
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


def _trail(base: str, bearer: str, patient: str) -> str:
    return f"curl -s '{base}/fhir/AuditEvent?patient={patient}&_count=20' -H 'Authorization: Bearer {bearer}'"
