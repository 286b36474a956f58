"""Samples are valid, the same for the same seed, and have every field and value of a contract."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import jsonschema_rs
import pytest

from app.cli import contract_samples
from app.contracts.part_places import part_places
from app.contracts.patient_contract import PatientContract
from app.fhir.identifiers import holds_personal_number
from fhir_profiles.contract_mapping import MAPPED, fields
from tests.builders.contracts import leaves, texts

SOME = [contract.to_json() for contract in islice(contract_samples.samples(seed=1), 500)]


def test_the_same_seed_gives_the_same_contracts():
    """And another seed others."""
    first, repeated, other = (list(islice(contract_samples.samples(seed), 5)) for seed in (1, 1, 2))

    assert first == repeated
    assert [one.to_json() for one in first] == SOME[:5]
    assert first != other


def test_every_field_occurs():
    """Among a few hundred."""
    assert {path for contract in SOME for path, *_ in leaves(contract)} == set(fields(PatientContract)) == set(MAPPED)


def test_every_property_of_the_schema_and_each_of_its_values_occurs():
    """Walking the schema beside the samples: objects, lists, flags and codes."""
    seen: dict[str, set[Any]] = {}
    for contract in SOME:
        gather(contract, contract_samples.schema(), "", seen)

    wanted = dict(values(contract_samples.schema(), ""))
    assert seen.keys() == wanted.keys()
    assert {path: each - seen[path] for path, each in wanted.items() if each - seen[path]} == {}


def test_every_contract_and_part_has_an_id_of_its_own():
    """So that nothing is different when it has been to FHIR and back."""
    for contract in SOME:
        ids = [contract.get("id"), *(place.json.get("id") for place in part_places(contract))]
        assert None not in ids
        assert len(set(ids)) == len(ids)


def test_they_are_right_by_the_schema_that_is_published():
    """JSON Schema 2020-12, read by another reader than pydantic."""
    validator = jsonschema_rs.Draft202012Validator(PatientContract.model_json_schema(by_alias=True))

    assert [error.message for contract in SOME for error in validator.iter_errors(contract)] == []


def test_they_hold_the_awkward():
    """Line breaks, quotes, emoji, marks of other scripts, long texts, days of other centuries and many offsets."""
    said = [text for contract in SOME for text in texts(contract)]
    starts = [time["start"] for contract in SOME for time in contract["times"] if "start" in time]

    for mark in ("\n", "\t", '"', "\\", "🧓", "\u2028", "<script>", "ע"):
        assert any(mark in text for text in said), mark
    assert max(map(len, said)) > 1000
    assert len({start[-6:] for start in starts}) > 5
    assert any(start < "2000" for start in starts) or any(start > "2100" for start in starts)


def test_nobody_is_meant():
    """No personal number, and no address that may be somebody's."""
    said = [text for contract in SOME for text in texts(contract)]

    assert [text for text in said if holds_personal_number(text)] == []
    assert {
        text.partition("://")[2].partition("/")[0].rpartition("example.")[1] for text in said if "https://" in text
    } == {"example."}


def test_every_kind_of_text_has_its_format():
    """A new type of value is refused here until somebody says what it looks like."""
    assert {
        path
        for path, wanted in strings(contract_samples.schema(), "")
        if wanted.get("format") not in contract_samples.FORMATS
    } == set()


@pytest.mark.parametrize("title", sorted(contract_samples.CORRECTIONS))
def test_every_mend_is_of_a_model(title):
    """None mends what is no more."""
    assert title in {"PatientContract", *PatientContract.model_json_schema()["$defs"]}


def values(schema: Any, path: str) -> Iterator[tuple[str, set[Any]]]:
    """Each property with the values that it must have been seen with: all of a code, both of a flag."""
    if schema["type"] == "array":
        yield from values(schema["items"], f"{path}[]")
    elif schema["type"] == "object":
        for name, child in schema["properties"].items():
            yield from values(child, f"{path}.{name}".removeprefix("."))
    else:
        yield path, set(schema.get("enum", {True, False} if schema["type"] == "boolean" else ()))


def gather(node: Any, schema: Any, path: str, seen: dict[str, set[Any]]) -> None:
    if isinstance(node, dict):
        for name, child in node.items():
            gather(child, schema["properties"][name], f"{path}.{name}".removeprefix("."), seen)
    elif isinstance(node, list):
        for child in node:
            gather(child, schema["items"], f"{path}[]", seen)
    else:
        seen.setdefault(path, set()).add(node)


def strings(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, child in schema.get("properties", {}).items():
        yield from strings(child, f"{path}.{name}")
    if "items" in schema:
        yield from strings(schema["items"], f"{path}[]")
    if schema.get("type") == "string" and "enum" not in schema:
        yield path, schema
