"""The canary oracle: every datum carries a marker, and no marker reaches a caller whom a model of its own denies it.

The model is not our code: it says for each caller, in a few lines, whose data of what kind they may see. Markers are
looked for in the whole answer, headers too, and in the log. Random requests of all kinds are sent; `make proof` sends ten
thousand.
"""

import json
import re
from random import Random
from typing import NamedTuple

import pytest

from app.demo.data.givers import HOME_CARE, HOME_NURSING, ORTHOPAEDICS, PSYCHIATRY, REGION
from tests.builders.loopback import Loopback
from tests.builders.random_requests import Aims, random_request, send
from tests.builders.resources import ABSENT, NEW, SYSTEM, bundle, labelled
from tests.builders.sources import FhirSystem, sources_file
from tests.builders.tokens import system
from tests.builders.world import World, running

WHOLE = 10_000
"""Requests of the whole proof."""

SHARE = 12
"""Without --whole-proofs one request of so many is sent."""

GIVERS = {
    "region": system(PSYCHIATRY), "nursing": system(HOME_NURSING), "home-care": system(HOME_CARE),
    "private": system(ORTHOPAEDICS),
}  # fmt: skip
LABELS = ("", "R", "V", "NOPATIENT")
CALLERS = (
    "gunnar", "maria", "tom", "andreas", "physician", "physician-without-consent", "municipal-nurse", "home-care",
    "administrator", "log-auditor", "ehr-region", "ehr-private",
)  # fmt: skip
MARKER = re.compile(r"kanarie[a-z0-9]+x")


class Canary(NamedTuple):
    """A datum: whose it is, of what type, with which label, about whom, and whether planners of times see it."""

    giver: str
    kind: str
    label: str
    person: str
    is_plain: bool


def _is_unblocked(datum: Canary) -> bool:
    """Whether other givers may see a datum: Maria blocks the region."""
    return (datum.person, datum.giver) != ("maria", "region")


def _is_plain_time(datum: Canary) -> bool:
    return datum.kind == "Appointment" and datum.label == "" and datum.is_plain


MODEL = {
    "gunnar": lambda datum: datum.person == "gunnar",
    "maria": lambda datum: datum.person == "maria",
    "physician": lambda datum: datum.giver == "region" or datum.label in {"", "R"},
    "physician-without-consent": lambda datum: (datum.giver, datum.person) == ("private", "gunnar"),
    "municipal-nurse": lambda datum: datum.giver == "nursing" or (datum.label == "" and _is_unblocked(datum)),
    "home-care": lambda datum: _is_plain_time(datum) and _is_unblocked(datum),
    "administrator": lambda datum: _is_plain_time(datum) and datum.giver == "region",
}
"""Whose data a caller may see, besides systems: the demo's relations and consents, and the law, by hand."""

SYSTEMS = {"ehr-region": "region", "ehr-private": "private"}


def may_see(caller: str, datum: Canary) -> bool:
    """Whether a caller may see a datum; whom the model does not name sees nothing."""
    if caller in SYSTEMS:
        return datum.giver == SYSTEMS[caller]
    return datum.label != "NOPATIENT" and caller in MODEL and MODEL[caller](datum)


def resources_of(giver, label, person, patient, marker):
    """A resource of each kind with a marker in two elements: one that planners see, if any, and one that they do not."""
    subject = {"reference": patient}

    def canary(kind, is_plain):
        return marker(Canary(giver, kind, label, person, is_plain))

    found = [
        {"resourceType": "Goal", "lifecycleStatus": "active", "subject": subject,
         "description": {"text": canary("Goal", False)}, "note": [{"text": canary("Goal", False)}]},
        {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": subject,
         "title": canary("CarePlan", False), "description": canary("CarePlan", False)},
        {"resourceType": "Appointment", "status": "booked", "comment": canary("Appointment", False),
         "description": canary("Appointment", True), "reasonCode": [{"text": canary("Appointment", False)}],
         "start": "2027-01-12T09:00:00+01:00", "end": "2027-01-12T09:30:00+01:00",
         "participant": [{"actor": subject, "status": "accepted"}]},
        {"resourceType": "ServiceRequest", "status": "active", "intent": "plan", "subject": subject,
         "code": {"text": canary("ServiceRequest", False)}, "note": [{"text": canary("ServiceRequest", False)}]},
    ]  # fmt: skip
    for resource in found:
        resource["identifier"] = [{"system": SYSTEM, "value": f"{giver}{label}{person}{resource['resourceType']}"}]
        resource["meta"] = {"lastUpdated": "2026-01-20T08:00:00Z"}
    return [labelled(resource, label) if label else resource for resource in found]


class Markers(dict[str, Canary]):
    """The data by their markers."""

    def make(self, datum: Canary) -> str:
        """A new marker."""
        marker = f"kanarie{len(self)}x"
        self[marker] = datum
        return marker


@pytest.fixture
async def marked(housed, household, identity, tmp_path):
    """A world of marked data of every giver, kind and label, and a source of the region with marked data."""
    _, ids, days = household
    markers = Markers()
    held = []
    for label in LABELS:
        for at, resource in enumerate(resources_of("region", label, "gunnar", "Patient/1", markers.make)):
            held.append(
                {
                    **resource,
                    "id": f"s{label.lower()}{at}",
                    "identifier": [{"system": SYSTEM, "value": f"s{label}{at}"}],
                }
            )
    async with (
        Loopback(FhirSystem(resources=held)) as server,
        running(housed, identity, sources=sources_file(tmp_path, elsewhere=server)) as client,
    ):
        world = World(client, identity, dict(ids), housed, days)
        references = []
        for person in ("gunnar", "maria"):
            for giver, client_system in GIVERS.items():
                sent = [
                    resource
                    for label in LABELS
                    for resource in resources_of(giver, label, person, f"Patient/{ids[person]}", markers.make)
                ]
                answer = await world.post(client_system, "/fhir", bundle(*sent))
                assert answer.status_code == 200, answer.text
                references += [
                    entry["response"]["location"].partition("/_history")[0] for entry in answer.json()["entry"]
                ]
        blocked = {"patient": f"Patient/{ids['maria']}", "giver": REGION.hsa_id}
        assert (await world.post("maria", "/api/blocks", blocked)).status_code == 201
        yield world, markers, references


@pytest.mark.proof
async def test_no_marker_reaches_who_may_not_see_it(marked, proof_share, caplog):
    """Ten thousand random requests, and at the end everything that each caller may ask for: all of theirs, no others'."""
    world, markers, references = marked
    aims = Aims(CALLERS, [world.ids["gunnar"], world.ids["maria"], ABSENT], ["195009072553", NEW], references)
    random = Random(11)
    seen = {caller: set() for caller in CALLERS}
    for number in range(WHOLE if proof_share == 1 else WHOLE // SHARE):
        sent = random_request(random, aims)
        answer = await send(world, sent)
        assert answer.status_code < 500, (number, sent)
        found = set(MARKER.findall(answer.text + json.dumps(dict(answer.headers))))
        seen[sent.caller] |= found
        assert all(may_see(sent.caller, markers[marker]) for marker in found), (number, sent)
    for caller in CALLERS:
        for person in ("gunnar", "maria"):
            text = (await world.get(caller, f"/fhir/Patient/{world.ids[person]}/$overview")).text
            seen[caller] |= set(MARKER.findall(text))
    assert MARKER.findall(caplog.text) == []
    for caller in CALLERS:
        assert {markers[marker] for marker in seen[caller]} == {
            datum for datum in markers.values() if may_see(caller, datum)
        }
