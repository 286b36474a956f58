"""The examples of the profiles: made by the mapping from the demo people, current, and at least one for each profile."""

import json
from pathlib import Path

import pytest

from fhir_profiles import examples_of_demo
from fhir_profiles.pages import definitions

ROOT = Path(__file__).parents[2]
HELD = {path.name: json.loads(path.read_text()) for path in sorted((ROOT / examples_of_demo.FOLDER).glob("*.json"))}


def test_the_examples_are_what_the_mapping_makes(tmp_path):
    """`make pages` after every change of the mapping or of the demo people."""
    examples_of_demo.main([str(tmp_path)])

    assert {path.name: json.loads(path.read_text()) for path in tmp_path.iterdir()} == HELD


def test_every_profile_has_an_example():
    """All but those that are never used by themselves; our Questionnaires are their own examples."""
    built = definitions()
    shown = {url for one in (*HELD.values(), *built) for url in one.get("meta", {}).get("profile", ())}
    profiles = {
        one["url"]
        for one in built
        if one["resourceType"] == "StructureDefinition" and one["type"] != "Extension" and not one["abstract"]
    }

    assert profiles - shown == set()


def test_an_example_names_a_profile():
    """Ours, or that of HL7 Sweden for a Patient."""
    assert [name for name, one in HELD.items() if not one["meta"]["profile"]] == []


def test_every_reference_between_examples_leads_to_one():
    """A set that can be loaded as it is."""
    there = {f"{one['resourceType']}/{one['id']}" for one in HELD.values()}

    assert set(_references(list(HELD.values()))) <= there


@pytest.mark.parametrize(
    ("part", "id"),
    [
        ("contract", "contract"),
        ("agreement.iDo[0]", "i-do-1"),
        ("agreement.goals[1].professionalGoals[0]", "goals-2-professional-goals-1"),
        ("sip.consent", "sip-consent"),
    ],
)
def test_an_id_says_which_part_it_is(part, id):
    """In letters that FHIR allows."""
    assert examples_of_demo.part_slug(part) == id


def _references(node):
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)
