"""StructureDefinitions become JSON Schemas, and those that are checked in are what the package gives."""

import json
from pathlib import Path

import jsonschema_rs
import pytest

from fhir_profiles.compiler.r4_schemas import TARGET, compile_schemas, main, schema_text
from tests.requirements import PACKAGES, requires

PACKAGE = Path.home() / ".fhir/packages/hl7.fhir.r4.core#4.0.1/package"
BASE = "http://hl7.org/fhir/StructureDefinition/"
SYSTEM = "http://hl7.org/fhirpath/System.String"


def element(path, least, most, *types, **more):
    """An element of a snapshot; a type is a code or (code, targets)."""
    kinds = [{"code": kind} if isinstance(kind, str) else {"code": kind[0], "targetProfile": kind[1]} for kind in types]
    return {"id": path, "path": path, "min": least, "max": most, "base": {"path": path}, "type": kinds} | more


def definition(name, kind, *elements):
    """A StructureDefinition."""
    snapshot = [{"path": name}, *elements]
    return f"StructureDefinition-{name}", {"type": name, "kind": kind, "snapshot": {"element": snapshot}}


SMALL = [
    definition(
        "Thing",
        "resource",
        element("Thing.id", 0, "1", SYSTEM, base={"path": "Resource.id"}),
        element("Thing.contained", 0, "*", "Resource"),
        element(
            "Thing.status", 1, "1", "code", binding={"strength": "required", "valueSet": "urn:x/ValueSet/states|1"}
        ),
        element("Thing.media", 0, "*", "code", binding={"strength": "required", "valueSet": "urn:x/ValueSet/media"}),
        element("Thing.kinds", 0, "*", "code", binding={"strength": "required", "valueSet": "urn:x/ValueSet/states"}),
        element("Thing.free", 0, "1", "code", binding={"strength": "example", "valueSet": "urn:x/ValueSet/none"}),
        element("Thing.never", 0, "0", "string"),
        element("Thing.value[x]", 1, "1", "string", "boolean"),
        element("Thing.maybe[x]", 0, "1", "string", "Part"),
        element("Thing.about", 1, "1", ("Reference", [f"{BASE}Thing", f"{BASE}Other"])),
        element("Thing.any", 0, "1", ("Reference", [f"{BASE}Resource"])),
        element("Thing.few", 0, "2", "Part"),
        element("Thing.few", 0, "1", "Part", sliceName="one"),
        element("Thing.file", 0, "1", "Attachment"),
        element("Thing.fixed", 0, "1", "string", fixedString="a"),
        element("Thing.pattern", 0, "1", "Part", patternPart={"id": "a", "extension": [{"url": "urn:a"}]}),
        element("Thing.part", 0, "*", "BackboneElement"),
        element("Thing.part.name", 1, "1", "string"),
        element("Thing.part.part", 0, "*", contentReference="#Thing.part") | {"type": None},
    ),
    definition(
        "Element",
        "complex-type",
        element("Element.id", 0, "1", SYSTEM),
        element("Element.extension", 0, "*", "Extension"),
    ),
    definition(
        "Extension",
        "complex-type",
        element("Extension.id", 0, "1", SYSTEM),
        element("Extension.extension", 0, "*", "Extension"),
        element("Extension.url", 1, "1", SYSTEM),
        element("Extension.value[x]", 0, "1", "string", "boolean"),
    ),
    definition(
        "Part", "complex-type", element("Part.id", 0, "1", SYSTEM), element("Part.extension", 0, "*", "Extension")
    ),
    definition(
        "Attachment",
        "complex-type",
        element("Attachment.contentType", 0, "1", "string"),
        element("Attachment.data", 0, "1", "string"),
    ),
    definition(
        "Reference",
        "complex-type",
        element("Reference.reference", 0, "1", "string"),
        element("Reference.type", 0, "1", "uri"),
    ),
    (
        "ValueSet-states",
        {"compose": {"include": [{"system": "urn:x/states"}, {"system": "urn:y", "concept": [{"code": "extra"}]}]}},
    ),
    ("CodeSystem-states", {"concept": [{"code": "on", "concept": [{"code": "half-on"}]}, {"code": "off"}]}),
    ("ValueSet-media", {"compose": {"include": [{"system": "urn:ietf:bcp:13"}]}}),
]
LEAST = {"resourceType": "Thing", "status": "on", "valueString": "a", "about": {"reference": "Thing/1"}}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A package with one small resource type."""
    directory = tmp_path_factory.mktemp("package")
    for name, content in SMALL:
        # A contentReference stands instead of types.
        for each in content.get("snapshot", {}).get("element", ()):
            if "contentReference" in each:
                del each["type"]
        (directory / f"{name}.json").write_text(json.dumps(content))
    return directory


@pytest.fixture(scope="module")
def validator(package):
    """The compiled schema of it."""
    schemas = compile_schemas(package, ["Thing"])
    schema = schemas["Thing"] | {"$defs": schemas["definitions"]["$defs"] | schemas["Thing"]["$defs"]}
    return jsonschema_rs.Draft202012Validator(schema)


@pytest.mark.parametrize(
    "more, is_valid",
    [
        ({}, True),
        ({"status": "half-on"}, True),
        ({"status": "extra"}, True),
        ({"status": "none"}, False),
        ({"id": "a b"}, False),
        ({"_id": {"id": "a"}}, False),
        ({"unknown": 1}, False),
        ({"never": "a"}, False),
        ({"contained": [{"resourceType": "Anything", "a": 1}]}, True),
        ({"contained": [{}]}, False),
        ({"kinds": ["on", None]}, True),
        ({"kinds": ["none"]}, False),
        ({"_kinds": [None, {"id": "a", "extension": [{"url": "urn:a", "valueString": "b"}]}]}, True),
        ({"_kinds": [{"id": "a"}]}, True),
        ({"media": ["text/plain; charset=utf-8"]}, True),
        ({"media": ["text"]}, False),
        ({"free": "anything"}, True),
        ({"valueBoolean": True}, False),
        ({"_valueBoolean": {"extension": [{"url": "urn:a", "valueBoolean": True}]}}, False),
        ({"maybeString": "a"}, True),
        ({"maybeString": "a", "maybePart": {"extension": [{"url": "urn:a", "valueString": "b"}]}}, False),
        ({"about": {"reference": "Third/1"}}, False),
        ({"about": {"reference": "https://a.example/fhir/Other/1/_history/2"}}, True),
        ({"about": {"reference": "https://a.example/fhir/Third/1"}}, False),
        ({"about": {"reference": "#a"}}, True),
        ({"about": {"reference": "Other?identifier=a"}}, True),
        ({"about": {"reference": "urn:uuid:1", "type": "Other"}}, True),
        ({"about": {"reference": "urn:uuid:1", "type": "Third"}}, False),
        ({"any": {"reference": "Third/1"}}, True),
        ({"few": []}, False),
        ({"few": [{"extension": [{"url": "urn:a", "valueString": "b"}]}] * 3}, False),
        ({"few": [{}]}, False),
        ({"few": [{"extension": [{"url": "urn:a"}]}]}, False),
        ({"few": [{"extension": [{"id": "x", "url": "urn:a", "valueString": "b"}]}]}, True),
        ({"few": [{"extension": [{"id": "x", "url": "urn:a", "valueString": "b", "valueBoolean": True}]}]}, False),
        ({"fixed": "a"}, True),
        ({"fixed": "b"}, False),
        (
            {
                "pattern": {
                    "id": "a",
                    "extension": [{"url": "urn:b", "valueString": "b"}, {"url": "urn:a", "valueString": "b"}],
                }
            },
            True,
        ),
        ({"pattern": {"id": "a", "extension": [{"url": "urn:b", "valueString": "b"}]}}, False),
        ({"part": [{"name": "a", "part": [{"name": "b"}]}]}, True),
        ({"file": {"contentType": "text/plain", "data": "YQ=="}}, True),
        ({"file": {"data": "YQ=="}}, False),
        ({"part": [{"name": "a", "part": [{}]}]}, False),
        ({"part": [{"_name": {"extension": [{"url": "urn:a", "valueString": "b"}]}}]}, True),
    ],
)
def test_a_definition_says_what_is_valid(validator, more, is_valid):
    """Cardinality, types, choices, bindings, targets, fixed values, siblings, content that is reused."""
    assert validator.is_valid(LEAST | more) is is_valid


@pytest.mark.parametrize("name", ["resourceType", "status", "valueString", "about"])
def test_what_must_be_there_is_missed(validator, name):
    """Primitives and choices too."""
    assert not validator.is_valid({key: value for key, value in LEAST.items() if key != name})


def test_the_command_writes_one_file_for_each_type(package, tmp_path, monkeypatch, capsys):
    """The same for the same package; without a package it says how to call it."""
    assert main([], tmp_path) == 2
    assert "usage" in capsys.readouterr().err
    schemas = compile_schemas(package, ["Thing"])
    assert {name: json.loads(schema_text(schema)) for name, schema in schemas.items()} == schemas
    assert schema_text(schemas["Thing"]) == schema_text(compile_schemas(package, ["Thing"])["Thing"])
    assert main([str(package)], tmp_path / "new", ["Thing"]) == 0
    files = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "new").glob("*.json")}
    assert files == schemas


@requires(PACKAGES)
def test_the_schemas_are_what_the_official_package_gives(tmp_path):
    """Whoever changes the compiler, a primitive or a shape compiles anew."""
    assert main([str(PACKAGE)], tmp_path) == 0
    files = {path.name: path.read_text() for path in TARGET.glob("*.json")}
    assert {path.name: path.read_text() for path in tmp_path.glob("*.json")} == files
    assert sum(map(len, files.values())) < 3_000_000
