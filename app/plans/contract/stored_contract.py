"""A stored contract: its items among those of a person, its tag, and the drafts that revise it (pure).

The tag changes with every part, so that an edit of one part through FHIR and an edit of the contract do not overwrite
each other.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from app.access.classification import InformationClass
from app.access.protection import NOTHING_HIDDEN, Protection, keep_masked
from app.access.redact import names
from app.contracts import from_fhir
from app.contracts.mapping import careplan, provenance
from app.errors import NotFound, Unprocessable
from app.fhir import json_text, references
from app.fhir.check.check import check
from app.fhir.elements import Resource, address
from app.items import Item
from app.plans.write.drafts import Draft, content, is_same, replacement


class StoredContract(NamedTuple):
    """A contract as one caller sees it.

    `items` are the CarePlan, its parts and the confirmations; `revisions` are the Provenance of its revisions, newest
    first.
    """

    items: Sequence[Item]
    revisions: Sequence[Item]

    @property
    def agreement(self) -> Item:
        """The CarePlan."""
        return self.items[0]

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The parsed resources, with the newest revision."""
        return [json_text.loads(item.body) for item in (*self.items, *self.revisions[:1])]

    @property
    def tag(self) -> str:
        """The tag of the contract (see `tag`)."""
        return tag(self.items)


def stored_contract(items: Mapping[str, Item], contract_id: str) -> StoredContract:
    """Return the contract with this id among a person's visible items, by reference.

    Raises:
        NotFound: there is no such contract, or its CarePlan is not visible.
    """
    agreement = items.get(f"CarePlan/{contract_id}")
    if agreement is None or agreement.type != "CarePlan" or agreement.information_class != InformationClass.AGREEMENT:
        raise NotFound
    owned = careplan.owned_references(json_text.loads(agreement.body))
    parts = [items[reference] for reference in owned if reference in items]
    # A Provenance of another care giver with this target is not a revision of the contract.
    provenances = [
        (item, json_text.loads(item.body))
        for item in items.values()
        if item.type == "Provenance" and item.giver == agreement.giver and agreement.reference in item.refs
    ]
    confirmations = [item for item, body in provenances if provenance.is_confirmation(body)]
    revisions = [item for item, body in provenances if provenance.is_revision(body)]
    # By the time of writing: another system may have set Provenance.recorded to any time.
    newest_first = sorted(revisions, key=lambda item: (item.updated, item.id), reverse=True)
    return StoredContract([agreement, *parts, *confirmations], newest_first)


def agreements(items: Mapping[str, Item], giver: str | None) -> Iterator[Item]:
    """Yield the CarePlans of a care giver's contracts."""
    for item in items.values():
        if item.information_class == InformationClass.AGREEMENT and item.type == "CarePlan" and item.giver == giver:
            yield item


def replacements(agreement: Item, items: Mapping[str, Item]) -> Iterator[Item]:
    """Yield the contracts of the same care giver that replace this one."""
    for other in agreements(items, agreement.giver):
        if agreement.reference in other.refs and replaced_id(other) == agreement.id:
            yield other


def replaced_id(agreement: Item) -> str | None:
    """Return the id of the contract that this one replaces."""
    replaces: str | None = careplan.CONTRACT.read(json_text.loads(agreement.body)).get("replaces")
    return replaces


def tag(items: Sequence[Item]) -> str:
    """Return a short text for a CarePlan and its parts, which is the same as long as no visible item has changed.

    It is made of the content of all, the parts in any order, without references to anything but each other: a version
    would tell of a change that is not visible.
    """
    agreement, *parts = items
    own = {item.reference for item in items}
    text = "\n".join([_text(agreement, own), *sorted(_text(part, own) for part in parts)])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _text(item: Item, own: AbstractSet[str]) -> str:
    """Return the reference and the content of an item, without references to anything that is not in `own`."""
    resource = references.cut(json_text.loads(item.body), own)
    return f"{item.reference} {json.dumps(content(resource), sort_keys=True, default=str)}"


def revision_changes(
    before: StoredContract,
    new: Sequence[dict[str, Any]],
    items: Mapping[str, Item],
    read: from_fhir.ReadContract,
    protection: Protection = NOTHING_HIDDEN,
) -> list[Draft]:
    """Return the drafts that turn a stored contract into the new resources. Unchanged resources get no draft.

    `read` is the contract that was read from the stored resources. A part that is left out is deleted, unless another
    care giver or a source owns it, or another plan of the same care giver refers to it. Contact details that
    `protection` masks are kept.

    Raises:
        Unprocessable: a changed resource breaks a profile.
    """
    visible = frozenset(names(items.values(), read.contract["patient"].removeprefix("Patient/")))
    stored = {item.reference: json_text.loads(item.body) for item in before.items}
    masked = {item.reference for item in before.items if protection.masks(item)}
    new = [
        keep_masked(resource, stored[address(resource)]) if address(resource) in masked else resource
        for resource in new
    ]
    plan_address = before.agreement.reference
    authored = [
        _with_author(resource, stored[plan_address], visible) if address(resource) == plan_address else resource
        for resource in new
    ]
    changed = [resource for resource in authored if not _is_unchanged(resource, stored, visible)]
    if faults := [fault for resource in changed for fault in check(resource)]:
        raise Unprocessable(*faults)
    drafts = [
        Draft(resource, id=resource["id"]) if address(resource) in stored else Draft(resource, given_id=resource["id"])
        for resource in changed
    ]
    removed = _removed(before, {address(resource) for resource in new}, items, read)
    return [*drafts, *(Draft(stored[item.reference], id=item.id, deleted=True) for item in removed)]


def _removed(
    before: StoredContract, remaining: AbstractSet[str], items: Mapping[str, Item], read: from_fhir.ReadContract
) -> list[Item]:
    """Return the contract's own parts that are left out."""
    part_ids = set(read.part_ids.values())
    shared = _references_of_other_plans(before.agreement, items)
    return [
        item
        for item in before.items
        if item.reference not in remaining
        and item.id in part_ids
        and item.giver == before.agreement.giver
        and item.source_updated is None
        and item.reference not in shared
    ]


def _references_of_other_plans(agreement: Item, items: Mapping[str, Item]) -> set[str]:
    plans = (
        item
        for item in items.values()
        if item.type == "CarePlan" and item.giver == agreement.giver and item.reference != agreement.reference
    )
    return {reference for plan in plans for reference in plan.refs}


def _with_author(care_plan: dict[str, Any], stored: Resource, visible: AbstractSet[str]) -> dict[str, Any]:
    """Return the CarePlan with its stored author unless its own content changes.

    Added and removed parts change only the revision.
    """
    if not is_same(_own_content(replacement(care_plan, stored, visible)), _own_content(stored)):
        return care_plan
    without_author = {name: value for name, value in care_plan.items() if name != "author"}
    return {**without_author, **{name: value for name, value in stored.items() if name == "author"}}


def _own_content(care_plan: Resource) -> Resource:
    return {name: value for name, value in care_plan.items() if name not in {*careplan.PART_ELEMENTS, "author"}}


def _is_unchanged(resource: dict[str, Any], stored: Mapping[str, Resource], visible: AbstractSet[str]) -> bool:
    before = stored.get(address(resource))
    return before is not None and is_same(replacement(resource, before, visible), before)
