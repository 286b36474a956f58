"""Who writes a contract, told beside what they write: a Provenance for each revision, by whichever address it is made.

http://hl7.org/fhir/R4/provenance.html
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from app.access.caller import Caller, CallerKind
from app.access.classification import ClassDefaults, InformationClass
from app.contracts.mapping import provenance
from app.contracts.mapping.rows import MappingContext
from app.contracts.model.sections import Revision, WrittenBy
from app.errors import Fault, Unprocessable
from app.fhir import json_text
from app.fhir.ids import new_id
from app.items import Item
from app.plans.contract import edit_guard
from app.plans.contract import revision_rules as rules
from app.plans.contract.stored_contract import StoredContract, agreements, replaced, whole
from app.plans.write.drafts import Draft, Written, is_same

NOT_THEIRS: Final = Fault(
    "business-rule",
    "A record system tells its own revision of a contract; leave out the member of staff.",
    "Ett journalsystem berättar om sin egen ändring av ett kontrakt; utelämna medarbetaren.",
    "Provenance.agent",
)
NOT_THAT: Final = Fault(
    "business-rule",
    "The revision is called something else than what is done to the contract; leave out its code, or correct it.",
    "Ändringen kallas något annat än det som görs med kontraktet; utelämna koden, eller rätta den.",
    "Provenance.activity",
)


def revision_provenance(revision: Revision, targets: Sequence[str]) -> Draft:
    """The Provenance of a revision."""
    said = revision.model_dump(mode="json", by_alias=True, exclude_none=True)
    made = provenance.REVISION.write(said, id=new_id(), context=MappingContext(""))
    return Draft({**made, "target": [{"reference": one} for one in targets]}, given_id=made["id"])


def author(caller: Caller, giver: str, hint: ClassDefaults) -> WrittenBy:
    """Who writes for a care giver: a member of staff by name, or a system of theirs."""
    staff = caller.kind is CallerKind.STAFF
    return WrittenBy(
        giver=giver,
        unit=caller.unit,
        practitioner=caller.id if staff else None,
        name=caller.name if staff else None,
        category="social" if hint.category == "social" else "health",
    )


def revision_drafts(
    caller: Caller, defaults: ClassDefaults, changed: Sequence[Written], items: Mapping[str, Item], *, now: datetime
) -> list[Draft]:
    """A revision of each contract of the writer's giver that an edit through FHIR changes.

    `changed` is what the edit writes, `items` what was there, by reference. A contract whose revision is written with
    the edit gets none. Raises Unprocessable where a revision is needed that only /api/contracts can make.
    """
    after = {**items, **{written.item.reference: written.item for written in changed}}
    edit_guard.require(caller, changed, items, after)
    if caller.giver is None:
        return []
    by = author(caller, caller.giver, defaults)
    drafts = []
    for agreement in agreements(after, caller.giver):
        contract, before = whole(after, agreement.id), items.get(agreement.reference)
        edited = sorted(_news(changed, items) & _belongs(contract, before, items))
        if not edited:
            continue
        action = _called(before, agreement)
        written_with_it = [item for item in contract.trail if item.reference not in items]
        for item in written_with_it:
            _require_true(item, action)
        if not written_with_it:
            revision = Revision(action=action, reason=None, recorded=now, by=by)
            drafts.append(revision_provenance(revision, list(dict.fromkeys([agreement.reference, *edited]))))
    return drafts


def _called(before: Item | None, agreement: Item) -> rules.Action:
    if before is not None:
        return rules.called(before.status, agreement.status)
    return rules.called(None, agreement.status, replaces=replaced(agreement) is not None)


def _require_true(revision: Item, action: rules.Action) -> None:
    """A revision that a record system tells is its own, and is called what it is."""
    said = provenance.REVISION.read(json_text.loads(revision.body))
    if "practitioner" in said.get("by", {}):
        raise Unprocessable(NOT_THEIRS)
    if said.get("action", action) != action:
        raise Unprocessable(NOT_THAT)


def _news(changed: Sequence[Written], items: Mapping[str, Item]) -> set[str]:
    """What says something else than it did."""
    return {one.item.reference for one in changed if not _says_the_same(one.item, items.get(one.item.reference))}


def _says_the_same(item: Item, before: Item | None) -> bool:
    return before is not None and is_same(json_text.loads(item.body), json_text.loads(before.body))


def _belongs(after: StoredContract, before: Item | None, items: Mapping[str, Item]) -> set[str]:
    """The agreement, its parts and its confirmations, as they are and as they were."""
    then = whole(items, before.id).items if before and before.kind == InformationClass.AGREEMENT else ()
    return {one.reference for one in (*after.items, *then)}
