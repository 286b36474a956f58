"""No Swedish concept of a patient contract is without its place."""

import re
from pathlib import Path

import pytest

from fhir_profiles.contract_mapping import MAPPED
from fhir_profiles.swedish_concepts import CONCEPTS
from tests.requirements import REFERENCE_TEXTS, REFERENCES, requires

ROOT = Path(__file__).parents[2]
PART = "\n## E. Patientkontrakt\n"
"""The heading, in one page of the reference texts, of the part that the concepts are from."""

NO_CONCEPT = (
    # Where something is from, and what is not known of it.
    "SEED + SKR page (V): an agreement", "unconfirmed).", "Socialstyrelsen termbank", "10:9 (V SFS 2017:612 4:2)",
    "its code list was **not found**", "not stored.", "law exists", "5–10 years", "adjustable per step",
    # The heads of the table, and its column of FHIR.
    "| Part", "Must hold (SEED)", "FHIR (I", "our choice) |", "CarePlan + Goal + activity.detail",
    "performer = Patient vs PractitionerRole/Organization |", "CareTeam participant", "role kv_typ_av_fast_kontakt |",
    "Appointment (patient participant.status", "the aggregated Bundle/CarePlan set |",
)  # fmt: skip
"""Clauses that speak of no concept."""


def is_test(place: str) -> bool:
    """Whether a place is a test function: `path::name`."""
    path, _, name = place.partition("::")
    file = ROOT / path
    return (
        file.is_file()
        and bool(name)
        and re.search(rf"^(async )?def {name}\(", file.read_text("utf-8"), re.MULTILINE) is not None
    )


def section() -> str:
    """The text of that part, from the one page that has it."""
    [page] = [text for path in REFERENCES.glob("*.md") if PART in (text := path.read_text("utf-8"))]
    return page.partition("\n## E.")[2].partition("\n## F.")[0].partition("\n---")[0]


@pytest.mark.parametrize("name", CONCEPTS)
def test_every_concept_has_a_place(name):
    """A field of the contract, or a test that proves it."""
    places = CONCEPTS[name].places

    assert places
    assert [place for place in places if place not in MAPPED and not is_test(place)] == []


def test_what_is_not_there_yet_is_said():
    """These and no others."""
    missing = {name: concept.missing for name, concept in CONCEPTS.items() if concept.missing}

    assert missing.keys() == {
        "inte juridiskt bindande",
        "patienten medskapar",
        "region och kommun underrättar varandra",
    }
    assert all(sentence.endswith(".") and "|" not in sentence for sentence in missing.values())


@pytest.mark.parametrize(
    "place", ["app/overview", "tests/api/test_overview.py", "tests/api/test_overview.py::test_of_none"]
)
def test_a_file_or_a_folder_is_no_place(place):
    """Nor is a test that there is not."""
    assert not is_test(place)


@requires(REFERENCE_TEXTS)
def test_every_concept_is_one_of_the_reference():
    """What is said to be there is there, word for word."""
    text = section()

    assert [phrase for concept in CONCEPTS.values() for phrase in concept.names if phrase not in text] == []


@requires(REFERENCE_TEXTS)
def test_every_sentence_of_the_reference_has_its_concepts():
    """Clause by clause: each speaks of a concept in the table, or is known to speak of none."""
    said = [phrase for concept in CONCEPTS.values() for phrase in concept.names]

    silent = [clause for clause in clauses(section()) if not any(is_mentioned(phrase, clause) for phrase in said)]
    assert sorted(silent) == sorted(NO_CONCEPT)


def clauses(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]|\. |\? |, | \| |→", text) if re.search(r"\w{3}", part)]


def is_mentioned(phrase: str, clause: str) -> bool:
    return phrase in clause or clause in phrase
