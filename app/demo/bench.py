"""The benchmark: placeholder until it is written."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    return 1
