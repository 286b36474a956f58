"""`samplan contract`: NDJSON in, NDJSON out, faults to standard error by line, and the others go on."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from app.cli import contract
from app.cli.contract_samples import samples
from app.fhir.check.check import check
from tests.builders.contracts import FULL, LEAST, agreement, first_resources, parsed

ROOT = Path(__file__).parents[2]
SECRET = "hemligt ord"


class Ran:
    """What one command answered."""

    def __init__(self, status: int, out: bytes, err: str) -> None:
        self.status = status
        self.said = [json.loads(line) for line in out.splitlines()] if out[:2] != b"{\n" else json.loads(out)
        self.faults = err.splitlines()


@pytest.fixture
def run(capfdbinary, monkeypatch):
    """Run a command in this process."""

    def command(*argv: str, given: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.FileIO(1, "w", closefd=False), write_through=True))
        status = contract.main(argv)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(status, out, err.decode())

    return command


def ndjson(*lines: Any) -> bytes:
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def test_samples_are_the_same_for_the_same_seed(run):
    """As many as are asked for, and others for another seed."""
    first, repeated, other = (run("sample", "--count", "3", "--seed", seed) for seed in ("1", "1", "2"))

    assert first.said == repeated.said == [one.to_json() for one in islice(samples(1), 3)]
    assert other.said != first.said
    assert len(run("sample").said) == 10
    assert run("sample", "--count", "0").said == []


def test_a_count_is_a_number_that_is_not_negative(run):
    """Anything else is refused before anything is written."""
    with pytest.raises(SystemExit) as caught:
        run("sample", "--count", "-1")

    assert caught.value.code == 2


def test_the_schema_is_json_schema_with_the_docstrings(run):
    """2020-12, which other readers know; what a samples says is right by it."""
    schema = run("schema").said

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["description"].startswith("A patient contract (patientkontrakt)")
    assert all("description" in model for model in schema["$defs"].values())
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {"patient", "title", "agreement"}
    assert jsonschema_rs.Draft202012Validator(schema).is_valid(FULL)


def test_samples_to_fhir_and_from_fhir_are_the_samples(run):
    """Byte for byte the same objects; each Bundle is a right transaction, under the base that is said."""
    drawn = run("sample", "--count", "20", "--seed", "5").said
    there = run("to-fhir", "--base", "https://example.org/r4/", given=ndjson(*drawn))
    back = run("from-fhir", given=ndjson(*there.said))

    assert [(one["resourceType"], one["type"]) for one in there.said] == [("Bundle", "transaction")] * 20
    assert all(one["entry"][0]["fullUrl"].startswith("https://example.org/r4/CarePlan/") for one in there.said)
    assert [fault for one in there.said for fault in check(one)] == []
    assert back.said == drawn
    assert (there.status, back.status, there.faults, back.faults) == (0, 0, [], [])


def test_a_line_at_fault_is_told_of_and_the_others_go_on(run):
    """By its number, with the path and a sentence, never with what was sent; the status says that there was one."""
    wrong = {**LEAST, "status": SECRET, "note": SECRET}
    given = (
        ndjson(LEAST)
        + b"\n  \r\n"
        + ndjson(wrong)
        + b"{"
        + SECRET.encode()
        + b"\n"
        + ndjson({**LEAST, "title": "Sist"})
    )
    done = run("to-fhir", given=given)

    assert [one["entry"][0]["resource"]["title"] for one in done.said] == ["Kontrakt", "Sist"]
    assert done.status == 1
    assert [fault.partition(": ")[0] for fault in done.faults] == ["line 4", "line 4", "line 5"]
    assert done.faults[0].startswith("line 4: status must be one of 'draft'")
    assert done.faults[1] == "line 4: note is not an element here; remove it."
    assert SECRET not in "".join(done.faults)


def test_a_bundle_at_fault_is_told_of_by_fhirpath(run):
    """R4's faults, our profiles', and that there is no contract."""
    resources = first_resources(parsed(LEAST))
    bad = {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"fullUrl": "https://a.se/CarePlan/x", "resource": {**resources[0], "status": SECRET, "id": "x"},
         "request": {"method": "PUT", "url": "CarePlan/x"}}]}  # fmt: skip
    none = {"resourceType": "Bundle", "type": "collection"}
    done = run("from-fhir", given=ndjson(bad, none, LEAST))

    assert done.status == 1
    assert done.said == []
    assert done.faults[0].startswith("line 1: Bundle.entry[0].resource.status: ")
    assert done.faults[1].startswith("line 2: Bundle.entry: The Bundle has no CarePlan of a patient contract")
    assert done.faults[2].startswith("line 3: ")
    assert SECRET not in "".join(done.faults)


def test_what_a_contract_cannot_hold_is_told_and_is_no_failure(run):
    """The contract is written all the same."""
    sent = run("to-fhir", given=ndjson({**LEAST, "id": "abc"})).said[0]
    sent["entry"][0]["resource"]["contributor"] = [{"display": SECRET}]
    done = run("from-fhir", given=ndjson(sent))

    assert done.status == 0
    assert [one["title"] for one in done.said] == ["Kontrakt"]
    assert done.faults == ["line 1: CarePlan/abc: a contract cannot hold CarePlan.contributor; it stays in FHIR only"]


def test_a_line_that_is_too_long_is_not_held_whole():
    """As much is read as shows that it is too long; the next line is the next line."""
    given = io.BytesIO(b"a" * 50 + b"\n" + b"b\n\n" + b"c" * 25)

    assert list(contract.lines(given, limit=10)) == [(1, b"a" * 12), (2, b"b"), (4, b"c" * 12)]


def test_a_line_that_is_too_long_is_a_fault(run):
    """And the others go on."""
    done = run("to-fhir", given=b'{"title": "' + b"x" * 5_000_001 + b'"}\n' + ndjson(LEAST))

    assert (len(done.said), done.status) == (1, 1)
    assert done.faults[0].startswith("line 1: ")


def started(*argv: str, **more: Any) -> subprocess.Popen[bytes]:
    """The command as a process of its own, as people run it."""
    command = [sys.executable, "-m", "app.cli.samplan", "contract", *argv]
    # Tests that are run in the background of a script ignore Ctrl-C, and would hand that down.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more
        )
    finally:
        signal.signal(signal.SIGINT, before)


def ended(process: subprocess.Popen[bytes], given: bytes | None = None) -> tuple[int, bytes]:
    _, said = process.communicate(given, timeout=60)
    return process.returncode, said


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_samples_do_not_follow_the_order_of_sets(seed):
    """Whatever Python hashes texts by."""
    process = started("sample", "--count", "40", "--seed", "3", env={**os.environ, "PYTHONHASHSEED": seed})
    out, _ = process.communicate(timeout=60)

    assert [json.loads(line) for line in out.splitlines()] == [one.to_json() for one in islice(samples(3), 40)]


@pytest.mark.parametrize("base", ["", "x", "ftp://a.se", "https://a.se/r4?x=1", "https://a.se/a b"])
def test_a_base_is_a_web_address(run, base):
    """Anything else is refused before anything is read."""
    with pytest.raises(SystemExit) as caught:
        run("to-fhir", "--base", base)

    assert caught.value.code == 2


def test_a_sentence_is_one_sentence_and_names_only_elements(run):
    """A contract by its reference; a name that is no element is not repeated, in a contract or in FHIR."""
    sent = run("to-fhir", given=ndjson({**LEAST, "id": "abc"})).said[0]
    sent["entry"][0]["resource"]["title"] = "x" * 300
    strange = json.loads(json.dumps(sent))
    strange["entry"][0]["resource"] |= {"AnnaAndersson": 1}
    done = run("from-fhir", given=ndjson(sent, strange))
    other = run("to-fhir", given=ndjson({**LEAST, "AnnaAndersson": 1}))

    assert done.status == other.status == 1
    assert done.faults[0] == "line 1: CarePlan/abc: title is longer than allowed."
    assert done.faults[1].startswith("line 2: Bundle.entry[0].resource.(unknown): There is no such element")
    assert other.faults == ["line 1: (unknown) is not an element here; remove it."]


@pytest.mark.parametrize("name", ["stdin", "stdout"])
def test_a_stream_that_is_closed_is_told_of(monkeypatch, capfd, name):
    """No traceback; where nobody listens either, only the status says it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ndjson(LEAST))))
    monkeypatch.setattr(os, "dup2", lambda *_: None)
    monkeypatch.setattr(sys, name, None)
    status = contract.main(["to-fhir"])
    said = capfd.readouterr().err
    monkeypatch.setattr(sys, "stdin", None)
    monkeypatch.setattr(sys, "stderr", None)

    assert (status, said) == (1, "samplan contract: standard input or output is closed\n")
    assert contract.main(["to-fhir"]) == 1


def test_a_full_disk_is_told_of():
    """By a sentence, and a status that is not 0."""
    command = [sys.executable, "-m", "app.cli.samplan", "contract", "sample", "--count", "1"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)

    assert (done.returncode, done.stderr) == (1, b"samplan contract: No space left on device\n")


def test_whoever_reads_may_stop_reading():
    """`| head` ends it quietly."""
    process = started("sample", "--count", "100000")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    process.stdout = None

    assert ended(process) == (0, b"")


def test_each_line_is_answered_before_the_next_is_read_and_ctrl_c_ends_it_quietly():
    """Nothing waits for the end of what is sent."""
    process = started("to-fhir")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(ndjson(agreement()))
    process.stdin.flush()
    answered = json.loads(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    process.wait(timeout=60)

    assert answered["resourceType"] == "Bundle"
    assert ended(process) == (130, b"")


def test_a_command_starts_with_what_it_needs_alone():
    """No web framework, no database and no model of fhir.resources is loaded to draw a contract."""
    program = (
        "import sys; from app.cli.samplan import main; main(['contract', 'sample', '--count', '1']); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & set(sys.argv[1:])), file=sys.stderr)"
    )
    heavy: Sequence[str] = ("fastapi", "uvicorn", "sqlalchemy", "asyncpg", "httpx", "fhir", "aiohttp")
    done = subprocess.run([sys.executable, "-c", program, *heavy], cwd=ROOT, capture_output=True, check=True)

    assert done.stderr.decode().strip() == "[]"
