"""Who writes a contract, told beside what they write: a Provenance for each revision, by whichever address it is made.

http://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from app.access.caller import Caller, CallerKind
from app.access.classes import Hint, Kind
from app.contracts import provenance
from app.contracts.lens import About
from app.contracts.parts import Revision, WrittenBy
from app.fhir import documents
from app.fhir.ids import new_id
from app.plans import revision as rules
from app.plans.draft import Beside, Draft, Written, is_same
from app.plans.whole import Whole, whole
from app.storage.items import Item


def spoken(revision: Revision, targets: Sequence[str]) -> Draft:
    """The Provenance of a revision."""
    said = revision.model_dump(mode="json", by_alias=True, exclude_none=True)
    made = provenance.REVISION.write(said, id=new_id(), about=About(""))
    return Draft({**made, "target": [{"reference": one} for one in targets]}, given_id=made["id"])


def author(caller: Caller, giver: str, hint: Hint) -> WrittenBy:
    """Who writes for a care giver: a member of staff by name, or a system of theirs."""
    staff = caller.kind is CallerKind.STAFF
    return WrittenBy(
        giver=giver,
        unit=caller.unit,
        practitioner=caller.id if staff else None,
        name=caller.name if staff else None,
        category="social" if hint.category == "social" else "health",
    )


def edits(caller: Caller, hint: Hint, reason: str | None = None, *, now: datetime) -> Beside:
    """What stands beside an edit through FHIR: a revision of each contract of the writer's giver that it changes.

    Where what is written holds a revision of that contract, it is told already.
    """

    def beside(changed: Sequence[Written], items: Mapping[str, Item]) -> list[Draft]:
        if caller.giver is None:
            return []
        by, after = author(caller, caller.giver, hint), _after(changed, items)
        told = []
        for agreement in _contracts(after, caller.giver):
            found, before = whole(after, agreement.id), items.get(agreement.reference)
            edited = sorted(_news(changed, items) & _belongs(found, before, items))
            if edited and not any(one.reference not in items for one in found.trail):
                action = rules.called(before.status if before else None, agreement.status)
                revision = Revision(action=action, reason=reason, recorded=now, by=by)
                told.append(spoken(revision, list(dict.fromkeys([agreement.reference, *edited]))))
        return told

    return beside


def _after(changed: Sequence[Written], items: Mapping[str, Item]) -> Mapping[str, Item]:
    return {**items, **{one.item.reference: one.item for one in changed}}


def _contracts(items: Mapping[str, Item], giver: str) -> Iterator[Item]:
    return (
        one for one in items.values() if one.kind == Kind.AGREEMENT and one.type == "CarePlan" and one.giver == giver
    )


def _news(changed: Sequence[Written], items: Mapping[str, Item]) -> set[str]:
    """What says something else than it did."""
    return {one.item.reference for one in changed if not _says_the_same(one.item, items.get(one.item.reference))}


def _says_the_same(item: Item, before: Item | None) -> bool:
    return before is not None and is_same(documents.loads(item.body), documents.loads(before.body))


def _belongs(after: Whole, before: Item | None, items: Mapping[str, Item]) -> set[str]:
    """The agreement, its parts and its confirmations, as they are and as they were."""
    then = whole(items, before.id).items if before and before.kind == Kind.AGREEMENT else ()
    return {one.reference for one in (*after.items, *then)}
