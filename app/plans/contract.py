"""The stories of a patient contract (patientkontrakt): written, read and revised as one, stored as FHIR."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from app.access.caller import Caller, CallerKind
from app.access.classes import Kind
from app.audit.disclosure import Desk, Opened, Question, Released, disclose
from app.contracts import reading
from app.contracts.bundle import resources
from app.contracts.identity import ids
from app.contracts.model import PatientContract
from app.contracts.provenance import Author
from app.errors import Fault, Forbidden, NotFound, Unprocessable
from app.fhir import documents, references
from app.fhir.ids import new_id
from app.plans.draft import Draft
from app.plans.write_resources import Work, write
from app.storage.items import Item

SAME_PATIENT = Fault(
    "business-rule",
    "A contract stays with its person; send the patient that it has.",
    "Ett kontrakt hör till sin person; ange den patient som det har.",
    "patient",
)


class Kept(NamedTuple):
    """A contract as it is kept: its id, the version of its CarePlan, and its JSON."""

    id: str
    version: int
    contract: Mapping[str, Any]


async def submit_contract(desk: Desk, caller: Caller, contract: PatientContract, *, now: datetime) -> Kept:
    """Write a new contract as one transaction; the caller's organisation answers for it."""
    made: list[dict[str, Any]] = []

    def compose(_: Mapping[str, Item]) -> Sequence[Draft]:
        made[:] = resources(contract, ids=ids(contract, {}, new_id), author=_author(desk, caller), now=now)
        return [Draft(resource, given_id=resource["id"]) for resource in made]

    work = Work(Question("create", _patient(contract), "CarePlan"), compose, desk.hint(caller))
    written = await write(desk, caller, work, now=now)
    return Kept(written[0].item.id, written[0].item.version, reading.contract(made))


async def revise_contract(
    desk: Desk, caller: Caller, identity: str, version: int, contract: PatientContract, *, now: datetime
) -> Kept:
    """Replace a contract: parts keep their ids, what is left out is deleted, history keeps it all."""
    made: list[dict[str, Any]] = []

    def compose(items: Mapping[str, Item]) -> Sequence[Draft]:
        stored = _parts(items, identity)
        if _patient(contract) != _subject(stored[0]):
            raise Unprocessable(SAME_PATIENT)
        known = reading.parts(stored)
        author = _author(desk, caller)
        made[:] = resources(contract, ids=ids(contract, known, new_id), author=author, now=now, revises=True)
        kept = {reference(resource) for resource in made}
        return [
            *(_revision(resource, items, identity, version) for resource in made),
            *(Draft(gone, id=gone["id"], deleted=True) for gone in stored if reference(gone) not in kept),
        ]

    work = Work(Question("update", None, "CarePlan", identity), compose, desk.hint(caller))
    written = await write(desk, caller, work, now=now)
    stored = [documents.loads(one.item.body) for one in written[: len(made)]]
    return Kept(written[0].item.id, written[0].item.version, reading.contract(stored))


async def read_contract(desk: Desk, caller: Caller, identity: str, *, now: datetime) -> Kept:
    """The contract again, of what this caller may see; NotFound where the agreement itself is not theirs to see."""

    async def produce(opened: Opened) -> Released[Kept]:
        items = {item.reference: item for item in opened.items}
        stored = _parts(items, identity)
        shown = [items[reference(resource)] for resource in stored]
        return Released(Kept(identity, shown[0].version, reading.contract(stored)), shown, opened.hidden)

    question = Question("read", None, "CarePlan", identity, whole=True)
    return await disclose(desk, caller, question, produce, now=now)


def reference(resource: Mapping[str, Any]) -> str:
    """The relative reference of a resource of ours."""
    return f"{resource['resourceType']}/{resource['id']}"


def _parts(items: Mapping[str, Item], identity: str) -> list[dict[str, Any]]:
    """The contract's CarePlan, all that it refers to, and who wrote it; NotFound where it is no contract."""
    care_plan = items.get(f"CarePlan/{identity}")
    if care_plan is None or care_plan.kind != Kind.AGREEMENT:
        raise NotFound
    whole = documents.loads(care_plan.body)
    wanted = [one for one in references.local_refs(whole) if one in items]
    # Others may speak of the contract too: its own Provenance is of the same giver, and speaks of most of it.
    speaking = [item for item in items.values() if item.type == "Provenance" and item.giver == care_plan.giver
                and care_plan.reference in item.refs]  # fmt: skip
    wanted += [item.reference for item in sorted(speaking, key=lambda item: -len(item.refs))[:1]]
    return [whole, *(documents.loads(items[one].body) for one in wanted)]


def _revision(resource: dict[str, Any], items: Mapping[str, Item], identity: str, version: int) -> Draft:
    if resource["resourceType"] == "CarePlan" and resource["id"] == identity:
        return Draft(resource, id=identity, version=version)
    known = reference(resource) in items
    return Draft(resource, id=resource["id"] if known else None, given_id=resource["id"])


def _author(desk: Desk, caller: Caller) -> Author:
    if caller.kind is not CallerKind.STAFF or caller.giver is None:
        raise Forbidden
    category: Literal["health", "social"] = "social" if caller.giver in desk.social else "health"
    return Author(giver=caller.giver, unit=caller.unit, practitioner=caller.id, category=category, name=caller.name)


def _patient(contract: PatientContract) -> str:
    return contract.patient.removeprefix("Patient/")


def _subject(care_plan: Mapping[str, Any]) -> str:
    return str(care_plan["subject"]["reference"]).removeprefix("Patient/")
