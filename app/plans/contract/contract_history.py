"""The history of a contract: its revisions, and the contract as it was at each of them (pure).

A caller sees a version of a part who may see both that version and the newest one, so that a part closed since is
closed in the history too. A caller sees a revision who may see its author and something that it changed, and its reason
who may see everything that it changed. docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.access.decisions import AccessCheck
from app.access.redact import redact
from app.contracts import from_fhir
from app.contracts.mapping import provenance
from app.contracts.mapping.careplan import owned_references
from app.disclosure.on_record import OpenRecord
from app.fhir import json_text, references
from app.items import Item
from app.plans.write.drafts import is_same
from app.storage.record_reading import Version


class ContractHistory(NamedTuple):
    """The history of a contract that one caller sees: the versions of each part, and the revisions, oldest first.

    A version that the caller may not see is marked as deleted.
    """

    agreement: str
    versions: Mapping[str, Sequence[Version]]
    revisions: Sequence[Item]

    def items_at(self, revision: Item) -> list[Item]:
        """Return the CarePlan, its parts and the confirmations as they were after a revision."""
        items = {
            reference: item for reference, versions in self.versions.items() if (item := _item_at(versions, revision))
        }
        agreement = items[self.agreement]
        references = owned_references(json_text.loads(agreement.body))
        parts = [items[reference] for reference in references if reference in items]
        confirmations = [item for item in items.values() if item.type == "Provenance"]
        return [agreement, *parts, *confirmations]


def contract_history(
    agreement: Item, versions: Iterable[Version], access_check: AccessCheck, patient: str, visible: Collection[str] = ()
) -> ContractHistory:
    """Return the history of a contract.

    `versions` are all versions of everything that belongs to it, and `visible` the references of the person's other
    items that the caller sees.
    """
    by_reference: dict[str, list[Version]] = {}
    for version in versions:
        by_reference.setdefault(version.item.reference, []).append(version)
    # The newest version is always among them, and decides whether the caller sees any.
    seen = {
        reference: _without_hidden(history, access_check)
        for reference, history in by_reference.items()
        if access_check.read(history[-1].item).allowed
    }
    provenances = [history[0].item for history in seen.values() if _concerns(history[0].item, agreement)]
    bodies = {item.reference: json_text.loads(item.body) for item in provenances}
    confirmations = {reference for reference, body in bodies.items() if provenance.is_confirmation(body)}
    parts = {
        reference: history
        for reference, history in seen.items()
        if reference in confirmations or not reference.startswith("Provenance/")
    }
    moments = {moment for history in parts.values() for moment in _change_moments(history, parts.keys(), patient)}
    revisions = [
        item
        for item in provenances
        if provenance.is_revision(bodies[item.reference])
        and item.updated in moments
        and _item_at(parts.get(agreement.reference, ()), item)
    ]
    shown = {f"Patient/{patient}", *seen, *visible}
    redacted = [item if shown.issuperset(item.refs) else _without_reason(item) for item in revisions]
    return ContractHistory(agreement.reference, parts, sorted(redacted, key=lambda item: (item.updated, item.id)))


def contract_json(items: Sequence[Item], revision: Item | None, record: OpenRecord) -> dict[str, Any]:
    """Return the contract's JSON of these items and their revision, as far as the caller of the record may know it."""
    revisions = [revision] if revision else []
    bodies = redact([*items, *revisions], [*items, *record.items], record.patient, record.access_check.limits)
    return from_fhir.contract([json_text.loads(body) for body in bodies])


def _without_hidden(history: Sequence[Version], access_check: AccessCheck) -> list[Version]:
    return [
        version if access_check.read(version.item).allowed else version._replace(deleted=True) for version in history
    ]


def _without_reason(revision: Item) -> Item:
    """Return a revision without its reason, for a caller who does not see all that it changed."""
    body = json_text.loads(revision.body)
    body.pop("reason", None)
    return revision._replace(body=json_text.dumps(body).decode())


def _concerns(item: Item, agreement: Item) -> bool:
    """Return whether an item is a Provenance of the contract, by the contract's own care giver."""
    return item.type == "Provenance" and item.giver == agreement.giver and agreement.reference in item.refs


def _item_at(versions: Sequence[Version], revision: Item) -> Item | None:
    """Return the item as it was after a revision; None if it was not there."""
    last = next((version for version in reversed(versions) if version.item.updated <= revision.updated), None)
    return last.item if last and not last.deleted else None


def _change_moments(versions: Sequence[Version], parts: Collection[str], patient: str) -> Iterator[datetime]:
    """Yield the times when the visible content of a part appeared, changed or disappeared."""
    visible = {f"Patient/{patient}", *parts}
    before = None
    for version in versions:
        now = None if version.deleted else _visible_content(version.item, visible)
        if (now is None) != (before is None) or (now and before and not is_same(now, before)):
            yield version.item.updated
        before = now


def _visible_content(item: Item, visible: Collection[str]) -> dict[str, Any]:
    """Return the visible elements of an item but the author, whom the revisions tell."""
    resource = references.cut(json_text.loads(item.body), visible)
    return {name: value for name, value in resource.items() if name != "author"}
