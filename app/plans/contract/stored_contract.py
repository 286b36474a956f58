"""A patient contract as one thing among a person's items: its parts, its tag, and what a revision of it changes (pure).

Its version is that of all its parts together, so that who edits one part through FHIR and who edits the whole meet.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from app.access.classification import InformationClass
from app.contracts import from_fhir
from app.contracts.mapping import careplan, provenance
from app.errors import NotFound, Unprocessable
from app.fhir import json_text, references
from app.fhir.check.check import check
from app.fhir.elements import address
from app.items import Item
from app.plans.write.drafts import Draft, content, is_same, replacement

Resource = Mapping[str, Any]


class StoredContract(NamedTuple):
    """A contract as one caller sees it: the agreement, its parts, the confirmations; and who wrote it, newest first."""

    items: Sequence[Item]
    trail: Sequence[Item]

    @property
    def agreement(self) -> Item:
        """The CarePlan."""
        return self.items[0]

    @property
    def resources(self) -> list[dict[str, Any]]:
        """All of it, parsed, with the newest of the trail."""
        return [json_text.loads(item.body) for item in (*self.items, *self.trail[:1])]

    @property
    def tag(self) -> str:
        """What changes with every part, and with what the agreement says beside those that are not seen."""
        return tag(self.items)


def whole(items: Mapping[str, Item], identity: str) -> StoredContract:
    """The contract with this id, of what is visible; NotFound where there is none, or its agreement is not visible."""
    agreement = items.get(f"CarePlan/{identity}")
    if agreement is None or agreement.type != "CarePlan" or agreement.kind != InformationClass.AGREEMENT:
        raise NotFound
    held = [items[one] for one in careplan.owned_references(json_text.loads(agreement.body)) if one in items]
    # Others may speak of the contract too: its own Provenance is of the same giver.
    speaking = [
        (item, json_text.loads(item.body))
        for item in items.values()
        if item.type == "Provenance" and item.giver == agreement.giver and agreement.reference in item.refs
    ]
    confirmed = [item for item, body in speaking if provenance.is_confirmation(body)]
    trail = [item for item, body in speaking if provenance.is_revision(body)]
    # A Provenance of others says itself when it was recorded.
    return StoredContract(
        [agreement, *held, *confirmed], sorted(trail, key=lambda item: (item.updated, item.id), reverse=True)
    )


def agreements(items: Mapping[str, Item], giver: str | None) -> Iterator[Item]:
    """The CarePlans of a care giver's contracts."""
    return (
        one
        for one in items.values()
        if one.kind == InformationClass.AGREEMENT and one.type == "CarePlan" and one.giver == giver
    )


def replacements(agreement: Item, items: Mapping[str, Item]) -> Iterator[Item]:
    """The contracts of the same care giver that stand in the place of this one."""
    for one in agreements(items, agreement.giver):
        if agreement.reference in one.refs and replaced(one) == agreement.id:
            yield one


def replaced(agreement: Item) -> str | None:
    """The id of the contract in whose place this one stands."""
    found: str | None = careplan.CONTRACT.read(json_text.loads(agreement.body)).get("replaces")
    return found


def tag(items: Sequence[Item]) -> str:
    """One short text for an agreement and its parts: it is the same where nothing that is seen has changed.

    Of the parts by their versions, whatever their order; of the agreement by what it says.
    """
    agreement, *parts = items
    said = references.cut(json_text.loads(agreement.body), {part.reference for part in parts})
    versions = sorted(f"{part.reference}/{part.version}" for part in parts)
    text = "\n".join([agreement.reference, json.dumps(content(said), sort_keys=True, default=str), *versions])
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def changes(
    before: StoredContract, made: Sequence[dict[str, Any]], items: Mapping[str, Item], found: from_fhir.ReadContract
) -> list[Draft]:  # fmt: skip
    """The drafts that make `made` of a stored contract, of which `found` was read: what says the same is not written.

    What is left out is deleted, where it is the contract's own: not what another giver, a source or a plan holds.
    """
    visible = frozenset({found.contract["patient"], *items})
    stored = {item.reference: json_text.loads(item.body) for item in before.items}
    here = before.agreement.reference
    signed = (_signed(each, stored[here], visible) if address(each) == here else each for each in made)
    changed = [each for each in signed if not _stays(each, stored, visible)]
    if faults := [fault for each in changed for fault in check(each)]:
        raise Unprocessable(*faults)
    drafts = [
        Draft(each, id=each["id"]) if address(each) in stored else Draft(each, given_id=each["id"]) for each in changed
    ]
    wanted = {address(each) for each in made}
    parts = set(found.part_ids.values())
    elsewhere = _held_by_others(before.agreement, items)
    gone = [
        item for item in before.items
        if item.reference not in wanted and item.id in parts
        and item.giver == before.agreement.giver and item.source_updated is None
        and item.reference not in elsewhere
    ]  # fmt: skip
    return [*drafts, *(Draft(stored[item.reference], id=item.id, deleted=True) for item in gone)]


def _held_by_others(agreement: Item, items: Mapping[str, Item]) -> set[str]:
    """What other plans refer to."""
    others = (one for one in items.values() if one.type == "CarePlan" and one.reference != agreement.reference)
    return {reference for one in others for reference in one.refs}


def _signed(care_plan: dict[str, Any], stored: Resource, visible: AbstractSet[str]) -> dict[str, Any]:
    """The agreement by who wrote what it says itself: a part that comes or goes is told by the revision alone."""
    if not is_same(_own(replacement(care_plan, stored, visible)), _own(stored)):
        return care_plan
    unsigned = {name: value for name, value in care_plan.items() if name != "author"}
    return {**unsigned, **{name: value for name, value in stored.items() if name == "author"}}


def _own(care_plan: Resource) -> Resource:
    return {name: value for name, value in care_plan.items() if name not in {*careplan.PART_ELEMENTS, "author"}}


def _stays(resource: dict[str, Any], stored: Mapping[str, Resource], visible: AbstractSet[str]) -> bool:
    """Whether a resource says what is stored."""
    known = stored.get(address(resource))
    return known is not None and is_same(replacement(resource, known, visible), known)
