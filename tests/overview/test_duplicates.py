"""The same thing twice is shown once; a different thing is never swallowed."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.items import OWN_STORE
from app.overview.duplicates import merge_duplicates
from tests.builders.items import NOW, item


def known(id, *keys, age=0, **more):
    """An item with business identifiers, updated so many days ago."""
    return item(id=id, keys=keys, updated=NOW - timedelta(days=age), **{"status": "booked", "body": "{}", **more})


def test_nothing_in_nothing_out():
    """No items, no duplicates."""
    assert merge_duplicates([]) == ([], {})


def test_without_identifiers_nothing_is_the_same():
    """Not even two items that are alike in everything else."""
    shown, renamed = merge_duplicates([known("a"), known("b", source="region")])

    assert [each.item.id for each in shown] == ["a", "b"]
    assert renamed == {}


def test_a_shared_identifier_makes_one_with_both_origins():
    """Our own id is kept, whichever came first."""
    for order in (1, -1):
        shown, renamed = merge_duplicates([known("own", "s|1"), known("theirs", "s|1", source="region")][::order])

        assert [each.item.id for each in shown] == ["own"]
        assert [(origin.source, origin.reference) for origin in shown[0].origins] == [
            (OWN_STORE, "Appointment/own"),
            ("region", "Appointment/theirs"),
        ]
        assert renamed == {"Appointment/theirs": "Appointment/own"}


def test_without_our_own_the_newest_is_shown():
    """Of two sources' copies."""
    shown, _ = merge_duplicates([known("old", "s|1", source="a", age=2), known("new", "s|1", source="b", age=1)])

    assert [each.item.id for each in shown] == ["new"]


def test_a_chain_of_identifiers_is_one():
    """Two that share nothing with each other, but each with a third."""
    shown, renamed = merge_duplicates(
        [known("a", "s|1"), known("b", "s|2", source="x"), known("c", "s|1", "s|2", source="y")]
    )

    assert [each.item.id for each in shown] == ["a"]
    assert renamed == {"Appointment/b": "Appointment/a", "Appointment/c": "Appointment/a"}


def test_the_same_identifier_of_another_type_is_another_thing():
    """A plan and a time may have the same number in their systems."""
    shown, _ = merge_duplicates([known("a", "s|1"), known("b", "s|1", type="Goal")])

    assert len(shown) == 2


def test_disagreement_is_shown():
    """Booked here, cancelled there."""
    shown, _ = merge_duplicates([known("a", "s|1"), known("b", "s|1", source="region", status="cancelled")])

    assert shown[0].conflict is True
    assert [origin.status for origin in shown[0].origins] == ["booked", "cancelled"]


def test_another_time_is_a_disagreement_too():
    """The same booking, on another day."""
    moved = known("b", "s|1", source="region")._replace(starts=NOW)
    shown, _ = merge_duplicates([known("a", "s|1"), moved])

    assert shown[0].conflict is True


def test_a_pointer_shows_the_plan_itself_under_its_own_id():
    """So that the plan is known by the same id whether its source answers or not."""
    pointer = known("pointer", "s|1", type="CarePlan", body='{"code":"linked-plan"}')
    plan = known("plan", "s|1", type="CarePlan", source="municipal", body='{"id":"plan","title":"Allt"}')
    shown, renamed = merge_duplicates([pointer, plan])

    assert [(each.item.id, len(each.origins)) for each in shown] == [("pointer", 2)]
    assert json.loads(shown[0].item.body)["title"] == "Allt"
    assert json.loads(shown[0].item.body)["id"] == "pointer"
    assert renamed == {"CarePlan/plan": "CarePlan/pointer"}


def test_two_pointers_are_one():
    """Where the plan itself is not to be seen."""
    body = '{"code":"linked-plan"}'
    shown, _ = merge_duplicates(
        [known("a", "s|1", type="CarePlan", body=body), known("b", "s|1", type="CarePlan", body=body, age=1)]
    )

    assert [each.item.id for each in shown] == ["a"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from(["s|1", "s|2", "s|3"]))), max_size=12))
def test_nothing_is_lost_and_nothing_is_shown_twice(described):
    """Every item is an origin of exactly one shown item, and no identifier is in two of them."""
    items = [known(str(place), *keys, source=source) for place, (source, keys) in enumerate(described)]
    shown, renamed = merge_duplicates(items)
    origins = [origin.reference for each in shown for origin in each.origins]
    kept = {each.item.reference for each in shown}

    assert sorted(origins) == sorted(each.reference for each in items)
    assert set(renamed.values()) <= kept
    assert renamed.keys().isdisjoint(kept)
