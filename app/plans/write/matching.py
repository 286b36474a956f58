"""Matches drafts with what is stored: by id, or by the source's own identifier."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from app.access.caller import Caller
from app.access.classification import InformationClass
from app.access.decisions import AccessCheck
from app.access.labels import Label
from app.errors import Fault, NotFound, Unprocessable
from app.fhir.ids import new_id
from app.items import NAME, Item
from app.plans.write.drafts import Draft, WritePlan, source_keys
from app.storage.record_writing import Known
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
    """What was read before the decision; `visible` is what the writer sees, the person too, by reference."""

    caller: Caller
    rls_context: RlsContext
    access_check: AccessCheck
    items: Mapping[str, Item]
    known: Mapping[tuple[str, str], Known]
    write_plan: WritePlan
    facts: Mapping[str, Any] | None
    visible: frozenset[str]

    @property
    def new(self) -> bool:
        """Whether the person is not known yet."""
        return self.facts is None

    @property
    def drafts(self) -> Sequence[Draft]:
        """What is to be written."""
        return self.write_plan.drafts

    @property
    def held(self) -> list[Item]:
        """What the write builds on and its writer's own giver holds, so that it can be kept from moving."""
        return [item for item in self.write_plan.held if item.giver == self.rls_context.giver]

    @property
    def patients(self) -> list[Mapping[str, Any]]:
        """The Patients of this write."""
        return [draft.resource for draft in self.drafts if draft.resource["resourceType"] == "Patient"]


def refuse_duplicates(drafts: Iterable[Draft], written: Iterable[str]) -> None:
    """Raise Unprocessable where two drafts are the same item, by id or by identifier."""
    named = Counter(written)
    named.update(
        f"{draft.resource['resourceType']} {system}|{value}"
        for draft in drafts if draft.keyed for system, value in source_keys(draft.resource)
    )  # fmt: skip
    if any(times > 1 for times in named.values()):
        raise Unprocessable(TWICE)


def target_of(draft: Draft, seen: RecordBefore) -> str:
    """The reference a draft will have: that of what it replaces, or a new one."""
    kind = draft.resource["resourceType"]
    if kind == "Patient":
        return f"Patient/{seen.rls_context.patient}"
    before = stored_before(draft, seen)
    return before.reference if before else f"{kind}/{draft.given_id or draft.id or new_id()}"


def stored_before(draft: Draft, seen: RecordBefore) -> Item | None:
    """The stored item that a draft replaces, or None."""
    kind = draft.resource["resourceType"]
    if kind == "Patient" and draft.keyed:
        return seen.items.get(f"Patient/{seen.rls_context.patient}")
    if draft.id is not None:
        if (found := seen.items.get(f"{kind}/{draft.id}")) is None:
            raise NotFound
        return found
    rows = [seen.known[key] for key in source_keys(draft.resource) if key in seen.known] if draft.keyed else []
    if not rows:
        return None
    first = rows[0]
    found = seen.items.get(f"{kind}/{first.id}")
    same = all((row.patient, row.type, row.id) == (seen.rls_context.patient, kind, first.id) for row in rows)
    if found is None or not same:
        raise Unprocessable(OTHER_PERSON)
    return found


def stored_elsewhere(identity: str, now: datetime) -> Item:
    """A person whom another organisation made known: the id is told, the version is not (0)."""
    classes = (None, None, None, InformationClass.PERSON.value, Label.UNKNOWN.value, None)
    return Item("Patient", identity, 0, now, None, None, None, None, *classes, (), (), NAME, "")
