"""Our $validate and HL7's official validator say the same of each resource: that there is an error in it, or none."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.errors import Fault, SamplanError
from app.fhir.check.validation_report import report
from app.fhir.strict_json import parse
from tests.agreement import page
from tests.agreement.corpus import PROFILED, Case, corpus
from tests.agreement.differences import DIFFERENCES, OFFICIAL, US, by_case
from tests.agreement.official import OfficialError, official
from tests.agreement.places import near
from tests.agreement.samples import published
from tests.builders.changes import Changes

LEAST = 300

MISPLACED = {
    "Bundle: an address that is relative",
    "Bundle: an address of another resource",
    "seven-questions-answers: a comment that is a number",
}
"""Where the official validator names the first entry whichever it is, and leaves out the answer that an item is in."""


def ours(resource: dict[str, Any]) -> list[Fault]:
    """The errors that $validate answers with."""
    try:
        found = report(parse(json.dumps(resource).encode()))
    except SamplanError as error:
        return list(error.faults)
    return [fault for fault in found if fault.severity in {"error", "fatal"}]


Verdicts = list[tuple[Case, list[Fault], list[OfficialError]]]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """Each case, with the errors that we and the official validator find in it."""
    theirs = official([case.resource for case in corpus()], tmp_path_factory.mktemp("agreement"))
    return [(case, ours(case.resource), found) for case, found in zip(corpus(), theirs, strict=True)]


def test_the_verdicts_differ_only_where_it_is_explained(verdicts):
    """Error or not. A difference that is not in the table is a fault, and so is a row that is none."""
    finders = {(True, False): US, (False, True): OFFICIAL}
    found = {case.name: finders.get((bool(we), bool(they))) for case, we, they in verdicts}

    assert {name: who for name, who in found.items() if who} == {
        name: difference.found_by for name, difference in by_case().items()
    }


def test_each_case_is_what_it_is_meant_to_be(verdicts):
    """What is meant to be valid has no error by the official validator; what is meant to be broken has one."""
    found = {case.name: not they for case, _, they in verdicts if not _only_by(US, case)}

    assert found == {case.name: case.is_good for case, _, _ in verdicts if case.name in found}


def test_both_name_the_same_place(verdicts):
    """In every resource in which both find an error: at the same element, or at one above or below."""
    elsewhere = {
        case.name
        for case, we, they in verdicts
        if we and they and not any(near(fault.expression, each["expression"]) for fault in we for each in they)
    }

    assert elsewhere == MISPLACED


def test_each_rule_of_ours_is_broken_by_some_case(verdicts):
    """The official validator names each `sp-…` that the profiles publish, and so do we for the same resource."""
    rules = {
        constraint["key"]
        for one in published("StructureDefinition")
        for element in one["snapshot"]["element"]
        for constraint in element.get("constraint", ())
        if constraint["key"].startswith("sp-")
    }

    assert {key for _, we, they in verdicts for key in rules if _says(key, we, they)} == rules


def test_the_corpus_holds_every_profile_and_extension():
    """Each of the published ones that is not only a parent of others: made valid, and broken in several ways."""
    names = {one["id"] for one in published("StructureDefinition") if not one["abstract"]}

    assert len(corpus()) >= LEAST
    assert names <= PROFILED.keys()
    assert [name for name in names if not PROFILED[name].good or len(PROFILED[name].bad) < 2] == []


def test_every_element_that_a_profile_asks_something_of_is_broken_somewhere():
    """By a case of the profile itself: removed, or given another value."""
    untouched = [
        (one["id"], path)
        for one in published("StructureDefinition")
        if one["id"] in PROFILED and one["type"] != "Extension"
        for path in _asked(one)
        if not any(_is_touched(path, changes) for changes in PROFILED[one["id"]].bad.values())
    ]

    assert untouched == []


def test_each_case_has_a_name_of_its_own_and_each_difference_its_cases():
    """So that a row of the table means one resource."""
    names = [case.name for case in corpus()]

    assert len(set(names)) == len(names)
    assert [name for name in by_case() if name not in names] == []
    assert len(by_case()) == sum(len(difference.cases) for difference in DIFFERENCES)


def test_the_page_tells_what_is_compared():
    """`python -m tests.agreement.page` writes it anew."""
    assert page.PLACE.read_text("utf-8") == page.page()


@pytest.mark.parametrize(
    ("one", "other", "is_near"),
    [
        ("Goal.target[0].dueDate", "Goal.target[0].due.ofType(date)", True),
        ("Goal.target[0].dueDate", "Goal.target[0].due[x]", True),
        ("Goal.target[0].dueDate", "Goal.target", True),
        ("Bundle.entry[0].resource.title", "Bundle.entry[0].resource/*CarePlan/1*/", True),
        ("CarePlan._title.extension[0].valueCode", "CarePlan.title.extension[0].value.ofType(code)", True),
        ("Goal.target[0]", "Goal.target[1]", False),
        ("Goal.subject", "Goal.status", False),
        ("Goal.start", "Goal.startDate", False),
    ],
)
def test_a_place_is_near_what_it_is_in(one, other, is_near):
    """The same element, above it or below it, however a choice is spelled."""
    assert near(one, other) is is_near


def _only_by(who: str, case: Case) -> bool:
    return case.name in by_case() and by_case()[case.name].found_by == who


def _says(key: str, we: list[Fault], they: list[OfficialError]) -> bool:
    return any(f"{key}:" in each["text"] for each in they) and any(fault.english.startswith(key) for fault in we)


def _asked(profile: dict[str, Any]) -> Iterator[str]:
    """The elements of a profile that are held to something, as paths below the resource."""
    wants = ("fixed", "pattern", "type", "binding")
    for element in profile["differential"]["element"]:
        _, _, path = element["path"].partition(".")
        is_held = element.get("min") or element.get("max") == "0" or any(name.startswith(wants) for name in element)
        if path and is_held and not path.endswith("extension"):
            yield path


def _is_touched(path: str, changes: Changes) -> bool:
    return any(near(path, re.sub(r"\[[^]]*\]", "", place)) for place in changes)
