"""The guard of edits through FHIR: they must not evade the rules of revisions (pure).

A contract ends with a reason, and the parts of an ended contract do not change. The author of a change writes the
Provenance that describes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.access.caller import Caller, CallerKind
from app.access.classification import InformationClass
from app.contracts.mapping import provenance
from app.contracts.mapping.careplan import owned_references
from app.errors import Fault, Unprocessable
from app.fhir import json_text
from app.items import Item
from app.plans.contract import revision_rules
from app.plans.contract.stored_contract import agreements, replaced_id, replacements
from app.plans.write.drafts import Written, is_same

Items = Mapping[str, Item]

REVISION_STAYS: Final = Fault(
    "business-rule",
    "This Provenance is the revision of a contract and cannot be written alone or changed; leave it out.",
    "Den här Provenance är en ändring av ett kontrakt och kan inte skrivas ensam eller ändras; utelämna den.",
    "Provenance",
)
NEEDS_REASON: Final = Fault(
    "business-rule",
    "Ending, reopening or replacing a contract, or changing an ended one, needs a reason; use /api/contracts.",
    "Att avsluta, återuppta, ersätta eller ändra ett avslutat kontrakt kräver ett skäl; använd /api/contracts.",
    "CarePlan.status",
)
CATEGORY_STAYS: Final = Fault(
    "business-rule",
    "A CarePlan cannot become a patient contract or stop being one; send the category that it has.",
    "En CarePlan kan inte bli ett patientkontrakt eller upphöra att vara det; ange den category som den har.",
    "CarePlan.category",
)
REPLACES_STAYS: Final = Fault(
    "business-rule",
    "Only a new contract can replace another; send the replaces that the contract has.",
    "Bara ett nytt kontrakt kan ersätta ett annat; ange det replaces som kontraktet har.",
    "CarePlan.replaces",
)
HAS_SUCCESSOR: Final = Fault(
    "business-rule",
    "This contract was replaced; update its successor.",
    "Kontraktet är ersatt; ändra efterträdaren.",
    "status",
)


def require_allowed(caller: Caller, changed: Sequence[Written], items: Items, after: Items) -> None:
    """Check the contracts, their parts and their Provenance that an edit through FHIR writes.

    `changed` are the written resources; `items` and `after` are the person's items before and after it, by reference.

    Raises:
        Unprocessable: the change is not allowed through FHIR.
    """
    ended = _ended_references(items, after, caller.giver)
    for item in (written.item for written in changed):
        before = items.get(item.reference)
        if item.type == "Provenance":
            _require_new_statement(caller, before, item, after)
        elif item.type == "CarePlan" and InformationClass.AGREEMENT in {
            item.information_class,
            before.information_class if before else None,
        }:
            _require_allowed_agreement(caller, before, item, items)
            continue
        if _concerns(ended, before, item) and not _is_of_record_system(caller, item, items):
            raise Unprocessable(NEEDS_REASON)


def require_no_successor(agreement: Item, items: Items) -> None:
    """Check that no other contract has replaced a contract, since both would be in force.

    Raises:
        Unprocessable: it has a successor.
    """
    if any(replacements(agreement, items)):
        raise Unprocessable(HAS_SUCCESSOR)


def _require_allowed_agreement(caller: Caller, before: Item | None, item: Item, items: Items) -> None:
    """Check the category, what is replaced, and the change of status; a record system needs no reason."""
    replaces = replaced_id(item)
    if before is not None:
        if before.information_class != item.information_class:
            raise Unprocessable(CATEGORY_STAYS)
        if replaced_id(before) != replaces:
            raise Unprocessable(REPLACES_STAYS)
    rule = revision_rules.rule(
        before.status if before else None, item.status, replaces=before is None and bool(replaces)
    )
    if caller.kind is CallerKind.STAFF:
        if rule is None or rule.needs_reason:
            raise Unprocessable(NEEDS_REASON)
    elif before is not None:
        revision_rules.require_no_error(before.status)
        if rule is not None and rule.action == "reopen":
            require_no_successor(before, items)


def _require_new_statement(caller: Caller, before: Item | None, item: Item, after: Items) -> None:
    """Check that no revision is changed, and that only a record system writes its own."""
    if before is None and caller.kind is CallerKind.SYSTEM:
        return
    if before is not None and _is_revision(before):
        raise Unprocessable(REVISION_STAYS)
    if _is_revision(item) and any(agreement.reference in item.refs for agreement in agreements(after, item.giver)):
        raise Unprocessable(REVISION_STAYS)


def _is_revision(item: Item) -> bool:
    return provenance.is_revision(json_text.loads(item.body))


def _ended_references(items: Items, after: Items, giver: str | None) -> set[str]:
    """Return the care giver's contracts that have ended and stay so, and the parts that no open contract has."""
    ended, ended_parts, open_parts = set(), set(), set()
    for agreement in agreements(after, giver):
        before = items.get(agreement.reference)
        parts = owned_references(json_text.loads(agreement.body))
        if (
            before is not None
            and revision_rules.has_ended(before.status)
            and revision_rules.has_ended(agreement.status)
        ):
            ended.add(agreement.reference)
            ended_parts.update(parts)
        else:
            open_parts.update(parts)
    return ended | (ended_parts - open_parts)


def _concerns(ended: set[str], before: Item | None, item: Item) -> bool:
    """Return whether an item is an ended part, or confirms an ended contract, before or after the edit."""
    confirmed = {
        target for version in (before, item) if version is not None for target in _confirmed_references(version)
    }
    return not ended.isdisjoint({item.reference, *confirmed})


def _confirmed_references(item: Item) -> Iterator[str]:
    if item.type == "Provenance" and provenance.is_confirmation(json_text.loads(item.body)):
        yield from item.refs


def _is_of_record_system(caller: Caller, item: Item, items: Items) -> bool:
    """Return whether a record system writes its own item, by its key or again; such a part outlives the contract."""
    return caller.kind is CallerKind.SYSTEM and (item.source_updated is not None or _is_repeated(item, items))


def _is_repeated(item: Item, items: Items) -> bool:
    """Return whether the person has a Provenance with the same content; a push has no key for it, and may repeat it."""
    body = json_text.loads(item.body)
    return any(
        is_same(body, json_text.loads(other.body))
        for other in items.values()
        if other.type == "Provenance" and set(other.refs) == set(item.refs)
    )
