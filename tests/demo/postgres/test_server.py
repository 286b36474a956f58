"""The embedded PostgreSQL: who may log in, what survives, and what ends with what."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app import errors
from app.demo.postgres.server import Postgres
from tests.requirements import ROOT, requires

PARENT = """
import sys, time
from pathlib import Path
from app.demo.postgres.server import Postgres
server = Postgres.start(Path(sys.argv[1]), fsync=False)
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the tests' common server keeps its files."""
    return tmp_path_factory.mktemp("common")


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Postgres]:
    """A server for all tests that leave it as it is."""
    with Postgres.start(directory, fsync=False) as running:
        yield running


async def ask(url: str, statement: str) -> Any:
    """The one value that a statement gives."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def ask_until_answered(url: str, statement: str) -> Any:
    """The same, of a server that is on its way up."""
    for _ in range(200):
        try:
            return await ask(url, statement)
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.05)
    return await ask(url, statement)


def gone(pid: int) -> bool:
    """Whether a process has ended, reaped or not, within a few seconds."""
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def test_refuses_to_start_in_production(tmp_path: Path) -> None:
    """With the production flag nothing is made, and the message names the setting to use."""
    with pytest.raises(errors.Unavailable, match="SAMPLAN_DATABASE_URL"):
        Postgres.start(tmp_path / "data", production=True)

    assert not (tmp_path / "data").exists()


def test_a_directory_in_use_is_refused(server: Postgres, directory: Path) -> None:
    """Two servers never share one directory."""
    with pytest.raises(errors.Unavailable, match="Another process"):
        Postgres.start(directory, within=0.05)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in the way, or a directory of another user, is an error that says so."""
    (tmp_path / "data").touch()

    with pytest.raises(errors.Unavailable, match="cannot be used"):
        Postgres.start(tmp_path / "data")


def test_a_server_that_cannot_start_is_an_error_not_a_wait(tmp_path: Path) -> None:
    """Damaged data ends the start at once, and what went wrong is in the log beside it."""
    with Postgres.start(tmp_path, fsync=False):
        pass
    (tmp_path / "postgres/data/PG_VERSION").write_text("9.1\n")

    with pytest.raises(errors.Unavailable, match="did not start"):
        Postgres.start(tmp_path, fsync=False)

    assert "incompatible" in (tmp_path / "postgres/log").read_text()


@pytest.mark.parametrize("login", ["postgres:", "nobody:x", "samplan_app:", "samplan_owner:wrong"])
async def test_only_the_two_roles_log_in_and_only_with_their_password(server: Postgres, login: str) -> None:
    """No superuser, no trust: not even over the socket."""
    url = server.address.app_url().replace(f"samplan_app:{server.address.app}", login)

    with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
        await ask(url, "SELECT 1")


async def test_the_app_owns_nothing_and_can_make_nothing(server: Postgres) -> None:
    """The app's role is no superuser, passes no row-level security and makes no table, role or database."""
    row = "rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication"

    assert await ask(server.address.app_url(), f"SELECT {row} FROM pg_roles WHERE rolname = current_user") is False
    for statement in ("CREATE TABLE t (n int)", "CREATE ROLE r", "CREATE DATABASE d"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(server.address.app_url(), statement)


async def test_the_owner_is_no_superuser(server: Postgres) -> None:
    """The owner makes tables and databases, and is itself held by row-level security."""
    row = "rolsuper OR rolbypassrls OR rolcreaterole"

    assert await ask(server.address.owner_url(), f"SELECT {row} FROM pg_roles WHERE rolname = current_user") is False
    await ask(server.address.owner_url(), "CREATE TABLE own (n int)")
    await ask(server.address.owner_url(), "CREATE DATABASE other")
    assert await ask(server.address.app_url("other"), "SELECT current_database()") == "other"


async def test_the_log_holds_no_values(server: Postgres, directory: Path) -> None:
    """An error in a statement leaves neither the statement nor the value in the server's log."""
    await ask(server.address.owner_url(), "CREATE TABLE once (n text PRIMARY KEY)")
    await ask(server.address.owner_url(), "INSERT INTO once VALUES ('a secret')")
    with pytest.raises(asyncpg.UniqueViolationError):
        await ask(server.address.owner_url(), "INSERT INTO once VALUES ('a secret')")

    log = (directory / "postgres/log").read_text()
    assert "once_pkey" in log
    assert "secret" not in log


def test_passwords_are_for_this_user_alone(server: Postgres, directory: Path) -> None:
    """The file of passwords opens for nobody else, and an address shows none."""
    assert (directory / "postgres/passwords.json").stat().st_mode & 0o077 == 0
    assert server.address.app not in repr(server.address)
    assert server.address.owner not in str(server.address)


async def test_data_is_there_after_a_restart(tmp_path: Path) -> None:
    """A second start finds the first one's data, and makes nothing anew."""
    with Postgres.start(tmp_path, fsync=False) as first:
        await ask(first.address.owner_url(), "CREATE TABLE t AS SELECT 7 AS n")

    with Postgres.start(tmp_path, fsync=False) as second:
        assert await ask(second.address.owner_url(), "SELECT n FROM t") == 7


def test_stopping_leaves_no_process(tmp_path: Path) -> None:
    """After `stop` the server has ended; stopping twice is harmless."""
    server = Postgres.start(tmp_path, fsync=False)
    pid = server.pid
    server.stop()
    server.stop()

    assert pid is not None
    assert gone(pid)


async def test_a_killed_server_comes_back_at_the_same_address_with_its_data(server: Postgres) -> None:
    """A server killed with -9 costs its clients a moment and nothing that was committed."""
    url = server.address.owner_url()
    await ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert gone(pid)

    assert await ask_until_answered(url, "SELECT n FROM kept") == 7
    assert server.pid != pid


async def test_a_server_ends_with_its_killed_parent_and_starts_again(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """A parent killed with -9 leaves no server behind, and the next one starts at once."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=pytestconfig.rootpath, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    with parent.stdout:
        pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()

    with Postgres.start(tmp_path, fsync=False) as server:
        assert gone(pid)
        assert await ask(server.address.app_url(), "SELECT 1") == 1


async def test_a_server_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    """The death signal waits for the process, not for the thread that happened to call."""
    started: list[Postgres] = []
    thread = threading.Thread(target=lambda: started.append(Postgres.start(tmp_path, fsync=False)))
    thread.start()
    thread.join()
    await asyncio.sleep(0.2)

    with started[0] as server:
        assert await ask(server.address.app_url(), "SELECT 1") == 1


def test_the_servers_session_is_its_own(server: Postgres) -> None:
    """Ctrl-C at the terminal reaches us and not the server: we decide what stops first."""
    assert server.pid is not None
    assert os.getsid(server.pid) == server.pid


async def test_a_stale_pid_file_is_not_believed(tmp_path: Path) -> None:
    """A `postmaster.pid` that names another living process of the same user does not stop the start."""
    with Postgres.start(tmp_path, fsync=False) as server:
        pass
    other = subprocess.Popen(["sleep", "60"], user=(tmp_path / "postgres/data").stat().st_uid)
    try:
        (tmp_path / "postgres/data/postmaster.pid").write_text(f"{other.pid}\n")

        with Postgres.start(tmp_path, fsync=False) as server:
            assert await ask(server.address.app_url(), "SELECT 1") == 1
    finally:
        other.kill()
        other.wait()


async def test_a_creation_that_was_cut_short_is_made_anew(tmp_path: Path) -> None:
    """What an interrupted first start left is thrown away."""
    (tmp_path / "postgres/data.new/base").mkdir(parents=True)
    (tmp_path / "postgres/passwords.json").write_text("[]")

    with Postgres.start(tmp_path, fsync=False) as server:
        assert await ask(server.address.app_url(), "SELECT 1") == 1


async def test_where_a_socket_has_no_room_the_server_listens_on_loopback(tmp_path: Path) -> None:
    """A socket's address is short; a long path means 127.0.0.1, still with passwords."""
    with Postgres.start(tmp_path / ("long" * 30), fsync=False) as server:
        assert server.address.host == "127.0.0.1"
        assert await ask(server.address.app_url(), "SELECT 1") == 1
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(server.address.app_url().replace(server.address.app, "wrong"), "SELECT 1")


async def test_no_setting_of_the_caller_reaches_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PGDATA, a locale or a time zone in the environment change nothing."""
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("LC_ALL", "sv_SE.UTF-8")
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    with Postgres.start(tmp_path, fsync=False) as server:
        assert await ask(server.address.app_url(), "SELECT current_setting('TimeZone')") == "UTC"


@requires(ROOT)
async def test_as_root_the_server_runs_as_nobody_below_directories_that_stay_closed(tmp_path: Path) -> None:
    """The server is another user's, and reaches its data although the directories above keep their modes."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    with Postgres.start(closed / "data", fsync=False) as server:
        assert await ask(server.address.app_url(), "SELECT 1") == 1
        assert Path(f"/proc/{server.pid}").stat().st_uid == (closed / "data/postgres/data").stat().st_uid != 0
        groups = Path(f"/proc/{server.pid}/status").read_text().partition("Groups:")[2].splitlines()[0].split()

    assert groups == []
    assert closed.stat().st_mode & 0o777 == 0o700
