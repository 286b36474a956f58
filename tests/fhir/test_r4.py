"""Models are had by name, and written as FHIR JSON that passes the check."""

import pytest

from app.fhir import r4
from app.fhir.check import check


@pytest.mark.parametrize("name", sorted(r4.MODELS))
def test_every_model_in_the_list_is_there(name):
    """Each is found in its module."""
    assert getattr(r4, name).__name__ == name


def test_other_names_are_not():
    """They are missing as any attribute is."""
    assert not hasattr(r4, "Observation")


def test_a_model_is_written_as_fhir():
    """Dates, times, siblings and lists too."""
    team = r4.CareTeam(
        id="t",
        status="active",
        subject=r4.Reference(reference="Patient/p"),
        period=r4.Period(start="2026-05-17", end="2026-05-18T10:00:00+02:00"),
        extension=[{"url": "https://example.org/time", "valueTime": "10:00:00"}],
        name__ext={"extension": [{"url": "https://example.org/x", "valueBoolean": True}]},
    )
    written = r4.to_json(team)
    assert check(written) == []
    assert written["period"] == {"start": "2026-05-17", "end": "2026-05-18T10:00:00+02:00"}
    assert written["extension"][0]["valueTime"] == "10:00:00"
    assert written["_name"]["extension"][0]["valueBoolean"] is True
