"""The revisions of a contract, and the contract as it was at each, read from the history (pure).

A version of a part is shown to those who may see both that version and the newest one, so what has been closed since
is closed in the past too. A revision is shown to those who may see its author and something that it changed; its
reason to those who may see everything that it changed. docs/decisions/0020-decide-on-what-leaves.md
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from app.access.decisions import AccessCheck
from app.access.redact import redact
from app.contracts import from_fhir
from app.contracts.mapping import provenance
from app.contracts.mapping.careplan import owned_references
from app.fhir import json_text, references
from app.items import Item
from app.plans.write.drafts import is_same
from app.storage.record_reading import Version

TRAIL: Final = "Provenance"


class Past(NamedTuple):
    """What one caller sees of a contract's past: every version of each part, and the revisions, oldest first.

    A version that they may not see is as one by which the part went.
    """

    agreement: str
    versions: Mapping[str, Sequence[Version]]
    revisions: Sequence[Item]

    def at(self, revision: Item) -> list[Item]:
        """The contract as it was when one of these had been written: the agreement, its parts, the confirmations."""
        then = {one: found for one, versions in self.versions.items() if (found := _then(versions, revision))}
        agreement = then[self.agreement]
        held = [then[one] for one in owned_references(json_text.loads(agreement.body)) if one in then]
        confirmed = [item for item in then.values() if item.type == TRAIL]
        return [agreement, *held, *confirmed]


def past_of(
    agreement: Item, versions: Iterable[Version], access_check: AccessCheck, patient: str, visible: Collection[str] = ()
) -> Past:
    """The past of a contract, given every version of what belongs to it, and what else of the person is `visible`."""
    every: dict[str, list[Version]] = {}
    for version in versions:
        every.setdefault(version.item.reference, []).append(version)
    # The newest version is always among them: whoever may not see it sees none.
    seen = {one: _seen(each, access_check) for one, each in every.items() if access_check.read(each[-1].item).allowed}
    trail = [each[0].item for each in seen.values() if _speaks(each[0].item, agreement)]
    bodies = {item.reference: json_text.loads(item.body) for item in trail}
    confirmed = {one for one, body in bodies.items() if provenance.is_confirmation(body)}
    parts = {one: each for one, each in seen.items() if one in confirmed or not one.startswith(f"{TRAIL}/")}
    moments = {moment for each in parts.values() for moment in _moments(each, parts.keys(), patient)}
    revisions = [
        item for item in trail
        if provenance.is_revision(bodies[item.reference]) and item.updated in moments
        and _then(parts.get(agreement.reference, ()), item)
    ]  # fmt: skip
    shown = {f"Patient/{patient}", *seen, *visible}
    told = [item if shown.issuperset(item.refs) else _without_reason(item) for item in revisions]
    return Past(agreement.reference, parts, sorted(told, key=lambda item: (item.updated, item.id)))


def told(items: Sequence[Item], revision: Item | None, visible: Sequence[Item], patient: str) -> dict[str, Any]:
    """The contract's JSON of these items, with the revision that it is, cut to what is visible."""
    trail = [revision] if revision else []
    bodies = redact([*items, *trail], [*items, *visible], patient)
    return from_fhir.contract([json_text.loads(body) for body in bodies])


def _seen(every: Sequence[Version], access_check: AccessCheck) -> list[Version]:
    return [each if access_check.read(each.item).allowed else each._replace(deleted=True) for each in every]


def _without_reason(revision: Item) -> Item:
    """A revision as it is told to who does not see all that it changed; who made it is told of what they see."""
    said = json_text.loads(revision.body)
    said.pop("reason", None)
    return revision._replace(body=json_text.dumps(said).decode())


def _speaks(item: Item, agreement: Item) -> bool:
    return item.type == TRAIL and item.giver == agreement.giver and agreement.reference in item.refs


def _then(versions: Sequence[Version], revision: Item) -> Item | None:
    """What there was of a part at a revision's moment; None where it was not yet, or no more."""
    last = next((version for version in reversed(versions) if version.item.updated <= revision.updated), None)
    return last.item if last and not last.deleted else None


def _moments(versions: Sequence[Version], parts: Collection[str], patient: str) -> Iterator[datetime]:
    """When a part came, went, or came to say something else, as far as is visible."""
    visible = {f"Patient/{patient}", *parts}
    before = None
    for version in versions:
        now = None if version.deleted else _cut(version.item, visible)
        if (now is None) != (before is None) or (now and before and not is_same(now, before)):
            yield version.item.updated
        before = now


def _cut(item: Item, visible: Collection[str]) -> dict[str, Any]:
    """What of an item is visible; who wrote it last is told by the revisions."""
    resource = references.cut(json_text.loads(item.body), visible)
    return {name: value for name, value in resource.items() if name != "author"}
