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
"""The day of this version: SUSHI says none, and the day of a build would change every file."""

# The documentation of what we inherit; HL7's own definitions have it.
_INHERITED: Final = frozenset({"mapping", "alias", "comment", "requirements", "example"})
_BINDABLE: Final = frozenset({"code", "Coding", "CodeableConcept", "Quantity", "string", "uri"})
_LEVEL: Final = re.compile(r"^\x1b?[\[\d;m]*(error|warn)\b\S*\s+(.*)$")
# SUSHI always asks for this package, which only toolmakers need, and which npm does not have.
_NOT_OURS: Final = "Failed to load automatically-provided hl7.fhir.uv.tools.r4"


class Unbuilt(Exception):
    """SUSHI is not here, or does not find all well."""


def sources() -> list[Path]:
    """Every file that the build is made of, in order."""
    return [HERE / "sushi-config.yaml", *LOCK, *sorted((HERE / "input").rglob("*.fsh"))]


def digest() -> str:
    """What the sources are at the moment, SUSHI among them, in one number."""
    total = hashlib.sha256(f"{RELEASED} {PUBLISHER}".encode())
    for path in sources():
        total.update(path.relative_to(HERE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()


def cache() -> Path:
    """Where SUSHI is installed."""
    locked = hashlib.sha256(LOCK[1].read_bytes()).hexdigest()[:12]
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "samplan" / f"sushi-{locked}"


def missing() -> list[str]:
    """What a build needs and this machine does not have: npm, and packages of definitions."""
    programs = [name for name in ("node", "npm") if shutil.which(name) is None]
    wanted = re.findall(r"^  ([\w.]+): (\S+)$", (HERE / "sushi-config.yaml").read_text(), re.MULTILINE)
    packages = Path.home() / ".fhir" / "packages"
    named = [f"{name}#{version}" for name, version in (("hl7.fhir.r4.core", "4.0.1"), *wanted)]
    return programs + [name for name in named if not (packages / name).is_dir()]


def install() -> Path:
    """SUSHI's program, installed first where it is not yet."""
    program = cache() / "node_modules" / "fsh-sushi" / "dist" / "app.js"
    if not program.is_file():
        cache().mkdir(parents=True, exist_ok=True)
        for path in LOCK:
            shutil.copy(path, cache())
        _run("npm", "ci", "--silent", "--no-audit", "--no-fund", at=cache())
    return program


def build(target: Path) -> str:
    """Fill a directory with the definitions; returns SUSHI's last lines. Raises Unbuilt on any error or warning."""
    if lacking := missing():
        raise Unbuilt(f"not on this machine: {', '.join(lacking)} (docs/decisions/0012)")
    with tempfile.TemporaryDirectory() as made:
        said = _run("node", str(install()), "build", "--snapshot", "--out", made, str(HERE), at=HERE)
        if faults := list(_faults(said)):
            raise Unbuilt("\n".join(faults))
        target.mkdir(parents=True, exist_ok=True)
        for old in target.glob("*.json"):
            old.unlink()
        for path in sorted((Path(made) / "fsh-generated" / "resources").glob("*.json")):
            (target / path.name).write_text(_written(normalised(json.loads(path.read_text("utf-8")))), "utf-8")
        (target / DIGEST).write_text(f"{digest()}\n")
    return "\n".join(said.strip().splitlines()[-14:])


def normalised(resource: dict[str, Any]) -> dict[str, Any]:
    """A definition as it is published: with its day and publisher, without the documentation of what it inherits."""
    said = {"experimental": False, "date": RELEASED, "publisher": PUBLISHER}
    whole = {name: value for name, value in resource.items() if name != "mapping"}
    first = {name: whole[name] for name in ("resourceType", "id")}
    merged = {**first, **{name: whole.get(name, value) for name, value in said.items()}, **whole}
    for view in ("snapshot", "differential"):
        if view in merged:
            merged[view] = {"element": [_element(one) for one in merged[view]["element"]]}
    return merged


def _element(one: dict[str, Any]) -> dict[str, Any]:
    """An element; SUSHI leaves an inherited binding on one that is narrowed to types which have no codes."""
    unbound = "type" in one and not _BINDABLE.intersection(each["code"] for each in one["type"])
    return {name: one[name] for name in one if name not in _INHERITED and not (unbound and name == "binding")}


def _written(resource: dict[str, Any]) -> str:
    return json.dumps(resource, ensure_ascii=False, indent=1) + "\n"


def _faults(said: str) -> Iterator[str]:
    for line in said.splitlines():
        found = _LEVEL.match(line)
        if found and not found[2].startswith(_NOT_OURS):
            yield f"{found[1]}: {found[2]}"


def _run(*command: str, at: Path) -> str:
    done = subprocess.run(command, cwd=at, check=False, capture_output=True, text=True)
    if done.returncode and not list(_faults(done.stdout)):
        raise Unbuilt(f"{command[0]}: {done.stderr or done.stdout}")
    return done.stdout


def main() -> int:
    """Build, and say how it went."""
    parser = argparse.ArgumentParser(prog="python -m fhir_profiles.build", description=__doc__)
    parser.add_argument("--check", type=Path, metavar="DIRECTORY", help="build there, and touch nothing here")
    given = parser.parse_args()
    try:
        sys.stdout.write(f"{build(given.check or BUILT)}\n")
    except Unbuilt as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
