"""`samplan contract`: random contracts, their JSON Schema, and the conversion between contracts and FHIR.

Contracts and Bundles are NDJSON: the commands read and write them line by line.
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
from app.contracts.exchange import ContractFault, ConvertedLine
from app.contracts.patient_contract import PatientContract
from app.errors import SamplanError
from app.fhir.strict_json import LIMIT

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FAILED: Final = 1
INTERRUPTED: Final = 130

_BASE: Final = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*/?")


def main(argv: Sequence[str]) -> int:
    """Run a command and return its exit status: 1 if a line had a fault."""
    arguments = _parser().parse_args(argv)
    try:
        return COMMANDS[arguments.command](arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of standard output has closed it.
        return _discard_output(0)
    except OSError as error:
        _report(f"samplan contract: {error.strerror}")
        return _discard_output(FAILED)


def _discard_output(status: int) -> int:
    """Discard the output that is still in the buffer, and return the exit status."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _sample(arguments: argparse.Namespace) -> int:
    for contract in islice(samples(arguments.seed), arguments.count):
        _write(contract.to_json())
    return 0


def _schema(_: argparse.Namespace) -> int:
    schema = {"$schema": DIALECT, **PatientContract.model_json_schema(by_alias=True)}
    _write_text(json.dumps(schema, ensure_ascii=False, indent=1))
    return 0


def _to_fhir(arguments: argparse.Namespace) -> int:
    return _convert_lines(partial(exchange.bundle_of_contract, base=arguments.base))


def _from_fhir(_: argparse.Namespace) -> int:
    return _convert_lines(exchange.contracts_of_bundle)


COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "sample": _sample,
    "schema": _schema,
    "to-fhir": _to_fhir,
    "from-fhir": _from_fhir,
}


def _convert_lines(convert: Callable[[bytes], ConvertedLine]) -> int:
    """Convert every line of standard input; report the lines with faults, and go on."""
    status = 0
    for number, line in lines(_stream(sys.stdin)):
        try:
            converted = convert(line)
        except SamplanError as error:
            converted = ConvertedLine([], faults=[ContractFault("", fault) for fault in error.faults])
        for sentence in (*converted.lost, *map(_sentence, converted.faults)):
            _report(f"line {number}: {sentence}")
        for value in converted.written:
            _write(value)
        status = FAILED if converted.faults else status
    return status


def _stream(stream: TextIO | None) -> BinaryIO:
    """Return the binary stream below a standard stream.

    Raises:
        OSError: the parent process has closed it.
    """
    if stream is None:
        raise OSError(errno.EBADF, "standard input or output is closed")
    return stream.buffer


def _report(text: str) -> None:
    """Write a line to standard error, unless it is closed."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, file=sys.stderr)


def lines(stream: BinaryIO, limit: int = LIMIT) -> Iterator[tuple[int, bytes]]:
    """Yield every line that is not blank, with its number; a line over the limit (in bytes) is cut just above it."""
    for number, line in enumerate(iter(partial(stream.readline, limit + 2), b""), 1):
        part = line
        while part and not part.endswith(b"\n"):
            part = stream.readline(limit)
        if line.strip():
            yield number, line.strip()


def _sentence(fault: ContractFault) -> str:
    """Return the contract, the path and the fault in English, without any value that was sent."""
    path, english = fault.fault.expression, fault.fault.english
    rest = english.removeprefix(f"{path} ")
    sentence = f"{path}{' ' if rest != english else ': '}{rest}" if path else english
    return f"{fault.reference}: {sentence}" if fault.reference else sentence


def _write(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    _write_text(text)


def _write_text(text: str) -> None:
    out = _stream(sys.stdout)
    out.write(text.encode() + b"\n")
    out.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan contract", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    sample = commands.add_parser("sample", help="write random valid contracts; the same seed gives the same contracts")
    sample.add_argument("--count", type=count, default=10, help="number of contracts (10)")
    sample.add_argument("--seed", type=int, default=0, help="seed of the random numbers (0)")
    commands.add_parser("schema", help="write the JSON Schema of a contract")
    to_fhir = commands.add_parser("to-fhir", help="read contracts, write a transaction Bundle for each")
    to_fhir.add_argument("--base", type=base, default=exchange.BASE, help=f"base of the full URLs ({exchange.BASE})")
    commands.add_parser("from-fhir", help="read Bundles, write their contracts")
    return parser


def base(text: str) -> str:
    """Return the base URL of an argument, without the last slash.

    Raises:
        ValueError: the argument is no absolute http or https URL.
    """
    if not _BASE.fullmatch(text):
        raise ValueError
    return text.rstrip("/")


def count(text: str) -> int:
    """Return the number of an argument.

    Raises:
        ValueError: the argument is no number, or is negative.
    """
    number = int(text)
    if number < 0:
        raise ValueError
    return number
