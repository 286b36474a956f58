"""docs/contracts/ shows the demo people's contracts beside the FHIR that they are, and where each concept is."""

import json
import re
from pathlib import Path

import pytest

from app.contracts import from_fhir
from app.fhir.check.check import check
from app.fhir.elements import address
from fhir_profiles import contract_pages

DOCS = Path(__file__).parents[2] / "docs" / "contracts"
PAIRS = re.compile(r"```json\n(.*?)\n```.*?```json\n(.*?)\n```", re.DOTALL)


def test_the_pages_are_current(tmp_path):
    """`make pages` after every change; a page that is no more is taken away."""
    (tmp_path / "gone.md").write_text("")
    assert contract_pages.main([str(tmp_path)]) == 0

    assert {path.name: path.read_text("utf-8") for path in tmp_path.iterdir()} == {
        path.name: path.read_text("utf-8") for path in DOCS.iterdir()
    }


@pytest.mark.parametrize("name", contract_pages.CONTRACTS)
def test_each_page_holds_a_whole_contract_and_its_whole_fhir(name):
    """The resources on the page are right, and read back are the contract; each stands once."""
    shown = [json.loads(right) for _, right in PAIRS.findall((DOCS / name).read_text("utf-8"))]
    contract = contract_pages.signed(contract_pages.CONTRACTS[name])

    assert [fault for one in shown for fault in check(one)] == []
    assert len({address(one) for one in shown}) == len(shown)
    assert without_ids(from_fhir.contract(shown)) == contract.to_json()


def without_ids(node):
    if isinstance(node, dict):
        return {name: without_ids(value) for name, value in node.items() if name != "id"}
    return [without_ids(value) for value in node] if isinstance(node, list) else node
