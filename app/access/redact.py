"""Cuts from the bodies of an answer what the caller may not see; other bodies stay unchanged (pure).

References to hidden resources are cut, and the elements that the table of elements does not list for the caller. A body
of which nothing is cut leaves as it is stored. docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from app.access.elements import ElementRow, ShownElements, minimise
from app.fhir import json_text, references
from app.items import Item

NOTHING: Mapping[str, str] = {}


def names(items: Iterable[Item], patient: str) -> set[str]:
    """The names by which others may refer to these items and the Patient: `Type/id`, and identifiers `system|value`."""
    return {f"Patient/{patient}"}.union(*([item.reference, *item.keys] for item in items))


def redact(
    items: Sequence[Item],
    visible: Iterable[Item],
    patient: str,
    elements: ShownElements,
    renamed: Mapping[str, str] = NOTHING,
) -> list[str]:
    """The bodies of `items` for a caller who sees `visible` of this patient, and these elements.

    `renamed` maps the reference of an item that was left out as a duplicate to the reference of the item that is shown.
    """
    visible = list(visible)
    allowed = {item.reference for item in visible}
    allowed.add(f"Patient/{patient}")
    if elements.is_whole and all(map(allowed.issuperset, (item.refs for item in items))):
        return [item.body for item in items]
    return list(map(redactor(visible, patient, elements, renamed), items))


def redactor(
    visible: Iterable[Item], patient: str, elements: ShownElements, renamed: Mapping[str, str] = NOTHING
) -> Callable[[Item], str]:
    """A function that gives the body of an item as `redact` does."""
    allowed = names(visible, patient)
    return lambda item: _body(item, elements[item.information_class], renamed, allowed)


def _body(item: Item, row: ElementRow, renamed: Mapping[str, str], allowed: set[str]) -> str:
    if row.is_whole and allowed.issuperset(item.refs):
        return item.body
    resource = json_text.loads(item.body)
    shown = references.cut(minimise(references.rewrite(resource, renamed), row), allowed)
    return item.body if shown == resource else json_text.dumps(shown).decode()
