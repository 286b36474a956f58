"""The demo's signing keys, made at the first start and kept in its data directory, for its owner's eyes only."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from app import jose
from app.demo.data.callers import CLIENTS

FILE: Final = "keys.json"
ISSUER: Final = "issuer"


class Keys(NamedTuple):
    """The identity provider's key, and one for each client that signs an assertion (private_key_jwt)."""

    issuer: jose.Key
    clients: Mapping[str, jose.Key]


def load(directory: Path) -> Keys:
    """The keys of this data directory; made if there are none. Two first starts at once end up with the same keys."""
    path = directory / FILE
    if not path.exists():
        _make(path)
    kept = json.loads(path.read_text("utf-8"))
    return Keys(jose.load_key(kept[ISSUER]), {name: jose.load_key(kept[name]) for name in CLIENTS})


def _make(path: Path) -> None:
    fresh = {name: jose.private_jwk(jose.new_key(f"demo-{name}")) for name in (ISSUER, *CLIENTS)}
    written = path.with_suffix(f".{os.getpid()}")
    written.touch(mode=0o600, exist_ok=False)
    written.write_text(json.dumps(fresh), "utf-8")
    try:
        os.link(written, path)
    except FileExistsError:
        pass
    finally:
        written.unlink()
