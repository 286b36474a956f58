"""A FHIR record system in memory, for the demo's sources: who is the person, and what is there about them.

It knows its own people under its own ids, as any other system does. https://hl7.org/fhir/R4/search.html
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

Resource = dict[str, Any]

PAGE: Final = 20
"""Entries on a page; the rest is behind the Bundle's next link."""
MOST_PAGES: Final = 1000
KNOWN: Final = frozenset({"identifier", "patient", "subject", "_revinclude", "_count", "_format"})


class Refused(Exception):
    """A search that this system does not know."""


class Records:
    """The resources of one system, and the pages of the answers it is giving."""

    def __init__(self, resources: Iterable[Resource], *, base: str) -> None:
        self._all = list(resources)
        self._base = base
        self._pages: dict[str, list[Resource]] = {}

    def search(self, type_: str, form: Mapping[str, str]) -> Resource:
        """A searchset Bundle; Refused for a parameter that is not known, or where no person is named."""
        if form.keys() - KNOWN:
            raise Refused("parameter")
        found = self._people(form) if type_ == "Patient" else self._of_person(type_, form)
        entries = [self._entry(resource, "match") for resource in found]
        if form.get("_revinclude") == "Provenance:target":
            entries += [self._entry(resource, "include") for resource in self._about(found)]
        bundle = self._page(f"{self._base}/{type_}", entries)
        return {**bundle, "total": len(found)}

    def page(self, key: str) -> Resource:
        """A further page; Refused where there is none."""
        entries = self._pages.pop(key, None)
        if entries is None:
            raise Refused("page")
        return self._page(f"{self._base}?page={key}", entries)

    def _people(self, form: Mapping[str, str]) -> list[Resource]:
        system, bar, value = form.get("identifier", "").partition("|")
        if not (system and bar and value):
            raise Refused("identifier")
        wanted = {"system": system, "value": value}
        return [one for one in self._all if one["resourceType"] == "Patient" and wanted in one["identifier"]]

    def _of_person(self, type_: str, form: Mapping[str, str]) -> list[Resource]:
        person = form.get("patient") or form.get("subject")
        if not person:
            raise Refused("patient")
        mine = f"Patient/{person.removeprefix('Patient/')}"
        found = [one for one in self._all if mine in _people_of(one)]
        if type_ == "Provenance":
            return list(self._about(found))
        return [one for one in found if one["resourceType"] == type_]

    def _about(self, found: Sequence[Resource]) -> Iterator[Resource]:
        targets = {f"{one['resourceType']}/{one['id']}" for one in found}
        for one in self._all:
            if one["resourceType"] == "Provenance" and any(target["reference"] in targets for target in one["target"]):
                yield one

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
    """The Patients that a resource is about, wherever its type says so."""
    actors = [part.get("actor", {}) for part in resource.get("participant", ())]
    named = [resource.get("subject", {}), resource.get("for", {}), *actors]
    return {str(reference.get("reference")) for reference in named if "reference" in reference}


def capabilities(name: str, base: str, date: str) -> Resource:
    """What this system says that it can."""
    types = ("Appointment", "CarePlan", "CareTeam", "Goal", "Patient", "Provenance", "ServiceRequest", "Task")
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "implementation": {"description": f"Demo source {name}", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "security": {"description": "Bearer tokens of the demo's identity provider."},
            "resource": [{"type": type_, "interaction": [{"code": "search-type"}]} for type_ in types],
        }],
    }  # fmt: skip


def outcome(code: str, text: str) -> Resource:
    """An OperationOutcome of one error."""
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
