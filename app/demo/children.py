"""The demo's other processes: each has a session of its own, and ends when this process ends."""

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
"""The directory of `app/` and `alembic/`."""
START_TIMEOUT: Final = 60.0
"""Seconds until a process must answer after its start."""
STOP_TIMEOUT: Final = 5.0
"""Seconds that a process has to end after SIGTERM."""
OK: Final = 200


class Program(NamedTuple):
    """A Python module with arguments, its environment, and the URL that answers 200 when it is ready."""

    name: str
    module: Sequence[str]
    environment: Mapping[str, str]
    ready: str


class Child:
    """A running program, with its output in a log file.

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
        """Whether the process has ended."""
        return self._process.poll() is not None

    def require_running(self) -> None:
        """Raise Unavailable, naming the log file, if the process has ended."""
        if self.ended:
            raise Unavailable(
                Fault("exception", f"{self.name} ended: see {self._log}", f"{self.name} avslutades: se {self._log}")
            )

    def wait(self) -> None:
        """Wait until the program is ready. Raises Unavailable if it ends first or takes too long."""
        deadline = time.monotonic() + START_TIMEOUT
        while not self._answers():
            self.require_running()
            if time.monotonic() > deadline:
                raise Unavailable(
                    Fault("timeout", f"{self.name} is not ready: see {self._log}", f"{self.name} är inte redo.")
                )
            time.sleep(0.05)

    def restart(self) -> None:
        """Start the program again if it has ended."""
        if self.ended:
            self._process = self._start()

    def stop(self) -> None:
        """End the process, with SIGKILL if SIGTERM does not help."""
        if self.ended:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return calls.get(self._program.ready, timeout=2).status == OK
        except calls.NoResponse:
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
    """Return a port of 127.0.0.1 that is free now."""
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
