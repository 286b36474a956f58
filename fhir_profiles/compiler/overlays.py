"""What a profile or an extension asks beyond its type, as a JSON Schema: its overlay.

Each demand is a definition of its own, named for its element, with how it is put into words in `says`: a row of
`app.fhir.check.profile_messages`, then what fills its places. `at` names the element that may be missing.
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
from fhir_profiles.compiler.snapshots import Library, Node, Unsupported, tree

Bases = Mapping[str, Schema]
"""The definitions of the type's own schema, by their names."""

_DEFINITIONS: Final = "#/$defs/"
_LIMITS: Final = ("maxLength", "minValue", "maxValue")
_ADDRESS: Final[Schema] = {"properties": {"url": {"pattern": ":"}}}
"""An extension of its own: the parts of an extension have bare names."""


class Place(NamedTuple):
    """An element of the object that the base knows as `of`, with its names in JSON and those that it may not have."""

    node: Node
    of: str
    names: list[str]
    refused: list[str]


class OverlayCompiler:
    """The demands of one definition (`made`) and the targets that it wants (`targets`), as they are found."""

    def __init__(self, bases: Bases, library: Library) -> None:
        self.made: dict[str, Schema] = {}
        self.targets: list[dict[str, Any]] = []
        self._bases = bases
        self._library = library

    def content(self, node: Node, of: str) -> Schema:
        """What is asked of an object that the base knows as `of`: of its elements, and of their values."""
        found: list[Schema] = []
        values: dict[str, list[Schema]] = {}
        for place in self._places(node, of):
            found += self._presence(place)
            for name in place.names:
                on_object, on_value = self._element(place, name)
                found += on_object
                values.setdefault(name, []).extend(on_value)
                values.setdefault(f"_{name}", []).extend(self._sibling(place, name))
        properties = {name: all_of(each) for name, each in values.items() if each}
        return all_of([*found, *([{"properties": properties}] if properties else [])])

    def _places(self, node: Node, of: str) -> Iterator[Place]:
        """Yield each element, and each slice of a choice by itself; an extension's url is what it was found by."""
        for name, child in node.children.items():
            if limits := [each for each in child.element if each.startswith(_LIMITS)]:
                raise Unsupported(f"{child.element['id']}: {limits[0]}")
            if (of == "Extension" and name == "url") or not self._is_of_the_base(name, child, of):
                continue
            if not name.endswith("[x]"):
                none = child.element["max"] == "0"
                yield Place(child, of, [] if none else [name], [name] if none else [])
                continue
            for each in (child, *child.slices.values()):
                wanted = {choice_name(name, kind["code"]) for kind in each.element["type"]}
                every = [one for one in self._bases[of]["properties"] if self._is_choice(of, one, name)]
                allowed = [one for one in every if one in wanted and each.element["max"] != "0"]
                refused = set(every) - set(allowed) if each is child else wanted - set(allowed)
                yield Place(each, of, allowed, sorted(refused))

    def _is_of_the_base(self, name: str, child: Node, of: str) -> bool:
        """Whether R4 has the element: what another release has cannot be there, and may not be asked for."""
        known = name.endswith("[x]") or name in self._bases[of]["properties"]
        if not known and child.element["min"]:
            raise Unsupported(f"{child.element['id']}: no element of R4")
        return known

    def _is_choice(self, of: str, name: str, choice: str) -> bool:
        return choice_name(choice, (self._held(of, name) or "-").partition(":")[0]) == name

    def _held(self, of: str, name: str) -> str | None:
        """The base's name for the value of an element; None for a resource."""
        schema = self._bases[of]["properties"][name]
        schema = schema.get("items", schema)
        schema = schema.get("allOf", [schema])[0]
        return named(schema["$ref"]).removesuffix("?") if "$ref" in schema else None

    def _demand(self, node: Node, what: str, schema: Schema, *words: str, at: str = "") -> Schema:
        element = node.element["id"]
        name = f"{element.replace('[x]', '*')}({what})"
        called = element.rpartition(":")[0] if words[0].startswith("slice") else element
        self.made[name] = schema | {"says": [words[0], called, *words[1:]]} | ({"at": at} if at else {})
        return {"$ref": f"{_DEFINITIONS}{name}"}

    def _presence(self, place: Place) -> list[Schema]:
        """That an element is there as often as it must, and that none is there that may not be."""
        node, _, names, refused = place
        least = node.element["min"]
        if not names and place.of == "Extension" and last_of(node) == "value[x]":
            return [self._demand(node, "none", {"required": ["extension"]}, "parts")]
        if refused and not (names and least):
            none = {"properties": {spelling: False for one in refused for spelling in (one, f"_{one}")}}
            return [self._demand(node, "none", none, *(["choice", joined_names(names)] if names else ["none"]))]
        if not refused and (least <= node.element["base"]["min"] or _is_asked_by_slices(node)):
            return []
        if least > 1:
            few = {"required": names, "properties": {names[0]: {"minItems": least}}}
            return [self._demand(node, "few", few, "few", str(least), at=names[0])]
        there = any_of([{"required": [one]} for name in names for one in _spellings(node, name)])
        if refused or len(names) > 1:
            return [self._demand(node, "there", there, "choice", joined_names(names))]
        return [self._demand(node, "there", there, "missing", at=names[0])]

    def _element(self, place: Place, name: str) -> tuple[list[Schema], list[Schema]]:
        """What is asked of the object because of an element's slices, and what of the element."""
        node = place.node
        one = self._value(place, name)
        if not node.is_list:
            return [], one
        most = node.element["max"]
        found = [{"items": all_of(one)}] if one else []
        if most not in {"*", node.element["base"]["max"]}:
            found.append(self._demand(node, "many", {"maxItems": int(most)}, "many", most))
        on_object = []
        known = []
        for part in node.slices.values():
            match = slice_schema(node, part, self._library)
            known.append(match)
            what = slice_text(node, part)
            on_object += self._slice_there(part, name, match, what)
            found += self._slice(Place(without_discriminator(node, part), place.of, [name], []), match, what)
        if known and (rule := self._closed(place, known)):
            found.append(rule)
        return on_object, found

    def _slice_there(self, part: Node, name: str, match: Schema, what: str) -> list[Schema]:
        least = part.element["min"]
        if not least:
            return []
        held = {"contains": match} | ({"minContains": least} if least > 1 else {})
        there = {"required": [name], "properties": {name: held}}
        words = ["slice-few", str(least)] if least > 1 else ["slice"]
        return [self._demand(part, "there", there, words[0], what, *words[1:], at=name)]

    def _slice(self, place: Place, match: Schema, what: str) -> list[Schema]:
        """What is asked of a list for the sake of a slice: how often at most, and what each item of it holds."""
        part = place.node
        most = part.element["max"]
        found = []
        if most != "*":
            many = {"contains": match, "minContains": 0, "maxContains": int(most)}
            words = ["slice-none"] if most == "0" else ["slice-many"]
            found.append(self._demand(part, "many", many, *words, what, most))
        one = [each for each in self._value(place, place.names[0]) if self._resolved(each) != match]
        if one and most != "0":
            found.append({"items": {"if": match, "then": all_of(one)}})
        return found

    def _resolved(self, schema: Schema) -> Schema:
        """A demand without its words."""
        demand = self.made.get(named(schema.get("$ref", "")), schema)
        return {key: value for key, value in demand.items() if key not in {"says", "at"}}

    def _closed(self, place: Place, known: list[Schema]) -> Schema | None:
        """That a list holds nothing but its slices; and an extension no part that it does not define."""
        node = place.node
        rules = node.element.get("slicing", {}).get("rules", "open")
        is_part = place.of == "Extension"
        if rules == "openAtEnd" or node.element.get("slicing", {}).get("ordered"):
            raise Unsupported(f"{node.element['id']}: slices in an order")
        if rules == "open" and not is_part:
            return None
        also = [_ADDRESS] if rules == "open" else []
        parts = node.slices.values()
        names = joined_names([each.element["sliceName"] if is_part else slice_text(node, each) for each in parts])
        return self._demand(node, "closed", {"items": {"anyOf": [*known, *also]}}, "closed", names)

    def _value(self, place: Place, name: str) -> list[Schema]:
        """What is asked of one value of an element."""
        node = place.node
        held = self._held(place.of, name)
        found = []
        if node.given is not None:
            found.append(self._demand(node, "value", value_schema(node.given), "value", value_text(node.given.value)))
        for kind in node.element.get("type", ()):
            if not node.path.endswith("[x]") or name.endswith(choice_name("[x]", kind["code"])):
                found += self._of_type(node, kind, held)
        if node.children and held is not None and not _is_primitive(held):
            found.append(self.content(node, held))
        return [each for each in found if each]

    def _sibling(self, place: Place, name: str) -> list[Schema]:
        """What is asked of the extensions of a primitive, which stand beside its value."""
        node = place.node
        if "extension" not in node.children or not _is_primitive(self._held(place.of, name) or ""):
            return []
        inner = self.content(Node(node.element, {"extension": node.children["extension"]}), "Element")
        return [{"items": inner} if node.is_list else inner] if inner else []

    def _of_type(self, node: Node, kind: Mapping[str, Any], held: str | None) -> list[Schema]:
        """What a type's binding, targets and profile ask."""
        found = []
        binding = node.element.get("binding", {})
        is_bound = binding.get("strength") == "required" and kind["code"] in BOUND_TYPES
        if is_bound and held != f"code:{last_segment(binding['valueSet'])}":
            found.append(self._bound(node, kind["code"], binding["valueSet"]))
        if kind["code"] == "Reference":
            found += self._reference(node, kind.get("targetProfile", ()), held or "")
        if kind["code"] != "Extension" and held is not None:
            found += self._profiled(node, kind.get("profile", ()), held)
        return found

    def _profiled(self, node: Node, profiles: Sequence[str], held: str) -> list[Schema]:
        """What the profile on a data type asks; one that is not at hand asks nothing."""
        if len(profiles) > 1:
            raise Unsupported(f"{node.element['id']}: one of several profiles")
        known = [definition for each in profiles if (definition := self._library.definition(each))]
        return [self.content(tree(each), held) for each in known]

    def _bound(self, node: Node, kind: str, value_set: str) -> Schema:
        codes = self._library.codes(value_set)
        words = joined_names([code for each in codes.values() for code in each])
        return self._demand(
            node, f"code-{kind}", binding_schema(kind, codes), "code", value_set.partition("|")[0], words
        )

    def _reference(self, node: Node, profiles: Sequence[str], held: str) -> list[Schema]:
        types = sorted({self._library.type_of(each) for each in profiles})
        if not all(each.startswith(STRUCTURE_DEFINITION) for each in profiles) and ":" not in node.element["id"]:
            path = [choice_name(step, "Reference") for step in node.path.split(".")[1:]]
            wanted = [[self._library.type_of(each), each] for each in profiles]
            self.targets.append({"path": path, "profiles": wanted})
        if not types or "Resource" in types or set(types) == set(held.partition(":")[2].split(",")):
            return []
        return [
            self._demand(
                node,
                "target",
                reference_schema(types),
                "target",
                joined_names(_types_and_names(profiles, self._library)),
            )
        ]


def named(reference: str) -> str:
    """The name of the demand that a reference is to."""
    return reference.removeprefix(_DEFINITIONS)


def last_of(node: Node) -> str:
    """The last step of an element's path."""
    return node.path.rpartition(".")[2]


def _types_and_names(profiles: Sequence[str], library: Library) -> list[str]:
    """The types of what is referred to, of a profile its name too."""
    types = [library.type_of(each) for each in profiles]
    return [
        kind if kind == last_segment(url) else f"{kind} ({last_segment(url)})"
        for kind, url in zip(types, profiles, strict=True)
    ]


def _is_primitive(held: str) -> bool:
    return held in PRIMITIVES or held.startswith("code:")


def _is_asked_by_slices(node: Node) -> bool:
    return node.is_list and sum(part.element["min"] for part in node.slices.values()) >= node.element["min"]


def _spellings(node: Node, name: str) -> list[str]:
    """A primitive may be there as extensions of it alone, unless its value is given."""
    is_primitive = all(kind["code"] in PRIMITIVES for kind in node.element.get("type", [{"code": ""}]))
    return [name, f"_{name}"] if is_primitive and node.given is None else [name]
