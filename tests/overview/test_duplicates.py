"""Copies of an item are merged by identifiers that their owner knows, and different items are never merged."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.access.ownership import NO_OWNERS, Assertions, Ownership
from app.items import OWN_STORE
from app.overview.duplicates import merge_duplicates
from tests.builders.items import NOW, REGION, item

TOWN, CLINIC = "SE2120000142-KOMMUN", "SE5560000000-CLINIC"
OWNED = Ownership([Assertions(REGION, ["s"]), Assertions(TOWN, ["t"], ["s"]), Assertions(CLINIC, [], ["s", "t"])])
"""The region owns `s`, the town `t`; the town may copy the region's items, and the clinic those of both."""


def known(id, *keys, age=0, **more):
    """An item with business identifiers, updated `age` days ago."""
    return item(id=id, keys=keys, updated=NOW - timedelta(days=age), **{"status": "booked", "body": "{}", **more})


def ids(items, ownership=OWNED):
    """The ids of the copies of each shown item, the shown one first."""
    shown, _ = merge_duplicates(items, ownership)
    return [[copy.id for copy in entry.copies] for entry in shown]


# ---- Copies of one giver ----


def test_no_items_have_no_duplicates():
    """No items give no items."""
    assert merge_duplicates([], NO_OWNERS) == ([], {})


def test_items_without_identifiers_are_not_merged():
    """Two items that are equal in everything else stay two."""
    shown, renamed = merge_duplicates([known("a"), known("b", source="region")], NO_OWNERS)

    assert [entry.item.id for entry in shown] == ["a", "b"]
    assert renamed == {}


def test_items_of_one_giver_with_a_shared_identifier_are_merged():
    """The item keeps both origins and our own id, in any order, whoever owns the identifier."""
    for order in (1, -1):
        items = [known("own", "x|1"), known("theirs", "x|1", source="region")][::order]
        shown, renamed = merge_duplicates(items, NO_OWNERS)

        assert [entry.item.id for entry in shown] == ["own"]
        assert [(origin.source, origin.reference) for origin in shown[0].origins] == [
            (OWN_STORE, "Appointment/own"),
            ("region", "Appointment/theirs"),
        ]
        assert renamed == {"Appointment/theirs": "Appointment/own"}


def test_the_newest_copy_is_shown_if_none_is_our_own():
    """Of two copies in other sources."""
    items = [known("old", "s|1", source="a", age=2), known("new", "s|1", source="b", age=1)]

    assert ids(items) == [["new", "old"]]


def test_items_are_merged_through_a_third():
    """Two items of two systems that share no identifier are merged if each shares one with a third."""
    items = [known("a", "s|1"), known("b", "s|2", source="x"), known("c", "s|1", "s|2", source="y")]
    _, renamed = merge_duplicates(items, NO_OWNERS)

    assert renamed == {"Appointment/b": "Appointment/a", "Appointment/c": "Appointment/a"}


def test_items_of_one_system_are_never_merged():
    """Not by an identifier of both, and not through a third: then all stay apart."""
    twice = [known("a", "s|1", source="x"), known("b", "s|1", source="x")]
    through = [known("a", "s|1", source="x"), known("b", "s|2", source="x"), known("c", "s|1", "s|2", source="y")]

    assert ids(twice) == [["a"], ["b"]]
    assert ids(through) == [["a"], ["b"], ["c"]]


def test_items_of_different_types_are_not_merged():
    """A plan and a time may have the same number in their systems."""
    assert ids([known("a", "s|1"), known("b", "s|1", type="Goal", source="x")]) == [["a"], ["b"]]


def test_an_item_of_an_unknown_giver_is_not_merged():
    """Whose it is must be known."""
    assert ids([known("a", "s|1", giver=None), known("b", "s|1", giver=None, source="x")]) == [["a"], ["b"]]


def test_different_statuses_are_a_conflict():
    """Booked in one system of a giver, cancelled in another."""
    shown, _ = merge_duplicates([known("a", "s|1"), known("b", "s|1", source="x", status="cancelled")], NO_OWNERS)

    assert shown[0].conflict is True
    assert [origin.status for origin in shown[0].origins] == ["booked", "cancelled"]


def test_different_starts_are_a_conflict():
    """The same booking of a giver on another day."""
    moved = known("b", "s|1", source="region")._replace(starts=NOW)
    shown, _ = merge_duplicates([known("a", "s|1"), moved], NO_OWNERS)

    assert shown[0].conflict is True


# ---- Copies of two givers ----


def test_a_copy_of_another_givers_item_is_shown_as_the_owners():
    """The owner's copy is shown, though the other is our own and newer, and the other's status is no conflict."""
    theirs = known("theirs", "s|1", source="region", age=9)
    copy = known("copy", "s|1", giver=TOWN, status="cancelled")
    shown, renamed = merge_duplicates([copy, theirs], OWNED)

    assert [[part.id for part in entry.copies] for entry in shown] == [["theirs", "copy"]]
    assert (shown[0].item, shown[0].conflict) == (theirs, False)
    assert renamed == {"Appointment/copy": "Appointment/theirs"}


def test_the_owner_decides_who_may_copy():
    """Without an owner, with two owners, or by a giver that may not copy, nothing is merged."""
    pair = [known("a", "s|1"), known("b", "s|1", giver=TOWN)]
    owned_twice = Ownership([Assertions(REGION, ["s"], ["s"]), Assertions(TOWN, ["s"], ["s"])])

    assert ids(pair, NO_OWNERS) == [["a"], ["b"]]
    assert ids(pair, owned_twice) == [["a"], ["b"]]
    assert ids(pair, Ownership([Assertions(REGION, ["s"])])) == [["a"], ["b"]]
    assert ids(pair, Ownership([Assertions(TOWN, [], ["s"])])) == [["a"], ["b"]]
    assert ids([known("a", "t|1"), known("b", "t|1", giver=TOWN)]) == [["a"], ["b"]]


def test_a_copy_without_the_owners_item_is_alone():
    """Two givers' copies of an item that is hidden, or not there, are two items."""
    assert ids([known("b", "s|1", giver=TOWN), known("c", "s|1", giver=CLINIC)]) == [["b"], ["c"]]


def test_a_copy_of_a_time_starts_when_the_owners_does():
    """A moved copy is an item of its own; other types have no such condition."""
    later = NOW + timedelta(days=1)
    time = [known("a", "s|1", starts=NOW), known("b", "s|1", giver=TOWN, starts=later)]
    plan = [one._replace(type="CarePlan") for one in time]

    assert ids(time) == [["a"], ["b"]]
    assert ids(plan) == [["a", "b"]]


def test_a_copy_of_two_items_is_a_copy_of_neither():
    """One foreign item cannot join two of the owner's, nor bring a second item of one system."""
    two = [known("a", "s|1"), known("b", "s|2", source="x"), known("c", "s|1", "s|2", giver=TOWN)]
    shared = [known("a", "s|1", source="x"), known("b", "s|1", giver=TOWN, source="x")]
    twins = [
        known("a", "s|1"),
        known("b", "s|1", "x|1", giver=TOWN, source="x"),
        known("c", "s|1", "x|2", giver=TOWN, source="x"),
    ]

    assert ids(two) == [["a"], ["b"], ["c"]]
    assert ids(shared) == [["a"], ["b"]]
    assert ids(twins) == [["a"], ["b"], ["c"]]


def test_a_copy_of_a_copy_is_alone():
    """Only the owner's own item has copies, and two that copy each other stay two."""
    mutual = Ownership([Assertions(REGION, ["s"], ["t"]), Assertions(TOWN, ["t"], ["s"])])
    chain = [known("a", "s|1"), known("b", "s|1", "t|1", giver=TOWN), known("c", "t|1", giver=CLINIC)]

    assert ids(chain) == [["a", "b"], ["c"]]
    assert ids([known("a", "s|1", "t|1"), known("b", "s|1", "t|1", giver=TOWN)], mutual) == [["a"], ["b"]]


def test_a_key_is_split_at_its_first_bar():
    """A system with a bar cannot pass for another one."""
    odd = Ownership([Assertions(REGION, ["s"]), Assertions(TOWN, [], ["s|x"])])

    assert ids([known("a", "s|x|1"), known("b", "s|x|1", giver=TOWN)], odd) == [["a"], ["b"]]


def test_systems_have_one_spelling():
    """An OID is the same with and without `urn:oid:`; other systems are compared as they are."""
    oid = Ownership([Assertions(REGION, ["1.2.752.29.4.19"]), Assertions(TOWN, [], ["urn:oid:1.2.752.29.4.19"])])
    case = Ownership([Assertions(REGION, ["S"]), Assertions(TOWN, [], ["s"])])
    key = "urn:oid:1.2.752.29.4.19|1"

    assert ids([known("a", key), known("b", key, giver=TOWN)], oid) == [["a", "b"]]
    assert ids([known("a", "s|1"), known("b", "s|1", giver=TOWN)], case) == [["a"], ["b"]]


# ---- Pointers ----


def pointer(id, key, **more):
    """A contract's pointer to a plan in another system."""
    return known(id, key, type="CarePlan", body='{"code":"linked-plan"}', **more)


def test_the_plan_is_shown_instead_of_a_pointer():
    """The owner's plan under its own id; the pointer's reference is changed to it."""
    plan = known("plan", "t|1", type="CarePlan", source="municipal", giver=TOWN)
    pointers = [pointer("a", "t|1", giver=CLINIC), pointer("b", "t|1", giver=REGION)]
    shown, renamed = merge_duplicates([*pointers, plan], OWNED)

    assert [[copy.id for copy in entry.copies] for entry in shown] == [["b"], ["plan", "a"]]
    assert renamed == {"CarePlan/a": "CarePlan/plan"}


def test_a_pointer_to_a_plan_of_the_same_giver_is_merged():
    """Also within our own store, since a pointer has no content."""
    assert ids([pointer("a", "x|1"), known("plan", "x|1", type="CarePlan"), pointer("b", "x|1")]) == [
        ["plan", "a", "b"]
    ]


def test_two_pointers_are_merged():
    """If the plan itself is not visible."""
    assert ids([pointer("a", "s|1"), pointer("b", "s|1", age=1)]) == [["a", "b"]]


# ---- Whatever comes ----

DESCRIBED = st.lists(
    st.tuples(
        st.sampled_from([OWN_STORE, "x", "y"]),
        st.sampled_from([REGION, TOWN, CLINIC, None]),
        st.sets(st.sampled_from(["s|1", "s|2", "t|1", "t|2", "x|1"])),
    ),
    max_size=12,
)


@given(DESCRIBED, st.randoms(use_true_random=False))
def test_every_item_is_an_origin_once_in_any_order(described, random):
    """Every item is an origin of one shown item, no two of one system are merged, and the order changes nothing."""
    items = [
        known(str(at), *sorted(keys), source=source, giver=giver, age=at)
        for at, (source, giver, keys) in enumerate(described)
    ]
    shown, renamed = merge_duplicates(items, OWNED)
    copies = [copy for entry in shown for copy in entry.copies]

    assert sorted(copy.id for copy in copies) == sorted(entry.id for entry in items)
    assert renamed.keys() == {copy.reference for copy in copies} - {entry.item.reference for entry in shown}
    for entry in shown:
        systems = [copy.source if copy.source != OWN_STORE else copy.giver for copy in entry.copies]
        assert len(set(systems)) == len(systems)
        assert entry.item.giver == entry.copies[0].giver
    random.shuffle(items)
    assert sorted(map(sorted, ids(items))) == sorted(sorted(copy.id for copy in entry.copies) for entry in shown)


@given(DESCRIBED)
def test_nobody_changes_what_is_shown_of_another_giver(described):
    """Without the items of one giver, those of every other giver are shown as before, apart from their origins."""
    items = [
        known(str(at), *sorted(keys), source=source, giver=giver, age=at, status=f"s{at}")
        for at, (source, giver, keys) in enumerate(described)
        if source == OWN_STORE or giver != CLINIC
    ]
    before, _ = merge_duplicates([entry for entry in items if entry.giver != CLINIC], OWNED)
    after, _ = merge_duplicates(items, OWNED)

    assert [(entry.item, entry.conflict) for entry in before] == [
        (entry.item, entry.conflict) for entry in after if entry.item.giver != CLINIC
    ]
