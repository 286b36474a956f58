"""Checks a resource by the schema of its type, by R4's invariants, and by the profiles that apply to it.

`fhir_profiles.compiler.r4_schemas` compiles the schemas from HL7's definitions, and
`fhir_profiles.compiler.profile_schemas` the overlays from our profiles. Resources inside others are checked by their
own types, so that a fault names the element: `CarePlan.activity[0].detail.status`. https://hl7.org/fhir/R4/validation.html
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from app.errors import MOST_FAULTS, Fault
from app.fhir.check import extensions, profiles, questionnaires, reference_targets, terminology
from app.fhir.check.first_errors import first_errors
from app.fhir.check.invariants import broken_invariants, objects_of
from app.fhir.check.messages import fault
from app.fhir.check.profile_rules import violations
from app.fhir.check.schema_errors import error_faults
from app.fhir.primitives import INTEGER_TYPES
from app.fhir.schema_files import Validator, definitions, validator
from app.fhir.schema_names import printable_name
from app.fhir.types import ALL_TYPES, CHECKED_TYPES

_DEFINITIONS: Final = "#/$defs/"


class Checker(NamedTuple):
    """The compiled schema of a type, the schema as JSON, and the elements that hold integers."""

    validator: Validator
    schema: Mapping[str, Any]
    integer_elements: frozenset[str]


def check(
    resource: Mapping[str, Any], *, types: Sequence[str] = CHECKED_TYPES, requested: Sequence[str] = ()
) -> list[Fault]:
    """Return the faults of a resource, at most MOST_FAULTS; none if it is valid R4 and conforms to its profiles.

    Takes a resource from `app.fhir.strict_json.parse`, or one that we built. A type that is not among `types` gives one
    fault with the code not-supported. `requested` are canonical URLs of profiles that apply besides the resource's own.
    """
    path = printable_name(str(resource.get("resourceType", "Resource")))
    return list(_first_different(_resource_faults(resource, path, types, requested)))


def check_envelope(bundle: Mapping[str, Any]) -> list[Fault]:
    """Return the faults of a Bundle itself, whatever its entries hold."""
    return list(_first_different(_own_faults(bundle, "Bundle", reference_targets.EMPTY_SCOPE, ())))


def _first_different(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Yield each fault once and stop at MOST_FAULTS, so that nothing is collected beyond them."""
    reported: set[Fault] = set()
    for different in faults:
        if different not in reported:
            reported.add(different)
            yield different
        if len(reported) == MOST_FAULTS:
            return


@cache
def checker(resource_type: str) -> Checker:
    """Load the schema of a type with the shared definitions; takes about ten milliseconds, and is cached."""
    all_definitions = definitions(resource_type)
    schema = {"$ref": f"{_DEFINITIONS}{resource_type}", "$defs": all_definitions}
    return Checker(validator=validator(schema), schema=schema, integer_elements=_integer_elements(all_definitions))


@cache
def _combined_validator(resource_type: str, applicable: tuple[profiles.Profile, ...]) -> Validator:
    """The schema of a type with the overlays of some profiles: one run tells whether a resource conforms to all."""
    overlays = [{**profile.schema, "$id": f"urn:overlay:{profile.id}"} for profile in applicable]
    reference = {"$ref": f"{_DEFINITIONS}{resource_type}"}
    return validator({"allOf": [reference, *overlays], "$defs": checker(resource_type).schema["$defs"]})


def _integer_elements(definitions: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of elements that hold an integer wherever they occur."""
    uses = [
        (name, value.get("$ref", "").removeprefix(_DEFINITIONS))
        for definition in definitions.values()
        for name, value in definition.get("properties", {}).items()
    ]
    return frozenset(name for name, used in uses if used in INTEGER_TYPES) - {
        name for name, used in uses if used == "decimal"
    }


def _resource_faults(
    resource: Mapping[str, Any],
    path: str,
    types: Sequence[str],
    requested: Sequence[str] = (),
    scope: reference_targets.ReferenceScope | None = None,
) -> Iterator[Fault]:
    """Check a resource and those inside it; `scope` is what it may refer to, None for its own contained resources."""
    if resource.get("resourceType") not in types:
        yield fault("not-supported", path)
        return
    scope = scope or reference_targets.resource_scope(resource)
    yield from _own_faults(resource, path, scope, requested)
    for contained, place in _objects_in(resource, "contained"):
        yield from _resource_faults(contained, f"{path}.{place}", ALL_TYPES, scope=scope)
    if resource["resourceType"] == "Bundle":
        yield from _entry_faults(resource, path, types)


def _own_faults(
    resource: Mapping[str, Any], path: str, scope: reference_targets.ReferenceScope, requested: Sequence[str]
) -> Iterator[Fault]:
    """Check a resource without those inside: by its type, by what a schema cannot express, and by its profiles."""
    type_checker = checker(resource["resourceType"])
    applicable = profiles.applicable_profiles(resource, requested)
    resolved = reference_targets.with_resolved_references(resource, scope)
    is_valid = _combined_validator(resource["resourceType"], tuple(applicable)).is_valid(resolved)
    if is_valid or type_checker.validator.is_valid(resolved):
        nodes = list(objects_of(resource, path))
        integers = type_checker.integer_elements
        for key, expression in broken_invariants(resource, path, nodes, scope=scope, integer_elements=integers):
            yield fault(key, expression)
        context = extensions.ExtensionContext(
            resource["resourceType"], type_checker.schema["$defs"], profiles.known_profiles()
        )
        yield from extensions.extension_faults(nodes, context)
        yield from terminology.coding_faults(nodes)
        if resource["resourceType"] == "QuestionnaireResponse":
            yield from questionnaires.answer_faults(resource, path)
        for profile in applicable:
            yield from violations(profile.rules, resolved, path, profile.id)
        if "contained" in resource:
            yield from reference_targets.contained_target_faults(resource, path, applicable)
    else:
        for error in first_errors(type_checker.validator, resolved):
            yield from error_faults(error, path, type_checker.schema)
    yield from profiles.wrong_type_faults(resource, path)
    for profile in () if is_valid else applicable:
        yield from profile.faults(resolved, path)


def _entry_faults(bundle: Mapping[str, Any], path: str, types: Sequence[str]) -> Iterator[Fault]:
    """Check the resources in the entries of a Bundle by their own types, and the references between them."""
    bundle_scope = reference_targets.entry_scope(bundle)
    for entry, place in _objects_in(bundle, "entry"):
        response = entry.get("response")
        outcome = response.get("outcome") if isinstance(response, dict) else None
        for resource, name in ((entry.get("resource"), "resource"), (outcome, "response.outcome")):
            if isinstance(resource, dict):
                scope = reference_targets.resource_scope(resource, bundle_scope)
                yield from _resource_faults(resource, f"{path}.{place}.{name}", types, scope=scope)
    yield from reference_targets.target_faults(bundle, path)


def _objects_in(resource: Mapping[str, Any], name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects in an element that should be a list of objects, with their FHIRPath below the resource."""
    members = resource.get(name)
    for place, member in enumerate(members if isinstance(members, list) else ()):
        if isinstance(member, dict):
            yield member, f"{name}[{place}]"
