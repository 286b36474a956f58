"""The issues that `$validate` returns: faults, profiles that could not be checked, or that the resource is valid.

https://hl7.org/fhir/R4/resource-operation-validate.html
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

from app.errors import MOST_FAULTS, Fault
from app.fhir.canonicals import STRUCTURE_DEFINITION
from app.fhir.check.check import check
from app.fhir.check.profile_messages import profile_fault
from app.fhir.check.profiles import applicable_profiles, declared_profiles, known_profiles
from app.fhir.elements import Resource
from app.fhir.types import ALL_TYPES


def report(resource: Resource, requested: Sequence[str] = ()) -> list[Fault]:
    """Return the issues of a resource, at most MOST_FAULTS; `requested` are profiles to check besides its own."""
    faults = [*_requested_profile_faults(resource, requested), *check(resource, types=ALL_TYPES, requested=requested)]
    issues = chain(faults or [_valid(resource, requested)], _unknown_profiles(resource))
    return list(islice(issues, MOST_FAULTS))


def _requested_profile_faults(resource: Resource, requested: Sequence[str]) -> Iterator[Fault]:
    """Yield a fault for each requested profile that is not known here, or is on another type."""
    for url in requested:
        profile = known_profiles().get(url)
        if profile is not None and profile.type != resource["resourceType"]:
            yield profile_fault("profile-type", "", profile.id, [profile.type])
        elif profile is None and url != f"{STRUCTURE_DEFINITION}{resource['resourceType']}":
            yield profile_fault("profile-asked", "")


def _unknown_profiles(resource: Resource) -> Iterator[Fault]:
    """Yield a warning for each profile that is declared, by the resource or in an entry, and is not known here."""
    for declaring, path in _with_entries(resource):
        for place, url in enumerate(declared_profiles(declaring)):
            if url not in known_profiles() and url != f"{STRUCTURE_DEFINITION}{declaring['resourceType']}":
                unknown = profile_fault("profile-unknown", f"{path}.meta.profile[{place}]")
                yield replace(unknown, severity="warning")


def _with_entries(resource: Resource) -> Iterator[tuple[Resource, str]]:
    """Yield a resource, and if it is a Bundle the resource of each entry, with its FHIRPath."""
    resource_type = resource["resourceType"]
    yield resource, resource_type
    entries = resource.get("entry") if resource_type == "Bundle" else None
    for place, entry in enumerate(entries if isinstance(entries, list) else ()):
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict) and inner.get("resourceType") in ALL_TYPES:
            yield inner, f"Bundle.entry[{place}].resource"


def _valid(resource: Resource, requested: Sequence[str]) -> Fault:
    names = ", ".join(["FHIR R4", *(profile.id for profile in applicable_profiles(resource, requested))])
    return Fault(
        "informational",
        f"No fault was found; checked by {names}.",
        f"Inget fel hittades; kontrollerat mot {names}.",
        severity="information",
    )
