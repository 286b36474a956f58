"""Whether two validators speak of the same place: each names the element at fault, the one above it or one in it."""

import re

_CHOICE = re.compile(r"\.ofType\((\w)(\w*)\)")
_NOTE = re.compile(r"/\*.*?\*/")
_STEP = re.compile(r"\w+\[x\]|\w+|\[\d+\]")


def steps(expression: str | None) -> list[str]:
    """FHIRPath as steps; the value of a choice is spelled as in JSON, and what stands beside a primitive as the primitive."""
    spelled = _CHOICE.sub(lambda found: found[1].upper() + found[2], _NOTE.sub("", expression or ""))
    return [step.lstrip("_") for step in _STEP.findall(spelled)]


def near(one: str | None, other: str | None) -> bool:
    """Whether one place is the other, above it or below it."""
    return all(_same(*pair) for pair in zip(steps(one), steps(other), strict=False))


def _same(one: str, other: str) -> bool:
    short, long = sorted((one.removesuffix("[x]"), other.removesuffix("[x]")), key=len)
    return one == other or (f"{short}[x]" in {one, other} and long.startswith(short))
