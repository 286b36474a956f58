"""A person's identity as the population register knows it: it belongs to no giver, and replaces a giver's (pure).

The name, the numbers, the day of birth, the death and the protected identity of a Patient that leaves are those of the
register; what a giver has written of them is not shown. A caller who sees no giver's Patient still gets these, if the
policy lets them see the information class `identity`. docs/people.md
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from app.access.classification import InformationClass
from app.access.decisions import AccessCheck
from app.access.item_of import Stamp, item_of_no_giver
from app.fhir import codes, json_text
from app.fhir.identifiers import normalise_system
from app.fhir.times import instant_text
from app.items import Item

REGISTER: Final = "population-register"
"""The source of a person's identity."""

NOT_REGISTERED: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""When the register last said anything of a person whom it has not told of."""

IDENTITY: Final = ("name", "birthDate", "deceasedBoolean", "deceasedDateTime")
"""The elements of a Patient that the register alone fills."""


def with_identity(
    items: Sequence[Item], access_check: AccessCheck, facts: Mapping[str, Any], patient: str
) -> list[Item]:
    """The items that a caller sees, with the person's identity if the caller may see it."""
    alone = _identity_item(facts, patient)
    if not access_check.read(alone).allowed:
        return list(items)
    if any(item.type == "Patient" for item in items):
        return [registered(item, facts) if item.type == "Patient" else item for item in items]
    return [*items, alone._replace(body=_dumped(_patient({"resourceType": "Patient"}, facts), alone))]


def registered(item: Item, facts: Mapping[str, Any]) -> Item:
    """A giver's Patient as it leaves: with the register's identity, if the register has told of the person."""
    if facts.get("identity") is None:
        return item
    item = item._replace(version=shown_version(item.version, facts), updated=max(item.updated, _time(facts)))
    if not item.body:
        return item
    return item._replace(body=_dumped(_patient(json_text.loads(item.body), facts), item))


def shown_version(version: int, facts: Mapping[str, Any]) -> int:
    """The version of a Patient that a client sees: it rises with the stored resource and with the identity."""
    return version + int(facts["identityVersion"]) if facts.get("identity") is not None else version


def _identity_item(facts: Mapping[str, Any], patient: str) -> Item:
    version = max(int(facts.get("identityVersion") or 0), 1)
    keys = [f"{entry['system']}|{entry['value']}" for entry in _identifiers(facts)]
    stamp = Stamp(patient, version, _time(facts), None, REGISTER)
    return item_of_no_giver("Patient", InformationClass.IDENTITY, stamp, "", keys=keys)


def _time(facts: Mapping[str, Any]) -> datetime:
    text = facts.get("registered")
    return datetime.fromisoformat(text) if text else NOT_REGISTERED


def _dumped(resource: dict[str, Any], item: Item) -> str:
    """The body, stamped with the item's id, version and time."""
    text = json_text.dumps(resource)
    return json_text.stamp(text, id=item.id, version=item.version, updated=instant_text(item.updated))


def _patient(resource: dict[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The Patient with the register's elements in place of its own."""
    identity = facts.get("identity") or {}
    replaced = {*IDENTITY, "identifier"}
    others = {name: value for name, value in resource.items() if name.removeprefix("_") not in replaced}
    own = [identifier for identifier in resource.get("identifier", ()) if not _is_personal(identifier)]
    security = [
        label for label in resource.get("meta", {}).get("security", ()) if label.get("system") != codes.PROTECTED
    ]
    security += [{"system": codes.PROTECTED, "code": code} for code in identity.get("protection", ())]
    meta = {name: value for name, value in resource.get("meta", {}).items() if name != "security"}
    deceased = identity.get("deceased")
    elements = {
        "meta": {**meta, **({"security": security} if security else {})},
        "identifier": [*_identifiers(facts), *own],
        "name": _names(identity),
        "birthDate": facts.get("birthDate"),
        "deceasedBoolean" if deceased is True else "deceasedDateTime": deceased,
    }
    return {**others, **{name: value for name, value in elements.items() if value}}


def _is_personal(identifier: Mapping[str, Any]) -> bool:
    return normalise_system(str(identifier.get("system", ""))) in codes.PERSONAL_SYSTEMS


def _identifiers(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    number = facts.get("personalNumber")
    former = (facts.get("identity") or {}).get("former", ())
    old = [{"use": "old", "system": entry["system"], "value": entry["value"]} for entry in former]
    return [*([{"use": "official", **number}] if number else []), *old]


def _names(identity: Mapping[str, Any]) -> list[dict[str, Any]]:
    given = [part for part in (identity.get("given"), identity.get("middle")) if part]
    family = identity.get("family")
    if not given and not family:
        return []
    text = " ".join([*given, *([family] if family else [])])
    return [
        {
            "use": "official",
            "text": text,
            **({"family": family} if family else {}),
            **({"given": given} if given else {}),
        }
    ]
