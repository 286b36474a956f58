"""Every case that is compared: the samples, and each sample after each of its changes."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from tests.agreement.profile_cases import CasesByProfile
from tests.agreement.rows import (
    activities,
    answers,
    bundles,
    directory,
    facts,
    goals,
    people,
    plans,
    resources,
    times,
    trail,
)
from tests.agreement.samples import samples
from tests.builders.changes import changed

PROFILED: CasesByProfile = {
    kind: rows
    for room in (plans, activities, people, goals, times, facts, answers, trail, directory)
    for kind, rows in room.CASES.items()
}
"""The rows of our profiles and extensions; the rows of whole types are apart."""


class Case(NamedTuple):
    """A resource, by a name, and whether it is meant to be valid; `kind` is a profile, an extension or a type."""

    name: str
    kind: str
    resource: dict[str, Any]
    is_good: bool


@cache
def corpus() -> tuple[Case, ...]:
    """Return all cases; a name stands for one case."""
    unchanged = [Case(id, sample["resourceType"], sample, is_good=True) for id, sample in samples().items()]
    return (
        *unchanged,
        *_changed_samples(resources.CASES),
        *_changed_samples(bundles.CASES),
        *_changed_samples(PROFILED),
    )


def _changed_samples(kinds: CasesByProfile) -> Iterator[Case]:
    for kind, (sample, good, bad) in kinds.items():
        for rows, is_good in ((good, True), (bad, False)):
            for words, changes in rows.items():
                yield Case(f"{kind}: {words}", kind, changed(samples()[sample], changes), is_good)
