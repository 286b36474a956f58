"""What is checked in under fhir_profiles/built is what the Shorthand says."""

import subprocess

import pytest

from fhir_profiles import build
from tests.requirements import FETCH_PACKAGES, NODE, PACKAGES, SUSHI, skip_without


@pytest.fixture(scope="module")
def sushi() -> None:
    """SUSHI and its packages, fetched where that can be done; else the reason why not."""
    if build.missing() and FETCH_PACKAGES.is_file():
        subprocess.run([str(FETCH_PACKAGES)], check=False, capture_output=True)
    skip_without(NODE, PACKAGES, SUSHI)


def test_the_sources_have_not_changed_since_the_build():
    """`make profiles` after every change of the Shorthand."""
    assert (build.BUILT / build.DIGEST).read_text().strip() == build.digest()


def test_sushi_can_be_installed(sushi):
    """In its locked version, outside the repository."""
    assert build.install().is_file()
    assert build.HERE.parent not in build.cache().parents


def test_the_shorthand_builds_what_is_checked_in(sushi, tmp_path):
    """Without an error, without a warning, file by file."""
    build.build(tmp_path)

    made = {path.name: path.read_text() for path in tmp_path.iterdir()}
    held = {path.name: path.read_text() for path in build.BUILT.iterdir()}
    assert made.keys() == held.keys()
    assert [name for name in made if made[name] != held[name]] == []


def test_a_fault_that_sushi_finds_is_ours_unless_only_toolmakers_miss_it():
    """Errors and warnings in what it prints; the package of tools is left aside."""
    said = (
        "info  Loaded\nerror No element found\n  File: x.fsh\nwarn  Failed to load automatically-provided "
        "hl7.fhir.uv.tools.r4#latest\nwarn  Profile X has no description\n"
    )

    assert list(build._faults(said)) == ["error: No element found", "warn: Profile X has no description"]


def test_what_is_built_is_locked_without_the_name_of_a_registry():
    """Each package by its version and its hash, wherever it is fetched from."""
    text = build.LOCK[1].read_text()

    assert '"resolved"' not in text
    assert '"integrity"' in text
