"""Moments of ours as FHIR instants.

http://hl7.org/fhir/R4/datatypes.html#instant
"""

from datetime import UTC, datetime


def instant_text(moment: datetime) -> str:
    """A moment as an instant in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
