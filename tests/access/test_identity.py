"""A Patient as it leaves, with the identity that the population register has told of."""

import json

from app.access.identity import registered
from tests.builders.items import NOW, item

FACTS = {"identity": {"names": []}, "identityVersion": 2, "registered": NOW.isoformat(), "birthDate": "1950-09-07"}
PATIENT = item("Patient", "p", information_class="person")


def test_a_patient_counts_the_versions_of_the_identity_too():
    """Also where its body was not read, which is so when a client asks whether it has changed."""
    read = registered(PATIENT._replace(body=json.dumps({"resourceType": "Patient", "id": "p"})), FACTS)
    unread = registered(PATIENT, FACTS)
    assert (read.version, unread.version, unread.body) == (3, 3, "")
    assert json.loads(read.body)["birthDate"] == "1950-09-07"
    assert registered(PATIENT, {}) is PATIENT
