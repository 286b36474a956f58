"""What goes out refers to nothing that this caller may not see."""

import json

from app.access.redact import redact
from tests.builders.items import item

GOAL = item("Goal", "g", information_class="goal", body='{"resourceType": "Goal", "id": "g"}')
PLAN = item(
    "CarePlan", "p", information_class="plan", refs=("Goal/g",),
    body=json.dumps({
        "resourceType": "CarePlan", "id": "p", "status": "active", "intent": "plan",
        "subject": {"reference": "Patient/a"}, "goal": [{"reference": "Goal/g"}],
    }),
)  # fmt: skip


def test_a_body_whose_references_are_all_visible_leaves_as_it_is() -> None:
    """Byte for byte."""
    assert redact([PLAN, GOAL], [PLAN, GOAL], "a") == [PLAN.body, GOAL.body]


def test_a_reference_to_what_is_hidden_is_cut_out() -> None:
    """The plan stays, and says nothing of the goal; whose it is stays too."""
    (body,) = redact([PLAN], [PLAN], "a")

    assert "Goal/g" not in body
    assert json.loads(body)["subject"] == {"reference": "Patient/a"}


def test_a_reference_to_a_duplicate_becomes_one_to_what_is_shown() -> None:
    """What was shown once under another id is referred to by that id."""
    other = GOAL._replace(id="h")
    (body,) = redact([PLAN], [PLAN, other], "a", {"Goal/g": "Goal/h"})

    assert json.loads(body)["goal"] == [{"reference": "Goal/h"}]
