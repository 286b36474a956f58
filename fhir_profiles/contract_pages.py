"""Write `docs/contracts/`: the demo's contracts with their FHIR resources, and the place of each Swedish concept.

Run `python -m fhir_profiles.contract_pages`. The dates are fixed, so that a new run changes nothing.
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
from app.demo.data.givers import MUNICIPAL_NURSE, PHYSICIAN, DemoEmployee
from app.demo.data.people import GUNNAR, MARIA, SIGNE, DemoPerson
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


class ContractPage(NamedTuple):
    """A page about a contract: its title, the person, the function that makes the contract, and its author."""

    title: str
    person: DemoPerson
    make: Callable[[date, str], Json]
    by: DemoEmployee


CONTRACTS: Final[Mapping[str, ContractPage]] = {
    "patient-contract.md": ContractPage("A patient contract: Gunnar's", GUNNAR, contracts.contract, PHYSICIAN),
    "sip.md": ContractPage("A coordinated individual plan (SIP): Maria's", MARIA, contracts.sip, MUNICIPAL_NURSE),
    "child.md": ContractPage("A child's contract: Signe's", SIGNE, contracts.child_contract, PHYSICIAN),
}


def pages() -> dict[str, str]:
    """Return the text of every page by its file name."""
    return {name: _page(page) for name, page in CONTRACTS.items()} | {"concepts.md": _concepts()}


def _page(page: ContractPage) -> str:
    contract = signed(page)
    by_id = {resource["id"]: resource for resource in resources(contract, ids=_id)}
    pairs = [_pair(at, part, by_id[_id(key)]) for at, key, part in _parts(contract)]
    lead = "Each part as it is sent, and the FHIR resource that it becomes. [More about contracts](../contracts.md)."
    return "\n".join([f"# {page.title}\n\n{_MADE}\n\n{lead}", *pairs])


def signed(page: ContractPage) -> PatientContract:
    """Return the contract of a page as the server stores it, with its author and time."""
    content, unit = page.make(TODAY, f"Patient/{page.person.key}"), page.by.unit
    by = {
        "giver": unit.giver.hsa_id,
        "unit": unit.hsa_id,
        "practitioner": page.by.hsa_id,
        "name": page.by.name,
        "category": unit.giver.category,
    }
    revision = {"action": "create", "recorded": WRITTEN, "by": by, **content.get("revision", {})}
    return PatientContract.model_validate_json(json.dumps({**content, "revision": revision}))


def _id(key: str) -> str:
    """The place of a part as an id."""
    return re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")


def _parts(contract: PatientContract) -> Iterator[tuple[str, str, Json]]:
    """Yield each part of a contract: its heading, the key of its resource, and its JSON; first the contract itself."""
    content = _full(contract.to_json())
    rest = {name: value for name, value in content.items() if name not in {*PARTS, *_OF_THE_TEAM, "sip", "revision"}}
    agreement = content["agreement"]
    yield (
        "The contract as a whole",
        part_ids.CONTRACT,
        {**rest, "agreement": {"whatMatters": agreement["whatMatters"]}},
    )
    sip = {name: value for name, value in content.get("sip", {}).items() if f"sip.{name}" not in PARTS}
    ways = {"agreement": {"contactWays": agreement["contactWays"]}}
    team = {name: content[name] for name in _OF_THE_TEAM if name in content}
    yield "The team", part_ids.TEAM, {**ways, **({"sip": sip} if sip else {}), **team}
    for place in contract.part_places():
        yield place.path, place.key, _full({**place.json, "professionalGoals": []})
    yield "revision", part_ids.REVISION, content["revision"]


def _full(node: Any) -> Any:
    """Return the JSON without empty lists."""
    if isinstance(node, dict):
        return {name: _full(value) for name, value in node.items() if value != []}
    return [_full(value) for value in node] if isinstance(node, list) else node


def _pair(at: str, part: Json, resource: Json) -> str:
    left, right = (f"\n\n```json\n{_json_text(json_)}\n```\n\n" for json_ in (part, resource))
    cells = f'<td valign="top">{left}</td><td valign="top">{right}</td>'
    heads = f"<th>{at}</th><th>{address(resource)}</th>"
    return f"\n## {at}\n\n<table>\n<tr>{heads}</tr>\n<tr>{cells}</tr>\n</table>"


def _json_text(node: Any, indent: str = "") -> str:
    """Format JSON, with short objects and lists on one line."""
    flat = json.dumps(node, ensure_ascii=False)
    if not isinstance(node, dict | list) or len(indent) + len(flat) <= _WIDTH:
        return flat
    inner = f"{indent}  "
    if isinstance(node, dict):
        lines = [f'{inner}"{name}": {_json_text(value, inner)}' for name, value in node.items()]
        return "\n".join(["{", ",\n".join(lines), f"{indent}}}"])
    lines = [f"{inner}{_json_text(value, inner)}" for value in node]
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
    """Write a file for each page, and delete other Markdown files in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        old.unlink()
    for name, text in pages().items():
        (folder / name).write_text(f"{text}\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Write the pages to the folder that is named, or to docs/contracts."""
    write(Path(arguments[0]) if arguments else DOCS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
