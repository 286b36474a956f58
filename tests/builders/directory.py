"""Makes resources of a directory, exports of them, and imports them into a database of a test."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from app.directory.entries import ORGANISATION_KIND
from app.directory.import_directory import Export, ExportedResource, Report, import_directory
from app.fhir.codes import HSA_ID

Resource = dict[str, Any]

EXPORTED = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
NOW = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)

GIVER = "SE5560009999-G1"
UNIT = "SE5560009999-U1"


def organization(hsa_id: str = GIVER, *kinds: str, part_of: str | None = None, **elements: Any) -> Resource:
    """An Organization of these kinds; a care giver without any."""
    codings = [{"system": ORGANISATION_KIND, "code": kind} for kind in kinds or ("care-giver",)]
    above = {"partOf": {"identifier": {"system": HSA_ID, "value": part_of}}} if part_of else {}
    return {
        "resourceType": "Organization",
        "identifier": [{"system": HSA_ID, "value": hsa_id}],
        "active": True,
        "type": [{"coding": codings}],
        "name": f"Enhet {hsa_id[-2:]}",
        **above,
        **elements,
    }


def unit(hsa_id: str = UNIT, part_of: str = GIVER, **elements: Any) -> Resource:
    """A care unit of a giver."""
    return organization(hsa_id, "care-unit", part_of=part_of, **elements)


def export(resources: Iterable[Resource], *, name: str = "hsa", exported: datetime | None = EXPORTED) -> Export:
    """An export of these resources, one a line."""
    lines = list(resources)
    return Export(name, exported, lambda: (ExportedResource(line, resource) for line, resource in enumerate(lines, 1)))


async def bring(pool: Any, *resources: Resource, **more: Any) -> Report:
    """Import these resources, and return the report."""
    dry = more.pop("dry", False)
    return await import_directory(
        pool, export(resources, **more), operator="test", now=NOW, progress=lambda _: None, dry=dry
    )


def faults(report: Report) -> list[tuple[int, str | None, str]]:
    """The refused lines with element and code."""
    return [(line, fault.expression, fault.code) for line, fault in report.refused]
