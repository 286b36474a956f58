"""What every part of the overview is made of: a resource as it was seen, and its words in both languages (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from app.contracts.codes import CONTACT_WAY
from app.contracts.model.values import is_address
from app.fhir.elements import extension, text_of, type_of
from app.items import Item
from app.overview.portal.texts import CHANNEL, INTENT, STATUS
from app.texts import Text, untranslated

Resource = Mapping[str, Any]
Part = dict[str, Any]

WEB: Final = frozenset({"video", "message", "web-booking", "e-service", "url"})
"""The channels whose value is an address on the web."""


class Seen(NamedTuple):
    """One shown resource: parsed, and by which reference it is known."""

    reference: str
    giver: str | None
    resource: Resource


class Entry(NamedTuple):
    """One shown item: its resource, how that is shown, and every system that holds it."""

    item: Item
    resource: Resource
    part: Part
    origins: list[Part]

    @property
    def seen(self) -> Seen:
        """What a part of it is made of."""
        return Seen(self.item.reference, self.item.giver, self.resource)


def part(seen: Seen, **fields: Any) -> Part:
    """A part without its empty fields; status texts beside the code, which say it where nothing is decided yet."""
    status = fields.pop("status", None) or seen.resource.get("status")
    intent = seen.resource.get("intent", "")
    said = without_empty(fields)
    if status:
        said["status"] = status
        said["statusText"] = (INTENT.get(intent) or STATUS.get(status, untranslated(status))).as_json()
    if intent in INTENT:
        said["intent"] = intent
    return {"reference": seen.reference, "type": seen.resource["resourceType"], "giver": seen.giver, **said}


def without_empty(fields: Mapping[str, Any]) -> Part:
    """The fields that say something, a text in both languages."""
    return {
        name: value.as_json() if value.__class__ is Text else value
        for name, value in fields.items() if value or value is False
    }  # fmt: skip


def worded(name: str, code: str | None, words: Mapping[str, Text]) -> Part:
    """A code, and beside it what it means."""
    return without_empty({name: code, f"{name}Text": words.get(code, untranslated(code)) if code else None})


def ways(points: Iterable[Mapping[str, Any]]) -> list[Part]:
    """How to reach somebody: phone, message, e-service, with hours and a link; what reached them once is left out."""
    return [way(point) for point in points if point.get("use") != "old"]


def way(point: Mapping[str, Any]) -> Part:
    """One way of contact; an address on the web only where it is safe to follow."""
    own = {
        one["url"]: one.get("valueCode") or one.get("valueString") or one.get("valueUrl")
        for one in extension(point, CONTACT_WAY).get("extension", ())
    }
    channel, value = own.get("channel") or point.get("system"), point.get("value")
    return without_empty({
        **worded("channel", channel, CHANNEL),
        "title": own.get("name"),
        "value": https(value) if channel in WEB else value,
        "hours": own.get("hours"),
        "link": https(own.get("link")),
    })  # fmt: skip


def https(address: str | None) -> str | None:
    """An address that a portal may make a link of: https, and without a personal number; None for every other."""
    return address if is_address("e-service", address or "") else None


def actor(said: Mapping[str, Any] | None) -> Part:
    """Somebody of a contract's: role, name and the unit's name."""
    known = said or {}
    return without_empty({
        "name": known.get("name"), "role": known.get("role"), "unit": known.get("unit", {}).get("name"),
    })  # fmt: skip


def concepts(several: Iterable[Mapping[str, Any]]) -> str | None:
    """The words of the first of several that has any."""
    return next(filter(None, map(text_of, several)), None)


def literal(references: Iterable[Mapping[str, Any]]) -> list[str]:
    """Those of some references that are literal."""
    return [one["reference"] for one in references if "reference" in one]


def names(references: Sequence[Mapping[str, Any]], types: frozenset[str]) -> list[str]:
    """What those of some types are called."""
    return [one["display"] for one in references if "display" in one and type_of(one) in types]
