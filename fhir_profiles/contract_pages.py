"""Write `docs/contracts/`: the demo people's contracts beside their FHIR, and where each Swedish concept is.

`python -m fhir_profiles.contract_pages`. The day is fixed, so that the pages are the same every time.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from app.contracts import part_ids
from app.contracts.parts import PARTS
from app.contracts.patient_contract import PatientContract
from app.contracts.to_fhir import resources
from app.demo.data import contracts
from app.demo.data.givers import MUNICIPAL_NURSE, PHYSICIAN, Employee
from app.demo.data.people import GUNNAR, MARIA, SIGNE, Person
from app.fhir.elements import address
from fhir_profiles.contract_mapping import MAPPED
from fhir_profiles.swedish_concepts import CONCEPTS

Json = dict[str, Any]

TODAY: Final = date(2026, 3, 2)
WRITTEN: Final = "2026-03-02T09:30:00+01:00"
DOCS: Final = Path("docs/contracts")
_MADE: Final = (
    "<!-- Made by `make pages` from the code: change app/demo/data/contracts.py or app/contracts, not this page. -->"
)
_WIDTH: Final = 92
_OF_THE_TEAM: Final = ("team", "copies")


class Page(NamedTuple):
    """One contract: what it shows, whose it is, as it was sent, and by whom."""

    title: str
    person: Person
    said: Callable[[date, str], Json]
    by: Employee


CONTRACTS: Final[Mapping[str, Page]] = {
    "patient-contract.md": Page("A patient contract: Gunnar's", GUNNAR, contracts.contract, PHYSICIAN),
    "sip.md": Page("A coordinated individual plan (SIP): Maria's", MARIA, contracts.sip, MUNICIPAL_NURSE),
    "child.md": Page("A child's contract: Signe's", SIGNE, contracts.child_contract, PHYSICIAN),
}


def pages() -> dict[str, str]:
    """Every page by its file."""
    return {name: _page(of) for name, of in CONTRACTS.items()} | {"concepts.md": _concepts()}


def _page(of: Page) -> str:
    contract = signed(of)
    made = {one["id"]: one for one in resources(contract, ids=_id)}
    told = [_pair(at, part, made[_id(key)]) for at, key, part in _parts(contract)]
    lead = "Each part as it is sent, and the FHIR resource that it becomes. [More about contracts](../contracts.md)."
    return "\n".join([f"# {of.title}\n\n{_MADE}\n\n{lead}", *told])


def signed(of: Page) -> PatientContract:
    """The contract as the server has it: it adds who wrote it, and when."""
    said, unit = of.said(TODAY, f"Patient/{of.person.key}"), of.by.unit
    by = {
        "giver": unit.giver.hsa_id,
        "unit": unit.hsa_id,
        "practitioner": of.by.hsa_id,
        "name": of.by.name,
        "category": unit.giver.category,
    }
    revision = {"action": "create", "recorded": WRITTEN, "by": by, **said.get("revision", {})}
    return PatientContract.model_validate_json(json.dumps({**said, "revision": revision}))


def _id(key: str) -> str:
    """The place of a part as an id."""
    return re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")


def _parts(contract: PatientContract) -> Iterator[tuple[str, str, Json]]:
    """Every part of a contract: where it is, by what key its resource is known, and its JSON; the whole first."""
    said = _full(contract.to_json())
    whole = {name: value for name, value in said.items() if name not in {*PARTS, *_OF_THE_TEAM, "sip", "revision"}}
    agreement = said["agreement"]
    yield (
        "The contract as a whole",
        part_ids.CONTRACT,
        {**whole, "agreement": {"whatMatters": agreement["whatMatters"]}},
    )
    sip = {name: value for name, value in said.get("sip", {}).items() if f"sip.{name}" not in PARTS}
    ways = {"agreement": {"contactWays": agreement["contactWays"]}}
    team = {name: said[name] for name in _OF_THE_TEAM if name in said}
    yield "The team", part_ids.TEAM, {**ways, **({"sip": sip} if sip else {}), **team}
    for place in contract.part_places():
        yield place.path, place.key, _full({**place.json, "professionalGoals": []})
    yield "revision", part_ids.REVISION, said["revision"]


def _full(node: Any) -> Any:
    """The same JSON without lists that hold nothing."""
    if isinstance(node, dict):
        return {name: _full(value) for name, value in node.items() if value != []}
    return [_full(value) for value in node] if isinstance(node, list) else node


def _pair(at: str, part: Json, resource: Json) -> str:
    left, right = (f"\n\n```json\n{_shown(one)}\n```\n\n" for one in (part, resource))
    cells = f'<td valign="top">{left}</td><td valign="top">{right}</td>'
    heads = f"<th>{at}</th><th>{address(resource)}</th>"
    return f"\n## {at}\n\n<table>\n<tr>{heads}</tr>\n<tr>{cells}</tr>\n</table>"


def _shown(node: Any, indent: str = "") -> str:
    """JSON with what is short on one line."""
    flat = json.dumps(node, ensure_ascii=False)
    if not isinstance(node, dict | list) or len(indent) + len(flat) <= _WIDTH:
        return flat
    inner = f"{indent}  "
    if isinstance(node, dict):
        lines = [f'{inner}"{name}": {_shown(value, inner)}' for name, value in node.items()]
        return "\n".join(["{", ",\n".join(lines), f"{indent}}}"])
    lines = [f"{inner}{_shown(one, inner)}" for one in node]
    return "\n".join(["[", ",\n".join(lines), f"{indent}]"])


def _concepts() -> str:
    rows = [f"| {name} | {', '.join(map(_place, of.places))} | {of.missing} |" for name, of in CONCEPTS.items()]
    head = (
        f"# Where each concept is\n\n{_MADE}\n\n"
        "The concepts of SKR, of the laws and of Socialstyrelsen. The place of a concept is a field of the contract, "
        "or a test that proves it.\n\n| concept | place | not built yet |\n|---|---|---|"
    )
    return "\n".join([head, *rows])


def _place(place: str) -> str:
    path, _, test = place.partition("::")
    return f"`{place}`" if place in MAPPED else f"[{test}](../../{path})"


def write(folder: Path) -> None:
    """One file for each page, and no other."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (folder / name).write_text(f"{text}\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Write them where the documentation is, or to the folder that is named."""
    write(Path(arguments[0]) if arguments else DOCS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
