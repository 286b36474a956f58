"""The CPU cost of mapping and checking a contract, beside fhir.resources: `python -m benchmarks contracts`.

CPU of this process alone, for a contract of about twenty items, ten in a row and all sides by turns in one run:
compare the ratios, since milliseconds follow the machine.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from app.contracts import from_fhir, part_ids
from app.contracts.model.contract import PatientContract
from app.contracts.to_fhir import resources
from app.fhir import models
from app.fhir.check.check import check
from fhir_profiles import contract_pages

Json = dict[str, Any]

ROUNDS: Final = 20
IN_A_ROW: Final = 10
"""Contracts that each side takes at its turn: one alone would mostly measure what the other side left of the cache."""
GOALS: Final = {"to FHIR": 10.0, "check": 3.0}
"""Milliseconds that one contract may take."""
RATIOS: Final = (
    ("models, read", "check"),
    ("models, read and written", "to FHIR"),
)


def works() -> dict[str, Callable[[], object]]:
    """What is measured, by name; each does one contract."""
    contract = contract_pages.signed(contract_pages.CONTRACTS["patient-contract.md"])
    body = contract.model_dump_json(by_alias=True, exclude_none=True)
    ids = part_ids.derived(contract)
    made = resources(contract, ids=ids)
    print(f"{sum(1 for _ in contract.places())} items, {len(made)} resources, {len(json.dumps(made)) / 1000:.1f} kB")
    return {
        "parse": lambda: PatientContract.model_validate_json(body),
        "to FHIR": lambda: resources(contract, ids=ids),
        "from FHIR": lambda: from_fhir.contract(made),
        "check": lambda: require_right(made),
        "models, read": lambda: [models.read(one) for one in made],
        "models, read and written": lambda: [models.to_json(models.read(one)) for one in made],
    }


def require_right(made: Sequence[Json]) -> None:
    """Check each, and stop at a fault: a check that finds something is another check."""
    faults = [fault for one in made for fault in check(one)]
    if faults:
        raise AssertionError(faults[0])


def measure(todo: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median CPU time of each, in milliseconds, by turns."""
    taken: dict[str, list[float]] = {name: [] for name in todo}
    for work in todo.values():
        work()
    # As the server does after its start: what lives as long as the process is not looked through again and again.
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, work in todo.items():
            begun = time.process_time()
            for _ in range(IN_A_ROW):
                work()
            taken[name].append((time.process_time() - begun) * 1000 / IN_A_ROW)
    return {name: median(each) for name, each in taken.items()}


def report(cost: Mapping[str, float]) -> int:
    """Print the cost of each in milliseconds, and the ratios; 1 where a goal is missed."""
    for name, milliseconds in cost.items():
        goal = f"  (goal {GOALS[name]:g})" if name in GOALS else ""
        print(f"{name:26}{milliseconds:8.2f} ms CPU{goal}")
    for over, under in RATIOS:
        print(f"{over} / {under}: {cost[over] / cost[under]:.1f}")
    missed = [name for name, goal in GOALS.items() if cost[name] > goal]
    for name in missed:
        print(f"{name} misses its goal", file=sys.stderr)
    return 1 if missed else 0


def main(rounds: int = ROUNDS) -> int:
    """Measure and print; the exit status is 1 where a goal is missed."""
    return report(measure(works(), rounds))
