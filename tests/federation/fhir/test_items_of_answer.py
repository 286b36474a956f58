"""Only the asked person's valid resources are accepted from an answer."""

import asyncio
import json
import re
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.federation.config import SourceConfig
from app.federation.fhir.items_of_answer import AcceptedItems, PatientQuery, accept_resources, has_number
from app.federation.reasons import WrongPerson
from app.federation.source import QuarantinedItem
from app.fhir import codes
from tests.builders.sources import (
    GIVER,
    GUNNAR,
    MARIA,
    SIGNE,
    UNIT,
    activity,
    appointment,
    patient,
    plan,
    provenance,
)

NOW = datetime(2026, 2, 1, 12, tzinfo=UTC)
BASE = "https://fhir.region.example/r4"
SOURCE = SourceConfig(
    name="region",
    giver=GIVER,
    category="health",
    base_url=BASE,
    token_url="https://auth.region.example/token",
    client_id="samplan",
    key_file=Path("none"),
    scope="system/*.rs",
)
ASKED = PatientQuery(SOURCE, GUNNAR, "ours", frozenset({"Patient/1"}), NOW)

OURS = ["Patient/1", f"{BASE}/Patient/1", "Patient/1/_history/3", f"{BASE}/Patient/1/_history/3"]
OTHERS = [
    "Patient/2",
    f"{BASE}/Patient/2",
    f"{BASE}/Patient/11",
    "https://other.example/Patient/1",
    "http://fhir.region.example/r4/Patient/1",
    f"{BASE}x/Patient/1",
    "Patient/1/Patient/2",
    "Patient?identifier=1",
    "Patient/",
    "/Patient/1",
    " Patient/1",
]
NOBODY = ["Practitioner/1", "CarePlan/p9", "https://other.example/CarePlan/1", "urn:uuid:0"]


async def accepted(*resources: dict[str, Any], **more: Any) -> AcceptedItems:
    """The accepted items of these resources, with more in the configuration of the source."""
    return await accept_resources(replace(ASKED, source=replace(ASKED.source, **more)), resources)


@settings(deadline=None)
@given(
    subject=st.sampled_from(OURS + OTHERS),
    author=st.sampled_from(OURS + OTHERS + NOBODY),
    contributor=st.lists(st.sampled_from(OURS + OTHERS + NOBODY), max_size=3),
)
def test_a_reference_to_another_patient_refuses_the_answer(subject, author, contributor):
    """Anywhere in a resource."""
    sent = plan(
        subject=subject,
        author={"reference": author},
        **({"contributor": [{"reference": literal} for literal in contributor]} if contributor else {}),
    )
    strange = {subject, author, *contributor} & set(OTHERS)
    try:
        result = asyncio.run(accepted(sent, activity()))
    except WrongPerson:
        assert strange
        return
    assert not strange
    names = set(re.findall(r'"(?:reference)":\s*"([^"]*Patient/[^"]*)"', "".join(item.body for item in result.items)))
    assert names == {"Patient/ours"}


@settings(deadline=None)
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from(["Patient/1", "Patient/2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["resourceType", "id", "subject", "reference", "identifier", "contained", "target", "meta",
                         "participant", "actor", "type", "extension", "system", "value"]), inner, max_size=5),
    max_leaves=15,
))  # fmt: skip
def test_any_json_is_accepted_quarantined_or_refused(value: Any):
    """No form of a resource raises an unexpected error."""
    resource = value if isinstance(value, dict) else {"resourceType": "CarePlan", "id": "p1", "subject": value}
    for kind in ("CarePlan", "Appointment", "Provenance", None):
        sent = {**resource, "resourceType": kind} if kind else resource
        try:
            result = asyncio.run(accepted(sent))
        except WrongPerson:
            continue
        assert len(result.items) + len(result.quarantined) <= 1


async def test_a_number_in_another_system_is_another_number():
    """The same digits in another system do not identify the person."""
    assert has_number(patient("1", SIGNE), SIGNE, NOW)
    assert not has_number(patient("1", SIGNE), GUNNAR, NOW)
    other = {"resourceType": "Patient", "identifier": [{"system": codes.SAMORDNINGSNUMMER, "value": GUNNAR.value}]}
    assert not has_number(other, GUNNAR, NOW)


async def test_a_patient_with_the_numbers_of_two_people_is_nobodys():
    """Unless the other one is marked as old, as after a change of number; a number that is no number counts as another."""
    one, other = ({"system": person.system, "value": person.value} for person in (GUNNAR, MARIA))

    def both(**more: str) -> dict[str, Any]:
        return {"resourceType": "Patient", "identifier": [one, {**other, **more}]}

    assert not has_number(both(), GUNNAR, NOW)
    assert not has_number(both(), MARIA, NOW)
    assert not has_number(both(value="19121212"), GUNNAR, NOW)
    assert has_number(both(use="old"), GUNNAR, NOW)
    assert not has_number(both(use="old"), MARIA, NOW)
    assert has_number(both(system="urn:example:card"), GUNNAR, NOW)


async def test_a_narrative_that_fetches_is_left_out():
    """The rest of the item is shown, also when the narrative is that of a contained resource."""
    text = {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><img src="https://a.example/p.png" alt="a"/></div>',
    }
    contained = {"resourceType": "Goal", "id": "g", "text": text, "lifecycleStatus": "active"}
    goal = {**contained, "description": {"text": "a"}, "subject": {"reference": "Patient/1"}}
    result = await accepted(plan(text=text, contained=[goal], goal=[{"reference": "#g"}]))

    assert (len(result.items), result.quarantined) == (1, [])
    assert "a.example" not in result.items[0].body


async def test_a_patient_in_the_answer_must_be_the_one_asked_for():
    """By its id and by its number."""
    for sent in (patient("1", MARIA), patient("2", GUNNAR)):
        with pytest.raises(WrongPerson):
            await accepted(plan(), sent)
    assert len((await accepted(plan(), patient("1", GUNNAR))).items) == 1


async def test_giver_and_unit_come_from_provenance_else_from_the_source():
    """An item of another giver, for whom the source speaks, keeps its giver."""
    result = await accepted(
        plan("p1"),
        plan("p2"),
        provenance("v1", "CarePlan/p1", custodian="SE5560000000-4A01", author="SE5560000000-4B01"),
        speaks_for=("SE5560000000-4A01",),
    )
    givers = {original[-2:]: item for item, original in zip(result.items, result.originals.values(), strict=True)}
    assert (givers["p1"].giver, givers["p1"].unit) == ("SE5560000000-4A01", "SE5560000000-4B01")
    assert (givers["p2"].giver, givers["p2"].unit) == (GIVER, None)


async def test_a_source_speaks_for_its_own_giver_only():
    """An item of a giver that its configuration does not name is left out, with a fault that does not name the giver."""
    result = await accepted(plan("p1"), plan("p2"), provenance("v1", "CarePlan/p1", custodian="SE5560000000-4A01"))

    assert [original[-2:] for item, original in zip(result.items, result.originals.values(), strict=True)
            if item.type == "CarePlan"] == ["p2"]  # fmt: skip
    assert [(left_out.type, [fault.code for fault in left_out.faults]) for left_out in result.quarantined] == [
        ("CarePlan", ["business-rule"])
    ]
    assert "4A01" not in repr([left_out.faults for left_out in result.quarantined])


async def test_the_target_of_a_provenance_may_be_absolute():
    """An address below the base is the same item."""
    result = await accepted(plan("p1"), provenance("v1", f"{BASE}/CarePlan/p1/_history/3"))
    assert [item.unit for item in result.items if item.type == "CarePlan"] == [UNIT]


async def test_a_provenance_without_an_accepted_target_is_left_out():
    """Its target is quarantined, missing, or known by an identifier alone."""
    unnamed = provenance("v2", "x") | {"target": [{"identifier": {"system": "urn:x", "value": "1"}}]}
    result = await accepted(plan("p1", status="hemma"), provenance("v1", "CarePlan/p1"), unnamed)
    assert result.items == []
    assert [left_out.type for left_out in result.quarantined] == ["CarePlan"]


async def test_a_quarantined_item_has_the_path_and_not_the_value():
    """The element's path alone."""
    (left_out,) = (await accepted(plan(status="hemma"))).quarantined
    assert "CarePlan.status" in [fault.expression for fault in left_out.faults]
    assert "hemma" not in repr(left_out)


async def test_an_item_that_cannot_be_checked_is_quarantined_alone():
    """Here a value that JSON does not have."""
    result = await accepted(plan("p1", title=object()), plan("p2"))

    assert [item.type for item in result.items] == ["CarePlan"]
    (left_out,) = result.quarantined
    assert left_out == QuarantinedItem("CarePlan", "invalid", classes=left_out.classes)


async def test_an_item_that_breaks_a_profile_is_quarantined():
    """A profile that it declares or that its codes imply; with a sender's faults, and none of its content."""
    part = {"coding": [{"system": "https://samplan.se/fhir/CodeSystem/agreement-part", "code": "patient-contract"}]}
    result = await accepted(plan("p1", category=[part], title="Hemligt"), plan("p2"))
    (left_out,) = result.quarantined
    assert [item.type for item in result.items] == ["CarePlan"]
    assert {fault.expression for fault in left_out.faults} == {"CarePlan.category", "CarePlan.note"}
    assert all("(patient-contract)" in fault.english for fault in left_out.faults)
    assert "Hemligt" not in repr(left_out)


async def test_an_item_without_an_id_has_that_fault():
    """In addition to its other faults."""
    nameless = {name: value for name, value in plan(status="hemma").items() if name != "id"}
    (left_out,) = (await accepted(nameless)).quarantined
    assert [fault.expression for fault in left_out.faults] == ["CarePlan.id", "CarePlan.status"]


async def test_an_unusable_version_or_instant_has_a_default():
    """Version 1, and the time of the answer."""
    sent = plan() | {"meta": {"versionId": "W-7"}}
    (item,) = (await accepted(sent)).items
    assert (item.version, item.updated, item.source_updated) == (1, NOW, None)
    assert json.loads(item.body)["meta"] == {"versionId": "W-7", "source": BASE}
    sent = plan() | {"meta": {"lastUpdated": "2016-12-31T23:59:60Z"}}
    (item,) = (await accepted(sent)).items
    assert item.source_updated is None


async def test_a_large_answer_lets_others_run():
    """The event loop is never blocked for long by thousands of resources."""
    gaps: list[float] = []

    async def pulse() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0)
            gaps.append(time.perf_counter() - before)

    pulse_task = asyncio.create_task(pulse())
    result = await accepted(*(appointment(f"a{number}") for number in range(3000)))
    pulse_task.cancel()
    assert len(result.items) == 3000
    assert len(gaps) > 20
    assert sorted(gaps)[len(gaps) // 2] < 0.5
