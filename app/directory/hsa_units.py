"""Makes FHIR resources of a row of HSA units: an Organization, its HealthcareService with hours, its Location.

The columns are the attributes of the HSA schema 5.3, and `nameEnglish` and `kind`, which HSA does not have. The mapping
is that of Inera's draft of a FHIR guide for HSA (Organization, HealthcareService and Location of one unit).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.directory.entries import ORGANISATION_KIND, OWNERSHIP
from app.errors import Fault, Unprocessable
from app.fhir.codes import CANONICAL, HSA_ID, ORGANISATIONSNUMMER, TRANSLATION
from app.fhir.elements import present

COLUMNS: Final = (
    "hsaIdentity", "name", "nameEnglish", "kind", "orgNo", "hsaResponsibleHealthCareProvider", "financingOrganization",
    "management", "businessClassificationCode", "telephoneNumber", "mail", "labeledURI", "streetAddress", "l",
    "surgeryHours", "startDate", "endDate", "hsaArchivedObject", "modifyTimestamp",
)  # fmt: skip
"""The columns that a file may have; `hsaIdentity` and `name` it must have."""

BUSINESS: Final = "urn:oid:1.2.752.129.2.2.1.3"
"""HSA's code system of what a unit does (verksamhetskod)."""

FINANCED_BY: Final = f"{CANONICAL}/StructureDefinition/financed-by"
"""Our extension: the region or municipality on whose behalf a private giver works (financingOrganization)."""

PERIOD: Final = "http://hl7.org/fhir/StructureDefinition/organization-period"

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_HOURS: Final = re.compile(r"([1-7])(?:-([1-7]))?#([0-2][0-9]:[0-5][0-9])#([0-2][0-9]:[0-5][0-9])(?:#.*)?")

BAD_HOURS: Final = Fault(
    "value",
    "Hours are days and times such as 1-5#08:00#16:30, with | between several.",
    "Tider anges som dagar och klockslag, till exempel 1-5#08:00#16:30, med | mellan flera.",
    "surgeryHours",
)


ARCHIVED: Final = frozenset({"true", "1", "ja"})


def resources_of(row: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The resources of a row, whose empty fields are left out; raises Unprocessable for hours that cannot be read."""
    is_active = row.get("hsaArchivedObject", "").casefold() not in ARCHIVED
    hours = list(_hours(row.get("surgeryHours", "")))
    common = present(
        identifier=[_hsa(row.get("hsaIdentity", ""))],
        meta=present(lastUpdated=row.get("modifyTimestamp")),
        name=row.get("name"),
    )
    own = {"identifier": _hsa(row.get("hsaIdentity", ""))}
    yield {"resourceType": "Organization", **common, "active": is_active, **_organization(row)}
    if hours or "businessClassificationCode" in row:
        code = row.get("businessClassificationCode")
        yield {
            "resourceType": "HealthcareService",
            **common,
            "active": is_active,
            "providedBy": own,
            **present(
                category=[{"coding": [{"system": BUSINESS, "code": code}]}] if code else [],
                telecom=_telecom(row),
                availableTime=hours,
            ),
        }
    if "streetAddress" in row or "l" in row:
        yield {
            "resourceType": "Location",
            **common,
            "status": "active" if is_active else "inactive",
            "address": present(type="physical", text=row.get("streetAddress"), city=row.get("l")),
            "managingOrganization": own,
        }


def _organization(row: Mapping[str, str]) -> dict[str, Any]:
    """The elements that an Organization alone has."""
    codings = [
        {"system": system, "code": row[name]}
        for name, system in (("kind", ORGANISATION_KIND), ("management", OWNERSHIP))
        if name in row
    ]
    elements = present(
        type=[{"coding": [coding]} for coding in codings],
        telecom=_telecom(row),
        extension=list(_extensions(row)),
        identifier=[_hsa(row.get("hsaIdentity", "")), *_organisation_numbers(row)],
    )
    if "nameEnglish" in row:
        parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": row["nameEnglish"]}]
        elements["_name"] = {"extension": [{"url": TRANSLATION, "extension": parts}]}
    if "hsaResponsibleHealthCareProvider" in row:
        elements["partOf"] = {"identifier": _hsa(row["hsaResponsibleHealthCareProvider"])}
    return elements


def _organisation_numbers(row: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"system": ORGANISATIONSNUMMER, "value": row["orgNo"]}] if "orgNo" in row else []


def _extensions(row: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    if period := present(start=row.get("startDate"), end=row.get("endDate")):
        yield {"url": PERIOD, "valuePeriod": period}
    if "financingOrganization" in row:
        yield {"url": FINANCED_BY, "valueReference": {"identifier": _hsa(row["financingOrganization"])}}


def _telecom(row: Mapping[str, str]) -> list[dict[str, Any]]:
    ways = (("telephoneNumber", "phone"), ("mail", "email"), ("labeledURI", "url"))
    return [{"system": system, "value": row[name], "use": "work"} for name, system in ways if name in row]


def _hours(text: str) -> Iterator[dict[str, Any]]:
    for part in filter(None, text.split("|")):
        match = _HOURS.fullmatch(part.strip())
        if match is None:
            raise Unprocessable(BAD_HOURS)
        first, last = int(match[1]), int(match[2] or match[1])
        yield {
            "daysOfWeek": list(DAYS[first - 1 : last]),
            "availableStartTime": f"{match[3]}:00",
            "availableEndTime": f"{match[4]}:00",
        }


def _hsa(value: str) -> dict[str, Any]:
    return {"system": HSA_ID, "value": value}
