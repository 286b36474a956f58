"""Copies of an item are merged by shared identifiers, and different items are never merged."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.items import OWN_STORE
from app.overview.duplicates import merge_duplicates
from tests.builders.items import NOW, item


def known(id, *keys, age=0, **more):
    """An item with business identifiers, updated `age` days ago."""
    return item(id=id, keys=keys, updated=NOW - timedelta(days=age), **{"status": "booked", "body": "{}", **more})


def test_no_items_have_no_duplicates():
    """No items give no items."""
    assert merge_duplicates([]) == ([], {})


def test_items_without_identifiers_are_not_merged():
    """Two items that are equal in everything else stay two."""
    shown, renamed = merge_duplicates([known("a"), known("b", source="region")])

    assert [entry.item.id for entry in shown] == ["a", "b"]
    assert renamed == {}


def test_items_with_a_shared_identifier_are_merged():
    """The item keeps both origins and our own id, in any order."""
    for order in (1, -1):
        shown, renamed = merge_duplicates([known("own", "s|1"), known("theirs", "s|1", source="region")][::order])

        assert [entry.item.id for entry in shown] == ["own"]
        assert [(origin.source, origin.reference) for origin in shown[0].origins] == [
            (OWN_STORE, "Appointment/own"),
            ("region", "Appointment/theirs"),
        ]
        assert renamed == {"Appointment/theirs": "Appointment/own"}


def test_the_newest_copy_is_shown_if_none_is_our_own():
    """Of two copies in other sources."""
    shown, _ = merge_duplicates([known("old", "s|1", source="a", age=2), known("new", "s|1", source="b", age=1)])

    assert [entry.item.id for entry in shown] == ["new"]


def test_items_are_merged_through_a_third():
    """Two items that share no identifier are merged if each shares one with a third."""
    shown, renamed = merge_duplicates(
        [known("a", "s|1"), known("b", "s|2", source="x"), known("c", "s|1", "s|2", source="y")]
    )

    assert [entry.item.id for entry in shown] == ["a"]
    assert renamed == {"Appointment/b": "Appointment/a", "Appointment/c": "Appointment/a"}


def test_items_of_different_types_are_not_merged():
    """A plan and a time may have the same number in their systems."""
    shown, _ = merge_duplicates([known("a", "s|1"), known("b", "s|1", type="Goal")])

    assert len(shown) == 2


def test_different_statuses_are_a_conflict():
    """Booked in one system, cancelled in another."""
    shown, _ = merge_duplicates([known("a", "s|1"), known("b", "s|1", source="region", status="cancelled")])

    assert shown[0].conflict is True
    assert [origin.status for origin in shown[0].origins] == ["booked", "cancelled"]


def test_different_starts_are_a_conflict():
    """The same booking on another day."""
    moved = known("b", "s|1", source="region")._replace(starts=NOW)
    shown, _ = merge_duplicates([known("a", "s|1"), moved])

    assert shown[0].conflict is True


def test_a_pointer_shows_the_plan_under_the_pointers_id():
    """The id stays the same whether the plan's source answers or not."""
    pointer = known("pointer", "s|1", type="CarePlan", body='{"code":"linked-plan"}')
    plan = known("plan", "s|1", type="CarePlan", source="municipal", body='{"id":"plan","title":"Allt"}')
    shown, renamed = merge_duplicates([pointer, plan])

    assert [(entry.item.id, len(entry.origins)) for entry in shown] == [("pointer", 2)]
    assert json.loads(shown[0].item.body)["title"] == "Allt"
    assert json.loads(shown[0].item.body)["id"] == "pointer"
    assert renamed == {"CarePlan/plan": "CarePlan/pointer"}


def test_two_pointers_are_merged():
    """If the plan itself is not visible."""
    body = '{"code":"linked-plan"}'
    shown, _ = merge_duplicates(
        [known("a", "s|1", type="CarePlan", body=body), known("b", "s|1", type="CarePlan", body=body, age=1)]
    )

    assert [entry.item.id for entry in shown] == ["a"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sets(st.sampled_from(["s|1", "s|2", "s|3"]))), max_size=12))
def test_every_item_is_an_origin_once(described):
    """Every item is an origin of exactly one shown item, and no two shown items share an identifier."""
    items = [known(str(place), *keys, source=source) for place, (source, keys) in enumerate(described)]
    shown, renamed = merge_duplicates(items)
    origins = [origin.reference for entry in shown for origin in entry.origins]
    shown_references = {entry.item.reference for entry in shown}

    assert sorted(origins) == sorted(entry.reference for entry in items)
    assert set(renamed.values()) <= shown_references
    assert renamed.keys().isdisjoint(shown_references)
