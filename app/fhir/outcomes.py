"""Writes faults as an OperationOutcome, in English and Swedish.

https://hl7.org/fhir/R4/operationoutcome.html
"""

from collections.abc import Iterable
from typing import Any

import orjson

from app.errors import Fault
from app.fhir.codes import TRANSLATION


def outcome(faults: Iterable[Fault]) -> dict[str, Any]:
    """Return an OperationOutcome with one issue for each fault; there must be at least one."""
    return {"resourceType": "OperationOutcome", "issue": [_issue(fault) for fault in faults]}


def outcome_bytes(faults: Iterable[Fault]) -> bytes:
    """Write the OperationOutcome as JSON."""
    return orjson.dumps(outcome(faults))


def _issue(fault: Fault) -> dict[str, Any]:
    issue = {
        "severity": fault.severity,
        "code": fault.code,
        "details": {"text": fault.english, "_text": {"extension": [_translation("sv", fault.swedish)]}},
        "diagnostics": fault.english,
    }
    return issue | {"expression": [fault.expression]} if fault.expression else issue


def _translation(language: str, text: str) -> dict[str, Any]:
    return {
        "url": TRANSLATION,
        "extension": [{"url": "lang", "valueCode": language}, {"url": "content", "valueString": text}],
    }
