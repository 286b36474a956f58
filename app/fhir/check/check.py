"""The check at the door: a resource against the schema of its type, the invariants, and the profiles that hold for it.

`fhir_profiles.compiler.r4_schemas` makes the schemas from what HL7 publishes,
`fhir_profiles.compiler.profile_schemas` what our profiles ask beyond
them. Resources inside others are checked by their own types, so that a fault names the element:
`CarePlan.activity[0].detail.status`.
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
    """The compiled schema of a type, its text, and the elements that hold whole numbers."""

    validator: Validator
    schema: Mapping[str, Any]
    whole: frozenset[str]


def check(
    resource: Mapping[str, Any], *, types: Sequence[str] = CHECKED_TYPES, asked: Sequence[str] = ()
) -> list[Fault]:
    """Return what is wrong with a resource, at most fifty faults; nothing, if it is valid R4 and meets its profiles.

    Takes what `app.fhir.strict_json.parse` returned, or what we built. A type that is not among `types` gives one fault
    with the code not-supported. `asked` are canonicals of profiles that hold beside those of the resource itself.
    """
    path = printable_name(str(resource.get("resourceType", "Resource")))
    found = _checked(resource, path, types, asked)
    return list(_first_different(found))


def check_envelope(bundle: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a Bundle itself, whatever its entries hold."""
    return list(_first_different(_itself(bundle, "Bundle", reference_targets.EMPTY_SCOPE, ())))


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
def checker(kind: str) -> Checker:
    """Load the schema of a type, put together with the shared definitions; about ten milliseconds, once."""
    known = definitions(kind)
    schema = {"$ref": f"{_DEFINITIONS}{kind}", "$defs": known}
    return Checker(validator=validator(schema), schema=schema, whole=_whole(known))


@cache
def _together(kind: str, holding: tuple[profiles.Profile, ...]) -> Validator:
    """The schema of a type with the overlays of some profiles: one run says that all is well, and not what is wrong."""
    overlays = [{**each.schema, "$id": f"urn:overlay:{each.id}"} for each in holding]
    return validator({"allOf": [{"$ref": f"{_DEFINITIONS}{kind}"}, *overlays], "$defs": checker(kind).schema["$defs"]})


def _whole(definitions: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of elements that hold a whole number wherever they occur."""
    uses = [
        (name, value.get("$ref", "").removeprefix(_DEFINITIONS))
        for definition in definitions.values()
        for name, value in definition.get("properties", {}).items()
    ]
    return frozenset(name for name, used in uses if used in INTEGER_TYPES) - {
        name for name, used in uses if used == "decimal"
    }


def _checked(
    resource: Mapping[str, Any],
    path: str,
    types: Sequence[str],
    asked: Sequence[str] = (),
    around: reference_targets.ReferenceScope | None = None,
) -> Iterator[Fault]:
    """Check a resource and those inside it; `around` is what it may refer to, where that is not all its own."""
    if resource.get("resourceType") not in types:
        yield fault("not-supported", path)
        return
    around = around or reference_targets.resource_scope(resource)
    yield from _itself(resource, path, around, asked)
    for each, where in _of(resource, "contained"):
        yield from _checked(each, f"{path}.{where}", ALL_TYPES, around=around)
    if resource["resourceType"] == "Bundle":
        yield from _entries(resource, path, types)


def _itself(
    resource: Mapping[str, Any], path: str, around: reference_targets.ReferenceScope, asked: Sequence[str]
) -> Iterator[Fault]:
    """Check a resource without those inside: by its type, by what a schema cannot say, and by its profiles."""
    found = checker(resource["resourceType"])
    holding = profiles.applicable_profiles(resource, asked)
    seen = reference_targets.with_resolved_references(resource, around)
    is_well = _together(resource["resourceType"], tuple(holding)).is_valid(seen)
    if is_well or found.validator.is_valid(seen):
        nodes = list(objects_of(resource, path))
        for key, where in broken_invariants(resource, path, nodes, around=around, whole=found.whole):
            yield fault(key, where)
        within = extensions.ExtensionContext(resource["resourceType"], found.schema["$defs"], profiles.known_profiles())
        yield from extensions.extension_faults(nodes, within)
        yield from terminology.coding_faults(nodes)
        if resource["resourceType"] == "QuestionnaireResponse":
            yield from questionnaires.answer_faults(resource, path)
        for profile in holding:
            yield from violations(profile.rules, seen, path, profile.id)
        if "contained" in resource:
            yield from reference_targets.contained_target_faults(resource, path, holding)
    else:
        for error in first_errors(found.validator, seen):
            yield from error_faults(error, path, found.schema)
    yield from profiles.wrong_type_faults(resource, path)
    for profile in () if is_well else holding:
        yield from profile.lacks(seen, path)


def _entries(bundle: Mapping[str, Any], path: str, types: Sequence[str]) -> Iterator[Fault]:
    """Check what the entries of a Bundle hold, each by its own type, and what they want of each other."""
    among = reference_targets.entry_scope(bundle)
    for each, where in _of(bundle, "entry"):
        response = each.get("response")
        outcome = response.get("outcome") if isinstance(response, dict) else None
        for resource, name in ((each.get("resource"), "resource"), (outcome, "response.outcome")):
            if isinstance(resource, dict):
                around = reference_targets.resource_scope(resource, among)
                yield from _checked(resource, f"{path}.{where}.{name}", types, around=around)
    yield from reference_targets.target_faults(bundle, path)


def _of(resource: Mapping[str, Any], name: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the objects in a list, which the schema may have found to be none, each with its place."""
    found = resource.get(name)
    for place, each in enumerate(found if isinstance(found, list) else ()):
        if isinstance(each, dict):
            yield each, f"{name}[{place}]"
