"""A log line is JSON and holds allowed fields only."""

import json
import logging
import sys
from uuid import uuid4

from app.logs import JsonLines, request_id

NUMBER = "195009072553"


def line(**extra):
    """The line of a record with these extra fields."""
    record = logging.makeLogRecord({"name": "app.x", "levelname": "INFO", "msg": "request", **extra})
    return json.loads(JsonLines().format(record))


def test_allowed_fields_are_written():
    """Route, status and time taken."""
    written = line(route="/fhir/{resource_type}", status=200, milliseconds=1.5)

    assert (written["route"], written["status"], written["milliseconds"]) == ("/fhir/{resource_type}", 200, 1.5)
    assert written["time"].endswith("Z")


def test_the_id_of_the_request_is_written():
    """While one is answered."""
    identity = uuid4()
    token = request_id.set(identity)
    assert line()["request"] == str(identity)
    request_id.reset(token)
    assert "request" not in line()


def test_other_fields_are_left_out():
    """A path, a query, a person."""
    assert NUMBER not in json.dumps(line(path=f"/fhir/Patient/{NUMBER}", patient=NUMBER))


def test_an_error_is_written_as_type_and_place():
    """Its text may hold a value of a person."""
    try:
        int(f"{NUMBER}x")
    except ValueError:
        written = line(exc_info=sys.exc_info())

    assert written["error"] == "ValueError"
    assert any(place.startswith("test_logs.py:") for place in written["at"])
    assert NUMBER not in json.dumps(written)


def test_a_value_that_json_cannot_hold_is_text():
    """The line is written all the same."""
    assert line(reason=ValueError)["reason"] == "<class 'ValueError'>"
