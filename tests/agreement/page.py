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
needs ([validation.md](validation.md)). `tests/agreement` gives the same resources to both and compares the verdicts: an error, or no
error. `python -m tests.agreement.page` writes this page from that corpus.

## What is compared

| | |
|---|---|
| resources | {all} |
| as the mapping writes them: the demo's contracts, and a contract with every field | {samples} |
| with a small change that keeps them valid | {good} |
| with a small change that makes them invalid | {bad} |
| their profiles and extensions | {kinds} |
| verdicts that differ | {differ} |

The changes are rows in `tests/agreement/rows/`. Each row has a name and the new values of elements, such as
`"two contract categories": {{"category[0]": TWICE}}`. Tests check that every published profile and extension is in the corpus, both valid
and invalid; that every element that a profile constrains is made invalid at least once; that every rule `sp-…` is broken, and named by both
validators; and that if both find an error, they find it at the same element, or at one above or below it.

The official validator reads base R4, the profiles of HL7 Sweden and `fhir_profiles/built/`, without a terminology server.

## Where the verdicts differ

`tests/agreement/differences.py` lists each resource with different verdicts by its name. A difference that is not listed fails the test,
and so does a listed resource whose verdicts agree.
"""

TAIL = """\
## What else the official validator has checked

`tests/demo/test_official.py` collects every FHIR answer of a running Samplan, by every route and to every caller of the demo, and
`fhir_profiles/examples/`. The official validator finds no error in any of it.
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
    yield f"### Errors that only {finder} finds\n\n| what | why | resources |\n|---|---|---|"
    for found_by, what, why, cases in DIFFERENCES:
        if found_by == finder:
            yield f"| {what} | {why} | {len(cases)} |"
    yield ""


if __name__ == "__main__":
    PLACE.write_text(page(), "utf-8")
