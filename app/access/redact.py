"""Cuts references to hidden resources from the bodies of an answer; other bodies stay unchanged (pure).

If everything that a resource refers to is visible, its bytes leave unchanged. Otherwise it is parsed, its references
are rewritten, and hidden ones are cut. docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Iterable, Mapping

from app.fhir import json_text, references
from app.items import Item

NOTHING: Mapping[str, str] = {}


def redact(
    items: Iterable[Item], visible: Iterable[Item], patient: str, renamed: Mapping[str, str] = NOTHING
) -> list[str]:
    """The bodies of `items` for a caller who sees `visible` of this patient.

    `renamed` maps the reference of an item that was left out as a duplicate to the reference of the item that is shown.
    """
    allowed = {item.reference for item in visible}
    allowed.add(f"Patient/{patient}")
    return [item.body if allowed.issuperset(item.refs) else _cut(item.body, renamed, allowed) for item in items]


def _cut(body: str, renamed: Mapping[str, str], allowed: set[str]) -> str:
    resource = json_text.loads(body)
    return json_text.dumps(references.cut(references.rewrite(resource, renamed), allowed)).decode()
