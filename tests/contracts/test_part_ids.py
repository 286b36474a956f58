"""Parts keep their resource from revision to revision, and nobody chooses an id."""

import pytest

from app.contracts import from_fhir, part_ids, to_fhir
from app.errors import Unprocessable
from app.fhir.elements import address
from tests.builders.contracts import FULL, LEAST, agreement, first_resources, full, new_ids, parsed


def test_a_first_contract_gets_new_ids():
    """Every part asks once, and all ids differ."""
    ids = [resource["id"] for resource in first_resources(parsed(FULL))]

    assert len(set(ids)) == len(ids)


def test_a_revision_keeps_what_it_names_and_makes_what_it_does_not():
    """A goal is changed, one is new, the activities are gone; all else but the revision itself is the same resource."""
    stored = first_resources(parsed(FULL))
    revised = from_fhir.contract(stored)
    revised["agreement"]["iDo"] = []
    revised["agreement"]["goals"][0]["goal"] = "Gå dubbelt så långt"
    revised["agreement"]["goals"].append({"goal": "Sova gott"})
    contract = parsed(revised)

    new = new_ids()
    ids = part_ids.ids(contract, from_fhir.read(stored).part_ids, lambda: f"second-{new()}")
    resources = to_fhir.resources(contract, ids=ids)

    before, after = ({address(one): one for one in each} for each in (stored, resources))
    assert sorted(name.partition("/")[0] for name in before.keys() - after.keys()) == [
        "Provenance",
        "ServiceRequest",
        "ServiceRequest",
    ]
    assert sorted(name.partition("/")[0] for name in after.keys() - before.keys()) == ["Goal", "Provenance"]


def test_a_part_that_there_is_one_of_keeps_its_resource_without_naming_it():
    """The review, what the person tells, the consent and the summons are known by where they stand."""
    stored = first_resources(parsed(FULL))
    known = from_fhir.read(stored).part_ids
    ids = part_ids.ids(parsed(full(review={"on": "2026-09-01"})), known, new_ids())

    assert [ids(name) for name in ("review", "aboutMe", "sip.consent", "sip.summons", "team")] == [
        known[name] for name in ("review", "aboutMe", "sip.consent", "sip.summons", "team")
    ]


def test_the_parts_are_named_as_they_are_asked_for():
    """Asking for the parts of a contract read back asks for no part that is not known."""
    stored = first_resources(parsed(FULL))
    known = from_fhir.read(stored).part_ids
    asked: list[str] = []

    def ids(part: str) -> str:
        asked.append(part)
        return known[part]

    assert to_fhir.resources(parsed(from_fhir.contract(stored)), ids=ids) == stored
    assert sorted(asked) == sorted(known)


def test_an_id_of_somebody_else_is_refused():
    """A contract cannot take over a resource that is not its own; each id is named, none is said."""
    contract = parsed({**LEAST, "id": "other-plan", "plans": [{"id": "other-goal", "type": "VP", "title": "Vårdplan"}]})

    with pytest.raises(Unprocessable) as caught:
        part_ids.ids(contract, {"contract": "plan"}, new_ids())

    assert [fault.expression for fault in caught.value.faults] == ["plans[0].id", "id"]
    assert "other" not in str(caught.value)


def test_a_part_cannot_become_another_kind_of_part():
    """What I do is not what care does, though both are ServiceRequests: the list belongs to the id."""
    stored = first_resources(parsed(agreement(iDo=[{"what": "Går"}])))
    moved = from_fhir.contract(stored)
    moved["agreement"].update(iDo=[], careDoes=moved["agreement"]["iDo"])

    with pytest.raises(Unprocessable) as caught:
        part_ids.ids(parsed(moved), from_fhir.read(stored).part_ids, new_ids())

    assert [fault.expression for fault in caught.value.faults] == ["agreement.careDoes[0].id"]


def test_the_contract_may_say_its_own_id():
    """What was read may be sent again as it is."""
    contract = parsed({**FULL, "id": "plan"})

    assert part_ids.ids(contract, {"contract": "plan"}, new_ids())("contract") == "plan"


def test_ids_of_different_types_may_be_the_same():
    """A server that numbers each type by itself has a goal 1 and a plan 1."""
    contract = parsed(
        {**agreement(goals=[{"id": "1", "goal": "Gå"}]), "id": "1", "review": {"id": "1", "on": "2026-03-01"}}
    )

    assert from_fhir.contract(to_fhir.resources(contract, ids=part_ids.derived(contract))) == contract.to_json()
