"""A name of the directory is plain text; it is found without case and accents."""

import pytest

from app.directory.names import fold, name_faults, names_of
from tests.builders.directory import organization

TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


def in_english(name: str) -> dict:
    """An Organization with this English name."""
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": name}]
    return organization(_name={"extension": [{"url": TRANSLATION, "extension": parts}]})


@pytest.mark.parametrize(
    "name",
    ["<b>Kliniken</b>", "Kliniken &lt;", "Klin\u202eneki", "Kli\u200bniken", "K\u043biniken", "  ", "x" * 257],
    ids=["markup", "entity", "bidi", "zero width", "confusable", "blank", "long"],
)
def test_a_name_is_plain_text_of_one_script(name):
    """No markup, no characters that reorder or hide text, no Cyrillic letter in a Latin word; in English neither."""
    assert [fault.expression for fault in name_faults(organization(name=name))] == ["Organization.name"]
    assert [fault.expression for fault in name_faults(in_english(name))] == ["Organization.name"]


@pytest.mark.parametrize("name", ["Åsa & Örjan AB", "Barn- och ungdomshälsan 1177", "Поликлиника Nord", "L’Hôpital"])
def test_ordinary_names_are_accepted(name):
    """Also another script, as long as each word keeps to one."""
    assert list(name_faults(organization(name=name))) == []


def test_a_name_is_found_without_case_and_accents():
    """In Swedish, in English, and by its aliases; those of a person by each part."""
    assert fold(" ÅSA Éva ") == "asa eva"
    assert names_of({**in_english("Care"), "alias": ["Äldre"]}).folded == ("enhet g1", "aldre", "care")
    person = {"resourceType": "Practitioner", "name": [{"given": ["Eva", "Åsa"], "family": "Öst"}]}
    assert names_of(person) == ("Eva Åsa Öst", None, ("ost", "eva", "asa"))
