"""Every field of the contract has its place in FHIR: changing one changes the other, and nothing else, both ways."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import pytest

from app.contracts import from_fhir
from app.contracts.parts import PARTS
from app.contracts.patient_contract import PatientContract
from app.errors import Unprocessable
from fhir_profiles import contract_mapping
from fhir_profiles.contract_mapping import MAPPED, fields
from tests.builders.contracts import FULL, agreement, first_resources, follow, full, leaves, others, parsed

IDENTITY = {path for path in MAPPED if path == "patient" or path.rpartition(".")[2] == "id"}
STRUCTURAL = {"contacts[].viaTeam", "relatives[].takesPart", "sip.overall"}
"""What is said by an element that is there or not: no other value of it says the opposite."""
TIED = {"type"}
"""What makes a contract another kind of contract changes what must be in it."""
CHANGED = sorted(set(MAPPED) - IDENTITY - TIED)


def test_every_field_is_mapped():
    """The table names each field of the model once, and no other."""
    assert sorted(fields(PatientContract)) == sorted(MAPPED)


def test_the_full_contract_says_every_field():
    """What the next tests change is all there is."""
    assert {path for path, *_ in leaves(FULL)} >= set(MAPPED) - IDENTITY


@pytest.mark.proof
@pytest.mark.parametrize("path", CHANGED)
def test_a_changed_field_changes_its_elements_alone(path):
    """Each element named is changed, and every changed element is named."""
    touched = {element for after in changes(path) for element in different(before(), after)}

    assert all(element.startswith(MAPPED[path]) for element in touched), touched
    assert all(any(element.startswith(named) for element in touched) for named in MAPPED[path]), touched


@pytest.mark.proof
@pytest.mark.parametrize("path", CHANGED)
def test_a_changed_element_changes_its_field_alone(path):
    """One element after the other as the field would have it: what is read back differs in fields of that element."""
    said = flat(from_fhir.contract(before()))
    found = set()
    for after in changes(path):
        for place, steps, value in differing(before(), after):
            touched = deepcopy(before())
            follow(touched[place], steps[:-1])[steps[-1]] = value
            read = flat(from_fhir.contract(touched))
            element = strip(touched[place], steps)
            differ = {spot[0] for spot in said.keys() | read.keys() if said.get(spot) != read.get(spot)}
            assert all(element.startswith(MAPPED[field]) for field in differ), (element, differ)
            found |= differ
        read = flat(from_fhir.contract(after))
        whole = {spot[0] for spot in said.keys() | read.keys() if said.get(spot) != read.get(spot)}
        assert whole == {path}

    assert path in found or path in STRUCTURAL


def test_the_kind_of_contract_is_a_category_of_its_plan():
    """A patient contract has none; a plan of LSS, and a SIP, has its type among Inera's or ours."""
    review = {"on": "2026-09-01"}
    lss = first_resources(parsed({**agreement(), "type": "LSS", "review": review}))
    sip = first_resources(parsed(FULL))
    plain = first_resources(parsed({**agreement(), "review": review}))
    codes = [[one["coding"][0]["code"] for one in made[0]["category"]] for made in (plain, lss, sip)]

    assert codes[1:] == [[*codes[0], "LSS"], [*codes[0], "SIP"]]
    assert [from_fhir.contract(made)["type"] for made in (plain, lss, sip)] == ["patient-contract", "LSS", "SIP"]


def test_the_table_is_made_of_every_shape():
    """Each profile that the mapping writes has rows, and each row elements of one type."""
    profiles = {row.profile for row in contract_mapping.ROWS}

    assert {part.mapping.profile for part in PARTS.values()} < profiles
    assert all(len({element.partition(".")[0] for element in row.elements}) == 1 for row in contract_mapping.ROWS)


@cache
def before() -> list[dict[str, Any]]:
    return json.loads(json.dumps(first_resources(parsed(FULL))))


@cache
def changes(path: str) -> list[list[dict[str, Any]]]:
    """The resources of the full contract with a field changed, in each place that has it and may have another value."""
    places = [(steps, value) for at, steps, value in leaves(FULL) if at == path]
    made = [one for steps, value in places if (one := changed(steps, others(path, steps, value)))]
    if path == "sip.summons.sentOn":
        made += [one for steps, _ in places if (one := changed(steps, iter([None])))]
    if path == "sip.principals[].kind":
        first, second = FULL["sip"]["principals"]
        turned = [{**first, "kind": second["kind"]}, {**second, "kind": first["kind"]}]
        made += [first_resources(parsed(full(sip={**FULL["sip"], "principals": turned})))]
    assert made, path
    return made


def changed(steps: tuple[Any, ...], values: Iterator[Any]) -> list[dict[str, Any]] | None:
    for value in values:
        contract = full()
        follow(contract, steps[:-1])[steps[-1]] = value
        try:
            return first_resources(parsed(contract))
        except Unprocessable:
            continue
    return None


def flat(contract: dict[str, Any]) -> dict[tuple[str, tuple[Any, ...]], Any]:
    return {(path, steps): value for path, steps, value in leaves(contract)}


def differing(one: Any, other: Any) -> Iterator[tuple[int, tuple[Any, ...], Any]]:
    """Every leaf that is in both and says something else in the other."""
    for place, (mine, theirs) in enumerate(zip(one, other, strict=False)):
        known = dict(spots(mine))
        yield from ((place, steps, value) for steps, value in spots(theirs) if known.get(steps, value) != value)


def spots(node: Any, steps: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(node, dict | list):
        for name, child in node.items() if isinstance(node, dict) else enumerate(node):
            yield from spots(child, (*steps, name))
    else:
        yield steps, node


def different(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> set[str]:
    """The elements that say something else, whatever their place in a list; if all only change places, those."""
    for placed in (False, True):
        mine, theirs = elements(one, placed=placed), elements(other, placed=placed)
        if found := {element for _, element, _ in (mine - theirs) + (theirs - mine)}:
            return found
    return set()


def elements(resources: list[dict[str, Any]], *, placed: bool) -> Counter[tuple[Any, str, Any]]:
    """Every leaf of some resources: where it is, its element, and its value."""
    return Counter(
        ((one["id"], steps if placed else ()), strip(one, steps), value)
        for one in resources
        for steps, value in spots(one)
    )


def strip(resource: dict[str, Any], steps: tuple[Any, ...]) -> str:
    """The element that steps lead to, as the table names it: without places, with what tells items apart."""
    node, path, name = resource, resource["resourceType"], ""
    for step in steps:
        node = node[step]
        name = name if isinstance(step, int) else step
        path += f"{'' if isinstance(step, int) else f'.{step}'}{mark(node, name)}"
    return path


def mark(node: Any, name: str) -> str:
    """Which of several this is: an extension by its name, a reference by its type, an answer by its question."""
    if not isinstance(node, dict):
        return ""
    link = node.get("linkId", "")
    found = (node.get("url") if name == "extension" else node.get("type")) or (
        link if re.fullmatch("[a-z]+", link) else None
    )
    return f"({found.rpartition('/')[2]})" if isinstance(found, str) else ""
