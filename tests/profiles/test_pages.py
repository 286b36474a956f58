"""docs/profiles/ is what the built definitions say."""

import re
from pathlib import Path

from fhir_profiles import pages
from fhir_profiles.contract_mapping import ROWS

DOCS = Path(__file__).parents[2] / "docs" / "profiles"


def test_the_pages_are_current(tmp_path):
    """`make pages` after every change."""
    pages.write(tmp_path)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        path.name: path.read_text() for path in DOCS.iterdir()
    }


def test_a_page_that_is_no_more_is_taken_away(tmp_path):
    """So that none tells of a profile that is gone."""
    (tmp_path / "gone.md").write_text("")

    pages.write(tmp_path)

    assert not (tmp_path / "gone.md").exists()


def test_every_field_of_the_contract_is_on_the_page_of_its_profile():
    """With each element that holds it."""
    made = pages.pages()

    for row in ROWS:
        elements = ", ".join(f"`{element}`" for element in row.elements)
        assert f"| `{row.field}` | {elements} |" in made[f"{row.profile}.md"], row.field


def test_every_link_leads_to_a_file():
    """And every place in a page to a heading there."""
    for path in DOCS.glob("*.md"):
        for target, place in re.findall(r"\]\((?!http)([^)#]+)(?:#([^)]+))?\)", path.read_text()):
            assert (DOCS / target).exists(), (path.name, target)
            if place:
                headings = re.findall(r"^## (.+)$", (DOCS / target).read_text(), re.MULTILINE)
                assert place in {one.lower() for one in headings}, (path.name, target, place)
