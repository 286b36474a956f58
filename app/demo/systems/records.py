"""A FHIR record system in memory, for the demo's sources: finds a person by number, and the person's resources.

It has Patient ids of its own, as any other system does. https://hl7.org/fhir/R4/search.html
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Resource = dict[str, Any]

PAGE: Final = 20
"""Entries per page; the Bundle's next link leads to the others."""
MOST_PAGES: Final = 1000
PARAMETERS: Final = frozenset({"identifier", "patient", "subject", "_revinclude", "_count", "_format"})


class UnsupportedSearch(Exception):
    """The system does not support this search; the message names the parameter."""


class Records:
    """The resources of a system, and the pages of its answers that have not been fetched yet."""

    def __init__(self, resources: Iterable[Resource], *, base: str) -> None:
        self._all = list(resources)
        self._base = base
        self._pages: dict[str, list[Resource]] = {}

    def search(self, type_: str, form: Mapping[str, str]) -> Resource:
        """Return a searchset Bundle. Raises UnsupportedSearch for an unknown parameter or without a person."""
        if form.keys() - PARAMETERS:
            raise UnsupportedSearch("parameter")
        matches = self._people(form) if type_ == "Patient" else self._of_person(type_, form)
        entries = [self._entry(resource, "match") for resource in matches]
        if form.get("_revinclude") == "Provenance:target":
            entries += [self._entry(resource, "include") for resource in self._provenance_of(matches)]
        bundle = self._page(f"{self._base}/{type_}", entries)
        return {**bundle, "total": len(matches)}

    def page(self, key: str) -> Resource:
        """Return a further page. Raises UnsupportedSearch if there is none with this key."""
        entries = self._pages.pop(key, None)
        if entries is None:
            raise UnsupportedSearch("page")
        return self._page(f"{self._base}?page={key}", entries)

    def _people(self, form: Mapping[str, str]) -> list[Resource]:
        system, bar, value = form.get("identifier", "").partition("|")
        if not (system and bar and value):
            raise UnsupportedSearch("identifier")
        wanted = {"system": system, "value": value}
        return [
            resource
            for resource in self._all
            if resource["resourceType"] == "Patient" and wanted in resource["identifier"]
        ]

    def _of_person(self, type_: str, form: Mapping[str, str]) -> list[Resource]:
        person = form.get("patient") or form.get("subject")
        if not person:
            raise UnsupportedSearch("patient")
        patient = f"Patient/{person.removeprefix('Patient/')}"
        matches = [resource for resource in self._all if patient in _people_of(resource)]
        if type_ == "Provenance":
            return list(self._provenance_of(matches))
        return [resource for resource in matches if resource["resourceType"] == type_]

    def _provenance_of(self, matches: Sequence[Resource]) -> Iterator[Resource]:
        targets = {f"{resource['resourceType']}/{resource['id']}" for resource in matches}
        for resource in self._all:
            if resource["resourceType"] == "Provenance" and any(
                target["reference"] in targets for target in resource["target"]
            ):
                yield resource

    def _entry(self, resource: Resource, mode: str) -> Resource:
        address = f"{self._base}/{resource['resourceType']}/{resource['id']}"
        return {"fullUrl": address, "resource": resource, "search": {"mode": mode}}

    def _page(self, address: str, entries: list[Resource]) -> Resource:
        links = [{"relation": "self", "url": address}]
        if entries[PAGE:]:
            key = secrets.token_urlsafe(12)
            self._pages = dict([*self._pages.items(), (key, entries[PAGE:])][-MOST_PAGES:])
            links.append({"relation": "next", "url": f"{self._base}?page={key}"})
        bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
        return {**bundle, "entry": entries[:PAGE]} if entries else bundle


def _people_of(resource: Resource) -> set[str]:
    """Return the references to Patients that a resource is about, from `subject`, `for` and `participant`."""
    actors = [part.get("actor", {}) for part in resource.get("participant", ())]
    named = [resource.get("subject", {}), resource.get("for", {}), *actors]
    return {str(reference.get("reference")) for reference in named if "reference" in reference}


def capabilities(name: str, base: str, date: str) -> Resource:
    """Return the CapabilityStatement of a source; `date` is a FHIR `dateTime`."""
    types = ("Appointment", "CarePlan", "CareTeam", "Goal", "Patient", "Provenance", "ServiceRequest", "Task")
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "implementation": {"description": f"Demo source {name}", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer tokens of the demo's identity provider."},
                "resource": [{"type": type_, "interaction": [{"code": "search-type"}]} for type_ in types],
            }
        ],
    }


def outcome(code: str, text: str) -> Resource:
    """Return an OperationOutcome with one error."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
