"""fhir.resources gives a second opinion: what it reads it writes again, and what is wrong it refuses."""

import pytest

from app.fhir import models

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
    assert models.to_json(models.read(TEAM)) == TEAM


def test_what_is_wrong_is_refused():
    """An element that the type does not have."""
    with pytest.raises(ValueError, match="goal"):
        models.read({**TEAM, "goal": []})
