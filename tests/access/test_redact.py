"""What goes out refers to nothing that this caller may not see."""

import json
from datetime import date, timedelta
from importlib.resources import files

import pytest

from app.access.elements import load, minimise, parse
from app.access.protection import NOTHING_HIDDEN
from app.access.redact import Limits, redact
from app.errors import SamplanError
from tests.builders.items import item

GOAL = item("Goal", "g", information_class="goal", body='{"resourceType": "Goal", "id": "g"}')
PLAN = item(
    "CarePlan", "p", information_class="plan", refs=("Goal/g",),
    body=json.dumps({
        "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "plan",
        "subject": {"reference": "Patient/a"}, "goal": [{"reference": "Goal/g"}],
    }),
)  # fmt: skip


WHOLE = load().shown_to("physician", "care", date(2026, 12, 1))


def test_a_body_whose_references_are_all_visible_leaves_as_it_is() -> None:
    """Byte for byte."""
    assert redact([PLAN, GOAL], [PLAN, GOAL], "a", Limits(WHOLE, NOTHING_HIDDEN)) == [PLAN.body, GOAL.body]


def test_a_reference_to_what_is_hidden_is_cut_out() -> None:
    """The plan stays, and says nothing of the goal; whose it is stays too."""
    (body,) = redact([PLAN], [PLAN], "a", Limits(WHOLE, NOTHING_HIDDEN))

    assert "Goal/g" not in body
    assert json.loads(body)["subject"] == {"reference": "Patient/a"}


def test_a_reference_to_a_duplicate_becomes_one_to_what_is_shown() -> None:
    """What was shown once under another id is referred to by that id."""
    other = GOAL._replace(id="h")
    (body,) = redact([PLAN], [PLAN, other], "a", Limits(WHOLE, NOTHING_HIDDEN), {"Goal/g": "Goal/h"})

    assert json.loads(body)["goal"] == [{"reference": "Goal/h"}]


HOME_CARE = load().shown_to("home-care", "social-care", date(2026, 12, 1))
TIME = {
    "resourceType": "Appointment", "id": "t", "status": "booked",
    "participant": [{"status": "accepted", "type": [{"extension": [{"url": "x", "valueString": "x"}]}]}],
}  # fmt: skip


def test_a_class_without_a_row_leaves_its_type_and_id() -> None:
    """Silence opens nothing, also for a role or a purpose that no row knows."""
    assert minimise(TIME, HOME_CARE["goal"]) == {"resourceType": "Appointment", "id": "t"}
    assert minimise(TIME, load().shown_to("none", "unknown", date(2026, 12, 1))["time"]) == {
        "resourceType": "Appointment",
        "id": "t",
    }
    assert minimise(TIME, load().shown_to("home-care", "social-care", date(2022, 12, 31))["time"]).keys() == {
        "resourceType",
        "id",
    }


def test_an_element_of_extensions_alone_is_gone() -> None:
    """What is left empty is left out."""
    assert minimise(TIME, HOME_CARE["time"])["participant"] == [{"status": "accepted"}]


def test_a_modifier_extension_stays_without_its_value() -> None:
    """The rest must not be read without knowing that something changes its meaning."""
    (modifier,) = minimise({**TIME, "modifierExtension": [{"url": "x", "valueString": "x"}]}, HOME_CARE["time"])[
        "modifierExtension"
    ]
    assert modifier["url"] == "x"
    assert "valueString" not in modifier


def test_what_stands_for_an_absent_value_stays() -> None:
    """A list of names keeps its places, and an element without a value is masked; nothing else of `_` stays."""
    person = {
        "resourceType": "Patient", "id": "p", "_birthDate": {"extension": [{"url": "x", "valueString": "x"}]},
        "name": [{"given": ["A", None], "_given": [{"id": "x"}, {"extension": [{"url": "x", "valueString": "x"}]}]}],
        "gender": "male", "_gender": {"id": "x"}, "deceasedBoolean": False, "_photo": {"id": "x"},
    }  # fmt: skip
    shown = minimise(person, HOME_CARE["person"])
    assert '"x"' not in json.dumps(shown)
    assert shown["name"][0]["given"] == ["A", None]
    assert shown["name"][0]["_given"][0] is None
    assert shown["_birthDate"]["extension"][0]["valueCode"] == "masked"
    assert shown["deceasedBoolean"] is False
    assert not {"_gender", "_photo"} & shown.keys()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "time-social-care"', 'id = "whole-own"'),
        ('purpose = ["own"]', 'purpose = ["curious"]'),
        ('purpose = ["own"]', 'weather = ["rain"]'),
        ('when = { purpose = ["own"] }', "when = {}"),
        ('"id", "meta", "implicitRules", "language", "target"', '"meta", "target"'),
        ('"description", "start"', '"description", "start now"'),
        ("valid_from = 2023-01-01", 'valid_from = "2023-01-01"'),
        ("valid_from = 2023-01-01", "valid_from = 2023-01-01\nvalid_to = 2022-01-01"),
        ('sentence = "Du själv', 'words = "Du själv'),
        ('law = "PDL 5 kap. 5 §, SVOD 4 kap. 2 §"', 'law = " "'),
        ("[[row]]", "[[line]]"),
        ("[[row]]", "[[row"),
    ],
)
def test_a_table_with_an_error_is_refused(old: str, new: str) -> None:
    """A start with a table that cannot be read, or says something unknown, ends with the row's name."""
    text = files("app.access").joinpath("elements.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(SamplanError):
        parse(text.replace(old, new, 1))


def test_the_tables_of_days_that_are_over_are_forgotten() -> None:
    """The cache of a process that runs for years stays small."""
    table = load()
    shown = [table.shown_to("home-care", "social-care", date(2026, 1, 1) + timedelta(days=day)) for day in range(600)]
    assert all(entry["time"].id == "time-social-care" for entry in shown)
