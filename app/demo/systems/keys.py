"""The demo's signing keys: made at the first start and stored in its data directory, readable by its owner only."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from app import jose
from app.demo.data.callers import CLIENTS

FILE: Final = "keys.json"
ISSUER: Final = "issuer"


class Keys(NamedTuple):
    """The identity provider's key, and the key of each client that signs an assertion (private_key_jwt)."""

    issuer: jose.Key
    clients: Mapping[str, jose.Key]


def load(directory: Path) -> Keys:
    """Read the keys of a data directory, or make them. Two simultaneous first starts get the same keys.

    A directory of an earlier version gets the keys of the clients that it lacks.
    """
    path = directory / FILE
    if not path.exists():
        _make(path)
    stored = json.loads(path.read_text("utf-8"))
    if lacking := {ISSUER, *CLIENTS} - stored.keys():
        stored |= _new_keys(lacking)
        _written(path, stored).replace(path)
    return Keys(jose.load_key(stored[ISSUER]), {name: jose.load_key(stored[name]) for name in CLIENTS})


def _make(path: Path) -> None:
    file = _written(path, _new_keys((ISSUER, *CLIENTS)))
    try:
        os.link(file, path)
    except FileExistsError:
        pass
    finally:
        file.unlink()


def _new_keys(names: Iterable[str]) -> dict[str, Any]:
    return {name: jose.private_jwk(jose.new_key(f"demo-{name}")) for name in names}


def _written(path: Path, keys: Mapping[str, Any]) -> Path:
    """A file beside `path` with these keys, that nobody else can read."""
    file = path.with_suffix(f".{os.getpid()}")
    file.touch(mode=0o600, exist_ok=False)
    file.write_text(json.dumps(keys), "utf-8")
    return file
