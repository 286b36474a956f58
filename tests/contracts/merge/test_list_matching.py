"""Which item of a new list is which of the old one."""

import pytest

from app.contracts.merge.list_matching import match_new


@pytest.mark.parametrize(
    "old, new, places",
    [
        (["Eva", "Maria"], ["Maria", "Eva"], {0: 1, 1: 0}),
        (["Eva", "Maria"], ["Eva", "Marie"], {0: 0, 1: 1}),
        (["Eva", "Maria"], ["Anna", "Marie"], {}),
        ([{"value": "1", "use": "home"}], [{"value": "1", "use": "work"}], {0: 0}),
        ([{"value": "1"}], [{"value": "2"}], {}),
        ([{"use": "home"}], [{"use": "work"}], {0: 0}),
    ],
)
def test_an_item_continues_the_one_that_is_equal_or_has_its_key(old, new, places):
    """Equal items first, then those with the same key; the only one left of each, where neither has a key."""
    assert match_new(old, new) == places
