"""What may be written through FHIR of a contract and around it: what a revision must be, by every address (pure).

A contract ends for a reason, and nothing of one that has ended changes. Who did what is told by whoever did it.
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
from app.plans.contract.stored_contract import agreements, replaced, replacements
from app.plans.write.drafts import Written, is_same

Items = Mapping[str, Item]

REVISION_STAYS: Final = Fault(
    "business-rule",
    "This Provenance tells of a contract's revision: it is written with the revision, and never changed.",
    "Den här Provenance berättar om en ändring av ett kontrakt: den skrivs med ändringen och ändras aldrig.",
    "Provenance",
)
BY_REVISION: Final = Fault(
    "business-rule",
    "What ends a contract, reopens or replaces it, or changes one that has ended, needs a reason: use /api/contracts.",
    "Att avsluta, återuppta, ersätta eller ändra ett avslutat kontrakt kräver ett skäl: använd /api/contracts.",
    "CarePlan.status",
)
STAYS_ONE: Final = Fault(
    "business-rule",
    "A patient contract stays one, and another plan does not become one; send the category that it has.",
    "Ett patientkontrakt förblir det, och en annan plan blir inget; ange den category som den har.",
    "CarePlan.category",
)
SAME_PLACE: Final = Fault(
    "business-rule",
    "Which contract this one replaces is said when it is new; send the replaces that it has.",
    "Vilket kontrakt det ersätter anges när det är nytt; ange det replaces som det har.",
    "CarePlan.replaces",
)
HAS_HEIR: Final = Fault(
    "business-rule",
    "Another contract has taken the place of this one: revise that.",
    "Ett annat kontrakt har ersatt det här: ändra det.",
    "status",
)


def require(caller: Caller, changed: Sequence[Written], items: Items, after: Items) -> None:
    """Unprocessable where something that is to be written would evade what a revision must be; `after` is all then."""
    closed = _closed(items, after, caller.giver)
    for item in (one.item for one in changed):
        before = items.get(item.reference)
        if item.type == "Provenance":
            _require_own_words(caller, before, item, after)
        elif item.type == "CarePlan" and InformationClass.AGREEMENT in {item.kind, before.kind if before else None}:
            _require_open(caller, before, item, items)
            continue
        if _is_of(closed, before, item) and not _is_kept(caller, item, items):
            raise Unprocessable(BY_REVISION)


def require_no_heir(agreement: Item, items: Items) -> None:
    """Unprocessable for a contract in whose place another stands: both would hold."""
    if any(replacements(agreement, items)):
        raise Unprocessable(HAS_HEIR)


def _require_open(caller: Caller, before: Item | None, item: Item, items: Items) -> None:
    """A contract stays one, where it is, and ends or begins anew with a reason; a record system may have none."""
    replaces = replaced(item)
    if before is not None:
        if before.kind != item.kind:
            raise Unprocessable(STAYS_ONE)
        if replaced(before) != replaces:
            raise Unprocessable(SAME_PLACE)
    rule = revision_rules.rule(
        before.status if before else None, item.status, replaces=before is None and bool(replaces)
    )
    if caller.kind is CallerKind.STAFF:
        if rule is None or rule.needs_reason:
            raise Unprocessable(BY_REVISION)
    elif before is not None:
        revision_rules.require_no_error(before.status)
        if rule is not None and rule.action == "reopen":
            require_no_heir(before, items)


def _require_own_words(caller: Caller, before: Item | None, item: Item, after: Items) -> None:
    """Who did what to a contract is told beside what was done: never alone, and never otherwise afterwards."""
    if before is None and caller.kind is CallerKind.SYSTEM:
        return
    if before is not None and _is_revision(before):
        raise Unprocessable(REVISION_STAYS)
    if _is_revision(item) and any(one.reference in item.refs for one in agreements(after, item.giver)):
        raise Unprocessable(REVISION_STAYS)


def _is_revision(item: Item) -> bool:
    return provenance.is_revision(json_text.loads(item.body))


def _closed(items: Items, after: Items, giver: str | None) -> set[str]:
    """The care giver's contracts that have ended and stay so, and the parts that no other of theirs holds."""
    ended, parts, others = set(), set(), set()
    for one in agreements(after, giver):
        before = items.get(one.reference)
        held = owned_references(json_text.loads(one.body))
        if before is not None and revision_rules.has_ended(before.status) and revision_rules.has_ended(one.status):
            ended.add(one.reference)
            parts.update(held)
        else:
            others.update(held)
    return ended | (parts - others)


def _is_of(closed: set[str], before: Item | None, item: Item) -> bool:
    """Whether it is such a part, or confirms such a contract, or did."""
    confirmed = {target for one in (before, item) if one is not None for target in _confirms(one)}
    return not closed.isdisjoint({item.reference, *confirmed})


def _is_kept(caller: Caller, item: Item, items: Items) -> bool:
    """Whether it is a record system's own, by its key or said before: such a part goes on, whatever holds it."""
    return caller.kind is CallerKind.SYSTEM and (item.source_updated is not None or _is_said(item, items))


def _confirms(item: Item) -> Iterator[str]:
    if item.type == "Provenance" and provenance.is_confirmation(json_text.loads(item.body)):
        yield from item.refs


def _is_said(item: Item, items: Items) -> bool:
    """Whether a Provenance says what one that is there does: a push has no key for it, and may come twice."""
    said = json_text.loads(item.body)
    return any(
        is_same(said, json_text.loads(one.body))
        for one in items.values() if one.type == "Provenance" and set(one.refs) == set(item.refs)
    )  # fmt: skip
