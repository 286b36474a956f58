"""The demo's other processes: each in a session of its own, and gone with this one however it ends."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import app
from app.demo import calls
from app.demo.postgres import LAUNCHER
from app.errors import Fault, Unavailable

ROOT: Final = Path(app.__file__).resolve().parents[1]
"""Where the packages `app` and `alembic` lie."""
PATIENCE: Final = 30.0
"""Seconds that a process has to answer after its start."""
GRACE: Final = 5.0
"""Seconds that a process has to end by itself."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child:
    """One process of the demo: a Python module with arguments, its output in a log file.

    The launcher asks for a signal when this process ends; that follows the thread that starts it, so only the main
    thread may.
    """

    def __init__(self, name: str, module: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._module = module
        self._environment = environment
        self.log = log
        self._process = self._start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it has ended, by itself or by somebody's signal."""
        return self._process.poll() is not None

    def restart(self) -> Self:
        """Start it again where it has ended."""
        if self.ended:
            self._process = self._start()
        return self

    def wait_for(self, url: str, status: int = 200) -> Self:
        """Wait until an address of it answers with this status; Unavailable if it ends first or takes too long."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self.ended:
            try:
                if calls.get(url, within=2).status == status:
                    return self
            except calls.Unreachable:
                pass
            time.sleep(0.05)
        raise Unavailable(
            Fault("exception", f"{self.name} did not start: see {self.log}", f"{self.name} startade inte.")
        )

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

    def _start(self) -> subprocess.Popen[bytes]:
        launcher = [sys.executable, "-I", "-S", str(LAUNCHER), str(os.getpid()), str(os.geteuid()), str(os.getegid())]
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [*launcher, sys.executable, "-m", *self._module],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": path, **self._environment},
                start_new_session=True,
            )
