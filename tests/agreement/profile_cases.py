"""The cases of a profile, an extension or a type: a valid resource, and rows of changes to it."""

from typing import NamedTuple

from tests.builders.changes import Rows


class ProfileCases(NamedTuple):
    """`sample` is the id of a valid resource; a row of `good` keeps it valid, and a row of `bad` makes it invalid."""

    sample: str
    good: Rows
    bad: Rows


CasesByProfile = dict[str, ProfileCases]
