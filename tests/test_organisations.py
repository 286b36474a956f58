"""The organisations in memory: what is not known is unknown."""

from app.organisations import Organisation, Organisations

GIVER, SOCIAL, BOTH = "SE5560009999-G1", "SE5560009999-S1", "SE5560009999-B1"
UNIT, HOME, PLAIN = "SE5560009999-U1", "SE5560009999-H1", "SE5560009999-P1"

ORGANISATIONS = Organisations(
    [
        Organisation(GIVER, "Regionen", "The Region", None, ("care-giver",)),
        Organisation(SOCIAL, "Omsorgen", None, None, ("social-care-giver",)),
        Organisation(BOTH, "Kommunen", None, None, ("care-giver", "social-care-giver")),
        Organisation(UNIT, "Mottagningen", None, GIVER, ("care-unit",)),
        Organisation(HOME, "Hemtjänsten", None, BOTH, ("social-care-unit",)),
        Organisation(PLAIN, "Växeln", None, BOTH, ()),
    ]
)


def test_only_a_giver_is_known_as_one() -> None:
    """A unit is no giver, and neither is an HSA-id that the directory does not hold."""
    assert [ORGANISATIONS.knows(hsa_id) for hsa_id in (GIVER, SOCIAL, BOTH)] == [True, True, True]
    assert [ORGANISATIONS.knows(hsa_id) for hsa_id in (UNIT, PLAIN, "SE5560009999-X1", "", GIVER.lower())] == [
        False
    ] * 5


def test_the_category_is_the_units_or_the_givers() -> None:
    """A unit of a giver that is both says which; without a word from either it is unknown."""
    assert ORGANISATIONS.category(GIVER, None) == ORGANISATIONS.category(GIVER, UNIT) == "health"
    assert ORGANISATIONS.category(SOCIAL, None) == "social"
    assert ORGANISATIONS.category(BOTH, HOME) == "social"
    assert ORGANISATIONS.category(BOTH, None) is ORGANISATIONS.category(BOTH, PLAIN) is None
    assert ORGANISATIONS.category(None, None) is ORGANISATIONS.category("SE5560009999-X1", UNIT) is None


def test_a_unit_of_another_giver_says_nothing() -> None:
    """A token that names a giver with somebody else's unit gets the giver's own category."""
    assert ORGANISATIONS.category(GIVER, HOME) == "health"
    assert ORGANISATIONS.category(SOCIAL, UNIT) == "social"


def test_a_cycle_ends() -> None:
    """Should the rows ever form a ring, the giver is unknown and nothing hangs."""
    ring = Organisations([Organisation("A", "A", None, "B"), Organisation("B", "B", None, "A")])
    assert ring.giver_of("A") is ring.category("A", "B") is None


def test_names_are_in_both_languages() -> None:
    """Without an English name the Swedish one stands in; an unknown HSA-id has none."""
    assert ORGANISATIONS.names(GIVER) == {"sv": "Regionen", "en": "The Region"}
    assert ORGANISATIONS.names(SOCIAL) == {"sv": "Omsorgen", "en": "Omsorgen"}
    assert ORGANISATIONS.names(None) is ORGANISATIONS.names("SE5560009999-X1") is None
