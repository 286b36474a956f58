"""What a replacement keeps of what its writer could not see."""

from decimal import Decimal

from app.plans.write.drafts import keep_hidden

GOAL, OTHER, HIDDEN = ({"reference": f"Goal/{name}"} for name in ("a", "b", "h"))


class Seen(frozenset):
    """What is visible, asked for each reference and never gone through: it is as large as the record."""

    def __iter__(self):
        raise AssertionError("gone through")


VISIBLE = Seen({"Goal/a", "Goal/b"})


def test_what_was_cut_is_put_back_once():
    """At the end of its list, and as a single element; what was sent with the hidden has it already."""
    stored = {"resourceType": "CarePlan", "goal": [GOAL, HIDDEN], "encounter": {"reference": "Task/h"}}

    assert keep_hidden({"resourceType": "CarePlan", "goal": [OTHER]}, stored, VISIBLE) == {
        **stored,
        "goal": [OTHER, HIDDEN],
    }
    assert keep_hidden({"resourceType": "CarePlan"}, stored, VISIBLE)["goal"] == [HIDDEN]
    assert keep_hidden(stored, stored, VISIBLE) is stored


def test_elements_that_say_the_same_are_one_whatever_their_order():
    """Members in another order, lists and decimals within."""
    one = {"reference": {"reference": "ServiceRequest/h"}, "progress": [{"text": "A", "x": Decimal("1.0")}]}
    other = {"progress": [{"x": Decimal("1.0"), "text": "A"}], "reference": {"reference": "ServiceRequest/h"}}
    stored = {"resourceType": "CarePlan", "activity": [{"reference": one["reference"]}, GOAL]}
    sent = {"resourceType": "CarePlan", "activity": [{"reference": other["reference"]}]}

    assert keep_hidden(sent, stored, VISIBLE) is sent
    assert keep_hidden(stored | {"activity": [other]}, stored | {"activity": [one]}, VISIBLE)["activity"] == [other]


def test_what_is_seen_and_left_out_is_gone():
    """Nothing is put back that its writer could have kept."""
    stored = {"resourceType": "CarePlan", "goal": [GOAL]}
    sent = {"resourceType": "CarePlan"}

    assert keep_hidden(sent, stored, VISIBLE) is sent
