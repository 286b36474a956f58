"""Where the demo keeps its files, and the note in which a running demo says how to reach it."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

from app.demo.postgres.server import Address
from app.errors import Fault, Unavailable

FILE: Final = "demo.json"


def directory(environment: Mapping[str, str]) -> Path:
    """The data directory: SAMPLAN_DATA, else root's or the user's usual place for such files."""
    named = environment.get("SAMPLAN_DATA")
    if named:
        return Path(named).expanduser().resolve()
    return Path("/var/lib/samplan") if os.geteuid() == 0 else Path.home() / ".local" / "state" / "samplan"


class Running(NamedTuple):
    """A running demo: its process, its addresses and its secrets."""

    pid: int
    base: str
    identity: str
    sources: dict[str, str]
    secret: str
    database: str
    postgres: Address
    pids: dict[str, int]

    def write(self, home: Path) -> None:
        """Leave the note, for its owner's eyes only."""
        written = home / f"{FILE}.{os.getpid()}"
        written.unlink(missing_ok=True)
        written.touch(mode=0o600, exist_ok=False)
        written.write_text(json.dumps(self._asdict(), indent=1), "utf-8")
        written.replace(home / FILE)

    @classmethod
    def read(cls, home: Path) -> Self:
        """The note; Unavailable where no demo runs."""
        try:
            kept: dict[str, Any] = json.loads((home / FILE).read_text("utf-8"))
        except FileNotFoundError:
            raise Unavailable(
                Fault(
                    "not-found",
                    "No demo runs here: start it with `make demo`.",
                    "Ingen demo körs här: kör `make demo`.",
                )
            ) from None
        return cls(**{**kept, "postgres": Address(*kept["postgres"])})
