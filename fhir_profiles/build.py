"""Build `built/` from the Shorthand with SUSHI: `python -m fhir_profiles.build`; `--check DIRECTORY` builds elsewhere.

Needs node and npm, and the packages that `sushi-config.yaml` names in the FHIR package cache. SUSHI itself is installed
once, with all that it needs in exactly the versions of `sushi/package-lock.json`, into a cache outside the repository.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
LOCK: Final = (HERE / "sushi" / "package.json", HERE / "sushi" / "package-lock.json")
BUILT: Final = HERE / "built"
DIGEST: Final = "sources.sha256"
PUBLISHER: Final = "Samplan"
RELEASED: Final = "2026-11-25"
"""The date of this version: SUSHI writes none, and the date of a build would change every file."""

# Documentation of inherited elements, which HL7's own definitions contain.
_INHERITED: Final = frozenset({"mapping", "alias", "comment", "requirements", "example"})
_BINDABLE: Final = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
_LEVEL: Final = re.compile(r"^\x1b?[\[\d;m]*(error|warn)\b\S*\s+(.*)$")
# SUSHI always asks for this package, which only toolmakers need, and which npm does not have.
_NOT_OURS: Final = "Failed to load automatically-provided hl7.fhir.uv.tools.r4"


class BuildError(Exception):
    """SUSHI is not installed, or reports an error or a warning; the message says which."""


def sources() -> list[Path]:
    """Return every file that the build reads, in order."""
    return [HERE / "sushi-config.yaml", *LOCK, *sorted((HERE / "input").rglob("*.fsh"))]


def digest() -> str:
    """Return the SHA-256 of all sources and of SUSHI's lock file, in hexadecimal."""
    total = hashlib.sha256(f"{RELEASED} {PUBLISHER}".encode())
    for path in sources():
        total.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def cache() -> Path:
    """Return the directory where SUSHI is installed."""
    locked = hashlib.sha256(LOCK[1].read_bytes()).hexdigest()[:12]
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "samplan" / f"sushi-{locked}"


def missing() -> list[str]:
    """Return the programs and FHIR packages that a build needs and this machine does not have."""
    programs = [name for name in ("node", "npm") if shutil.which(name) is None]
    wanted = re.findall(r"^  ([\w.]+): (\S+)$", (HERE / "sushi-config.yaml").read_text(), re.MULTILINE)
    packages = Path.home() / ".fhir" / "packages"
    required = [f"{name}#{version}" for name, version in (("hl7.fhir.r4.core", "4.0.1"), *wanted)]
    return programs + [name for name in required if not (packages / name).is_dir()]


def install() -> Path:
    """Return SUSHI's program; install it first if needed. Raises BuildError if npm fails."""
    program = cache() / "node_modules" / "fsh-sushi" / "dist" / "app.js"
    if not program.is_file():
        cache().mkdir(parents=True, exist_ok=True)
        for path in LOCK:
            shutil.copy(path, cache())
        _run("npm", "ci", "--silent", "--no-audit", "--no-fund", at=cache())
    return program


def build(target: Path) -> str:
    """Fill a directory with the definitions; return SUSHI's summary. Raises BuildError on an error or a warning."""
    if needs := missing():
        raise BuildError(f"not on this machine: {', '.join(needs)} (docs/decisions/0012)")
    with tempfile.TemporaryDirectory() as directory:
        output = _run("node", str(install()), "build", "--snapshot", "--out", directory, str(HERE), at=HERE)
        if faults := list(_faults(output)):
            raise BuildError("\n".join(faults))
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob("*.json"):
            old.unlink()
        for path in sorted((Path(directory) / "fsh-generated" / "resources").glob("*.json")):
            (target / path.name).write_text(_json_text(normalised(json.loads(path.read_text("utf-8")))), "utf-8")
        (target / DIGEST).write_text(f"{digest()}\n")
    return "\n".join(output.strip().splitlines()[-14:])


def normalised(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a definition with date and publisher, and without the documentation of inherited elements."""
    defaults = {"experimental": False, "date": RELEASED, "publisher": PUBLISHER}
    members = {name: value for name, value in resource.items() if name != "mapping"}
    first = {name: members[name] for name in ("resourceType", "id")}
    merged = {**first, **{name: members.get(name, value) for name, value in defaults.items()}, **members}
    for view in ("snapshot", "differential"):
        if view in merged:
            merged[view] = {"element": [_element(element) for element in merged[view]["element"]]}
    return merged


def _element(element: dict[str, Any]) -> dict[str, Any]:
    """Return an element without documentation, and without a binding that its narrowed types cannot have."""
    unbound = "type" in element and not _BINDABLE.intersection(type_["code"] for type_ in element["type"])
    return {name: element[name] for name in element if name not in _INHERITED and not (unbound and name == "binding")}


def _json_text(resource: dict[str, Any]) -> str:
    return json.dumps(resource, ensure_ascii=False, indent=1) + "\n"


def _faults(output: str) -> Iterator[str]:
    for line in output.splitlines():
        match = _LEVEL.match(line)
        if match and not match[2].startswith(_NOT_OURS):
            yield f"{match[1]}: {match[2]}"


def _run(*command: str, at: Path) -> str:
    process = subprocess.run(command, cwd=at, check=False, capture_output=True, text=True)
    if process.returncode and not list(_faults(process.stdout)):
        raise BuildError(f"{command[0]}: {process.stderr or process.stdout}")
    return process.stdout


def main() -> int:
    """Build and print SUSHI's summary; return exit status 1 on an error."""
    parser = argparse.ArgumentParser(prog="python -m fhir_profiles.build", description=__doc__)
    parser.add_argument("--check", type=Path, metavar="DIRECTORY", help="build into this directory instead of built/")
    options = parser.parse_args()
    try:
        sys.stdout.write(f"{build(options.check or BUILT)}\n")
    except BuildError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
