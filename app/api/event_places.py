"""Writes and reads the place of an event in a list, for the link to the next page: opaque letters."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.errors import Fault, Malformed
from app.fhir.ids import digits_of, letters
from app.storage.audit_rows import AuditRow, EventPlace

TICK: Final = timedelta(microseconds=1)
"""The resolution of the times in the trail."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def place_text(event: AuditRow) -> str:
    """The place of an event in letters, which cannot read as a personal number."""
    return letters(f"{(event.at - EPOCH) // TICK:016x}{event.request.hex}")


def read_place(text: str, name: str) -> EventPlace:
    """The place that `place_text` wrote; Malformed for any other text in the parameter `name`."""
    try:
        digits = digits_of(text)
        return EventPlace(EPOCH + int(digits[:16], 16) * TICK, UUID(digits[16:]))
    except (ValueError, OverflowError):
        raise Malformed(
            Fault(
                "invalid",
                "Use the link to the next page as it is.",
                "Använd länken till nästa sida som den är.",
                name,
            )
        ) from None
