"""The profiles and extensions that are known here, those that apply to a resource, and its faults by them.

A profile applies if `meta.profile` declares it, or if the resource has the codes of ours that imply it. A profile is
left out if one that derives from it applies too. `fhir_profiles.compiler.profile_schemas` writes the overlays.
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
from app.fhir.elements import Resource
from app.fhir.schema_files import SCHEMAS, Validator, validator
from app.fhir.schema_names import printable_name


@dataclass(frozen=True, eq=False)
class Profile:
    """A compiled overlay: `implied` are the codes that imply it, `above` the profiles that it derives from.

    Of an extension, `contexts` are the elements where it may stand, `most` how often in each of them (`*`: any number).
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
        """The overlay as a validator."""
        return validator(self.schema)

    def faults(self, node: Resource, path: str) -> Iterator[Fault]:
        """Yield the faults by this overlay of a resource, or an extension, that stands at a FHIRPath."""
        if self.validator.is_valid(node):
            return
        # A profile counts the items of a list, so a large resource cannot be reduced: only its first fault is reported.
        errors = self.validator.iter_errors(node) if is_small(node) else [first_error(self.validator, node)]
        for error in errors:
            yield self._fault(error, path)

    def _fault(self, error: Any, root: str) -> Fault:
        demand = self.schema["$defs"][error.schema_path[1]]
        steps = list(error.instance_path)
        missing = demand.get("at", "")
        if missing and missing not in steps[-1:]:
            steps.append(missing)
        name, *words = demand["says"]
        return profile_fault(name, root + fhirpath_below(steps), self.id, words)


def fhirpath_below(steps: Sequence[str | int]) -> str:
    """The FHIRPath of some steps, to be put after that of the resource."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{printable_name(step)}" for step in steps)


@cache
def known_profiles() -> Mapping[str, Profile]:
    """Every profile and extension, by its canonical URL."""
    overlays = [json.loads(path.read_text("utf-8")) for path in sorted((SCHEMAS / "profiles").glob("*.json"))]
    return {overlay["url"]: profile_from_overlay(overlay) for overlay in overlays}


def profiles_of(resource_type: str) -> list[str]:
    """The canonical URLs of the profiles on a type that a resource may conform to."""
    profiles = known_profiles().values()
    return sorted(profile.url for profile in profiles if profile.type == resource_type and not profile.abstract)


@cache
def _implied_profiles(resource_type: str) -> tuple[frozenset[str], tuple[Profile, ...]]:
    """The profiles of a type that codes imply, and the elements that hold these codes."""
    profiles = known_profiles().values()
    implied = tuple(profile for profile in profiles if profile.type == resource_type and profile.implied)
    return frozenset(element for profile in implied for element, _, _ in profile.implied), implied


def applicable_profiles(resource: Resource, requested: Sequence[str] = ()) -> list[Profile]:
    """The profiles that apply to a resource, valid or not; `requested` are canonical URLs of further profiles."""
    resource_type = resource["resourceType"]
    named = (known_profiles().get(url) for url in (*declared_profiles(resource), *requested))
    profiles = [profile for profile in named if profile and profile.type == resource_type]
    elements, implied = _implied_profiles(resource_type)
    if implied:
        present = {token for element in elements for token in _tokens(element, resource.get(element))}
        profiles += [profile for profile in implied if profile.implied <= present]
    above = {url for profile in profiles for url in profile.above}
    return [profile for profile in dict.fromkeys(profiles) if profile.url not in above]


def declared_profiles(resource: Resource) -> list[str]:
    """The canonical URLs in `meta.profile`, without their versions."""
    meta = resource.get("meta")
    urls = meta.get("profile") if isinstance(meta, dict) else None
    return [str(url).partition("|")[0] for url in urls] if isinstance(urls, list) else []


def wrong_type_faults(resource: Resource, path: str) -> Iterator[Fault]:
    """Yield a fault for each profile that a resource declares and that is on another type."""
    for place, url in enumerate(declared_profiles(resource)):
        profile = known_profiles().get(url)
        if profile is not None and profile.type != resource["resourceType"]:
            yield profile_fault("profile-type", f"{path}.meta.profile[{place}]", profile.id, [profile.type])


def _tokens(element: str, node: object) -> Iterator[tuple[str, str, str]]:
    """Yield the codes that an element holds as (element, system, code); a canonical as its URL without a code."""
    if isinstance(node, str):
        yield element, node.partition("|")[0], ""
    elif isinstance(node, list):
        for member in node:
            yield from _tokens(element, member)
    elif isinstance(node, dict):
        if "code" in node:
            yield element, str(node.get("system")), str(node["code"])
        yield from _tokens(element, node.get("coding"))


def profile_from_overlay(overlay: dict[str, Any]) -> Profile:
    """The profile of a compiled overlay."""
    return Profile(
        id=overlay["id"],
        url=overlay["url"],
        type=overlay["type"],
        abstract=overlay["abstract"],
        above=frozenset(overlay["above"]),
        implied=frozenset((element, system, code) for element, system, code in overlay["implied"]),
        rules=tuple(overlay["rules"]),
        targets=tuple(overlay["targets"]),
        schema=overlay["schema"],
        contexts=frozenset(overlay.get("contexts", ())),
        most=overlay.get("most", "*"),
        is_modifier=overlay.get("isModifier", False),
    )
