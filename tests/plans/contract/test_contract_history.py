"""The past of a contract, decided version by version."""

import json
from datetime import timedelta

from app.access.caller import Role
from app.plans.contract.contract_history import contract_history
from app.storage.record_reading import Version
from tests.builders.access import access_check, block, caller, period, raw
from tests.builders.items import CLINIC, NOW, REGION, item

PHYSICIAN = access_check(
    caller(Role.PHYSICIAN),
    raw(relations=[period()], blocks=[block(kind="inner", giver=REGION, unit="SE2321000016-OTHER")]),
)
AGREEMENT = "CarePlan/c"


def at(hours, resource, *, deleted=False, **more):
    """A version of a resource that was written so many hours after the first."""
    refs = [one["reference"] for name in ("goal", "target") for one in resource.get(name, ()) if "reference" in one]
    kind = {"CarePlan": "agreement", "Goal": "goal", "Provenance": "provenance"}[resource["resourceType"]]
    known = {"information_class": kind, "updated": NOW + timedelta(hours=hours), "starts": NOW, "refs": refs}
    made = item(resource["resourceType"], resource["id"], body=json.dumps(resource), **{**known, **more})
    return Version(made, deleted)


def plan(*goals, title="Kontrakt", **more):
    """The agreement's CarePlan."""
    code = {"system": "https://samplan.se/fhir/CodeSystem/agreement-part", "code": "patient-contract"}
    return {
        "resourceType": "CarePlan", "id": "c", "title": title, "category": [{"coding": [code]}],
        "goal": [{"reference": f"Goal/{goal}"} for goal in goals], **more,
    }  # fmt: skip


def goal(id="g", text="Gå"):
    """A part."""
    return {"resourceType": "Goal", "id": id, "description": {"text": text}}


def revision(id, *targets):
    """The Provenance of a revision."""
    custodian = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "custodian"}]
    }
    return {
        "resourceType": "Provenance", "id": id, "agent": [{"type": custodian}],
        "target": [{"reference": one} for one in (AGREEMENT, *targets)],
    }  # fmt: skip


def past(*versions):
    """The past of the contract for a physician of the clinic, from whom another unit is blocked."""
    return contract_history(versions[0].item, versions, PHYSICIAN, "p")


def test_without_a_past_there_is_no_revision():
    """An agreement that no Provenance speaks of."""
    found = past(at(0, plan()))

    assert found.revisions == []
    assert [one.reference for one in found.items_at(at(0, revision("r")).item)] == [AGREEMENT]


def test_a_revision_is_what_was_changed_with_it():
    """One that changed nothing is none: who signs an agreement last changes nothing."""
    found = past(
        at(0, plan("g", author={"display": "A"})),
        at(1, plan("g", author={"display": "B"})),
        at(0, goal()),
        at(0, revision("first")),
        at(1, revision("second")),
        at(5, revision("third")),
    )

    assert [one.id for one in found.revisions] == ["first"]


def test_a_part_that_goes_is_a_change():
    """And is gone from then on."""
    found = past(
        at(0, plan("g")),
        at(0, goal()),
        at(2, goal(), deleted=True),
        at(0, revision("first")),
        at(2, revision("second")),
    )
    first, second = found.revisions

    assert [one.reference for one in found.items_at(first)] == [AGREEMENT, "Goal/g"]
    assert [one.reference for one in found.items_at(second)] == [AGREEMENT]


def test_a_version_of_a_blocked_unit_is_as_none():
    """A part is not shown as it was then, and there is no revision while the agreement was another unit's."""
    other = {"unit": "SE2321000016-OTHER"}
    found = past(
        at(0, plan("g"), **other),
        at(2, plan("g", title="Nytt"), unit=CLINIC),
        at(0, goal()),
        at(1, goal(text="Stå"), **other),
        at(2, goal(text="Cykla")),
        at(0, revision("first")),
        at(1, revision("second")),
        at(2, revision("third")),
    )

    assert [one.id for one in found.revisions] == ["third"]
    assert [one.reference for one in found.items_at(found.revisions[0])] == [AGREEMENT, "Goal/g"]


def test_what_is_hidden_now_was_never_there():
    """Nor is a revision that changed nothing else."""
    hidden = {"unit": "SE2321000016-OTHER"}
    found = past(
        at(0, plan("g")),
        at(1, plan("g", "h")),
        at(0, goal()),
        at(1, goal("h"), **hidden),
        at(0, revision("first")),
        at(1, revision("second", "Goal/h")),
        at(1, revision("third"), giver="SE2120000142-KOMMUN"),
    )

    assert [one.id for one in found.revisions] == ["first"]
    assert found.versions.keys() == {AGREEMENT, "Goal/g"}


def test_an_agreement_that_has_just_been_closed_has_no_past():
    """Where it is closed between the reading of now and of then."""
    found = past(at(0, plan("g"), unit="SE2321000016-OTHER"), at(0, goal()), at(0, revision("first")))

    assert found.revisions == []
