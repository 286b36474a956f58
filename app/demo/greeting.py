"""What the demo prints when all is up: what to open, and what to paste."""

import json
from typing import Any, Final

from app.demo import calls

SHOWN: Final = ("gunnar", "physician", "physician-without-consent", "municipal-nurse", "home-care", "administrator")
"""The callers whose overviews of the same person are shown side by side."""


def greeting(base: str, identity: str) -> str:
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
    lines += ["", "# log-auditor: who has looked", _trail(base, token(identity, "log-auditor"), about), "", *COMMANDS]
    return "\n".join(lines)


COMMANDS: Final = (
    "In another terminal:",
    "  .venv/bin/samplan demo who                      everyone who may ask, and about whom",
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


def _trail(base: str, bearer: str, about: str) -> str:
    return f"curl -s '{base}/fhir/AuditEvent?patient={about}&_count=20' -H 'Authorization: Bearer {bearer}'"
