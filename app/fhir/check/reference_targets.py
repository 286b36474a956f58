"""Checks that the target of a reference conforms to the profile that the referring profile requires.

Only targets in the same Bundle, or contained in the same resource, are checked; of all others the overlay checks the
type. https://hl7.org/fhir/R4/references.html#resolve
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from app.errors import Fault
from app.fhir.canonicals import last_segment
from app.fhir.check.profile_messages import profile_fault
from app.fhir.check.profiles import Profile, applicable_profiles, known_profiles
from app.fhir.elements import Resource
from app.fhir.references import rewrite


class ReferenceScope(NamedTuple):
    """What a resource may refer to: the ids of contained resources, and for other references an address with a type.

    In a transaction a reference may also be a search, which is resolved before anything is stored.
    """

    ids: frozenset[str] = frozenset()
    addresses: Mapping[str, str] = {}
    may_search: bool = False


EMPTY_SCOPE: Final = ReferenceScope()


def target_faults(bundle: Resource, path: str) -> Iterator[Fault]:
    """Yield a fault for each reference between entries of a Bundle whose target lacks the profile that it must have."""
    entries = list(_resources(bundle))
    targets = {name: resource for _, resource, url in entries for name in _names(resource, url)}
    for expression, resource, _ in entries:
        yield from _wrong_targets(resource, f"{path}.{expression}", applicable_profiles(resource), targets)


def contained_target_faults(resource: Resource, path: str, profiles: Sequence[Profile]) -> Iterator[Fault]:
    """Yield a fault for each reference to a contained resource that lacks the profile which `profiles` require."""
    targets = {f"#{contained.get('id')}": contained for contained in _contained(resource)}
    yield from _wrong_targets(resource, path, profiles, targets)


def entry_scope(bundle: Resource) -> ReferenceScope:
    """What each entry of a Bundle may refer to."""
    entries = [(url, resource) for _, resource, url in _resources(bundle) if url.startswith("urn:")]
    addresses = {url: f"{resource['resourceType']}/entry" for url, resource in entries}
    return ReferenceScope(addresses=addresses, may_search=bundle.get("type") == "transaction")


def resource_scope(container: Resource, outside: ReferenceScope = EMPTY_SCOPE) -> ReferenceScope:
    """What a resource and its contained resources may refer to, by `#` too; `outside` is the scope of its Bundle."""
    if "contained" not in container:
        return outside
    resources = _contained(container)
    addresses = {f"#{inner.get('id')}": f"{inner['resourceType']}/{inner.get('id')}" for inner in resources}
    own = {"#": f"{container['resourceType']}/container"} | addresses
    return outside._replace(
        ids=frozenset(str(inner.get("id")) for inner in resources), addresses={**outside.addresses, **own}
    )


def with_resolved_references(resource: Resource, scope: ReferenceScope) -> Resource:
    """Copy a resource with each reference within the scope replaced by an address that shows the type of its target."""
    return rewrite(resource, scope.addresses) if scope.addresses else resource


def _contained(resource: Resource) -> list[Resource]:
    """The contained resources of a resource, valid or not."""
    contained = resource.get("contained")
    members = contained if isinstance(contained, list) else ()
    return [member for member in members if isinstance(member, dict) and isinstance(member.get("resourceType"), str)]


def _wrong_targets(
    resource: Resource, path: str, profiles: Sequence[Profile], targets: Mapping[str, Resource]
) -> Iterator[Fault]:
    for profile in profiles:
        for required in profile.targets:
            for place, literal in _references(resource, required["path"]):
                target = targets.get(literal)
                if target is not None and not any(_conforms(target, *accepted) for accepted in required["profiles"]):
                    element = ".".join((resource["resourceType"], *required["path"]))
                    names = ", ".join(last_segment(canonical) for _, canonical in required["profiles"])
                    yield profile_fault("target-profile", f"{path}{place}", profile.id, [element, names])


def _resources(bundle: Resource) -> Iterator[tuple[str, Resource, str]]:
    """Yield each resource of a Bundle's entries that has a type: its FHIRPath, the resource and its fullUrl."""
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield f"entry[{number}].resource", resource, str(entry.get("fullUrl"))


def _names(resource: Resource, url: str) -> list[str]:
    return [url, f"{resource['resourceType']}/{resource.get('id')}"]


def _references(node: object, path: Sequence[str], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the literal references at a path of names, each with its FHIRPath below the node."""
    if isinstance(node, list):
        for number, member in enumerate(node):
            yield from _references(member, path, f"{place}[{number}]")
    elif isinstance(node, dict) and path:
        yield from _references(node.get(path[0]), path[1:], f"{place}.{path[0]}")
    elif isinstance(node, dict) and isinstance(node.get("reference"), str):
        yield place, node["reference"]


def _conforms(target: Resource, resource_type: str, canonical: str) -> bool:
    """Whether a resource is of a type and conforms to a profile; a profile that applies to it is checked on its own."""
    profile = known_profiles().get(canonical)
    if target["resourceType"] != resource_type:
        return False
    return profile is None or profile in applicable_profiles(target) or profile.validator.is_valid(target)
