"""The first schema errors of a large resource: reported at once, at their own places, in bounded memory."""

import copy
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import MOST_FAULTS
from app.fhir.check.check import check, checker
from app.fhir.check.first_errors import SMALL, first_error, first_errors, is_small
from app.fhir.schema_files import validator

PLAN = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": "Patient/a"}}
GOOD_NOTES = [{"text": "a"}] * 600

WRONG = {
    "an item of a long list": {**PLAN, "note": [*GOOD_NOTES, 1, *GOOD_NOTES]},
    "the last item": {**PLAN, "note": [*GOOD_NOTES, {"text": 1}]},
    "deep inside an item": {**PLAN, "activity": [{"progress": [*GOOD_NOTES[:3], {"text": "a", "extension": [
        *[{"url": "u", "valueString": "v"}] * 500, {"valueString": "v"}]}]}]},
    "an element beside long lists": {**PLAN, "note": GOOD_NOTES, "status": "none"},
    "the second of two long lists": {**PLAN, "note": GOOD_NOTES, "goal": [*[{"reference": "Goal/a"}] * 500, {"id": 4}]},
}  # fmt: skip
ATTACK = """
import resource, sys
from app.fhir.check.check import check, checker
plan = {"resourceType": "CarePlan", "status": "active", "intent": "plan", "subject": {"reference": "Patient/a"}}
check(plan)
sizes = dict(line.split(":") for line in open("/proc/self/status") if line.startswith("VmSize"))
room = int(sizes["VmSize"].split()[0]) * 1024 + 150_000_000
resource.setrlimit(resource.RLIMIT_AS, (room, room))
used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
resource.setrlimit(resource.RLIMIT_CPU, (used + 10, used + 10))
print(len(check({**plan, "note": eval(sys.argv[1])})))
"""


def errors_of(resource):
    """Every schema error as jsonschema-rs tells it, as place and sort."""
    return {
        (tuple(error.instance_path), type(error.kind).__name__)
        for error in checker("CarePlan").validator.iter_errors(resource)
    }


@pytest.mark.parametrize("resource", WRONG.values(), ids=WRONG)
def test_an_error_has_its_place_in_the_whole_resource(resource):
    """What is left out before it is counted."""
    reported = [
        (tuple(error.instance_path), type(error.kind).__name__)
        for error in first_errors(checker("CarePlan").validator, resource)
    ]

    assert not is_small(resource)
    assert reported
    assert set(reported) == errors_of(resource)


@settings(deadline=None)
@given(st.lists(st.sampled_from([{"text": "a"}, {"text": 1}, 1, {}, {"x": 1}]), min_size=SMALL, max_size=2 * SMALL))
def test_what_is_told_is_true_and_never_nothing(notes):
    """Each error is one of the whole resource; a wrong resource has at least one."""
    resource = {**PLAN, "note": copy.deepcopy(notes)}
    is_valid = checker("CarePlan").validator.is_valid(resource)
    reported = (
        set()
        if is_valid
        else {
            (tuple(error.instance_path), type(error.kind).__name__)
            for error in first_errors(checker("CarePlan").validator, resource)
        }
    )

    assert reported <= errors_of(resource)
    assert bool(reported) is not is_valid


SHORT = {"maxItems": SMALL}


@pytest.mark.parametrize(
    "schema, path",
    [
        ({"properties": {"note": SHORT}}, ["note"]),
        ({"anyOf": [{"properties": {"note": SHORT}}, {"properties": {"goal": SHORT}}]}, []),
    ],
)
def test_what_only_the_whole_gets_wrong_is_told_by_its_first_error(schema, path):
    """A rule about a list, or about two, as a whole: no part is wrong, and the reduced resource is right."""
    numbers = [1] * (SMALL + 1)
    reported = list(first_errors(validator(schema), {"note": numbers, "goal": numbers}))

    assert [error.instance_path for error in reported] == [path]


def test_a_valid_resource_has_no_first_error():
    """Asked for it, the function refuses."""
    with pytest.raises(ValueError, match="valid"):
        first_error(checker("CarePlan").validator, PLAN)


def test_faults_stop_at_the_most_that_are_told():
    """Of as many wrong items as there are."""
    assert len(check({**PLAN, "note": [1] * 30_000})) == MOST_FAULTS


@pytest.mark.parametrize("notes", ["[1] * 490_000", "[{}] * 300_000", "[{'text': 'a'}] * 60_000 + [1] * 60_000"])
def test_a_body_of_wrong_items_takes_little_memory(notes, pytestconfig):
    """A process that may take 150 MB more, and ten seconds, checks it."""
    done = subprocess.run(
        [sys.executable, "-c", ATTACK, notes], cwd=pytestconfig.rootpath, capture_output=True, text=True, check=False
    )

    assert (done.stdout.strip(), done.returncode) == (str(MOST_FAULTS), 0), done.stderr
