"""Starts one of the demo's processes for a test, with the data directory of that test."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.demo.children import Child


@contextlib.contextmanager
def process(module: Sequence[str], environment: Mapping[str, str], directory: Path, ready: str) -> Iterator[Child]:
    """The process, answering at `ready`; stopped afterwards."""
    child = Child(module[0].rpartition(".")[2], module, environment, directory / f"{os.urandom(4).hex()}.log")
    try:
        yield child.wait_for(ready)
    finally:
        child.stop()
