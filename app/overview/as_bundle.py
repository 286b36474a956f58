"""Renders the overview as a FHIR searchset Bundle, with an OperationOutcome for each source that did not answer (pure).

http://hl7.org/fhir/R4/search.html#2.21.1.2.1. The bodies of the resources go out unparsed.
"""

from app.errors import Fault
from app.federation.reasons import REASONS
from app.federation.source import AnswerState
from app.fhir import bundles, outcomes
from app.fhir.bundles import SearchsetEntry
from app.overview.read_overview import Overview


def overview_bundle(overview: Overview, base_url: str) -> bytes:
    """The bytes of the Bundle; `total` counts the items, not the outcomes."""
    entries = [
        SearchsetEntry(f"{base_url}/fhir/{shown.item.type}/{shown.item.id}", body, "match", shown.item.giver)
        for shown, body in zip(overview.shown, overview.bodies, strict=True)
    ]
    total = len(entries)
    entries += [
        SearchsetEntry(None, outcomes.outcome_bytes([_fault(answer.source, answer.reason)]).decode(), "outcome")
        for answer in overview.sources
        if answer.state is AnswerState.UNKNOWN
    ]
    return bundles.searchset(entries, self_url=f"{base_url}/fhir/Patient/{overview.patient}/$overview", total=total)


def _fault(name: str, reason: str | None) -> Fault:
    text = REASONS.get(reason or "")
    english = f"The source {name} did not answer; there may be more. {text.english if text else ''}".strip()
    swedish = f"Källan {name} har inte svarat; det kan finnas mer. {text.swedish if text else ''}".strip()
    return Fault("timeout" if reason == "timeout" else "transient", english, swedish, severity="warning")
