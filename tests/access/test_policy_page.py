"""The policy's page in Swedish says every row, in words, and nothing that is not in force."""

import pytest

from app.access import policy, policy_page
from app.access.caller import Purpose, Role
from app.access.classification import Category, InformationClass
from app.access.facts import FACTS, UNKNOWN, Action
from app.access.labels import Label


def test_every_fact_and_value_has_a_swedish_word():
    """A new fact or value cannot be left out of the page; only what no row may name has no word."""
    enums = {"action": Action, "role": Role, "purpose": Purpose, "label": Label}
    classes = {"information_class": InformationClass, "category": Category}

    assert all(fact.swedish for fact in FACTS.values())
    assert all(tuple(FACTS[fact].values) == tuple(values) for fact, values in enums.items())
    assert all(tuple(FACTS[fact].values) == (*values, UNKNOWN) for fact, values in classes.items())
    for fact in FACTS.values():
        assert all(fact.named_values.values())
        assert list(fact.named_values) == [value for value in fact.values if value not in {UNKNOWN, Role.NONE}]


def test_every_row_and_role_stands_on_the_page():
    """Each row by its id, sentence and law, each role by its sentence."""
    loaded = policy.load()
    text = policy_page.policy_page(loaded)

    for row in loaded.rows:
        assert text.count(f"### {row.id}\n\n{row.sentence}\n\n- När: ") == 1
        assert f"- Lag: {row.law}\n" in text
    for element_row in loaded.elements.rows:
        assert text.count(f"### {element_row.id}\n\n{element_row.sentence}\n\n- När: ") == 1
        assert all(f" {name}" in text for name in (*element_row.extensions, *element_row.contained))
    for role in loaded.roles:
        assert f"| {role.sentence} |" in text


@pytest.mark.parametrize("ends", ["", "valid_to = 2027-06-30\n"])
def test_a_rows_days_are_told(ends):
    """The last day is named only where there is one."""
    text = policy.files("app.access").joinpath("policy.toml").read_text("utf-8")
    first = "valid_from = 2023-01-01\n"
    told = policy_page.policy_page(policy.load(text.replace(first, first + ends, 1)))

    assert ("- Gäller från 2023-01-01 till och med 2027-06-30" in told) is bool(ends)


def test_what_is_forbidden_stands_first():
    """Whoever reads from the top meets every refusal before the first permit."""
    loaded = policy.load()
    text = policy_page.policy_page(loaded)
    places = {row.effect: [] for row in loaded.rows}
    for row in loaded.rows:
        places[row.effect].append(text.index(f"### {row.id}\n"))

    assert max(places["forbid"]) < min(places["permit"])


def test_c19_the_page_tells_what_one_may_know_beforehand():
    """SVOD 2 kap. 2 §: that sharing needs consent, and that the person may block and lift the block."""
    told = policy_page.policy_page(policy.load())

    assert "samtycker" in told
    assert "spärra" in told
    assert "häva" in told
