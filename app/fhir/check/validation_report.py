"""What is said of a resource that somebody asks about: every fault, what was not checked, or that nothing is wrong.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice
from typing import Any

from app.errors import MOST_FAULTS, Fault
from app.fhir.canonicals import STRUCTURE_DEFINITION
from app.fhir.check.check import check
from app.fhir.check.profile_messages import profile_fault
from app.fhir.check.profiles import applicable_profiles, declared_profiles, known_profiles
from app.fhir.types import ALL_TYPES

Resource = Mapping[str, Any]


def report(resource: Resource, asked: Sequence[str] = ()) -> list[Fault]:
    """Return the issues of a resource, at most fifty; `asked` are profiles to check it by beside its own."""
    faults = [*_of_asked(resource, asked), *check(resource, types=ALL_TYPES, asked=asked)]
    issues = chain(faults or [_well(resource, asked)], _unknown(resource))
    return list(islice(issues, MOST_FAULTS))


def _of_asked(resource: Resource, asked: Sequence[str]) -> Iterator[Fault]:
    """Yield that a profile that is asked for is none of those known here, or is on another type."""
    for url in asked:
        profile = known_profiles().get(url)
        if profile is not None and profile.type != resource["resourceType"]:
            yield profile_fault("profile-type", "", profile.id, [profile.type])
        elif profile is None and url != f"{STRUCTURE_DEFINITION}{resource['resourceType']}":
            yield profile_fault("profile-asked", "")


def _unknown(resource: Resource) -> Iterator[Fault]:
    """Yield a warning of each profile that a resource, or one in it, declares and that is not known here."""
    for each, path in _with_entries(resource):
        for place, url in enumerate(declared_profiles(each)):
            if url not in known_profiles() and url != f"{STRUCTURE_DEFINITION}{each['resourceType']}":
                unknown = profile_fault("profile-unknown", f"{path}.meta.profile[{place}]")
                yield replace(unknown, severity="warning")


def _with_entries(resource: Resource) -> Iterator[tuple[Resource, str]]:
    """Yield a resource, and if it is a Bundle that of each entry, with its FHIRPath."""
    kind = resource["resourceType"]
    yield resource, kind
    entries = resource.get("entry") if kind == "Bundle" else None
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict) and inner.get("resourceType") in ALL_TYPES:
            yield inner, f"Bundle.entry[{place}].resource"


def _well(resource: Resource, asked: Sequence[str]) -> Fault:
    names = ", ".join(["FHIR R4", *(profile.id for profile in applicable_profiles(resource, asked))])
    return Fault(
        "informational",
        f"No fault was found; checked by {names}.",
        f"Inget fel hittades; kontrollerat mot {names}.",
        severity="information",
    )
