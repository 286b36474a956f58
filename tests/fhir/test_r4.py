"""fhir.resources gives a second opinion: what it reads it writes again, and what is wrong it refuses."""

import pytest

from app.fhir import r4

TEAM = {
    "resourceType": "CareTeam",
    "id": "t",
    "status": "active",
    "subject": {"reference": "Patient/p"},
    "period": {"start": "2026-05-17", "end": "2026-05-18T10:00:00+02:00"},
    "extension": [{"url": "https://example.org/time", "valueTime": "10:00:00"}],
    "_name": {"extension": [{"url": "https://example.org/x", "valueBoolean": True}]},
}


def test_what_is_read_is_written_again():
    """Dates, times, siblings and lists too."""
    assert r4.to_json(r4.read(TEAM)) == TEAM


def test_what_is_wrong_is_refused():
    """An element that the type does not have."""
    with pytest.raises(ValueError, match="goal"):
        r4.read({**TEAM, "goal": []})
