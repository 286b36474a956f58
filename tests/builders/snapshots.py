"""Everything that some callers are answered about one person, to compare before and after a foreign write."""

import json
from collections.abc import Iterable
from typing import Any

from app.fhir.types import STORED_TYPES
from tests.builders.world import Caller, World

Snapshot = dict[tuple[str, str], Any]

DERIVED = ("complete", "computed", "nextStep", "asOf")
"""Members of the overview that are about the overview as a whole, and belong to no giver."""


async def snapshot(world: World, callers: Iterable[Caller], person: str, contract: str) -> Snapshot:
    """The answers to the overview, to a search of every type, and to a contract's addresses, by caller and address."""
    patient = f"Patient/{world.ids[person]}"
    answers: Snapshot = {}
    for caller in callers:
        name = caller if isinstance(caller, str) else json.dumps(caller, sort_keys=True)
        overview = await world.post(caller, "/api/overview", {"patient": patient})
        answers[name, "overview"] = (overview.status_code, overview.json())
        searches = [f"/fhir/{type}?patient={patient}&_count=200" for type in STORED_TYPES if type != "Patient"]
        contracts = [f"/api/contracts/{contract}{part}" for part in ("", "/revisions", "/revisions/1", "/unmapped")]
        for address in (f"/fhir/{patient}/$overview", f"/fhir/{patient}", *searches, *contracts):
            answer = await world.get(caller, address)
            answers[name, address.partition("?")[0]] = (answer.status_code, answer.json())
            if address in contracts:
                answers[name, f"{address} etag"] = (answer.status_code, answer.headers.get("etag"))
    return answers


def without(answers: Snapshot, foreign: Iterable[str], giver: str) -> Snapshot:
    """The same answers without the items with these references, parts shown as this giver's, and totals."""
    names = frozenset(foreign)
    return {key: (status, _pruned(body, names, giver)) for key, (status, body) in answers.items()}


def _pruned(node: Any, names: frozenset[str], giver: str) -> Any:
    if isinstance(node, list):
        return [_pruned(child, names, giver) for child in node if not _is_foreign(child, names, giver)]
    if isinstance(node, dict):
        left_out = {*DERIVED, *(("total",) if node.get("resourceType") == "Bundle" else ())}
        return {name: _pruned(child, names, giver) for name, child in node.items() if name not in left_out}
    return node


def _is_foreign(node: Any, names: frozenset[str], giver: str) -> bool:
    """Whether a node is a part of the overview with this giver, or an entry of a Bundle with one of these resources."""
    if not isinstance(node, dict):
        return False
    resource = node.get("resource", {})
    return node.get("giver") == giver or f"{resource.get('resourceType')}/{resource.get('id')}" in names
