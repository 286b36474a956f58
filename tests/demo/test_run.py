"""The whole demo, started as a person starts it: what each caller sees, what its faults do, and that nothing is left."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.demo import calls, commands, data_directory
from app.demo.children import ROOT, free_port
from app.demo.data.givers import PRIVATE, REGION
from app.demo.data_directory import RunningDemo

STARTED_WITHIN = 90
Caller = dict[str, Any]


@contextlib.contextmanager
def demo(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """`samplan demo run` in the background, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.samplan", "demo", "run"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "SAMPLAN_DATA": str(home), "SAMPLAN_PORT": str(free_port()), **environment},
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line.startswith("ready http://127.0.0.1:"), process.communicate()[1]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def all_gone(pids: list[int]) -> bool:
    deadline = time.monotonic() + 20
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    directory = tmp_path_factory.mktemp("demo")
    with demo(directory) as process:
        wait_until_ready(process)
        yield directory


@pytest.fixture
def running(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningDemo]:
    """The running demo, with everything normal again afterwards."""
    monkeypatch.setenv("SAMPLAN_DATA", str(home))
    yield RunningDemo.read(home)
    for name in ("region", "municipal"):
        assert commands.main(["source", name, "normal"]) == 0
    assert commands.main(["audit", "start"]) == 0


@pytest.fixture
def who(running: RunningDemo, capsys: pytest.CaptureFixture[str]) -> dict[str, Caller]:
    assert commands.main(["who", "--json"]) == 0
    return {caller["caller"]: caller for caller in json.loads(capsys.readouterr().out)}


def ask(running: RunningDemo, caller: Caller, about: str | None = None) -> calls.HttpResponse:
    asked = {"patient": about or caller["about"][0]}
    return calls.post(f"{running.base}/api/overview", asked, token=caller["token"])


def states(overview: dict[str, Any]) -> dict[str, str]:
    return {source["name"]: source["state"] for source in overview["sources"]}


def shown(overview: dict[str, Any]) -> set[str]:
    """Every reference that an overview holds, whatever the part, and those of the copies of an item."""
    parts = [*overview["times"], *overview["plans"], *overview["contacts"], *overview["timeline"]]
    copies = [origin for item in parts for origin in item.get("origins", ())]
    return {item["reference"] for item in [*parts, *copies]}


def test_the_callers_are_as_others_expect_them(who):
    """Each role is there, at least two are persons, and all kinds of staff may ask about one same person."""
    roles = [caller["role"] for caller in who.values()]
    assert set(roles) == {
        "person",
        "guardian",
        "physician",
        "physician-without-consent",
        "municipal-nurse",
        "home-care",
        "administrator",
        "log-auditor",
        "ehr",
        "population-register",
    }
    assert roles.count("person") >= 2
    about = who["gunnar"]["about"][0]
    staff = [caller for caller in who.values() if caller["giver"] and caller["role"] != "population-register"]
    assert all(about in caller["about"] for caller in staff)
    assert all(set(caller) >= {"caller", "role", "giver", "about", "token"} for caller in who.values())


def test_the_command_asks_as_a_caller(running, who, capsys):
    """What a newcomer pastes: the overview of one person or another as one caller sees it; nobody else is asked as."""
    assert commands.main(["ask", "physician"]) == 0
    assert json.loads(capsys.readouterr().out)["patient"]["reference"] == who["gunnar"]["about"][0]
    assert commands.main(["ask", "maria", "maria"]) == 0
    assert json.loads(capsys.readouterr().out)["patient"]["reference"] == who["maria"]["about"][0]
    assert commands.main(["ask", "maria", "gunnar"]) == 1
    assert json.loads(capsys.readouterr().out)["resourceType"] == "OperationOutcome"
    assert commands.main(["ask", "nobody"]) == 1
    assert "gunnar, " in capsys.readouterr().err


def test_everyone_may_ask_about_everyone_they_are_listed_with(running, who):
    """`about` is true: 200 for each, and 404 for a person outside another's reach; a log auditor sees no plan: 403."""
    for caller in who.values():
        expected = 403 if caller["role"] == "log-auditor" else 200
        for person in caller["about"]:
            assert ask(running, caller, person).status == expected, (caller["caller"], person)
    assert ask(running, who["maria"], who["gunnar"]["about"][0]).status == 404
    assert ask(running, who["katja"], who["andreas"]["about"][0]).status == 404


def test_each_reader_gets_their_part_and_no_more(running, who):
    """The person sees most; each kind of staff another part of that, and never anything else."""
    names = ("gunnar", "physician", "physician-without-consent", "municipal-nurse", "home-care", "administrator")
    seen = {name: shown(ask(running, who[name]).json()) for name in names}
    assert len(seen["gunnar"]) >= 8
    assert all(seen[name] < seen["gunnar"] for name in names[1:])
    assert len({frozenset(part) for part in seen.values()}) == len(names)


def test_the_psychiatric_plan_is_for_the_person_and_their_physician(running, who):
    """Restricted: else only for the giver's own system, not for home care, municipal nurse or administrator."""
    readers = {
        name
        for name in who
        if who["gunnar"]["about"][0] in who[name]["about"]
        and any("Psykiatriska" in plan["title"] for plan in ask(running, who[name]).json().get("plans", ()))
    }
    assert readers == {"gunnar", "physician", "ehr-region"}


def test_without_consent_a_physician_sees_what_is_their_own_givers(running, who):
    """The private clinic's one time, and nothing of others."""
    overview = ask(running, who["physician-without-consent"]).json()
    assert [time["giver"] for time in overview["times"]] == [PRIVATE.hsa_id]
    assert overview["plans"] == []


def test_the_auditor_gets_no_plan_and_the_trail(running, who):
    """No item of anyone's, and every disclosure."""
    auditor = who["log-auditor"]
    assert ask(running, auditor).status == 403
    patient = who["gunnar"]["about"][0]
    listed = calls.get(f"{running.base}/fhir/AuditEvent?patient={patient}&_count=5", token=auditor["token"])
    assert listed.status == 200
    assert listed.json()["entry"]


def test_the_time_that_two_systems_know_is_shown_once(running, who):
    """Our own id, and both origins."""
    times = ask(running, who["gunnar"]).json()["times"]
    (shared,) = [time for time in times if len(time["origins"]) > 1]
    assert [origin["source"] for origin in shared["origins"]] == ["samplan", "region"]


def test_a_guardian_sees_the_child_and_themselves(running, who):
    """Own first, then the child's plan."""
    own, child = who["andreas"]["about"]
    assert ask(running, who["andreas"], own).json()["plans"] == []
    assert ask(running, who["andreas"], child).json()["plans"] != []


def test_a_block_hides_the_giver_from_others_only(running, who):
    """Maria has blocked the region: she and the region still see its items, the municipality does not."""
    maria = who["maria"]["about"][0]

    def givers(name: str) -> set[str]:
        return {time["giver"] for time in ask(running, who[name], maria).json()["times"]}

    assert REGION.hsa_id in givers("maria") & givers("physician")
    assert REGION.hsa_id not in givers("municipal-nurse") | givers("home-care")


@pytest.mark.parametrize(("state", "reason"), [("hang", "timeout"), ("fail", "error-status")])
def test_a_source_in_trouble_is_unknown_and_the_rest_as_before(state, reason, running, who):
    """Within the deadline, with its reason, and nothing else changes; afterwards it is back."""
    before = ask(running, who["gunnar"]).json()
    assert commands.main(["source", "municipal", state]) == 0
    started = time.monotonic()
    during = ask(running, who["gunnar"]).json()
    assert time.monotonic() - started < 9
    assert states(during) == {"samplan": "data", "region": "data", "municipal": "unknown"}
    assert [source["reason"] for source in during["sources"]] == [None, None, reason]
    assert not during["complete"]
    # What the patient contract says of the municipality's plans is our own, and stays: no plan is missing.
    assert shown(during) < shown(before)
    assert len(during["plans"]) == len(before["plans"])
    assert commands.main(["source", "municipal", "normal"]) == 0
    assert shown(ask(running, who["gunnar"]).json()) == shown(before)


def test_a_killed_source_is_unknown_until_it_is_told_to_be_normal(running, who, capsys):
    """It stays down, is listed as down, takes no other order, and comes back at its old address."""
    os.kill(running.pids["region"], signal.SIGKILL)
    assert states(ask(running, who["gunnar"]).json())["region"] == "unknown"
    capsys.readouterr()
    assert commands.main(["sources", "--json"]) == 0
    assert {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)}["region"] == "down"
    assert commands.main(["source", "region", "hang"]) == 1
    assert commands.main(["source", "region", "normal"]) == 0
    assert states(ask(running, who["gunnar"]).json())["region"] == "data"


def test_c18_nothing_of_a_source_is_kept(running, who):
    """SVOD 4 kap. 6 §: an item that only a source holds cannot be read by its id, and is gone once the source is silent."""
    gunnar = who["gunnar"]
    theirs = [
        time["reference"]
        for time in ask(running, gunnar).json()["times"]
        if {origin["source"] for origin in time["origins"]} == {"municipal"}
    ]
    assert theirs
    assert {calls.get(f"{running.base}/fhir/{each}", token=gunnar["token"]).status for each in theirs} == {404}
    assert commands.main(["source", "municipal", "fail"]) == 0
    assert shown(ask(running, gunnar).json()).isdisjoint(theirs)


def test_stopping_the_trail_stops_the_answers(running, who):
    """503 and no data while nothing can be written down; given back, everything is as it was."""
    assert commands.main(["audit", "stop"]) == 0
    assert ask(running, who["gunnar"]).status == 503
    assert commands.main(["audit", "start"]) == 0
    assert ask(running, who["gunnar"]).status == 200


def test_the_lists_for_people_hold_no_token(running, who, capsys):
    """Without --json a name and a state a line."""
    assert commands.main(["who"]) == 0
    assert commands.main(["sources"]) == 0
    told = capsys.readouterr().out
    assert "Gunnar Ljungberg" in told
    assert "normal" in told
    assert "eyJ" not in told


def test_a_source_that_is_none_is_an_error(running, capsys):
    """The answer names those that there are."""
    assert commands.main(["source", "moon", "hang"]) == 1
    assert "region, municipal" in capsys.readouterr().err


def test_what_it_notes_is_for_its_owner_alone(running, home):
    """Secrets lie in files that nobody else may read."""
    for name in (data_directory.FILE, "keys.json", "samplan.jwk.json"):
        assert (home / name).stat().st_mode & 0o777 == 0o600, name


def test_a_second_demo_on_the_same_directory_is_refused(running, home):
    """It says so and ends, and the first goes on."""
    with demo(home) as second:
        assert "already runs here" in second.communicate(timeout=STARTED_WITHIN)[1]
    assert second.returncode == 1


def test_a_taken_port_is_said_before_anything_starts(running, tmp_path):
    """The fault names the setting to change."""
    port = running.base.rpartition(":")[2]
    with demo(tmp_path, SAMPLAN_PORT=port) as second:
        assert "SAMPLAN_PORT" in second.communicate(timeout=STARTED_WITHIN)[1]
    assert second.returncode == 1


def test_the_production_flag_stops_the_demo(tmp_path):
    """Nothing is started and nothing is written."""
    with demo(tmp_path / "data", SAMPLAN_PRODUCTION="true") as refused:
        assert "SAMPLAN_PRODUCTION" in refused.communicate(timeout=STARTED_WITHIN)[1]
    assert refused.returncode == 1
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_no_process_outlives_the_demo(ending, tmp_path):
    """Ctrl-C and a polite kill end it with status 0; even kill -9 leaves nothing behind."""
    with demo(tmp_path) as process:
        wait_until_ready(process)
        pids = list(RunningDemo.read(tmp_path).pids.values())
        assert len(pids) == 5
        process.send_signal(ending)
        process.communicate(timeout=30)
    assert all_gone(pids)
    assert process.returncode == (-signal.SIGKILL if ending is signal.SIGKILL else 0)


def test_commands_without_a_demo_say_how_to_start_one(tmp_path, monkeypatch, capsys):
    """Nothing runs here: status 1 and a hint."""
    monkeypatch.setenv("SAMPLAN_DATA", str(tmp_path))
    assert commands.main(["who"]) == 1
    assert "make demo" in capsys.readouterr().err
