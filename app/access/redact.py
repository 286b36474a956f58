"""Cuts from the bodies of an answer what the caller may not see; other bodies stay unchanged (pure).

References to hidden resources are cut, the elements that the table of elements does not list for the caller, and the
contact details of a protected identity. A body of which nothing is cut leaves as it is stored.
docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from app.access.elements import ShownElements, minimise
from app.access.protection import Protection, masked_body
from app.fhir import json_text, references
from app.items import Item

NOTHING: Mapping[str, str] = {}


class Limits(NamedTuple):
    """What of a visible item a caller may see: its elements, and the contact details in it."""

    elements: ShownElements
    protection: Protection


def names(items: Iterable[Item], patient: str) -> set[str]:
    """The names by which others may refer to these items and the Patient: `Type/id`, and identifiers `system|value`."""
    return {f"Patient/{patient}"}.union(*([item.reference, *item.keys] for item in items))


def redact(
    items: Sequence[Item],
    visible: Iterable[Item],
    patient: str,
    limits: Limits,
    renamed: Mapping[str, str] = NOTHING,
) -> list[str]:
    """The bodies of `items` for a caller who sees `visible` of this patient, within these limits.

    `renamed` maps the reference of an item that was left out as a duplicate to the reference of the item that is shown.
    """
    visible = list(visible)
    allowed = {item.reference for item in visible}
    allowed.add(f"Patient/{patient}")
    elements, protection = limits
    is_all_seen = elements.is_whole and all(map(allowed.issuperset, (item.refs for item in items)))
    if is_all_seen and not any(map(protection.masks, items)):
        return [item.body for item in items]
    return list(map(redactor(visible, patient, limits, renamed), items))


def redactor(
    visible: Sequence[Item], patient: str, limits: Limits, renamed: Mapping[str, str] = NOTHING
) -> Callable[[Item], str]:
    """A function that gives the body of an item as `redact` does."""
    allowed: set[str] = set()

    def body(item: Item) -> str:
        if not allowed:  # Most answers ask for no body here.
            allowed.update(names(visible, patient))
        return _body(item, limits, renamed, allowed)

    return body


def _body(item: Item, limits: Limits, renamed: Mapping[str, str], allowed: set[str]) -> str:
    if not item.body:
        # It was not read, or the caller gets no more of it than its reference.
        return ""
    row = limits.elements[item.information_class]
    body = masked_body(item.body) if limits.protection.masks(item) else item.body
    is_all_referred_seen = allowed.issuperset(item.refs)
    if row.is_whole and is_all_referred_seen:
        return body
    resource = json_text.loads(body)
    shown = minimise(resource, row)
    if not is_all_referred_seen or "contained" in resource:
        shown = references.cut(references.rewrite(shown, renamed), allowed)
    return body if shown == resource else json_text.dumps(shown).decode()
