"""The commands of a demo: run it, list its callers, ask as one, and make its sources or its audit trail fail."""

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any, Final

from app.demo import calls, place, run
from app.demo.greeting import token
from app.demo.place import Running
from app.demo.postgres import sql
from app.demo.programs import SOURCES
from app.errors import Fault, SamplanError, Unavailable

DOWN: Final = "down"
"""The state of a source whose process has ended."""
OK: Final = 200
RESTART: Final = 20.0
"""Seconds that a source may take to come back."""


def main(argv: Sequence[str]) -> int:
    """Do one command; the exit status."""
    given = _parser().parse_args(argv)
    if given.command == "run":
        return run.main()
    try:
        running = Running.read(place.directory(os.environ))
        return ANSWERS[given.command](running, given)
    except (SamplanError, calls.Unreachable) as fault:
        print(f"samplan demo: {fault}", file=sys.stderr)
        return 1


def who(running: Running, given: argparse.Namespace) -> int:
    """List the callers, each with a fresh token."""
    callers: list[dict[str, Any]] = calls.get(f"{running.identity}/callers").json()
    if given.json:
        listed = [{**caller, "token": token(running.identity, caller["caller"])} for caller in callers]
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    for caller in callers:
        about = " ".join(caller["about"])
        print(f"{caller['caller']:26} {caller['role']:26} {caller['giver'] or '-':18} {caller['name']}\n    {about}")
    return 0


def ask(running: Running, given: argparse.Namespace) -> int:
    """Ask for an overview as one of the callers: of Gunnar, or of whom is named as the caller whose overview it is."""
    callers: dict[str, dict[str, Any]] = {
        caller["caller"]: caller for caller in calls.get(f"{running.identity}/callers").json()
    }
    for name in (given.caller, given.about):
        if name not in callers:
            known = ", ".join(callers)
            raise Unavailable(
                Fault("not-found", f"No such caller; there are {known}.", f"Det finns ingen sådan; det finns {known}.")
            )
    patient = callers[given.about]["about"][0]
    bearer = token(running.identity, given.caller)
    answer = calls.post(f"{running.base}/api/overview", {"patient": patient}, token=bearer)
    print(json.dumps(answer.json(), ensure_ascii=False, indent=1))
    return 0 if answer.status == OK else 1


def sources(running: Running, given: argparse.Namespace) -> int:
    """List the external sources and how they are."""
    listed = [{"name": name, "giver": SOURCES[name].hsa_id, "state": _state(running, name)} for name in running.sources]
    if given.json:
        print(json.dumps(listed, ensure_ascii=False, indent=1))
        return 0
    for source in listed:
        print(f"{source['name']:12} {source['giver']:18} {source['state']}")
    return 0


def source(running: Running, given: argparse.Namespace) -> int:
    """Make a source hang or fail, or work again; `normal` also starts one whose process has ended."""
    if given.name not in running.sources:
        known = ", ".join(running.sources)
        raise Unavailable(
            Fault("not-found", f"No such source; there are {known}.", f"Källan finns inte; det finns {known}.")
        )
    if _state(running, given.name) == DOWN:
        if given.state != "normal":
            raise Unavailable(Fault("conflict", "The source is down: tell it to be normal first.", "Källan är nere."))
        _restart(running, given.name)
    calls.post(f"{running.sources[given.name]}/control", {"state": given.state}, token=running.secret)
    print(f"{given.name} {given.state}")
    return 0


def audit(running: Running, given: argparse.Namespace) -> int:
    """Take the trail away from the app, or give it back: it may then write, or not write, a row."""
    sql.run(running.postgres, running.database, sql.TRAIL_STOP if given.state == "stop" else sql.TRAIL_START)
    print(f"audit {given.state}")
    return 0


ANSWERS: Final = {"who": who, "ask": ask, "sources": sources, "source": source, "audit": audit}


def _state(running: Running, name: str) -> str:
    try:
        return str(calls.get(f"{running.sources[name]}/control", token=running.secret, within=5).json()["state"])
    except calls.Unreachable:
        return DOWN


def _restart(running: Running, name: str) -> None:
    os.kill(running.pid, signal.SIGUSR1)
    deadline = time.monotonic() + RESTART
    while _state(running, name) == DOWN:
        if time.monotonic() > deadline:
            raise Unavailable(Fault("exception", "The source did not come back.", "Källan kom inte tillbaka."))
        time.sleep(0.1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="samplan demo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="start everything in the foreground; Ctrl-C ends it")
    for name, told in (("who", "the callers, and their tokens"), ("sources", "the external sources")):
        commands.add_parser(name, help=told).add_argument("--json", action="store_true")
    asked = commands.add_parser("ask", help="the overview that a caller sees")
    asked.add_argument("caller")
    asked.add_argument("about", nargs="?", default="gunnar", help="the person, as a caller; default gunnar")
    changed = commands.add_parser("source", help="make a source hang or fail")
    changed.add_argument("name")
    changed.add_argument("state", choices=("hang", "fail", "normal"))
    commands.add_parser("audit", help="take the audit trail away").add_argument("state", choices=("stop", "start"))
    return parser
