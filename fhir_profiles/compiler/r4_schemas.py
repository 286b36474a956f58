"""Compile HL7's StructureDefinitions into JSON Schemas: `python -m fhir_profiles.compiler.r4_schemas DIRECTORY`.

Writes one file for each resource type, and `definitions.json` for the data types that they share, to
`app/fhir/schemas/`. A schema refers to definitions of both files as `#/$defs/NAME`; `app.fhir.check.check` puts the two
together. Names of definitions: a type (`Period`), an element with content of its own (`CarePlan.activity`), a reference
to some types (`Reference:Group,Patient`), the codes of a required binding (`code:request-status`), an invariant
(`invariant:per-1`), and with `?` a member of a list that may be null.

https://hl7.org/fhir/R4/structuredefinition.html
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.fhir.canonicals import last_segment
from app.fhir.primitives import PRIMITIVES
from app.fhir.schema_files import SCHEMAS
from app.fhir.types import ALL_TYPES
from fhir_profiles.compiler.r4_invariants import INVARIANT_SCHEMAS
from fhir_profiles.compiler.schema_parts import choice_name, pattern_schema, reference_schema
from fhir_profiles.compiler.snapshots import all_codes

Schema = dict[str, Any]
Element = Mapping[str, Any]

TARGET: Final = SCHEMAS
SHARED: Final = "definitions"
DEFINITION: Final = "http://hl7.org/fhir/StructureDefinition/"

OPEN_SYSTEMS: Final = {
    "urn:ietf:bcp:13": {"type": "string", "pattern": r"^[^\s/]+/\S+(?: \S+)*$"},
    "urn:iso:std:iso:4217": {"type": "string", "pattern": "^[A-Z]{3}$"},
}
"""Code systems that no package lists: media types and currencies, by their form."""

_RESOURCE: Final[Schema] = {
    "type": "object",
    "required": ["resourceType"],
    "properties": {"resourceType": {"type": "string"}},
}
"""A resource inside another: `app.fhir.check.check` looks at it by its own type."""


@dataclass
class SchemaCompiler:
    """The definitions compiled so far from the package in `directory`.

    `targets` and `nullable` are the definitions that `shared` derives from others at the end.
    """

    directory: Path
    definitions: dict[str, Schema] = field(default_factory=dict)
    targets: dict[str, list[str]] = field(default_factory=dict)
    nullable: set[str] = field(default_factory=set)

    def resource(self, name: str) -> Schema:
        """Compile a resource type; return its own definitions, and leave those of data types in `definitions`."""
        self._type(name)
        own = {key for key in self.definitions if key == name or key.startswith(f"{name}.")}
        return {"$ref": f"#/$defs/{name}", "$defs": {key: self.definitions.pop(key) for key in sorted(own)}}

    def shared(self) -> Schema:
        """Return the definitions of the data types, with those that derive from others."""
        for name, targets in self.targets.items():
            any_target = self.definitions["Reference"]
            self.definitions[name] = any_target | {
                "properties": any_target["properties"] | reference_schema(targets)["properties"]
            }
        for name in self.nullable:
            schema = self.definitions[name]
            codes = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
            self.definitions[f"{name}?"] = schema | {"type": [schema["type"], "null"]} | codes
        return {"$defs": dict(sorted(self.definitions.items()))}

    def _type(self, name: str) -> None:
        """Compile a type with all that it refers to, once."""
        if name in self.definitions:
            return
        self.definitions[name] = {}
        if name in PRIMITIVES:
            self.definitions[name] = dict(PRIMITIVES[name].schema)
            return
        definition = self._read(f"StructureDefinition-{name}")
        elements = [element for element in definition["snapshot"]["element"] if "sliceName" not in element]
        for path, children in _by_parent(elements).items():
            self.definitions[path] = self._object(path, children, is_resource=definition["kind"] == "resource")

    def _object(self, path: str, children: list[Element], *, is_resource: bool) -> Schema:
        schema: Schema = {"type": "object", "additionalProperties": False, "properties": {}, "required": []}
        rules: list[Schema] = []
        if is_resource and "." not in path:
            schema["properties"]["resourceType"] = {"const": path}
            schema["required"].append("resourceType")
        for element in children:
            names = self._properties(element, schema["properties"])
            _require(element, names, schema["required"], rules)
        rules += self._rules(path)
        if path == "Extension":
            rules = [_ref(self._one_value(schema["properties"]))]
        if not schema["required"]:
            del schema["required"]
            schema["minProperties"] = 1
            # The `_` sibling of a primitive may have only an id if the value is present: no schema sees both.
            rules += [] if path == "Element" else [{"if": {"required": ["id"]}, "then": {"minProperties": 2}}]
        return schema | ({"allOf": rules} if rules else {})

    def _one_value(self, properties: Iterable[str]) -> str:
        """An extension has a value or extensions (ext-1); a url with one other member that is no id satisfies it."""
        values = [name for name in properties if name.startswith("value")]
        only_two = {"maxProperties": 2, "minProperties": 2, "not": {"required": ["id"]}}
        exactly_one = {"oneOf": [_any(name) for name in ("extension", *values)]}
        self.definitions["invariant:ext-1"] = {"anyOf": [only_two, exactly_one]}
        return "invariant:ext-1"

    def _properties(self, element: Element, properties: Schema) -> list[str]:
        """Add an element's properties; return their names, several for a choice of types."""
        name = element["path"].rpartition(".")[2]
        if "contentReference" in element:
            properties[name] = _repeated(element, _ref(element["contentReference"].removeprefix("#")))
            return [name]
        names = []
        for type_ in _types(element):
            spelling = choice_name(name, type_["code"])
            names.append(spelling)
            self._property(element, type_, spelling, properties)
        return names

    def _property(self, element: Element, type_: Element, name: str, properties: Schema) -> None:
        schema = self._value(element, type_)
        repeats = element["max"] != "1"
        if type_["code"] in PRIMITIVES and not _is_plain(element):
            self._type("Element")
            properties[f"_{name}"] = _repeated(element, self._nullable("Element") if repeats else _ref("Element"))
            schema = self._nullable(schema["$ref"].removeprefix("#/$defs/")) if repeats else schema
        properties[name] = _repeated(element, schema)

    def _value(self, element: Element, type_: Element) -> Schema:
        """Return the schema of one value of an element."""
        code = type_["code"]
        if code in ("BackboneElement", "Element"):
            return _ref(element["path"])
        if code == "Resource":
            return _RESOURCE
        if code == "Reference":
            return _ref(self._reference(type_.get("targetProfile", [])))
        binding = element.get("binding", {})
        if code == "code" and binding.get("strength") == "required":
            return _ref(self._codes(binding["valueSet"]))
        self._type(code)
        rules = [rule for profile in type_.get("profile", ()) for rule in self._rules(last_segment(profile))]
        return {"allOf": [_ref(code), *rules]} if rules else _with_given(element, _ref(code))

    def _rules(self, name: str) -> list[Schema]:
        """The invariants of a type, an element or a profile."""
        schemas = INVARIANT_SCHEMAS.get(name, {})
        self.definitions |= {f"invariant:{key}": dict(schema) for key, schema in schemas.items()}
        return [_ref(f"invariant:{key}") for key in schemas]

    def _nullable(self, name: str) -> Schema:
        """Request the form of a definition in a list, where null keeps the members in step with the `_` sibling."""
        self.nullable.add(name)
        return _ref(f"{name}?")

    def _reference(self, profiles: list[str]) -> str:
        """Request a Reference to some types only; return the name of its definition."""
        targets = sorted(profile.removeprefix(DEFINITION) for profile in profiles)
        self._type("Reference")
        if not targets or targets == ["Resource"]:
            return "Reference"
        name = f"Reference:{','.join(targets)}"
        self.targets[name] = targets
        return name

    def _codes(self, value_set: str) -> str:
        name = value_set.partition("|")[0].rpartition("/")[2]
        key = f"code:{name}"
        if key not in self.definitions:
            includes = self._read(f"ValueSet-{name}")["compose"]["include"]
            form = OPEN_SYSTEMS.get(includes[0]["system"])
            self.definitions[key] = dict(form) if form else self._enumerated(includes)
        return key

    def _enumerated(self, includes: Iterable[Mapping[str, Any]]) -> Schema:
        return {"type": "string", "enum": sorted({code for include in includes for code in self._listed(include)})}

    def _listed(self, include: Mapping[str, Any]) -> Iterator[str]:
        system = include["system"].rpartition("/")[2]
        yield from all_codes(include.get("concept") or self._read(f"CodeSystem-{system}")["concept"])

    def _read(self, name: str) -> dict[str, Any]:
        definition: dict[str, Any] = json.loads((self.directory / f"{name}.json").read_text())
        return definition


def compile_schemas(directory: Path, types: Iterable[str] = ALL_TYPES) -> dict[str, Schema]:
    """Compile the resource types; return the schemas by the names of their files."""
    compiler = SchemaCompiler(directory)
    schemas = {name: compiler.resource(name) for name in types}
    return schemas | {SHARED: compiler.shared()}


def schema_text(schema: Schema) -> str:
    """Write a schema as JSON, one definition a line; the same input gives the same bytes."""
    lines = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(definition, separators=(',', ':'), sort_keys=True)}"
        for name, definition in schema["$defs"].items()
    )
    head = f'"$ref":{json.dumps(schema["$ref"])},' if "$ref" in schema else ""
    return f'{{{head}"$defs":{{\n{lines}\n}}}}\n'


def main(arguments: list[str], target: Path = TARGET, types: Iterable[str] = ALL_TYPES) -> int:
    """Compile the package in the directory that is the only argument."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m fhir_profiles.compiler.r4_schemas PACKAGE_DIRECTORY\n")
        return 2
    target.mkdir(exist_ok=True)
    for name, schema in compile_schemas(Path(arguments[0]), types).items():
        (target / f"{name}.json").write_text(schema_text(schema))
    return 0


def _by_parent(elements: list[Element]) -> dict[str, list[Element]]:
    """Group elements by the path of their parents."""
    grouped: dict[str, list[Element]] = {}
    for element in elements[1:]:
        grouped.setdefault(element["path"].rpartition(".")[0], []).append(element)
    return grouped


def _types(element: Element) -> list[Element]:
    """Return the types of an element, with FHIR's types in place of FHIRPath's own, which ids and urls have.

    Reference.reference is a string by its type, and a URL by its description.
    """
    if element.get("max") == "0":
        return []
    if element["path"] == "Reference.reference":
        return [{"code": "url"}]
    if not _is_system_type(element["type"][0]["code"]):
        return list(element["type"])
    is_resource_id = element["base"]["path"] == "Resource.id"
    return [{"code": "id" if is_resource_id else "uri" if element["path"].endswith(".url") else "string"}]


def _is_plain(element: Element) -> bool:
    """Whether a value can have no `_` sibling with extensions."""
    code: str = element["type"][0]["code"]
    return _is_system_type(code) or code == "xhtml"


def _is_system_type(code: str) -> bool:
    return code.startswith("http://hl7.org/fhirpath/")


def _require(element: Element, names: list[str], required: list[str], rules: list[Schema]) -> None:
    """Add the rules that an element must be present, and that a choice has one type."""
    if not names:
        return
    if len(names) > 1:
        choices = [_any(name) for name in names]
        rules.append({"oneOf": choices if element["min"] else [*choices, {"not": {"anyOf": choices}}]})
    elif element["min"]:
        if _may_be_sibling_alone(element):
            rules.append(_any(names[0]))
        else:
            required.append(names[0])


def _may_be_sibling_alone(element: Element) -> bool:
    """Whether extensions may replace the value: of a primitive, but not of a code with a required binding."""
    if "type" not in element or _is_plain(element):
        return False
    return element["type"][0]["code"] in PRIMITIVES and element.get("binding", {}).get("strength") != "required"


def _any(name: str) -> Schema:
    return {"anyOf": [{"required": [name]}, {"required": [f"_{name}"]}]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _repeated(element: Element, schema: Schema) -> Schema:
    """Wrap the schema of one value in that of a list, where the element repeats."""
    if element["max"] == "1":
        return schema
    most = {} if element["max"] == "*" else {"maxItems": int(element["max"])}
    return {"type": "array", "minItems": 1, "items": schema} | most


def _with_given(element: Element, schema: Schema) -> Schema:
    """Add the element's fixed or pattern value to its schema."""
    for name, value in element.items():
        if name.startswith("fixed"):
            return {"allOf": [schema, {"const": value}]}
        if name.startswith("pattern"):
            return {"allOf": [schema, pattern_schema(value)]}
    return schema


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
