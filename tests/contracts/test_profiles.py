"""What the mappers use of our own is published in fhir_profiles/built, and says the same."""

import json
from pathlib import Path

import pytest

from app.contracts import codes as words
from app.fhir import codes

BUILT = Path(__file__).parents[2] / "fhir_profiles" / "built"
PUBLISHED = {one["url"]: one for one in (json.loads(path.read_text()) for path in sorted(BUILT.glob("*.json")))}


@pytest.mark.parametrize("url", [words.CONTACT_POINT, words.CONTACT_WAY, words.BOOKING_OPTIONS, words.PORTAL_LINK])
def test_every_extension_has_a_definition_with_a_snapshot(url):
    """A validator that has our profiles knows each of them."""
    definition = PUBLISHED[url]

    assert definition["resourceType"] == "StructureDefinition"
    assert definition["type"] == "Extension"
    assert definition["snapshot"]["element"][0]["path"] == "Extension"


@pytest.mark.parametrize(
    ("system", "displays"),
    [
        (codes.AGREEMENT_PART, dict(words.AGREEMENT_PARTS)),
        (codes.INFORMATION_CATEGORY, dict(words.CATEGORIES)),
        (words.CONTACT_CHANNEL, {code: display for code, (_, display) in words.CHANNELS.items()}),
    ],
)
def test_every_code_of_ours_is_in_its_code_system(system, displays):
    """The same codes with the same Swedish displays, all of them in its value set."""
    concepts = PUBLISHED[system]["concept"]

    assert {one["code"]: one["display"] for one in concepts} == displays
    assert PUBLISHED[PUBLISHED[system]["valueSet"]]["compose"]["include"] == [{"system": system}]


def test_a_definition_is_in_the_file_that_is_named_for_it():
    """Type and id."""
    assert {f"{one['resourceType']}-{one['id']}.json" for one in PUBLISHED.values()} == {
        path.name for path in BUILT.glob("*.json")
    }
