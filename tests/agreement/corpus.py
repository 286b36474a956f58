"""Every case that is compared: the samples as they are, and what each row makes of one."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.agreement.kind import Kinds
from tests.agreement.rows import activities, answers, bundles, facts, goals, people, plans, resources, times, trail
from tests.agreement.samples import samples
from tests.builders.changes import changed

PROFILED: Kinds = {
    kind: rows
    for room in (plans, activities, people, goals, times, facts, answers, trail)
    for kind, rows in room.KINDS.items()
}
"""The rows of our profiles and extensions; those of all types stand beside."""


class Case(NamedTuple):
    """A resource, by a name, and whether it is meant to be valid; `kind` is a profile, an extension or a type."""

    name: str
    kind: str
    resource: dict[str, Any]
    is_good: bool


@cache
def corpus() -> tuple[Case, ...]:
    """All of them, each name once."""
    as_they_are = [Case(id, each["resourceType"], each, is_good=True) for id, each in samples().items()]
    return (*as_they_are, *_made(resources.KINDS), *_made(bundles.KINDS), *_made(PROFILED))


def _made(kinds: Kinds) -> Iterator[Case]:
    for kind, (sample, good, bad) in kinds.items():
        for rows, is_good in ((good, True), (bad, False)):
            for words, changes in rows.items():
                yield Case(f"{kind}: {words}", kind, changed(samples()[sample], changes), is_good)
