"""The item of a resource: its own columns, the classes and the stamp that it is given, and the text as it is."""

from datetime import UTC, datetime

from app.access.classification import Classes
from app.access.item_of import Stamp, item_of

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CLASSES = Classes("SE1-G", "SE1-U", "health", "time", "N", NOW)
STAMP = Stamp("a", version=3, updated=NOW, source_updated=None, source="region")
APPOINTMENT = {
    "resourceType": "Appointment",
    "id": "theirs",
    "status": "booked",
    "start": "2026-12-01T10:00:00+01:00",
    "end": "2026-12-01T10:30:00+01:00",
    "identifier": [{"system": "https://region.example/tid", "value": "1"}],
    "participant": [{"actor": {"reference": "Patient/p"}, "status": "accepted"}],
}


def test_an_item_has_its_resources_columns_and_the_classes_and_stamp_that_it_is_given():
    """Each field by its name; the id is the stamp's, and the body is the text that was given."""
    item = item_of(APPOINTMENT, CLASSES, STAMP, "the text")

    assert (item.type, item.status, item.starts) == ("Appointment", "booked", datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert (item.keys, item.source, item.body) == (("https://region.example/tid|1",), "region", "the text")
    assert all(getattr(item, name) == value for name, value in STAMP._asdict().items())
    assert all(getattr(item, name) == value for name, value in CLASSES._asdict().items())
