"""Matches drafts with stored items: by id, or by the source's business identifiers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from app.access.caller import Caller
from app.access.classification import Classes, InformationClass
from app.access.decisions import AccessCheck
from app.access.item_of import Stamp, item_of
from app.access.labels import Label
from app.disclosure.seen_versions import SeenVersion
from app.errors import Fault, NotFound, Unprocessable
from app.fhir.ids import new_id
from app.items import OWN_STORE, Item
from app.plans.write.drafts import Draft, source_keys
from app.plans.write.write_request import WriteRequest
from app.storage.record_writing import KnownIdentifier
from app.storage.row_security import RlsContext

OTHER_PERSON = Fault(
    "business-rule",
    "The business identifier is already that of another item; correct the identifier.",
    "Identifieraren används redan för något annat; rätta identifieraren.",
)


TWICE = Fault(
    "business-rule",
    "Two entries are the same item, by id or by identifier; send it once.",
    "Två poster är samma sak, enligt id eller identifierare; skicka den en gång.",
    "Bundle.entry",
)


class RecordBefore(NamedTuple):
    """A person's record before a write: `items` are those that the writer sees, by reference.

    `identifiers` are the business identifiers of the write that stored resources already have. `facts` are the stored
    facts of the person, None if the person is new. `visible` are the references that the writer sees, including the
    person's, `lowered` those of items whose label the writer takes back. `seen` are the versions, as the writer sees
    them, of items that are cut for the writer. `has_patient`
    tells whether some giver's Patient is stored already.
    """

    caller: Caller
    request: WriteRequest
    now: datetime
    rls_context: RlsContext
    access_check: AccessCheck
    items: Mapping[str, Item]
    identifiers: Mapping[tuple[str, str], KnownIdentifier]
    facts: Mapping[str, Any] | None
    visible: frozenset[str]
    has_patient: bool = False
    lowered: frozenset[str] = frozenset()
    seen: Mapping[str, SeenVersion] = MappingProxyType({})

    @property
    def new(self) -> bool:
        """Whether the person is not known yet."""
        return self.facts is None


def refuse_duplicates(drafts: Iterable[Draft], written: Iterable[str]) -> None:
    """Raise Unprocessable if two drafts are the same item, by id or by identifier."""
    names = Counter(written)
    names.update(
        f"{draft.resource['resourceType']} {system}|{value}"
        for draft in drafts
        if draft.keyed
        for system, value in source_keys(draft.resource)
    )
    if any(times > 1 for times in names.values()):
        raise Unprocessable(TWICE)


def target_of(draft: Draft, record: RecordBefore) -> str:
    """The reference of the item that a draft replaces, or a new one."""
    resource_type = draft.resource["resourceType"]
    if resource_type == "Patient":
        return f"Patient/{record.rls_context.patient}"
    before = stored_before(draft, record)
    return before.reference if before else f"{resource_type}/{draft.given_id or draft.id or new_id()}"


def stored_before(draft: Draft, record: RecordBefore) -> Item | None:
    """The stored item that a draft replaces, or None.

    Raises NotFound if there is none of the draft's id, Unprocessable if its identifiers belong to other items.
    """
    resource_type = draft.resource["resourceType"]
    if resource_type == "Patient" and draft.keyed:
        return record.items.get(f"Patient/{record.rls_context.patient}")
    if draft.id is not None:
        if (stored := record.items.get(f"{resource_type}/{draft.id}")) is None:
            raise NotFound
        return stored
    rows = (
        [record.identifiers[key] for key in source_keys(draft.resource) if key in record.identifiers]
        if draft.keyed
        else []
    )
    if not rows:
        return None
    first = rows[0]
    stored = record.items.get(f"{resource_type}/{first.id}")
    same = all((row.patient, row.type, row.id) == (record.rls_context.patient, resource_type, first.id) for row in rows)
    if stored is None or not same:
        raise Unprocessable(OTHER_PERSON)
    return stored


def stored_elsewhere(resource_id: str, now: datetime) -> Item:
    """The item of a Patient that another organisation stored: the answer shows its id but no version (0)."""
    classes = Classes(
        giver=None,
        unit=None,
        category=None,
        information_class=InformationClass.PERSON.value,
        label=Label.UNKNOWN.value,
        information_time=None,
    )
    stamp = Stamp(resource_id, version=0, updated=now, source_updated=None, source=OWN_STORE)
    return item_of({"resourceType": "Patient"}, classes, stamp, "")
