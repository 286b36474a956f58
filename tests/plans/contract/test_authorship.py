"""The revisions that an edit through FHIR makes, and by whom."""

import json

import pytest

from app.access.caller import Role
from app.access.classification import ClassDefaults
from app.contracts.mapping import provenance
from app.contracts.model.sections import Revision
from app.errors import Unprocessable
from app.plans.contract.authorship import OTHER_ACTION, OTHER_AUTHOR, author, revision_drafts, revision_provenance
from app.plans.write.drafts import Written
from tests.builders.access import MUNICIPALITY, caller
from tests.builders.contract_items import care_plan, confirmation, goal, other_plan, record, revision
from tests.builders.items import CLINIC, NOW, REGION, own_item

STAFF, SYSTEM = caller(Role.PHYSICIAN, name="Eva Ek"), caller(Role.SYSTEM)
DEFAULTS = ClassDefaults(REGION, CLINIC, "health")
STORED = record(care_plan("c", "g"), goal("g"))


def drafts(who, before, *resources):
    """The revisions of an edit, each as (action, targets)."""
    written = [Written(item, "updated") for item in record(*resources).values()]
    made = [draft.resource for draft in revision_drafts(who, DEFAULTS, written, before, now=NOW)]
    return [
        (provenance.REVISION.read(each)["action"], [target["reference"] for target in each["target"]]) for each in made
    ]


def test_staff_write_by_name_and_a_system_does_not():
    """The member of staff is named with the HSA-id; both write for the unit."""
    by_staff, by_system = author(STAFF, REGION, DEFAULTS), author(SYSTEM, REGION, DEFAULTS._replace(category="social"))

    assert (by_staff.name, by_staff.practitioner, by_staff.unit) == ("Eva Ek", STAFF.id, CLINIC)
    assert (by_staff.giver, by_staff.category) == (REGION, "health")
    assert (by_system.name, by_system.practitioner, by_system.unit) == (None, None, CLINIC)
    assert by_system.category == "social"


def test_a_revision_becomes_a_provenance_with_its_targets():
    """It is a revision of the contract, and its id is new."""
    by = author(STAFF, REGION, DEFAULTS)
    made = Revision(action="revise", reason="Nytt mål", recorded=NOW, by=by)

    draft = revision_provenance(made, ["CarePlan/c", "Goal/g"])

    assert provenance.is_revision(draft.resource)
    assert provenance.REVISION.read(draft.resource)["reason"] == "Nytt mål"
    assert draft.resource["target"] == [{"reference": "CarePlan/c"}, {"reference": "Goal/g"}]
    assert draft.given_id == draft.resource["id"]


@pytest.mark.parametrize(
    ("before", "after", "action"),
    [
        ({}, care_plan("c"), "create"),
        (record(care_plan("old")), care_plan("c", replaces=[{"reference": "CarePlan/old"}]), "replace"),
        (record(care_plan("c")), care_plan("c", title="Nytt"), "revise"),
        (record(care_plan("c")), care_plan("c", status="completed"), "end"),
        (record(care_plan("c", status="completed")), care_plan("c"), "reopen"),
    ],
)
def test_a_changed_contract_gets_a_revision_with_its_action(before, after, action):
    """The change of status decides the action."""
    assert drafts(SYSTEM, before, after) == [(action, ["CarePlan/c"])]


def test_a_changed_part_is_a_revision_of_each_contract_that_has_it():
    """Also of a part that the edit adds or removes; the contract is the first target."""
    assert drafts(STAFF, STORED, goal("g", "Gå längre")) == [("revise", ["CarePlan/c", "Goal/g"])]
    both = {**STORED, **record(care_plan("d", "g"))}
    assert [targets[0] for _, targets in drafts(STAFF, both, goal("g", "Ny"))] == ["CarePlan/c", "CarePlan/d"]
    assert drafts(STAFF, STORED, care_plan("c"), goal("g", "Ny")) == [("revise", ["CarePlan/c", "Goal/g"])]
    assert drafts(STAFF, STORED, confirmation("y", "CarePlan/c")) == [("revise", ["CarePlan/c", "Provenance/y"])]


def test_what_changes_no_contract_makes_no_revision():
    """The same content, another plan, another care giver's contract, and a plan that was no contract."""
    foreign = {reference: item._replace(giver=MUNICIPALITY) for reference, item in STORED.items()}

    assert drafts(STAFF, STORED, goal("g")) == []
    assert drafts(STAFF, {}, other_plan("x", "g"), goal("g")) == []
    assert drafts(STAFF, foreign, goal("g", "Ny")) == []


def test_a_person_makes_no_revision():
    """Nobody writes for a care giver."""
    assert drafts(caller(Role.CITIZEN), STORED, goal("other")) == []


def test_a_record_system_may_write_the_revision_itself():
    """Then no other is made."""
    assert drafts(SYSTEM, STORED, goal("g", "Ny"), revision("r", "CarePlan/c", "Goal/g")) == []


def test_a_revision_of_a_record_system_must_be_true():
    """It names no member of staff, and no other action."""
    made = revision_provenance(
        Revision(action="end", recorded=NOW, by=author(SYSTEM, REGION, DEFAULTS)), ["CarePlan/c"]
    ).resource
    named = revision_provenance(
        Revision(action="revise", recorded=NOW, by=author(STAFF, REGION, DEFAULTS)), ["CarePlan/c"]
    ).resource

    for resource, fault in ((made, OTHER_ACTION), (named, OTHER_AUTHOR)):
        with pytest.raises(Unprocessable) as refused:
            drafts(SYSTEM, STORED, goal("g", "Ny"), json.loads(json.dumps(resource)))
        assert refused.value.faults == (fault,)


def test_an_edit_that_the_guard_refuses_makes_none():
    """The guard is asked first."""
    with pytest.raises(Unprocessable):
        drafts(STAFF, record(own_item(care_plan("c"))), care_plan("c", status="completed"))
