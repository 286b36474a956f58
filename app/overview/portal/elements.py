"""The elements that the parts of the overview share: contact ways, names, links, and codes with their texts (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts.codes import CONTACT_WAY
from app.contracts.model.values import is_address
from app.fhir.elements import Resource, extension, text_of, type_of
from app.items import Item
from app.overview.portal.texts import CHANNEL, INTENT, STATUS
from app.texts import Text, untranslated

Part = dict[str, Any]

WEB_CHANNELS: Final = frozenset({"video", "message", "web-booking", "e-service", "url"})
"""The channels whose value is a web address."""


class ResourceView(NamedTuple):
    """A resource that the caller sees, its reference here, and the HSA-id of its giver."""

    reference: str
    giver: str | None
    resource: Resource


class PortalEntry(NamedTuple):
    """An item with its parsed resource, its part in the portal, and the systems that hold it."""

    item: Item
    resource: Resource
    part: Part
    origins: list[Part]

    @property
    def view(self) -> ResourceView:
        """The resource with its reference and giver."""
        return ResourceView(self.item.reference, self.item.giver, self.resource)


def part(view: ResourceView, **fields: Any) -> Part:
    """A part: reference, type, giver, the fields that are not empty, and the status with its text.

    The status is the resource's unless `fields` has one. For a proposal or an option the text says so instead.
    """
    status = fields.pop("status", None) or view.resource.get("status")
    intent = view.resource.get("intent", "")
    members = without_empty(fields)
    if status:
        members["status"] = status
        members["statusText"] = (INTENT.get(intent) or STATUS.get(status) or untranslated(status)).as_json()
    if intent in INTENT:
        members["intent"] = intent
    return {"reference": view.reference, "type": view.resource["resourceType"], "giver": view.giver, **members}


def without_empty(fields: Mapping[str, Any]) -> Part:
    """The fields that are not empty (false is kept), each Text as JSON."""
    return {
        name: value.as_json() if value.__class__ is Text else value
        for name, value in fields.items()
        if value or value is False
    }


def coded_text(name: str, code: str | None, texts: Mapping[str, Text]) -> Part:
    """A code as `name`, and its text as `nameText`; empty if there is no code."""
    return {name: code, f"{name}Text": (texts.get(code) or untranslated(code)).as_json()} if code else {}


def contact_ways(points: Iterable[Mapping[str, Any]]) -> list[Part]:
    """The ways of contact in some ContactPoints, without those whose use is `old`."""
    return [contact_way(point) for point in points if point.get("use") != "old"]


def contact_way(point: Mapping[str, Any]) -> Part:
    """A way of contact (ContactPoint) with channel, title, hours and link; unsafe web addresses are left out."""
    details = {
        detail["url"]: detail.get("valueCode") or detail.get("valueString") or detail.get("valueUrl")
        for detail in extension(point, CONTACT_WAY).get("extension", ())
    }
    channel, value = details.get("channel") or point.get("system"), point.get("value")
    return without_empty(
        {
            **coded_text("channel", channel, CHANNEL),
            "title": details.get("name"),
            "value": safe_link(value) if channel in WEB_CHANNELS else value,
            "hours": details.get("hours"),
            "link": safe_link(details.get("link")),
        }
    )


def safe_link(address: str | None) -> str | None:
    """The address if a portal may link to it: https and without a personal number; else None."""
    return address if is_address("e-service", address or "") else None


def actor(person: Mapping[str, Any] | None) -> Part:
    """The name, the role and the unit's name of a person in a contract."""
    known = person or {}
    return without_empty(
        {
            "name": known.get("name"),
            "role": known.get("role"),
            "unit": known.get("unit", {}).get("name"),
        }
    )


def full_name(name: Mapping[str, Any]) -> str | None:
    """The given names and the family name of a HumanName, or None without either."""
    return " ".join([*name.get("given", ()), *filter(None, [name.get("family")])]) or None


def first_text(concepts: Iterable[Mapping[str, Any]]) -> str | None:
    """The text of the first CodeableConcept that has one."""
    return next(filter(None, map(text_of, concepts)), None)


def literal_references(references: Iterable[Mapping[str, Any]]) -> list[str]:
    """The literals (`Type/id`) of the references that have one."""
    return [reference["reference"] for reference in references if "reference" in reference]


def display_names(references: Sequence[Mapping[str, Any]], types: frozenset[str]) -> list[str]:
    """The displays of the references to some types."""
    return [reference["display"] for reference in references if "display" in reference and type_of(reference) in types]
