"""HL7's official validator, run once over many resources; a test that needs it is skipped where it cannot run."""

import faulthandler
import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fhir_profiles import build
from tests.requirements import JAVA, NODE, VALIDATE, VALIDATOR, skip_without

PATIENCE = 900
"""Seconds: the first run on a machine builds the validator."""

OfficialError = dict[str, Any]


def official(resources: Iterable[Mapping[str, Any]], folder: Path) -> list[list[OfficialError]]:
    """The errors in each resource by base R4, the profiles of HL7 Sweden and ours: `expression`, `code`, `text`."""
    skip_where_it_cannot_run()
    asked, answered = folder / "asked.ndjson", folder / "answered.json"
    asked.write_text("".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in resources), "utf-8")
    # pytest would end a run of this length as one that hangs.
    faulthandler.cancel_dump_traceback_later()
    command = [str(VALIDATE), "--quiet", "--profiles", str(build.BUILT), "--json", str(answered), str(asked)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert run.returncode in {0, 1}, run.stderr
    return [each["errors"] for each in json.loads(answered.read_text("utf-8"))]


def skip_where_it_cannot_run() -> None:
    """Say what is not there."""
    skip_without(VALIDATOR, JAVA, NODE)
