"""Run the demo; list its callers; ask as a caller; make its sources or its audit trail fail."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

from app.demo import calls, data_directory, run
from app.demo.data_directory import RunningDemo
from app.demo.postgres import sql
from app.demo.programs import SOURCES
from app.demo.welcome import token
from app.errors import Fault, SamplanError, Unavailable

DOWN: Final = "down"
"""The state of a source whose process has ended."""
OK: Final = 200
RESTART_TIMEOUT: Final = 20.0
"""Seconds that a source may take to start again."""


def main(argv: Sequence[str]) -> int:
    """Run a command; return the exit status."""
    arguments = _parser().parse_args(argv)
    if arguments.command == "run":
        return run.main()
    try:
        running = RunningDemo.read(data_directory.directory(os.environ))
        return COMMANDS[arguments.command](running, arguments)
    except (SamplanError, calls.NoResponse) as fault:
        print(f"samplan demo: {fault}", file=sys.stderr)
        return 1


def who(running: RunningDemo, arguments: argparse.Namespace) -> int:
    """List the callers; with --json also a new token for each."""
    callers: list[dict[str, Any]] = calls.get(f"{running.identity}/callers").json()
    if arguments.json:
        rows = [{**caller, "token": token(running.identity, caller["caller"])} for caller in callers]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for caller in callers:
        about = " ".join(caller["about"])
        print(f"{caller['caller']:26} {caller['role']:26} {caller['giver'] or '-':18} {caller['name']}\n    {about}")
    return 0


def ask(running: RunningDemo, arguments: argparse.Namespace) -> int:
    """Print the overview that a caller gets about Gunnar, or about the person that is named as a caller."""
    callers: dict[str, dict[str, Any]] = {
        caller["caller"]: caller for caller in calls.get(f"{running.identity}/callers").json()
    }
    for name in (arguments.caller, arguments.about):
        if name not in callers:
            known = ", ".join(callers)
            raise Unavailable(
                Fault(
                    "not-found",
                    f"There is no caller {name}. Use one of: {known}.",
                    f"Det finns ingen anropare som heter {name}. Välj en av: {known}.",
                )
            )
    patient = callers[arguments.about]["about"][0]
    bearer = token(running.identity, arguments.caller)
    answer = calls.post(f"{running.base}/api/overview", {"patient": patient}, token=bearer)
    print(json.dumps(answer.json(), ensure_ascii=False, indent=1))
    return 0 if answer.status == OK else 1


def sources(running: RunningDemo, arguments: argparse.Namespace) -> int:
    """List the external sources and their state."""
    rows = [{"name": name, "giver": SOURCES[name].hsa_id, "state": _state(running, name)} for name in running.sources]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return 0
    for source in rows:
        print(f"{source['name']:12} {source['giver']:18} {source['state']}")
    return 0


def source(running: RunningDemo, arguments: argparse.Namespace) -> int:
    """Make a source hang, fail or work normally; `normal` also starts a source whose process has ended."""
    if arguments.name not in running.sources:
        known = ", ".join(running.sources)
        raise Unavailable(
            Fault(
                "not-found",
                f"There is no source {arguments.name}. Use one of: {known}.",
                f"Det finns ingen källa som heter {arguments.name}. Välj en av: {known}.",
            )
        )
    if _state(running, arguments.name) == DOWN:
        if arguments.state != "normal":
            raise Unavailable(Fault("conflict", "The source has ended: set it to normal first.", "Källan är nere."))
        _restart(running, arguments.name)
    calls.post(f"{running.sources[arguments.name]}/control", {"state": arguments.state}, token=running.secret)
    print(f"{arguments.name} {arguments.state}")
    return 0


def audit(running: RunningDemo, arguments: argparse.Namespace) -> int:
    """Take the right to write audit rows from the app, or give it back."""
    sql.run(running.postgres, running.database, sql.TRAIL_STOP if arguments.state == "stop" else sql.TRAIL_START)
    print(f"audit {arguments.state}")
    return 0


COMMANDS: Final = {"who": who, "ask": ask, "sources": sources, "source": source, "audit": audit}


def _state(running: RunningDemo, name: str) -> str:
    try:
        return str(calls.get(f"{running.sources[name]}/control", token=running.secret, timeout=5).json()["state"])
    except calls.NoResponse:
        return DOWN


def _restart(running: RunningDemo, name: str) -> None:
    os.kill(running.pid, signal.SIGUSR1)
    deadline = time.monotonic() + RESTART_TIMEOUT
    while _state(running, name) == DOWN:
        if time.monotonic() > deadline:
            raise Unavailable(Fault("exception", "The source did not start again.", "Källan startade inte igen."))
        time.sleep(0.1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything in the foreground; Ctrl-C ends it")
    for name, text in (
        ("who", "list the callers; with --json also their tokens"),
        ("sources", "list the external sources"),
    ):
        commands.add_parser(name, help=text).add_argument("--json", action="store_true")
    ask_parser = commands.add_parser("ask", help="print the overview that a caller sees")
    ask_parser.add_argument("caller")
    ask_parser.add_argument(
        "about",
        nargs="?",
        default="gunnar",
        help="a person, such as maria; default gunnar",
    )
    source_parser = commands.add_parser("source", help="make a source hang, fail or work normally")
    source_parser.add_argument("name")
    source_parser.add_argument("state", choices=("hang", "fail", "normal"))
    commands.add_parser(
        "audit", help="stop or start the audit trail; without it every answer about a person is 503"
    ).add_argument("state", choices=("stop", "start"))
    return parser
