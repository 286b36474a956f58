"""The care relations, consents and blocks of the demo as requests to the API, each by who registers it.

An EHR registers the relations of its own giver, and the staff of the municipality, which has no EHR here, those of
their own unit. The people consent and block themselves.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple

from app.demo.data.callers import EHR_PRIVATE, EHR_REGION
from app.demo.data.days import STOCKHOLM, Days
from app.demo.data.givers import MUNICIPAL_HEALTH, MUNICIPAL_SOCIAL, PRIVATE, REGION
from app.demo.data.people import BLOCKS, CONSENTS, RELATIONS

SINCE: Final = timedelta(days=60)
"""The age of the relations and consents."""

REGISTRARS: Final[Mapping[str, str]] = {
    REGION.hsa_id: EHR_REGION, PRIVATE.hsa_id: EHR_PRIVATE, MUNICIPAL_HEALTH.hsa_id: "municipal-nurse",
    MUNICIPAL_SOCIAL.hsa_id: "home-care",
}  # fmt: skip
"""The caller who registers a giver's relations."""


class FactRow(NamedTuple):
    """A request to register a fact, as one of the demo's callers."""

    path: str
    caller: str
    content: Mapping[str, Any]


def registrations(ids: Mapping[str, str], days: Days) -> Iterator[FactRow]:
    """The care relations, then the consents; `ids` are the Patient ids by the people's names."""
    since = (datetime.combine(days.today, time(), STOCKHOLM) - SINCE).isoformat()
    for person, giver, unit in RELATIONS:
        content = {"patient": f"Patient/{ids[person.key]}", "starts": since}
        yield FactRow(
            "/api/care-relations", REGISTRARS[giver.hsa_id], {**content, **({"unit": unit.hsa_id} if unit else {})}
        )
    for person, giver in CONSENTS:
        content = {"patient": f"Patient/{ids[person.key]}", "giver": giver.hsa_id, "starts": since, "informed": since}
        yield FactRow("/api/consents", person.key, content)


def blocks(ids: Mapping[str, str]) -> Iterator[FactRow]:
    """The outer blocks."""
    for person, giver in BLOCKS:
        yield FactRow("/api/blocks", person.key, {"patient": f"Patient/{ids[person.key]}", "giver": giver.hsa_id})
