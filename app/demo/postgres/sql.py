"""Statements that only the owner of the demo's database may run, through the wheel's psql."""

import os
import subprocess
from typing import Final

from app.demo.postgres import binaries
from app.demo.postgres.server import APP, OWNER, Address
from app.errors import Fault, Unavailable

DEMO: Final = "samplan_demo"
"""The name of the demo's database, which is made anew at each start."""
FRESH: Final = (f"DROP DATABASE IF EXISTS {DEMO} WITH (FORCE)", f"CREATE DATABASE {DEMO}")
TRAIL_STOP: Final = (f"REVOKE INSERT ON audit FROM {APP}",)
TRAIL_START: Final = (f"GRANT INSERT ON audit TO {APP}",)


def run(address: Address, database: str, statements: tuple[str, ...]) -> None:
    """Run each statement as the owner, in a transaction of its own. Raises Unavailable if one is refused."""
    program = binaries.directory(uid=os.geteuid()) / "psql"
    # The password goes by the environment: arguments can be read by everyone on this machine.
    environment = {
        "PGHOST": address.host,
        "PGPORT": str(address.port),
        "PGUSER": OWNER,
        "PGPASSWORD": address.owner,
        "PGDATABASE": database,
        "PGOPTIONS": "-c client_min_messages=warning",
    }
    commands = [word for statement in statements for word in ("-c", statement)]
    process = subprocess.run(
        [str(program), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", *commands],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        raise Unavailable(
            Fault("exception", f"psql: {process.stderr.strip()[:300]}", "Databasen tog inte emot ändringen.")
        )
