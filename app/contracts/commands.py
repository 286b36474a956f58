"""`samplan contract`: contracts drawn at random, their JSON Schema, and both ways between contract and FHIR.

Contracts and Bundles are NDJSON: one on each line, read and written line by line.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, Final

from app.contracts import exchange
from app.contracts.exchange import Exchanged
from app.contracts.model import PatientContract
from app.contracts.samples import samples
from app.errors import Fault, SamplanError
from app.fhir.strict import LIMIT

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
INTERRUPTED: Final = 130


def main(argv: Sequence[str]) -> int:
    """Do one command; the exit status, which is 1 where a line was at fault."""
    given = _parser().parse_args(argv)
    try:
        return COMMANDS[given.command](given)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has read enough: what is still in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _sample(given: argparse.Namespace) -> int:
    for contract in islice(samples(given.seed), given.count):
        _write(contract.to_json())
    return 0


def _schema(_: argparse.Namespace) -> int:
    schema = {"$schema": DIALECT, **PatientContract.model_json_schema(by_alias=True)}
    sys.stdout.buffer.write(json.dumps(schema, ensure_ascii=False, indent=1).encode() + b"\n")
    return 0


def _to_fhir(given: argparse.Namespace) -> int:
    return _exchange(partial(exchange.to_fhir, base=given.base.rstrip("/")))


def _from_fhir(_: argparse.Namespace) -> int:
    return _exchange(exchange.from_fhir)


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "sample": _sample,
    "schema": _schema,
    "to-fhir": _to_fhir,
    "from-fhir": _from_fhir,
}


def _exchange(convert: Callable[[bytes], Exchanged]) -> int:
    """Convert every line; a line at fault is told of, and the others go on."""
    status = 0
    for number, line in lines(sys.stdin.buffer):
        try:
            done = convert(line)
        except SamplanError as error:
            status, done = 1, Exchanged([], [_said(fault) for fault in error.faults])
        for each in done.lost:
            print(f"line {number}: {each}", file=sys.stderr)
        for one in done.written:
            _write(one)
    return status


def lines(stream: BinaryIO, limit: int = LIMIT) -> Iterator[tuple[int, bytes]]:
    """Each line that holds something, with its number; of a line over the limit no more than shows that it is."""
    for number, line in enumerate(iter(partial(stream.readline, limit + 2), b""), 1):
        part = line
        while part and not part.endswith(b"\n"):
            part = stream.readline(limit)
        if line.strip():
            yield number, line.strip()


def _said(fault: Fault) -> str:
    """Where and what, in English; never what was sent."""
    if fault.expression is None:
        return fault.english
    return f"{fault.expression}: {fault.english.removeprefix(f'{fault.expression} ')}"


def _write(one: dict[str, Any]) -> None:
    text = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
    sys.stdout.buffer.write(text.encode() + b"\n")
    sys.stdout.buffer.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan contract", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawn = commands.add_parser("sample", help="write random contracts that are right, the same for the same seed")
    drawn.add_argument("--count", type=count, default=10, help="how many (10)")
    drawn.add_argument("--seed", type=int, default=0, help="what the random numbers begin with (0)")
    commands.add_parser("schema", help="write the JSON Schema of a contract")
    forth = commands.add_parser("to-fhir", help="read contracts, write a transaction Bundle for each")
    forth.add_argument("--base", default=exchange.BASE, help=f"where the full URLs are ({exchange.BASE})")
    commands.add_parser("from-fhir", help="read Bundles, write their contracts")
    return parser


def count(text: str) -> int:
    """How many, from the command line; ValueError for less than none."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number
