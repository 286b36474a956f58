"""One profile, extension or type in the corpus: the resource that its rows change, and the rows."""

from typing import NamedTuple

from tests.builders.changes import Rows


class Kind(NamedTuple):
    """`sample` is the id of a valid resource. What a row of `good` makes of it is valid too, of `bad` not."""

    sample: str
    good: Rows
    bad: Rows


Kinds = dict[str, Kind]
