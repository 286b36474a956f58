"""Starts one of the demo's programs for a test, with the data directory of that test."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from app.demo.children import Child, Program


@contextlib.contextmanager
def process(module: Sequence[str], environment: Mapping[str, str], directory: Path, ready: str) -> Iterator[Child]:
    """The process, answering at `ready`; stopped afterwards."""
    child = Child(Program(module[0].rpartition(".")[2], module, environment, ready), directory)
    try:
        child.wait()
        yield child
    finally:
        child.stop()
