"""The benchmark: the overview of one person beside its ceilings, interleaved in one run; `python -m benchmarks`.

(a) bytes of the overview's size from memory, (b) one prepared SELECT of those bytes without any check, (c) the overview
with token, facts, decision for each item and audit, as FHIR and as JSON, (d) a read and a search. A random person and
caller a request. Compare the ratios: rates follow the machine and whatever else it does.

`python -m benchmarks contracts` measures what a contract costs instead (`benchmarks.contracts`).
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from app.demo.systems.only_demo import refuse_elsewhere
from app.errors import SamplanError
from benchmarks import contracts
from benchmarks.asks import RUNS
from benchmarks.client import CONNECTIONS
from benchmarks.stage import HOST, Measured, Stage

RATIOS: Final = ("c/b", "c-json/b", "d-read/b", "d-search/b", "b/a")


class Result(NamedTuple):
    """All runs of one name together: requests a second, milliseconds, and how many answers were wrong."""

    rate: float
    p50: float
    p99: float
    server: float
    database: float
    wrong: int


def main(argv: Sequence[str]) -> int:
    """Measure and print; the exit status is 1 where an answer was wrong or something did not start."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("overview", "contracts"), default="overview")
    parser.add_argument("--people", type=int, default=1000, help="how many people, of about forty resources each")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a run is")
    parser.add_argument("--rounds", type=int, default=4, help="how many runs of each there are")
    given = parser.parse_args(argv)
    if given.what == "contracts":
        return contracts.main()
    try:
        refuse_elsewhere(HOST, os.environ)
        with tempfile.TemporaryDirectory(prefix="samplan-bench-") as home, Stage.set(Path(home), given.people) as stage:
            print(f"{stage.people} people, {stage.resources} resources, overviews of {stage.mean_size / 1000:.1f} kB")
            print(f"{given.rounds} rounds of {given.seconds:g} s, {CONNECTIONS} at a time", flush=True)
            rounds = [{name: stage.measure(name, given.seconds) for name in RUNS} for _ in range(given.rounds)]
    except SamplanError as fault:
        print(f"python -m benchmarks: {fault}", file=sys.stderr)
        return 1
    return report({name: together([one[name] for one in rounds]) for name in RUNS})


def together(measured: Sequence[Measured]) -> Result:
    """What some runs say as one."""
    count = sum(one.run.answers for one in measured) or 1
    latencies = sorted(latency for one in measured for latency in one.run.latencies) or [0]
    return Result(
        rate=count / sum(one.run.seconds for one in measured),
        p50=latencies[len(latencies) // 2] / 1000,
        p99=latencies[len(latencies) * 99 // 100] / 1000,
        server=sum(one.server for one in measured) / count,
        database=sum(one.database for one in measured) / count,
        wrong=sum(one.run.wrong for one in measured),
    )


def report(results: Mapping[str, Result]) -> int:
    """Print a line for each run and for each ratio; 1 if an answer was wrong."""
    print(f"{'':9}{'requests/s':>11}{'p50 ms':>8}{'p99 ms':>8}{'app CPU ms':>12}{'db CPU ms':>11}")
    for name, result in results.items():
        numbers = f"{result.rate:11.0f}{result.p50:8.1f}{result.p99:8.1f}{result.server:12.2f}{result.database:11.2f}"
        print(f"{name:9}{numbers}  {RUNS[name]}")
    for ratio in RATIOS:
        over, under = ratio.split("/")
        print(f"{ratio} {results[over].rate / results[under].rate:.2f}")
    wrong = {name: result.wrong for name, result in results.items() if result.wrong}
    for name, count in wrong.items():
        print(f"{name}: {count} answers were wrong", file=sys.stderr)
    return 1 if wrong else 0
