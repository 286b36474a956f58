"""Parts keep their resource from revision to revision, and nobody chooses an id."""

import json
from typing import Any

import pytest

from app.contracts import bundle, faults, identity, reading
from app.contracts.model import PatientContract
from app.errors import Unprocessable
from tests.contracts.made import AUTHOR, FULL, NOW, built, numbered


def parsed(contract: dict[str, Any]) -> PatientContract:
    return faults.parse(json.dumps(contract).encode())


def test_a_first_contract_gets_new_ids():
    """Every part asks once, and all ids differ."""
    ids = [resource["id"] for resource in built(parsed(FULL))]

    assert len(set(ids)) == len(ids)


def test_a_revision_keeps_what_it_names_and_makes_what_it_does_not():
    """A goal is changed, one is new, the activities are gone; all else is the same resource."""
    stored = built(parsed(FULL))
    known = reading.parts(stored)
    revised = reading.contract(stored)
    revised["agreement"]["iDo"] = []
    revised["agreement"]["goals"][0]["goal"] = "Gå dubbelt så långt"
    revised["agreement"]["goals"].append({"goal": "Sova gott"})
    contract = parsed(revised)

    new = numbered()
    ids = identity.ids(contract, known, lambda: f"second-{new()}")
    resources = bundle.resources(contract, ids=ids, author=AUTHOR, now=NOW, revises=True)

    before, after = ({bundle.address(one): one for one in each} for each in (stored, resources))
    assert {name.partition("/")[0] for name in before.keys() - after.keys()} == {"ServiceRequest"}
    assert [name.partition("/")[0] for name in after.keys() - before.keys()] == ["Goal"]
    assert resources[-1]["id"] == stored[-1]["id"]
    assert resources[-1]["activity"]["coding"][0]["code"] == "UPDATE"


def test_the_parts_are_named_as_they_are_asked_for():
    """Asking for the parts of a contract read back asks for no part that is not known."""
    stored = built(parsed(FULL))
    known = reading.parts(stored)
    asked: list[str] = []

    def ids(part: str) -> str:
        asked.append(part)
        return known[part]

    assert bundle.resources(parsed(reading.contract(stored)), ids=ids, author=AUTHOR, now=NOW) == stored
    assert sorted(asked) == sorted(known)


def test_an_id_of_somebody_else_is_refused():
    """A contract cannot take over a resource that is not its own; each id is named, none is said."""
    contract = parsed({**FULL, "id": "other-plan", "plans": [{"id": "other-goal", "type": "VP", "title": "Vårdplan"}]})

    with pytest.raises(Unprocessable) as caught:
        identity.ids(contract, {"contract": "plan"}, numbered())

    assert [fault.expression for fault in caught.value.faults] == ["plans[0].id", "id"]
    assert "other" not in str(caught.value)


def test_the_contract_may_say_its_own_id():
    """What was read may be sent again as it is."""
    contract = parsed({**FULL, "id": "plan"})

    assert identity.ids(contract, {"contract": "plan"}, numbered())("contract") == "plan"
