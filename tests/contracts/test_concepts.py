"""No Swedish concept of a patient contract is without its place."""

import re
from pathlib import Path

import pytest

from app.contracts.concepts import CONCEPTS
from app.contracts.coverage import MAPPED

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "sweden.md"
at_hand = pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not beside this repository")

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


def section() -> str:
    return REFERENCE.read_text("utf-8").partition("\n## E.")[2].partition("\n## F.")[0].partition("\n---")[0]


@pytest.mark.parametrize("name", CONCEPTS)
def test_every_concept_has_a_place(name):
    """A field of the contract, or a file of the house."""
    places = CONCEPTS[name].places

    assert places
    assert [place for place in places if place not in MAPPED and not (ROOT / place).exists()] == []


@at_hand
def test_every_concept_is_one_of_the_reference():
    """What is said to be there is there, word for word."""
    text = section()

    assert [phrase for concept in CONCEPTS.values() for phrase in concept.said if phrase not in text] == []


@at_hand
def test_every_sentence_of_the_reference_has_its_concepts():
    """Clause by clause: each speaks of a concept in the table, or is known to speak of none."""
    said = [phrase for concept in CONCEPTS.values() for phrase in concept.said]

    silent = [clause for clause in clauses(section()) if not any(spoken(phrase, clause) for phrase in said)]
    assert sorted(silent) == sorted(NO_CONCEPT)


def clauses(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]|\. |\? |, | \| |→", text) if re.search(r"\w{3}", part)]


def spoken(phrase: str, clause: str) -> bool:
    return phrase in clause or clause in phrase
