"""Measure how many requests per second Samplan answers, or the CPU time of a contract.

overview (default)  starts a private PostgreSQL with invented people, the app, and a server without any check, and sends
                    requests of random callers about random people to both, in turns:
                      a         bytes of an overview's size from memory, without any check
                      b         one prepared SELECT of those bytes, without any check
                      c         the overview as a FHIR Bundle: token, facts, a decision for each resource, audit
                      c-json    the same overview as plain JSON
                      d-read    an appointment by its id
                      d-search  a person's appointments
trail               fills an audit trail with --rows rows on a PostgreSQL of its own, and measures the seconds of a
                    person's own log, of a log auditor's pages, of sealing and of verifying
contracts           measures the CPU time of parsing, mapping and checking a contract, compared with fhir.resources

Compare the ratios that are printed last: rates and milliseconds depend on the machine.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from app.demo.systems.only_demo import require_demo_allowed
from app.errors import SamplanError
from benchmarks import contracts, trail
from benchmarks.client import CONNECTIONS
from benchmarks.environment import HOST, Environment, Measurement
from benchmarks.requests import RUNS

RATIOS: Final = ("c/b", "c-json/b", "d-read/b", "d-search/b", "b/a")


class Summary(NamedTuple):
    """The runs of one name: requests per second, latencies and CPU per request in milliseconds, and wrong answers."""

    rate: float
    p50: float
    p99: float
    server: float
    database: float
    wrong: int


def main(argv: Sequence[str]) -> int:
    """Measure and print; return exit status 1 if an answer was wrong, a goal was missed or a process did not start."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", nargs="?", choices=("overview", "contracts", "trail"), default="overview", help="what to measure"
    )
    options = parser.add_argument_group("options of overview")
    options.add_argument("--people", type=int, default=1000, help="people, with about forty resources each (1000)")
    options.add_argument("--seconds", type=float, default=2.0, help="length of each run in seconds (2)")
    options.add_argument("--rounds", type=int, default=4, help="number of rounds; each does every run once (4)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the audit trail, for trail (1000000)")
    arguments = parser.parse_args(argv)
    if arguments.what == "contracts":
        return contracts.main()
    if arguments.what == "trail":
        return trail.main(arguments.rows)
    try:
        require_demo_allowed(HOST, os.environ)
        with (
            tempfile.TemporaryDirectory(prefix="samplan-bench-") as home,
            Environment.start(Path(home), arguments.people) as environment,
        ):
            kilobytes = environment.mean_size / 1000
            print(f"{environment.people} people, {environment.resources} resources, overviews of {kilobytes:.1f} kB")
            print(f"{arguments.rounds} rounds of {arguments.seconds:g} s, {CONNECTIONS} at a time", flush=True)
            rounds = [
                {name: environment.measure(name, arguments.seconds) for name in RUNS} for _ in range(arguments.rounds)
            ]
    except SamplanError as fault:
        print(f"python -m benchmarks: {fault}", file=sys.stderr)
        return 1
    return report({name: combined([measurements[name] for measurements in rounds]) for name in RUNS})


def combined(measured: Sequence[Measurement]) -> Summary:
    """Combine the measurements of one name."""
    count = sum(measurement.run.answers for measurement in measured) or 1
    latencies = sorted(latency for measurement in measured for latency in measurement.run.latencies) or [0]
    return Summary(
        rate=count / sum(measurement.run.seconds for measurement in measured),
        p50=latencies[len(latencies) // 2] / 1000,
        p99=latencies[len(latencies) * 99 // 100] / 1000,
        server=sum(measurement.server for measurement in measured) / count,
        database=sum(measurement.database for measurement in measured) / count,
        wrong=sum(measurement.run.wrong for measurement in measured),
    )


def report(results: Mapping[str, Summary]) -> int:
    """Print a line for each name and each ratio; return exit status 1 if an answer was wrong."""
    print(f"{'':9}{'requests/s':>11}{'p50 ms':>8}{'p99 ms':>8}{'app CPU ms':>12}{'db CPU ms':>11}")
    for name, result in results.items():
        numbers = f"{result.rate:11.0f}{result.p50:8.1f}{result.p99:8.1f}{result.server:12.2f}{result.database:11.2f}"
        print(f"{name:9}{numbers}  {RUNS[name]}")
    for ratio in RATIOS:
        numerator, denominator = ratio.split("/")
        print(f"{ratio} {results[numerator].rate / results[denominator].rate:.2f}")
    wrong = {name: result.wrong for name, result in results.items() if result.wrong}
    for name, count in wrong.items():
        print(f"{name}: {count} answers were wrong", file=sys.stderr)
    return 1 if wrong else 0
