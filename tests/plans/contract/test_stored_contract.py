"""A stored contract: what belongs to it, when its tag changes, and what a revision writes."""

from datetime import timedelta

import pytest

from app.contracts import from_fhir
from app.errors import NotFound, Unprocessable
from app.fhir import json_text
from app.plans.contract.stored_contract import agreements, replaced_id, replacements, revision_changes, stored_contract
from tests.builders.access import MUNICIPALITY
from tests.builders.contract_items import care_plan, confirmation, goal, other_plan, record, revision
from tests.builders.contracts import FULL, first_resources, parsed
from tests.builders.items import NOW, REGION, own_item


@pytest.mark.parametrize(
    "items", [record(), record(other_plan("c")), record(goal("c"))], ids=["nothing", "another plan", "another type"]
)
def test_what_is_no_contract_is_not_found(items):
    """A contract is found by the id of its CarePlan alone."""
    with pytest.raises(NotFound):
        stored_contract(items, "c")


def test_a_contract_is_its_plan_its_parts_and_its_confirmations():
    """In this order; a goal that the plan does not refer to, or that is not visible, is left out."""
    items = record(care_plan("c", "g", "hidden"), goal("g"), goal("other"), confirmation("y", "CarePlan/c"))

    contract = stored_contract(items, "c")

    assert [item.reference for item in contract.items] == ["CarePlan/c", "Goal/g", "Provenance/y"]
    assert contract.agreement.reference == "CarePlan/c"


def test_revisions_are_the_newest_first_and_of_the_same_care_giver():
    """By the time of writing, whatever they say themselves; the parsed contract has the newest alone."""
    first, second = (own_item(revision(id, "CarePlan/c")) for id in ("first", "second"))
    foreign = own_item(revision("foreign", "CarePlan/c"))._replace(giver=MUNICIPALITY)
    items = record(care_plan("c"), first, second._replace(updated=NOW + timedelta(hours=1)), foreign)

    contract = stored_contract(items, "c")

    assert [item.id for item in contract.revisions] == ["second", "first"]
    assert [resource["id"] for resource in contract.resources] == ["c", "second"]


def test_the_tag_follows_what_is_visible():
    """It changes with the content of a part and of the plan, not with a version or a part that the caller cannot see."""
    items = record(care_plan("c", "g"), goal("g"))
    tag = stored_contract(items, "c").tag

    assert stored_contract(record(care_plan("c", "g", "hidden"), goal("g")), "c").tag == tag
    other = items["Goal/g"]
    assert stored_contract(record(care_plan("c", "g"), other._replace(version=2)), "c").tag == tag
    changed = other._replace(body=other.body.replace("active", "completed"))
    assert stored_contract(record(care_plan("c", "g"), changed), "c").tag != tag
    assert stored_contract(record(care_plan("c", "g", title="Nytt"), goal("g")), "c").tag != tag


def test_contracts_of_a_care_giver_and_their_replacements():
    """Another plan is no contract, and another care giver's contract replaces nothing here."""
    old, new = care_plan("old"), care_plan("new", replaces=[{"reference": "CarePlan/old"}])
    foreign = own_item({**new, "id": "foreign"})._replace(giver=MUNICIPALITY)
    items = record(old, new, foreign, other_plan("x"))

    assert [item.id for item in agreements(items, REGION)] == ["old", "new"]
    assert [item.id for item in replacements(items["CarePlan/old"], items)] == ["new"]
    assert replaced_id(items["CarePlan/new"]) == "old"
    assert replaced_id(items["CarePlan/old"]) is None


def resources():
    """The resources of a whole contract but its revision, as the mapping writes them."""
    contract = parsed({name: value for name, value in FULL.items() if name != "revision"})
    return [json_text.loads(json_text.dumps(resource)) for resource in first_resources(contract)]


def changes(new, items, **more):
    """The drafts of a revision to these resources, as (reference, deleted)."""
    contract = stored_contract(items, resources()[0]["id"])
    drafts = revision_changes(contract, new, {**items, **more}, from_fhir.read(contract.resources))
    return [(f"{draft.resource['resourceType']}/{draft.resource['id']}", draft.deleted) for draft in drafts]


def test_unchanged_resources_are_not_written():
    """A contract that is sent back as it was read has no drafts."""
    assert changes(resources(), record(*resources())) == []


def test_a_changed_part_is_written_alone():
    """Neither the plan nor any other part gets a new version."""
    new = resources()
    part = next(resource for resource in new if resource["resourceType"] == "Goal")
    part["description"]["text"] = "Gå längre"

    assert changes(new, record(*resources())) == [(f"Goal/{part['id']}", False)]


def without_a_time():
    """The resources without one agreed time, and the reference to it."""
    first, *others = resources()
    time = next(resource for resource in others if resource["resourceType"] == "Appointment")
    reference = f"Appointment/{time['id']}"
    first["activity"] = [each for each in first["activity"] if each["reference"]["reference"] != reference]
    return [first, *(resource for resource in others if resource is not time)], reference


def test_a_part_that_is_left_out_is_deleted():
    """The plan that refers to it no more is written too, and keeps its author."""
    new, reference = without_a_time()

    assert changes(new, record(*resources())) == [(f"CarePlan/{new[0]['id']}", False), (reference, True)]


@pytest.mark.parametrize("owner", ["another care giver", "a source", "another plan"])
def test_a_part_that_somebody_else_needs_is_not_deleted(owner):
    """The contract only stops referring to it."""
    new, reference = without_a_time()
    items = record(*resources())
    more = {}
    if owner == "another care giver":
        items[reference] = items[reference]._replace(giver=MUNICIPALITY)
    elif owner == "a source":
        items[reference] = items[reference]._replace(source_updated=NOW)
    else:
        more = {"CarePlan/x": own_item({**other_plan("x"), "activity": [{"reference": {"reference": reference}}]})}

    assert changes(new, items, **more) == [(f"CarePlan/{new[0]['id']}", False)]


def test_the_author_stays_where_only_parts_change():
    """The revision tells who added or removed a part; the plan's author is who wrote its own content."""
    first, *others = resources()
    new = [{**first, "author": {"display": "Ny"}}, *others]
    items = record(*resources())

    assert changes(new, items) == []

    new[0]["title"] = "Nytt"
    assert changes(new, items) == [(f"CarePlan/{first['id']}", False)]


def test_a_changed_resource_is_checked():
    """A resource that breaks its profile is refused with its path."""
    new = resources()
    new[0]["status"] = "x"

    with pytest.raises(Unprocessable) as refused:
        changes(new, record(*resources()))

    assert [fault.expression for fault in refused.value.faults] == ["CarePlan.status"]
