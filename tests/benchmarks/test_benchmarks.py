"""The benchmark, run small: it starts everything, answers rightly, and prints what it promises."""

import re
from datetime import date

import pytest

from app.fhir.check.check import check
from app.fhir.codes import PERSONNUMMER
from app.fhir.identifiers import parse_personal
from app.fhir.json_text import loads
from benchmarks import contracts
from benchmarks import run as bench
from benchmarks.client import RunResult, request_bytes
from benchmarks.environment import Measurement
from benchmarks.people import people, personal_number
from benchmarks.requests import RUNS

TODAY = date(2026, 11, 25)


def test_a_small_trail_is_filled_asked_sealed_and_verified(capsys):
    """Each question on a line with its seconds; the sealed trail holds."""
    assert bench.main(["trail", "--rows", "5000"]) == 0

    printed = capsys.readouterr().out
    assert "a person's log" in printed
    assert printed.rstrip().endswith("3 entries, 0 findings")


def test_a_small_run_prints_each_rate_and_each_ratio(capsys):
    """Every answer is right (status 0), and a reader finds each number on a line of its own."""
    assert bench.main(["--people", "20", "--seconds", "0.2", "--rounds", "1"]) == 0

    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("20 people, 820 resources")
    rates = {line.split()[0]: line.split()[1:6] for line in printed if line.split()[0] in RUNS}
    assert list(rates) == list(RUNS)
    assert all(float(rate[0]) > 0 for rate in rates.values())
    assert [line.split()[0] for line in printed[-5:]] == ["c/b", "c-json/b", "d-read/b", "d-search/b", "b/a"]
    assert all(re.fullmatch(r"\S+ \d+\.\d\d", line) for line in printed[-5:])


def test_a_wrong_answer_fails_the_run(capsys):
    """The numbers are printed all the same, and the status says not to believe them."""
    good = bench.combined([Measurement(RunResult(10, 0, 1.0, [900] * 10), 5.0, 5.0)])
    bad = bench.combined([Measurement(RunResult(10, 1, 2.0, [900] * 10), 5.0, 5.0)] * 2)

    assert bench.report({name: bad if name == "c" else good for name in RUNS}) == 1
    printed = capsys.readouterr()
    assert "c/b 0.50" in printed.out
    assert "c: 2 answers were wrong" in printed.err


def test_it_does_not_run_in_production(monkeypatch, capsys):
    """Nothing is started."""
    monkeypatch.setenv("SAMPLAN_PRODUCTION", "true")

    assert bench.main(["--people", "1"]) == 1
    assert "SAMPLAN_PRODUCTION" in capsys.readouterr().err


def test_everybody_has_about_forty_resources_that_pass_the_check():
    """Also after the ids and the number of their own have been put in; nobody shares person with another."""
    invented = list(people(25, TODAY))

    assert all(38 <= len(person.items) <= 44 for person in invented)
    assert all(not check(loads(item.body)) for item in invented[13].items)
    assert all(loads(item.body)["id"] == item.id for item in invented[13].items)
    ids = [item.id for person in invented for item in person.items]
    assert len(set(ids)) == len(ids)
    sizes = [len(item.body.encode()) for person in invented for item in person.items]
    assert 1000 < sum(sizes) / len(sizes) < 1300


@pytest.mark.parametrize("place", [0, 1, 999, 35_000])
def test_invented_numbers_are_valid_and_of_nobody_alive(place):
    """They pass every check, in a century that nobody lives in."""
    number = personal_number(place)

    assert parse_personal(PERSONNUMMER, number).value == number
    assert int(number[:4]) >= 9900


def test_a_request_says_how_long_it_is():
    """As HTTP/1.1 asks of a body, and of a POST without person."""
    assert request_bytes("GET", "/x") == b"GET /x HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n"
    assert b"content-length: 0\r\n" in request_bytes("POST", "/x", "t")
    assert request_bytes("POST", "/x", "t", "{}").endswith(b"content-length: 2\r\n\r\n{}")


def test_what_a_contract_costs_is_measured_beside_the_models(capsys):
    """Both sides in person run, each in milliseconds of CPU, and their ratios."""
    assert contracts.main(rounds=1) in {0, 1}

    printed = capsys.readouterr().out
    assert re.search(r"^\d+ items, \d+ resources, ", printed)
    assert all(re.search(rf"^{name} +\d+\.\d\d ms CPU", printed, re.MULTILINE) for name in contracts.tasks())
    assert all(re.search(rf"^{over} / {under}: \d+\.\d$", printed, re.MULTILINE) for over, under in contracts.RATIOS)


def test_a_goal_that_is_missed_is_told(capsys):
    """The exit status too, so that a script can ask."""
    costs = dict.fromkeys(contracts.tasks(), 20.0)

    assert contracts.report(costs) == 1
    assert contracts.report(costs | {"to FHIR": 2.0, "check": 2.0}) == 0
    assert "to FHIR misses its goal" in capsys.readouterr().err


def test_a_contract_with_a_fault_is_not_measured():
    """A check that finds something is another check."""
    with pytest.raises(AssertionError):
        contracts.require_valid([{"resourceType": "Goal"}])
