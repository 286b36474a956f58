"""The demo's other processes: each in a session of its own, and gone with this one however it ends."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import app
from app.demo import calls
from app.demo.postgres.server import LAUNCHER
from app.errors import Fault, Unavailable

ROOT: Final = Path(app.__file__).resolve().parents[1]
"""Where the packages `app` and `alembic` lie."""
PATIENCE: Final = 60.0
"""Seconds that a process has to answer after its start."""
GRACE: Final = 5.0
"""Seconds that a process has to end by itself."""
OK: Final = 200


class Program(NamedTuple):
    """What a process runs: a Python module with arguments, its environment, and the address that says it is up."""

    name: str
    module: Sequence[str]
    environment: Mapping[str, str]
    ready: str


class Child:
    """One running program, its output in a log file.

    The launcher asks for a signal when this process ends; that follows the thread that starts it, so only the main
    thread may.
    """

    def __init__(self, program: Program, logs: Path) -> None:
        self._program = program
        self._log = logs / f"{program.name}.log"
        self._process = self._start()

    @property
    def name(self) -> str:
        """The program's name."""
        return self._program.name

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended, by itself or by somebody's signal."""
        return self._process.poll() is not None

    def require(self) -> None:
        """Unavailable, with where to look, if it has ended."""
        if self.ended:
            raise Unavailable(
                Fault("exception", f"{self.name} ended: see {self._log}", f"{self.name} avslutades: se {self._log}")
            )

    def wait(self) -> None:
        """Wait until it answers; Unavailable if it ends first or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            self.require()
            if time.monotonic() > deadline:
                raise Unavailable(
                    Fault("timeout", f"{self.name} is not ready: see {self._log}", f"{self.name} är inte redo.")
                )
            time.sleep(0.05)

    def restart(self) -> None:
        """Start it again where it has ended."""
        if self.ended:
            self._process = self._start()

    def stop(self) -> None:
        """Ask it to end, and end it if it does not."""
        if self.ended:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return calls.get(self._program.ready, within=2).status == OK
        except calls.Unreachable:
            return False

    def _start(self) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(os.geteuid()), str(os.getegid())]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        with self._log.open("ab") as output:
            return subprocess.Popen(
                [*launcher, sys.executable, "-m", *self._program.module],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": path, **self._program.environment},
                start_new_session=True,
            )


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
