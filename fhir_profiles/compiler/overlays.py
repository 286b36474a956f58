"""Compiles what a profile or an extension requires beyond its type to a JSON Schema, its overlay.

Each requirement is a definition, named for its element. Its `says` has the name of the message in
`app.fhir.check.profile_messages` and the words that fill its places; its `at` names the element that may be missing.
https://hl7.org/fhir/R4/profiling.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.fhir.canonicals import STRUCTURE_DEFINITION, last_segment
from app.fhir.primitives import PRIMITIVES
from fhir_profiles.compiler.descriptions import joined_names, slice_text, value_text
from fhir_profiles.compiler.schema_parts import (
    BOUND_TYPES,
    Schema,
    all_of,
    any_of,
    binding_schema,
    choice_name,
    reference_schema,
    value_schema,
)
from fhir_profiles.compiler.slices import slice_schema, without_discriminator
from fhir_profiles.compiler.snapshots import ElementNode, Library, Unsupported, element_tree

Bases = Mapping[str, Schema]
"""The definitions of the type's own schema, by their names."""

_DEFINITIONS: Final = "#/$defs/"
_LIMITS: Final = ("maxLength", "minValue", "maxValue")
_ADDRESS: Final[Schema] = {"properties": {"url": {"pattern": ":"}}}
"""An extension with an absolute URL: the parts of an extension have bare names."""


class PlacedElement(NamedTuple):
    """An element of an object, with its names in JSON and the names that it may not have.

    `parent` is the name of the object's definition in the base schema.
    """

    node: ElementNode
    parent: str
    names: list[str]
    refused: list[str]


class OverlayCompiler:
    """Collects the requirements of a definition and the profiles that it requires of reference targets (`targets`)."""

    def __init__(self, bases: Bases, library: Library) -> None:
        self.requirements: dict[str, Schema] = {}
        self.targets: list[dict[str, Any]] = []
        self._bases = bases
        self._library = library

    def content(self, node: ElementNode, parent: str) -> Schema:
        """What is required of an object with the base definition `parent`: of its elements, and of their values."""
        rules: list[Schema] = []
        values: dict[str, list[Schema]] = {}
        for place in self._places(node, parent):
            rules += self._presence(place)
            for name in place.names:
                on_object, on_value = self._element(place, name)
                rules += on_object
                values.setdefault(name, []).extend(on_value)
                values.setdefault(f"_{name}", []).extend(self._sibling(place, name))
        properties = {name: all_of(schemas) for name, schemas in values.items() if schemas}
        return all_of([*rules, *([{"properties": properties}] if properties else [])])

    def _places(self, node: ElementNode, parent: str) -> Iterator[PlacedElement]:
        """Yield each element, and each slice of a choice; not the url of an extension, which identified it already."""
        for name, child in node.children.items():
            if limits := [key for key in child.element if key.startswith(_LIMITS)]:
                raise Unsupported(f"{child.element['id']}: {limits[0]}")
            if (parent == "Extension" and name == "url") or not self._is_in_r4(name, child, parent):
                continue
            if not name.endswith("[x]"):
                none = child.element["max"] == "0"
                yield PlacedElement(child, parent, [] if none else [name], [name] if none else [])
                continue
            for option in (child, *child.slices.values()):
                wanted = {choice_name(name, type_["code"]) for type_ in option.element["type"]}
                every = [
                    spelling
                    for spelling in self._bases[parent]["properties"]
                    if self._is_choice(parent, spelling, name)
                ]
                allowed = [spelling for spelling in every if spelling in wanted and option.element["max"] != "0"]
                refused = set(every) - set(allowed) if option is child else wanted - set(allowed)
                yield PlacedElement(option, parent, allowed, sorted(refused))

    def _is_in_r4(self, name: str, child: ElementNode, parent: str) -> bool:
        """Whether R4 has the element; an element of another release may not be required."""
        known = name.endswith("[x]") or name in self._bases[parent]["properties"]
        if not known and child.element["min"]:
            raise Unsupported(f"{child.element['id']}: no element of R4")
        return known

    def _is_choice(self, parent: str, name: str, choice: str) -> bool:
        return choice_name(choice, (self._definition_of(parent, name) or "-").partition(":")[0]) == name

    def _definition_of(self, parent: str, name: str) -> str | None:
        """The name of the base definition of an element's value; None for a resource."""
        schema = self._bases[parent]["properties"][name]
        schema = schema.get("items", schema)
        schema = schema.get("allOf", [schema])[0]
        return definition_name(schema["$ref"]).removesuffix("?") if "$ref" in schema else None

    def _require(self, node: ElementNode, what: str, schema: Schema, *words: str, at: str = "") -> Schema:
        element = node.element["id"]
        name = f"{element.replace('[x]', '*')}({what})"
        called = element.rpartition(":")[0] if words[0].startswith("slice") else element
        self.requirements[name] = schema | {"says": [words[0], called, *words[1:]]} | ({"at": at} if at else {})
        return {"$ref": f"{_DEFINITIONS}{name}"}

    def _presence(self, place: PlacedElement) -> list[Schema]:
        """Requirements on the number of an element, and on the names that it may not have."""
        node, _, names, refused = place
        least = node.element["min"]
        if not names and place.parent == "Extension" and last_step(node) == "value[x]":
            return [self._require(node, "none", {"required": ["extension"]}, "parts")]
        if refused and not (names and least):
            none = {"properties": {spelling: False for name in refused for spelling in (name, f"_{name}")}}
            return [self._require(node, "none", none, *(["choice", joined_names(names)] if names else ["none"]))]
        if not refused and (least <= node.element["base"]["min"] or _is_required_by_slices(node)):
            return []
        if least > 1:
            few = {"required": names, "properties": {names[0]: {"minItems": least}}}
            return [self._require(node, "few", few, "few", str(least), at=names[0])]
        present = any_of([{"required": [spelling]} for name in names for spelling in _spellings(node, name)])
        if refused or len(names) > 1:
            return [self._require(node, "there", present, "choice", joined_names(names))]
        return [self._require(node, "there", present, "missing", at=names[0])]

    def _element(self, place: PlacedElement, name: str) -> tuple[list[Schema], list[Schema]]:
        """The requirements that an element's slices put on the object, and those on the element."""
        node = place.node
        value_rules = self._value(place, name)
        if not node.is_list:
            return [], value_rules
        most = node.element["max"]
        list_rules = [{"items": all_of(value_rules)}] if value_rules else []
        if most not in {"*", node.element["base"]["max"]}:
            list_rules.append(self._require(node, "many", {"maxItems": int(most)}, "many", most))
        on_object = []
        known = []
        for part in node.slices.values():
            match = slice_schema(node, part, self._library)
            known.append(match)
            what = slice_text(node, part)
            on_object += self._slice_presence(part, name, match, what)
            list_rules += self._slice(
                PlacedElement(without_discriminator(node, part), place.parent, [name], []), match, what
            )
        if known and (rule := self._closed(place, known)):
            list_rules.append(rule)
        return on_object, list_rules

    def _slice_presence(self, part: ElementNode, name: str, match: Schema, what: str) -> list[Schema]:
        least = part.element["min"]
        if not least:
            return []
        contains = {"contains": match} | ({"minContains": least} if least > 1 else {})
        present = {"required": [name], "properties": {name: contains}}
        words = ["slice-few", str(least)] if least > 1 else ["slice"]
        return [self._require(part, "there", present, words[0], what, *words[1:], at=name)]

    def _slice(self, place: PlacedElement, match: Schema, what: str) -> list[Schema]:
        """The requirements of a slice on its list: the maximum, and the content of its items."""
        part = place.node
        most = part.element["max"]
        list_rules = []
        if most != "*":
            many = {"contains": match, "minContains": 0, "maxContains": int(most)}
            words = ["slice-none"] if most == "0" else ["slice-many"]
            list_rules.append(self._require(part, "many", many, *words, what, most))
        value_rules = [rule for rule in self._value(place, place.names[0]) if self._resolved(rule) != match]
        if value_rules and most != "0":
            list_rules.append({"items": {"if": match, "then": all_of(value_rules)}})
        return list_rules

    def _resolved(self, schema: Schema) -> Schema:
        """A requirement without its words."""
        requirement = self.requirements.get(definition_name(schema.get("$ref", "")), schema)
        return {key: value for key, value in requirement.items() if key not in {"says", "at"}}

    def _closed(self, place: PlacedElement, known: list[Schema]) -> Schema | None:
        """The requirement that a list has only its slices, and an extension only the parts that it defines."""
        node = place.node
        rules = node.element.get("slicing", {}).get("rules", "open")
        is_part = place.parent == "Extension"
        if rules == "openAtEnd" or node.element.get("slicing", {}).get("ordered"):
            raise Unsupported(f"{node.element['id']}: slices in an order")
        if rules == "open" and not is_part:
            return None
        also = [_ADDRESS] if rules == "open" else []
        parts = node.slices.values()
        names = joined_names([part.element["sliceName"] if is_part else slice_text(node, part) for part in parts])
        return self._require(node, "closed", {"items": {"anyOf": [*known, *also]}}, "closed", names)

    def _value(self, place: PlacedElement, name: str) -> list[Schema]:
        """The requirements on a value of an element."""
        node = place.node
        definition = self._definition_of(place.parent, name)
        rules = []
        if node.given is not None:
            rules.append(self._require(node, "value", value_schema(node.given), "value", value_text(node.given.value)))
        for type_ in node.element.get("type", ()):
            if not node.path.endswith("[x]") or name.endswith(choice_name("[x]", type_["code"])):
                rules += self._of_type(node, type_, definition)
        if node.children and definition is not None and not _is_primitive(definition):
            rules.append(self.content(node, definition))
        return [rule for rule in rules if rule]

    def _sibling(self, place: PlacedElement, name: str) -> list[Schema]:
        """The requirements on the extensions of a primitive, which stand in its `_` sibling."""
        node = place.node
        if "extension" not in node.children or not _is_primitive(self._definition_of(place.parent, name) or ""):
            return []
        rules = self.content(ElementNode(node.element, {"extension": node.children["extension"]}), "Element")
        return [{"items": rules} if node.is_list else rules] if rules else []

    def _of_type(self, node: ElementNode, type_: Mapping[str, Any], definition: str | None) -> list[Schema]:
        """The requirements of a type's binding, targets and profile."""
        rules = []
        binding = node.element.get("binding", {})
        is_bound = binding.get("strength") == "required" and type_["code"] in BOUND_TYPES
        if is_bound and definition != f"code:{last_segment(binding['valueSet'])}":
            rules.append(self._bound(node, type_["code"], binding["valueSet"]))
        if type_["code"] == "Reference":
            rules += self._reference(node, type_.get("targetProfile", ()), definition or "")
        if type_["code"] != "Extension" and definition is not None:
            rules += self._profiled(node, type_.get("profile", ()), definition)
        return rules

    def _profiled(self, node: ElementNode, profiles: Sequence[str], definition: str) -> list[Schema]:
        """What the profile on a data type requires; a profile that is not in the library requires nothing."""
        if len(profiles) > 1:
            raise Unsupported(f"{node.element['id']}: one of several profiles")
        known = [profile for canonical in profiles if (profile := self._library.definition(canonical))]
        return [self.content(element_tree(profile), definition) for profile in known]

    def _bound(self, node: ElementNode, type_code: str, value_set: str) -> Schema:
        codes = self._library.codes(value_set)
        words = joined_names([code for of_system in codes.values() for code in of_system])
        return self._require(
            node, f"code-{type_code}", binding_schema(type_code, codes), "code", value_set.partition("|")[0], words
        )

    def _reference(self, node: ElementNode, profiles: Sequence[str], definition: str) -> list[Schema]:
        types = sorted({self._library.type_of(profile) for profile in profiles})
        if not all(profile.startswith(STRUCTURE_DEFINITION) for profile in profiles) and ":" not in node.element["id"]:
            path = [choice_name(step, "Reference") for step in node.path.split(".")[1:]]
            wanted = [[self._library.type_of(profile), profile] for profile in profiles]
            self.targets.append({"path": path, "profiles": wanted})
        if not types or "Resource" in types or set(types) == set(definition.partition(":")[2].split(",")):
            return []
        return [
            self._require(
                node,
                "target",
                reference_schema(types),
                "target",
                joined_names(_types_and_names(profiles, self._library)),
            )
        ]


def definition_name(reference: str) -> str:
    """The name of the definition in a `$ref`."""
    return reference.removeprefix(_DEFINITIONS)


def last_step(node: ElementNode) -> str:
    """The last step of an element's path."""
    return node.path.rpartition(".")[2]


def _types_and_names(profiles: Sequence[str], library: Library) -> list[str]:
    """The types of reference targets, with the name of the profile if it is not the base type."""
    types = [library.type_of(profile) for profile in profiles]
    return [
        type_code if type_code == last_segment(url) else f"{type_code} ({last_segment(url)})"
        for type_code, url in zip(types, profiles, strict=True)
    ]


def _is_primitive(definition: str) -> bool:
    return definition in PRIMITIVES or definition.startswith("code:")


def _is_required_by_slices(node: ElementNode) -> bool:
    return node.is_list and sum(part.element["min"] for part in node.slices.values()) >= node.element["min"]


def _spellings(node: ElementNode, name: str) -> list[str]:
    """A primitive may be present by its extensions alone, unless its value is fixed."""
    is_primitive = all(type_["code"] in PRIMITIVES for type_ in node.element.get("type", [{"code": ""}]))
    return [name, f"_{name}"] if is_primitive and node.given is None else [name]
