"""docs/validation-agreement.md, from the corpus and the table of differences: `python -m tests.agreement.page`."""

from collections.abc import Iterator
from pathlib import Path

from tests.agreement.corpus import PROFILED, corpus
from tests.agreement.differences import DIFFERENCES, OFFICIAL, US
from tests.agreement.samples import samples

PLACE = Path(__file__).parents[2] / "docs" / "validation-agreement.md"

HEAD = """\
# Agreement with the official validator

HL7 publishes a validator, in Java, that knows every published definition. Ours is a part of the server and knows what the server
needs ([validation.md](validation.md)). `tests/agreement` puts the same resources to both and compares what they say: that there
is an error, or that there is none. This page is written from that corpus by `python -m tests.agreement.page`.

## What is compared

| | |
|---|---|
| resources | {all} |
| as the mapping writes them: the demo's contracts, and one that says everything | {samples} |
| changed a little, and still valid | {good} |
| broken by one small change | {bad} |
| profiles and extensions that they are of | {kinds} |
| verdicts that differ | {differ} |

The changes are rows in `tests/agreement/rows/`: each is a name and what stands where, such as
`"two contract categories": {{"category[0]": TWICE}}`. Tests see to it that every published profile and extension is in the corpus,
made valid and broken; that every element that a profile asks something of is broken at least once; that every rule `sp-…` is
broken, and named by both; and that wherever both find an error, they find one at the same element, or at one above or below it.

The official validator reads base R4, the profiles of HL7 Sweden and `fhir_profiles/built/`, without a terminology server.

## Where the verdicts differ

Each differing resource is listed by its name in `tests/agreement/differences.py`. A difference that is not there fails the
test, and so does a row that is no difference.
"""

TAIL = """\
## What else it reads

`tests/demo/test_official.py` collects everything that a running Samplan answers in FHIR, by every route and to every caller of the
demo, and `fhir_profiles/examples/`: the official validator finds no error in any of it.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD.format(**_numbers()), *_table(OFFICIAL), *_table(US), TAIL])


def _numbers() -> dict[str, int]:
    good = [case.is_good for case in corpus()]
    return {
        "all": len(good),
        "samples": len(samples()),
        "good": sum(good) - len(samples()),
        "bad": len(good) - sum(good),
        "kinds": len(PROFILED),
        "differ": sum(len(difference.cases) for difference in DIFFERENCES),
    }


def _table(finder: str) -> Iterator[str]:
    yield f"### Found by {finder} alone\n\n| what | why | resources |\n|---|---|---|"
    for found_by, what, why, cases in DIFFERENCES:
        if found_by == finder:
            yield f"| {what} | {why} | {len(cases)} |"
    yield ""


if __name__ == "__main__":
    PLACE.write_text(page(), "utf-8")
