"""Tools that some tests need and a machine may lack, each with the command that brings it.

Tests are skipped through this module and in no other way, so that the end of a run can list what was skipped and how to
run it (`summary`). No gate of coverage rests on a test that can be skipped.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from fhir_profiles import build
from tests.web.browser import chromium

SHARED = Path(__file__).parents[2] / "shared"
"""Reference material that may lie beside the repository; it is not published with it."""
REFERENCES = SHARED / "reference"
VALIDATE = SHARED / "tools" / "validate"
FETCH_PACKAGES = SHARED / "tools" / "fhir-packages"


class Requirement(NamedTuple):
    """`name` is what a test needs; `command` brings it, or is the reason why no command does."""

    name: str
    command: str
    is_met: Callable[[], object]

    @property
    def reason(self) -> str:
        """The reason of a skip."""
        return f"{self.name}: {self.command}"


def _programs(*names: str) -> bool:
    return all(map(shutil.which, names))


def _has_packages() -> bool:
    return not any("#" in name for name in build.missing())


def _can_install_sushi() -> bool:
    try:
        build.install()
    except build.BuildError:
        return False
    return True


_NOT_PUBLISHED = "no command brings it, for it is not published; tests look for it at ../shared/"

CHROMIUM = Requirement("a browser", "apt-get install chromium", chromium)
NODE = Requirement("node and npm", "apt-get install nodejs npm", partial(_programs, "node", "npm"))
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "samplan"
OIDC_MODULES = CACHE / "oidc-provider" / "node_modules"
OIDC_PROVIDER = Requirement(
    "oidc-provider, an authorisation server",
    "npm install --prefix ~/.cache/samplan/oidc-provider oidc-provider@9.13.3",
    (OIDC_MODULES / "oidc-provider").is_dir,
)
JAVA = Requirement("Java and Maven", "apt-get install default-jdk-headless maven", partial(_programs, "java", "mvn"))
PACKAGES = Requirement(
    "HL7's packages in ~/.fhir/packages", 'npx --yes fsh-sushi build fhir_profiles --out "$(mktemp -d)"', _has_packages
)
SUSHI = Requirement("SUSHI", "make profiles", _can_install_sushi)
VALIDATOR = Requirement("HL7's validator", f"{_NOT_PUBLISHED}tools/validate", VALIDATE.is_file)
REFERENCE_TEXTS = Requirement("the reference texts", f"{_NOT_PUBLISHED}reference", REFERENCES.is_dir)
ROOT = Requirement("the rights of root", "sudo make test", lambda: os.geteuid() == 0)


def skip_without(*requirements: Requirement) -> None:
    """Skip the test, or the tests of the fixture, that this is called in, unless all requirements are met."""
    for requirement in requirements:
        if not requirement.is_met():
            pytest.skip(requirement.reason)


def requires(*requirements: Requirement) -> pytest.MarkDecorator:
    """A mark for tests that are skipped unless all requirements are met."""
    unmet = [requirement.reason for requirement in requirements if not requirement.is_met()]
    return pytest.mark.skipif(bool(unmet), reason=next(iter(unmet), "nothing is missing"))


def summary(reasons: Iterable[str]) -> Iterator[str]:
    """A line for each reason among those of the skipped tests: how many were skipped, what they need and its command."""
    for reason, count in Counter(reasons).most_common():
        name, _, command = reason.partition(": ")
        yield f"{count:4} skipped for want of {name}. To run: {command}"
