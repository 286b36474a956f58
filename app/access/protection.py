"""Masks the contact details of a protected identity (skyddade personuppgifter) in what leaves (pure).

Offentlighets- och sekretesslagen (2009:400) 21 kap. 3 §, 22 kap. 1 §. Whether an identity is protected is a fact from
the population register, about the person and about each guardian; while it is unknown, a giver sees its own details.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from app.fhir import codes, json_text
from app.items import Item

PEOPLE: Final = frozenset({"Patient", "RelatedPerson", "Person"})
"""The types that hold a person's contact details."""

MASKED: Final = ("address", "telecom", "contact", "photo", "text", "extension")
"""The elements of these types that say, or may say, where somebody is or how to reach them."""


class Protection(NamedTuple):
    """What a caller may know of the contact details around one person.

    `person` is whether the person's identity is protected (yes, no, unknown), `guardian` whether a guardian's is.
    `giver` is the caller's own giver; `is_self` tells whether the caller is the person.
    """

    person: str
    guardian: bool
    giver: str | None
    is_self: bool

    def masks(self, item: Item) -> bool:
        """Whether contact details are cut from this item's body."""
        if self.person != "no" or self.guardian:
            if item.type not in PEOPLE and '"contained"' not in item.body:
                return False
            is_own = self.is_self or (item.giver is not None and item.giver == self.giver)
            if self.person == "yes" or self.guardian or not is_own:
                return True
        return item.type in PEOPLE and any(code in item.body for code in codes.PROTECTED_CODES)


NOTHING_HIDDEN: Final = Protection("no", guardian=False, giver=None, is_self=False)
"""Of a body that its own label does not protect, nothing is masked."""


def without_contact_details(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The resource, and what it contains, without the elements that are masked."""
    masked = {
        name: value
        for name, value in resource.items()
        if resource.get("resourceType") not in PEOPLE or name.removeprefix("_") not in MASKED
    }
    if "contained" in masked:
        masked["contained"] = [without_contact_details(part) for part in masked["contained"]]
    return masked


def masked_body(body: str) -> str:
    """The FHIR JSON of a resource without the elements that are masked."""
    return json_text.dumps(without_contact_details(json_text.loads(body))).decode()


def keep_masked(resource: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """The resource with the stored elements that its writer could not read, so that a replacement does not delete them.

    If there are none, the resource itself is returned.
    """
    if stored.get("resourceType") not in PEOPLE:
        return resource
    missing = {name: stored[name] for name in MASKED if name in stored and name not in resource}
    return {**resource, **missing} if missing else resource
