"""A FHIR source over HTTP: the person's resources become items."""

import json
from datetime import UTC, datetime

from app.federation.fhir.source import FhirSource
from app.federation.source import AnswerState
from app.fhir import ids
from app.fhir.check.check import check
from tests.builders.loopback import Loopback, Reply
from tests.builders.sources import (
    GIVER,
    MARIA,
    NOW,
    OURS,
    UNIT,
    FhirSystem,
    activity,
    appointment,
    ask_about_gunnar,
    body_of,
    plan,
    provenance,
)

# ---- the three states


async def test_an_unknown_person_is_confirmed_empty(source: FhirSource, system: FhirSystem):
    """The source answered that it knows no such person."""
    system.people = {"9": MARIA}
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason, answer.items, answer.as_of) == (AnswerState.EMPTY, None, (), NOW)
    assert answer.complete


async def test_a_person_without_plans_is_confirmed_empty(source: FhirSource):
    """The source knows the person, and has no plans."""
    answer = await ask_about_gunnar(source)
    assert (answer.state, answer.reason, answer.complete) == (AnswerState.EMPTY, None, True)


async def test_plans_are_data(source: FhirSource, system: FhirSystem):
    """Each with its giver, its time and its address in the source."""
    system.resources = [plan(), appointment(), provenance("v1", "CarePlan/p1")]
    answer = await ask_about_gunnar(source)
    assert (answer.source, answer.giver, answer.state, answer.reason) == ("region", GIVER, AnswerState.DATA, None)
    assert sorted(item.type for item in answer.items) == ["Appointment", "CarePlan", "Provenance"]
    assert answer.quarantined == []
    (time,) = [item for item in answer.items if item.type == "Appointment"]
    assert (time.giver, time.unit, time.category, time.information_class, time.label) == (
        GIVER,
        None,
        "health",
        "time",
        "N",
    )
    assert time.starts == datetime(2026, 3, 1, 8, tzinfo=UTC)
    (planned,) = [item for item in answer.items if item.type == "CarePlan"]
    assert (planned.giver, planned.unit, planned.version, planned.source) == (GIVER, UNIT, 3, "region")
    assert planned.source_updated == datetime(2026, 1, 2, 2, 4, 5, 678000, tzinfo=UTC)
    assert list(planned.keys) == ["urn:oid:1.2.3|p1"]


# ---- names


async def test_ids_follow_from_source_and_original_reference(source: FhirSource, server: Loopback, system: FhirSystem):
    """They are the same for every caller and every time, and never the source's own ids."""
    system.resources = [plan()]
    first, second = await ask_about_gunnar(source), await ask_about_gunnar(source)
    (item,) = first.items
    assert item.id == ids.derived_id("region", "CarePlan/p1") == second.items[0].id
    assert json.loads(item.body)["id"] == item.id
    assert first.originals == {item.reference: f"{server.url}/fhir/CarePlan/p1"}


async def test_references_follow_the_same_rule(source: FhirSource, server: Loopback, system: FhirSystem):
    """Relative, absolute and versioned; the person is our Patient; a reference outside the source stays."""
    system.resources = [
        activity(),
        plan(
            subject=f"{server.url}/fhir/Patient/1",
            author={"reference": "Practitioner/7", "display": "Dr Berg"},
            activity=[
                {"reference": {"reference": "ServiceRequest/s1"}},
                {"reference": {"reference": f"{server.url}/fhir/ServiceRequest/s1/_history/2"}},
            ],
            replaces=[{"reference": "https://other.example/fhir/CarePlan/9"}],
        ),
    ]
    answer = await ask_about_gunnar(source)
    body = body_of(answer, "CarePlan")
    (item,) = [item for item in answer.items if item.type == "CarePlan"]
    other = f"ServiceRequest/{ids.derived_id('region', 'ServiceRequest/s1')}"
    assert body["subject"]["reference"] == f"Patient/{OURS}"
    assert body["author"] == {
        "reference": f"Practitioner/{ids.derived_id('region', 'Practitioner/7')}",
        "display": "Dr Berg",
    }
    assert [detail["reference"]["reference"] for detail in body["activity"]] == [other, other]
    assert body["replaces"] == [{"reference": "https://other.example/fhir/CarePlan/9"}]
    assert list(item.refs) == [other]
    assert other in {item.reference for item in answer.items}


async def test_an_item_names_its_source_and_is_valid(source: FhirSource, server: Loopback, system: FhirSystem):
    """meta.source is the source's base; the rest of meta is the source's own."""
    system.resources = [plan(), appointment(), activity(), provenance("v1", "CarePlan/p1", "Patient/1")]
    answer = await ask_about_gunnar(source)
    for item in answer.items:
        assert json.loads(item.body)["meta"]["source"] == f"{server.url}/fhir"
        assert check(json.loads(item.body)) == []
    meta = body_of(answer, "CarePlan")["meta"]
    assert (meta["versionId"], meta["lastUpdated"]) == ("3", "2026-01-02T03:04:05.678+01:00")


async def test_a_narrative_is_removed(source: FhirSource, system: FhirSystem):
    """It may hold markup, and text about resources that the caller may not see."""
    text = {"status": "additional", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Psykiatri</div>'}
    system.resources = [plan(text=text)]
    answer = await ask_about_gunnar(source)
    assert "Psykiatri" not in answer.items[0].body


async def test_decimals_keep_their_zeros(source: FhirSource, server: Loopback, system: FhirSystem):
    """Also in a rewritten resource."""
    goal = (
        '{"resourceType":"Goal","id":"g1","lifecycleStatus":"active","description":{"text":"x"},'
        '"subject":{"reference":"Patient/1"},"target":[{"measure":{"text":"vikt"},'
        '"detailQuantity":{"value":70.50,"unit":"kg"}}]}'
    )
    page = f'{{"resourceType":"Bundle","type":"searchset","entry":[{{"resource":{goal}}}]}}'
    system.faults["Goal"] = lambda _: Reply(page.encode())
    answer = await ask_about_gunnar(source)
    assert '"value":70.50' in answer.items[0].body.replace(" ", "")
