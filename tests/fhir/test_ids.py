"""Ids are of letters only, and follow from their parts."""

from app.fhir.ids import derived_id, new_id


def test_ids_have_no_digits():
    """So none can read as a personal number."""
    assert new_id() != new_id()
    for new in (new_id(), derived_id("a", "b")):
        assert new.isalpha()
        assert len(new) <= 64
    assert derived_id("a", "b") == derived_id("a", "b") != derived_id("ab")
