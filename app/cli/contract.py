"""`samplan contract`: contracts drawn at random, their JSON Schema, and both ways between contract and FHIR.

Contracts and Bundles are NDJSON: one on each line, read and written line by line.
"""

import argparse
import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, BinaryIO, Final, TextIO

from app.cli.contract_samples import samples
from app.contracts import exchange
from app.contracts.exchange import Exchanged, Refused
from app.contracts.patient_contract import PatientContract
from app.errors import SamplanError
from app.fhir.strict_json import LIMIT

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FAILED: Final = 1
INTERRUPTED: Final = 130

_BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?")


def main(argv: Sequence[str]) -> int:
    """Do one command; the exit status, which is 1 where a line was at fault."""
    given = _parser().parse_args(argv)
    try:
        return COMMANDS[given.command](given)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has read enough.
        return _closed(0)
    except OSError as error:
        _tell(f"samplan contract: {error.strerror}")
        return _closed(FAILED)


def _closed(status: int) -> int:
    """What is still in the buffer goes nowhere."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _sample(given: argparse.Namespace) -> int:
    for contract in islice(samples(given.seed), given.count):
        _write(contract.to_json())
    return 0


def _schema(_: argparse.Namespace) -> int:
    schema = {"$schema": DIALECT, **PatientContract.model_json_schema(by_alias=True)}
    _put(json.dumps(schema, ensure_ascii=False, indent=1))
    return 0


def _to_fhir(given: argparse.Namespace) -> int:
    return _exchange(partial(exchange.bundle_of_contract, base=given.base))


def _from_fhir(_: argparse.Namespace) -> int:
    return _exchange(exchange.contracts_of_bundle)


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "sample": _sample,
    "schema": _schema,
    "to-fhir": _to_fhir,
    "from-fhir": _from_fhir,
}


def _exchange(convert: Callable[[bytes], Exchanged]) -> int:
    """Convert every line; a line at fault is told of, and the others go on."""
    status = 0
    for number, line in lines(_stream(sys.stdin)):
        try:
            done = convert(line)
        except SamplanError as error:
            done = Exchanged([], refused=[Refused("", fault) for fault in error.faults])
        for each in (*done.lost, *map(_said, done.refused)):
            _tell(f"line {number}: {each}")
        for one in done.written:
            _write(one)
        status = FAILED if done.refused else status
    return status


def _stream(given: TextIO | None) -> BinaryIO:
    """The bytes of a standard stream.

    Raises:
        OSError: whoever started the command has closed it.
    """
    if given is None:
        raise OSError(errno.EBADF, "standard input or output is closed")
    return given.buffer


def _tell(text: str) -> None:
    """Say something on standard error, if anybody listens."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr)


def lines(stream: BinaryIO, limit: int = LIMIT) -> Iterator[tuple[int, bytes]]:
    """Each line that holds something, with its number; of a line over the limit no more than shows that it is."""
    for number, line in enumerate(iter(partial(stream.readline, limit + 2), b""), 1):
        part = line
        while part and not part.endswith(b"\n"):
            part = stream.readline(limit)
        if line.strip():
            yield number, line.strip()


def _said(refused: Refused) -> str:
    """Which contract, where and what, in English; never what was sent."""
    path, english = refused.fault.expression, refused.fault.english
    rest = english.removeprefix(f"{path} ")
    said = f"{path}{' ' if rest != english else ': '}{rest}" if path else english
    return f"{refused.reference}: {said}" if refused.reference else said


def _write(one: dict[str, Any]) -> None:
    text = json.dumps(one, ensure_ascii=False, separators=(",", ":"))
    _put(text)


def _put(text: str) -> None:
    out = _stream(sys.stdout)
    out.write(text.encode() + b"\n")
    out.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan contract", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    drawn = commands.add_parser("sample", help="write random contracts that are right, the same for the same seed")
    drawn.add_argument("--count", type=count, default=10, help="how many (10)")
    drawn.add_argument("--seed", type=int, default=0, help="what the random numbers begin with (0)")
    commands.add_parser("schema", help="write the JSON Schema of a contract")
    forth = commands.add_parser("to-fhir", help="read contracts, write a transaction Bundle for each")
    forth.add_argument("--base", type=base, default=exchange.BASE, help=f"where the full URLs are ({exchange.BASE})")
    commands.add_parser("from-fhir", help="read Bundles, write their contracts")
    return parser


def base(text: str) -> str:
    """Where resources are, from the command line, without the last slash; ValueError for what is no such address."""
    if not _BASE.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


def count(text: str) -> int:
    """How many, from the command line; ValueError for less than none."""
    number = int(text)
    if number < 0:
        raise ValueError
    return number
