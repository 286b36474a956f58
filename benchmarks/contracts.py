"""The CPU time of mapping and checking a contract, compared with fhir.resources: `python -m benchmarks contracts`.

Measures this process alone, for a contract of about twenty items. The tasks take turns, ten contracts each. Compare the
ratios: milliseconds depend on the machine.
"""

import gc
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any, Final

from app.contracts import from_fhir, part_ids, to_fhir
from app.contracts.patient_contract import PatientContract
from app.fhir import models
from app.fhir.check.check import check
from fhir_profiles import contract_pages

Json = dict[str, Any]

ROUNDS: Final = 20
IN_A_ROW: Final = 10
"""Contracts per turn: a single contract would mostly measure the CPU cache that the previous task left."""
GOALS: Final = {"to FHIR": 10.0, "check": 3.0}
"""The most milliseconds of CPU that one contract may take."""
RATIOS: Final = (
    ("models, read", "check"),
    ("models, read and written", "to FHIR"),
)


def tasks() -> dict[str, Callable[[], object]]:
    """Return the measured tasks by name; a call handles one contract."""
    contract = contract_pages.signed(contract_pages.CONTRACTS["patient-contract.md"])
    body = contract.model_dump_json(by_alias=True, exclude_none=True)
    ids = part_ids.derived(contract)
    resources = to_fhir.resources(contract, ids=ids)
    items, kilobytes = sum(1 for _ in contract.part_places()), len(json.dumps(resources)) / 1000
    print(f"{items} items, {len(resources)} resources, {kilobytes:.1f} kB")
    return {
        "parse": lambda: PatientContract.model_validate_json(body),
        "to FHIR": lambda: to_fhir.resources(contract, ids=ids),
        "from FHIR": lambda: from_fhir.contract(resources),
        "check": lambda: require_valid(resources),
        "models, read": lambda: [models.read(resource) for resource in resources],
        "models, read and written": lambda: [models.to_json(models.read(resource)) for resource in resources],
    }


def require_valid(resources: Sequence[Json]) -> None:
    """Check the resources. Raises AssertionError at a fault, since a check that finds faults takes another time."""
    faults = [fault for resource in resources for fault in check(resource)]
    if faults:
        raise AssertionError(faults[0])


def measure(tasks: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median CPU time of each task in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for task in tasks.values():
        task()
    # The server also freezes its long-lived objects after its start, so that the collector skips them.
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, task in tasks.items():
            started = time.process_time()
            for _ in range(IN_A_ROW):
                task()
            times[name].append((time.process_time() - started) * 1000 / IN_A_ROW)
    return {name: median(measured) for name, measured in times.items()}


def report(cost: Mapping[str, float]) -> int:
    """Print each task's milliseconds and the ratios; return exit status 1 if a goal is missed."""
    for name, milliseconds in cost.items():
        goal = f"  (goal {GOALS[name]:g})" if name in GOALS else ""
        print(f"{name:26}{milliseconds:8.2f} ms CPU{goal}")
    for numerator, denominator in RATIOS:
        print(f"{numerator} / {denominator}: {cost[numerator] / cost[denominator]:.1f}")
    missed = [name for name, goal in GOALS.items() if cost[name] > goal]
    for name in missed:
        print(f"{name} misses its goal", file=sys.stderr)
    return 1 if missed else 0


def main(rounds: int = ROUNDS) -> int:
    """Measure and print; return exit status 1 if a goal is missed."""
    return report(measure(tasks(), rounds))
