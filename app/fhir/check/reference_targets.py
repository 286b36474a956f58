"""What resources want of each other: a profile may ask by which profile the target of a reference is.

Only what is in the same Bundle, or inside the same resource, is looked at; of all else the type is checked by the
overlay. https://hl7.org/fhir/R4/references.html#resolve
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.errors import Fault
from app.fhir.canonicals import last_segment
from app.fhir.check.profile_messages import profile_fault
from app.fhir.check.profiles import Profile, applicable_profiles, known_profiles
from app.fhir.references import rewrite

Resource = Mapping[str, Any]


class ReferenceScope(NamedTuple):
    """What a resource may refer to: the ids of those inside, and by which address a reference would tell its type.

    In a transaction a reference may also be a search: it is resolved before anything is stored.
    """

    ids: frozenset[str] = frozenset()
    addresses: Mapping[str, str] = {}
    may_search: bool = False


EMPTY_SCOPE: Final = ReferenceScope()


def target_faults(bundle: Resource, path: str) -> Iterator[Fault]:
    """Yield each reference of a Bundle's resources whose target, in the Bundle too, is not what a profile asks for."""
    held = list(_resources(bundle))
    found = {name: resource for _, resource, url in held for name in _names(resource, url)}
    for where, resource, _ in held:
        yield from _unmet(resource, f"{path}.{where}", applicable_profiles(resource), found)


def contained_target_faults(resource: Resource, path: str, holding: Sequence[Profile]) -> Iterator[Fault]:
    """Yield each reference to a resource inside this one that is not what the profiles that hold for it ask for."""
    yield from _unmet(resource, path, holding, {f"#{each.get('id')}": each for each in _inside(resource)})


def entry_scope(bundle: Resource) -> ReferenceScope:
    """What each entry of a Bundle may refer to."""
    held = [(url, resource) for _, resource, url in _resources(bundle) if url.startswith("urn:")]
    addresses = {url: f"{resource['resourceType']}/entry" for url, resource in held}
    return ReferenceScope(addresses=addresses, may_search=bundle.get("type") == "transaction")


def resource_scope(container: Resource, outside: ReferenceScope = EMPTY_SCOPE) -> ReferenceScope:
    """What a resource, and each of those inside it, may refer to, also by `#`."""
    if "contained" not in container:
        return outside
    inside = _inside(container)
    addresses = {f"#{each.get('id')}": f"{each['resourceType']}/{each.get('id')}" for each in inside}
    own = {"#": f"{container['resourceType']}/container"} | addresses
    return outside._replace(
        ids=frozenset(str(each.get("id")) for each in inside), addresses={**outside.addresses, **own}
    )


def with_resolved_references(resource: Resource, resource_scope: ReferenceScope) -> Resource:
    """Copy a resource with each reference to what is around as if that stood by itself, so that its type is seen.

    What is inside refers to its neighbours, and by `#` to its container.
    """
    return rewrite(resource, resource_scope.addresses) if resource_scope.addresses else resource


def _inside(resource: Resource) -> list[Resource]:
    """The resources inside one, which the schema may have found to be none."""
    found = resource.get("contained")
    each = found if isinstance(found, list) else ()
    return [one for one in each if isinstance(one, dict) and isinstance(one.get("resourceType"), str)]


def _unmet(resource: Resource, path: str, holding: Sequence[Profile], found: Mapping[str, Resource]) -> Iterator[Fault]:
    for profile in holding:
        for wanted in profile.targets:
            for place, literal in _references(resource, wanted["path"]):
                target = found.get(literal)
                if target is not None and not any(_meets(target, *each) for each in wanted["profiles"]):
                    element = ".".join((resource["resourceType"], *wanted["path"]))
                    names = ", ".join(last_segment(canonical) for _, canonical in wanted["profiles"])
                    yield profile_fault("target-profile", f"{path}{place}", profile.id, [element, names])


def _resources(bundle: Resource) -> Iterator[tuple[str, Resource, str]]:
    """Yield each resource of a known type, where it stands and its fullUrl."""
    entries = bundle.get("entry")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            yield f"entry[{number}].resource", resource, str(entry.get("fullUrl"))


def _names(resource: Resource, url: str) -> list[str]:
    return [url, f"{resource['resourceType']}/{resource.get('id')}"]


def _references(node: object, path: Sequence[str], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the literal references at a path of names, each with where it stands."""
    if isinstance(node, list):
        for number, each in enumerate(node):
            yield from _references(each, path, f"{place}[{number}]")
    elif isinstance(node, dict) and path:
        yield from _references(node.get(path[0]), path[1:], f"{place}.{path[0]}")
    elif isinstance(node, dict) and isinstance(node.get("reference"), str):
        yield place, node["reference"]


def _meets(target: Resource, kind: str, canonical: str) -> bool:
    """Whether a resource is of a type and a profile; of one that holds for it already, it is told by itself."""
    profile = known_profiles().get(canonical)
    if target["resourceType"] != kind:
        return False
    return profile is None or profile in applicable_profiles(target) or profile.validator.is_valid(target)
