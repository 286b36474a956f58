"""The author of each change of a contract: a Provenance for every revision, whichever address the change uses.

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
from app.plans.contract.stored_contract import StoredContract, agreements, replaced_id, stored_contract
from app.plans.write.drafts import Draft, Written, is_same

OTHER_AUTHOR: Final = Fault(
    "business-rule",
    "A record system writes revisions in its own name; leave out the member of staff.",
    "Ett journalsystem skriver ändringar i eget namn; utelämna medarbetaren.",
    "Provenance.agent",
)
OTHER_ACTION: Final = Fault(
    "business-rule",
    "The code of the revision does not match the change of the contract; correct the code, or leave it out.",
    "Ändringens kod stämmer inte med det som görs med kontraktet; rätta koden, eller utelämna den.",
    "Provenance.activity",
)


def revision_provenance(revision: Revision, targets: Sequence[str]) -> Draft:
    """Return the Provenance of a revision; `targets` are the references that it changed."""
    json = revision.model_dump(mode="json", by_alias=True, exclude_none=True)
    resource = provenance.REVISION.write(json, id=new_id(), context=MappingContext(""))
    return Draft({**resource, "target": [{"reference": target} for target in targets]}, given_id=resource["id"])


def author(caller: Caller, giver: str, defaults: ClassDefaults) -> WrittenBy:
    """Return the author who writes for a care giver: a member of staff by name, or a system."""
    is_staff = caller.kind is CallerKind.STAFF
    return WrittenBy(
        giver=giver,
        unit=caller.unit,
        practitioner=caller.id if is_staff else None,
        name=caller.name if is_staff else None,
        category="social" if defaults.category == "social" else "health",
    )


def revision_drafts(
    caller: Caller, defaults: ClassDefaults, changed: Sequence[Written], items: Mapping[str, Item], *, now: datetime
) -> list[Draft]:
    """Return a revision of each contract of the caller's care giver that an edit through FHIR changes.

    `changed` are the written resources, `items` the person's items before the edit, by reference. A contract whose
    revision is part of the edit gets no other revision.

    Raises:
        Unprocessable: `edit_guard` does not allow the edit, or a revision in it is not true.
    """
    after = {**items, **{written.item.reference: written.item for written in changed}}
    edit_guard.require_allowed(caller, changed, items, after)
    if caller.giver is None:
        return []
    by = author(caller, caller.giver, defaults)
    drafts = []
    for agreement in agreements(after, caller.giver):
        contract, before = stored_contract(after, agreement.id), items.get(agreement.reference)
        edited = sorted(_changed_references(changed, items) & _owned_references(contract, before, items))
        if not edited:
            continue
        action = _action(before, agreement)
        new_revisions = [item for item in contract.revisions if item.reference not in items]
        for item in new_revisions:
            _require_true(item, action)
        if not new_revisions:
            revision = Revision(action=action, reason=None, recorded=now, by=by)
            drafts.append(revision_provenance(revision, list(dict.fromkeys([agreement.reference, *edited]))))
    return drafts


def _action(before: Item | None, agreement: Item) -> rules.Action:
    if before is not None:
        return rules.edit_action(before.status, agreement.status)
    return rules.edit_action(None, agreement.status, replaces=replaced_id(agreement) is not None)


def _require_true(revision: Item, action: rules.Action) -> None:
    """Check that a record system writes a revision in its own name, with the right action."""
    json = provenance.REVISION.read(json_text.loads(revision.body))
    if "practitioner" in json.get("by", {}):
        raise Unprocessable(OTHER_AUTHOR)
    if json.get("action", action) != action:
        raise Unprocessable(OTHER_ACTION)


def _changed_references(changed: Sequence[Written], items: Mapping[str, Item]) -> set[str]:
    """Return the references of those written items whose content differs from before."""
    return {
        written.item.reference
        for written in changed
        if not _has_same_content(written.item, items.get(written.item.reference))
    }


def _has_same_content(item: Item, before: Item | None) -> bool:
    return before is not None and is_same(json_text.loads(item.body), json_text.loads(before.body))


def _owned_references(after: StoredContract, before: Item | None, items: Mapping[str, Item]) -> set[str]:
    """Return the references of the CarePlan, its parts and its confirmations, before and after the edit."""
    is_contract = before is not None and before.information_class == InformationClass.AGREEMENT
    items_before = stored_contract(items, after.agreement.id).items if is_contract else ()
    return {item.reference for item in (*after.items, *items_before)}
