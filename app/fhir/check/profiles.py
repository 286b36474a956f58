"""The profiles and extensions that are known here: which of them hold for a resource, and what it lacks by them.

A profile holds if `meta.profile` declares it, or if the resource bears the codes of ours that imply it. One from which
another derives that holds too is not asked again. `fhir_profiles.compiler.profile_schemas` wrote what is read here.
https://hl7.org/fhir/R4/profiling.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from app.errors import Fault
from app.fhir.check.first_errors import first_error, is_small
from app.fhir.check.profile_messages import profile_fault
from app.fhir.schema_files import SCHEMAS, Validator, validator
from app.fhir.schema_names import printable_name

Resource = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Profile:
    """One overlay as it was compiled: `implied` are the codes that imply it, `above` the profiles it derives from.

    Of an extension, `contexts` are the elements where it may stand, `most` how often in each.
    """

    id: str
    url: str
    type: str
    abstract: bool
    above: frozenset[str]
    implied: frozenset[tuple[str, str, str]]
    rules: tuple[str, ...]
    targets: tuple[Mapping[str, Any], ...]
    schema: dict[str, Any]
    contexts: frozenset[str]
    most: str
    is_modifier: bool

    @cached_property
    def validator(self) -> Validator:
        """The overlay, ready to run."""
        return validator(self.schema)

    def lacks(self, node: Resource, path: str) -> Iterator[Fault]:
        """Yield what the overlay finds in a resource, or an extension, that stands at a FHIRPath."""
        if self.validator.is_valid(node):
            return
        # A profile counts the items of a list, so a large resource cannot be reduced: its first fault is told.
        errors = self.validator.iter_errors(node) if is_small(node) else [first_error(self.validator, node)]
        for error in errors:
            yield self._said(error, path)

    def _said(self, error: Any, root: str) -> Fault:
        demand = self.schema["$defs"][error.schema_path[1]]
        steps = list(error.instance_path)
        missing = demand.get("at", "")
        if missing and missing not in steps[-1:]:
            steps.append(missing)
        name, *words = demand["says"]
        return profile_fault(name, root + fhirpath_below(steps), self.id, words)


def fhirpath_below(steps: Sequence[str | int]) -> str:
    """Steps into a resource as FHIRPath."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{printable_name(step)}" for step in steps)


@cache
def known_profiles() -> Mapping[str, Profile]:
    """Every profile and extension, by its canonical."""
    made = [json.loads(path.read_text("utf-8")) for path in sorted((SCHEMAS / "profiles").glob("*.json"))]
    return {each["url"]: profile_from_overlay(each) for each in made}


def profiles_of(kind: str) -> list[str]:
    """The canonicals of the profiles on a type that a resource may be of."""
    return sorted(each.url for each in known_profiles().values() if each.type == kind and not each.abstract)


@cache
def _implying(kind: str) -> tuple[frozenset[str], tuple[Profile, ...]]:
    """The profiles of a type that codes imply, and the elements that hold these codes."""
    found = tuple(each for each in known_profiles().values() if each.type == kind and each.implied)
    return frozenset(element for each in found for element, _, _ in each.implied), found


def applicable_profiles(resource: Resource, asked: Sequence[str] = ()) -> list[Profile]:
    """The profiles that hold for a resource, whatever shape it has; `asked` are wanted beside."""
    kind = resource["resourceType"]
    found = [
        each
        for url in (*declared_profiles(resource), *asked)
        if (each := known_profiles().get(url)) and each.type == kind
    ]
    elements, implying = _implying(kind)
    if implying:
        there = {token for element in elements for token in _tokens(element, resource.get(element))}
        found += [each for each in implying if each.implied <= there]
    above = {url for each in found for url in each.above}
    return [each for each in dict.fromkeys(found) if each.url not in above]


def declared_profiles(resource: Resource) -> list[str]:
    """The canonicals in `meta.profile`, without their versions."""
    meta = resource.get("meta")
    given = meta.get("profile") if isinstance(meta, dict) else None
    return [str(each).partition("|")[0] for each in given] if isinstance(given, list) else []


def wrong_type_faults(resource: Resource, path: str) -> Iterator[Fault]:
    """Yield each profile that a resource declares and that is on another type."""
    for place, url in enumerate(declared_profiles(resource)):
        profile = known_profiles().get(url)
        if profile is not None and profile.type != resource["resourceType"]:
            yield profile_fault("profile-type", f"{path}.meta.profile[{place}]", profile.id, [profile.type])


def _tokens(element: str, node: object) -> Iterator[tuple[str, str, str]]:
    """Yield the codes that an element holds; of a canonical, the address."""
    if isinstance(node, str):
        yield element, node.partition("|")[0], ""
    elif isinstance(node, list):
        for each in node:
            yield from _tokens(element, each)
    elif isinstance(node, dict):
        if "code" in node:
            yield element, str(node.get("system")), str(node["code"])
        yield from _tokens(element, node.get("coding"))


def profile_from_overlay(made: dict[str, Any]) -> Profile:
    """The profile that an overlay was compiled to."""
    return Profile(
        id=made["id"],
        url=made["url"],
        type=made["type"],
        abstract=made["abstract"],
        above=frozenset(made["above"]),
        implied=frozenset((element, system, code) for element, system, code in made["implied"]),
        rules=tuple(made["rules"]),
        targets=tuple(made["targets"]),
        schema=made["schema"],
        contexts=frozenset(made.get("contexts", ())),
        most=made.get("most", "*"),
        is_modifier=made.get("isModifier", False),
    )
