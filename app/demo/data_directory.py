"""The demo's data directory, and the file in it that says how to reach a running demo."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from app.demo.postgres.server import Address
from app.errors import Fault, Unavailable

FILE: Final = "demo.json"


def directory(environment: Mapping[str, str]) -> Path:
    """Return the data directory: SAMPLAN_DATA, or else the usual place for root or for the user."""
    named = environment.get("SAMPLAN_DATA")
    if named:
        return Path(named).expanduser().resolve()
    return Path("/var/lib/samplan") if os.geteuid() == 0 else Path.home() / ".local" / "state" / "samplan"


class RunningDemo(NamedTuple):
    """A running demo: its process ids, its addresses and its secrets."""

    pid: int
    base: str
    identity: str
    sources: dict[str, str]
    secret: str
    database: str
    postgres: Address
    pids: dict[str, int]

    def write(self, home: Path) -> None:
        """Write the file, readable by its owner only."""
        new = home / f"{FILE}.{os.getpid()}"
        new.unlink(missing_ok=True)
        new.touch(mode=0o600, exist_ok=False)
        new.write_text(json.dumps(self._asdict(), indent=1), "utf-8")
        new.replace(home / FILE)

    @classmethod
    def read(cls, home: Path) -> Self:
        """Read the file. Raises Unavailable if no demo runs."""
        try:
            content: dict[str, Any] = json.loads((home / FILE).read_text("utf-8"))
        except FileNotFoundError:
            raise Unavailable(
                Fault(
                    "not-found",
                    "No demo runs here: start it with `make demo`.",
                    "Ingen demo körs här: kör `make demo`.",
                )
            ) from None
        return cls(**{**content, "postgres": Address(*content["postgres"])})
