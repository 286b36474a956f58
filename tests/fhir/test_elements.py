"""The elements that resources share are read in one place."""

import pytest

from app.fhir.codes import HSA_ID
from app.fhir.elements import (
    ElementPath,
    address,
    code_in,
    codes_in,
    coding,
    codings_of,
    concept,
    extend,
    extension,
    extensions,
    first_code,
    hsa_of,
    mentions_type,
    present,
    text_of,
    type_and_id,
    type_of,
    values_at,
)
from app.fhir.ids import is_id

CONCEPT = {"coding": [{"system": "s"}, {"system": "t", "code": "b"}, {"system": "s", "code": "c", "display": "C"}]}


@pytest.mark.parametrize(
    "who, resource_type",
    [
        ({"reference": "Practitioner/1"}, "Practitioner"),
        ({"reference": "Practitioner/1/_history/2"}, "Practitioner"),
        ({"reference": "https://a.example/fhir/Organization/a_b"}, "Organization"),
        ({"reference": "urn:uuid:1"}, ""),
        ({"reference": "#unit"}, ""),
        ({"reference": "Patient?identifier=a"}, ""),
        ({"reference": "https://a.example/start"}, ""),
        ({"type": "Organization", "reference": "urn:uuid:1"}, "Organization"),
        ({"identifier": {"value": "1"}}, ""),
        ({}, ""),
    ],
)
def test_the_type_of_a_reference(who, resource_type):
    """What it states, else what its literal reference ends with."""
    assert type_of(who) == resource_type


@pytest.mark.parametrize(
    "who, may_be",
    [
        ({"reference": "Patient/1"}, True),
        ({"reference": "Patient/1/_history/2"}, True),
        ({"reference": "Patient?identifier=a"}, True),
        ({"reference": "https://a.example/fhir/Patient/å/x"}, True),
        ({"reference": "https://a.example/open#Patient/1"}, True),
        ({"type": "Patient"}, True),
        ({"type": "Practitioner", "reference": "Patient/1"}, True),
        ({"reference": "Practitioner/Patient-1"}, False),
        ({"reference": "RelatedPatient/1"}, False),
        ({"reference": "urn:uuid:1"}, False),
        ({}, False),
    ],
)
def test_what_may_be_a_patient_is_treated_as_one(who, may_be):
    """In every spelling that leads to a Patient: relative, absolute, versioned, as a search, or by its type alone."""
    assert mentions_type(who, "Patient") is may_be
    assert mentions_type(who, "Group", "Patient") is may_be


@pytest.mark.parametrize(
    "identifier, hsa_id",
    [
        ({"system": HSA_ID, "value": "SE2321000000-1A01"}, "SE2321000000-1A01"),
        ({"system": "1.2.752.129.2.1.4.1", "value": " se2321000000-1a01 "}, "SE2321000000-1A01"),
        ({"system": "urn:oid:2.5.4.97", "value": "SE2321000000-1A01"}, None),
        ({"value": "SE2321000000-1A01"}, None),
        ({"system": HSA_ID, "value": " "}, None),
        ({"system": HSA_ID}, None),
    ],
)
def test_an_hsa_id_is_read_in_capitals_whatever_the_spelling_of_its_system(identifier, hsa_id):
    """Two spellings of one giver are one giver."""
    assert hsa_of({"identifier": identifier}) == hsa_id


def test_who_has_no_identifier_has_no_hsa_id():
    """Nor has nobody."""
    assert hsa_of({"display": "Anna"}) is None
    assert hsa_of(None) is None


def test_codings_of_one_concept_several_or_none():
    """In order; a coding without a code is a coding, and has no code."""
    assert list(codings_of(CONCEPT)) == CONCEPT["coding"]
    assert list(codings_of([{}, CONCEPT])) == CONCEPT["coding"]
    assert list(codings_of(None)) == []
    assert codes_in(CONCEPT, "s") == ["c"]
    assert code_in([CONCEPT], "t") == "b"
    assert code_in(CONCEPT, "u") is None
    assert first_code(CONCEPT) == "b"
    assert first_code(None) is None


def test_the_words_of_a_concept():
    """Its text, else the first display."""
    assert text_of({"text": "Words", **CONCEPT}) == "Words"
    assert text_of(CONCEPT) == "C"
    assert text_of([CONCEPT]) == "C"
    assert text_of(None) is None


def test_extensions_are_found_by_their_url():
    """All of them, the first, or an empty object."""
    first, second = {"url": "a", "valueCode": "1"}, {"url": "a", "valueCode": "2"}
    holder = {"extension": [{"url": "b"}, first, second]}
    assert list(extensions(holder, "a")) == [first, second]
    assert extension(holder, "a") == first
    assert extension(holder, "c") == {}
    assert extension({}, "a") == {}


def test_values_at_a_path():
    """In every list on the way; nothing where an element is missing or is no object."""
    resource = {"participant": [{"actor": {"display": "A"}}, {}, {"actor": {"display": "B"}}], "status": "booked"}
    assert list(values_at(resource, "participant.actor.display")) == ["A", "B"]
    assert list(values_at(resource, "status")) == ["booked"]
    assert list(values_at(resource, "status.code")) == []
    assert list(values_at(resource, "period.start")) == []


def test_an_address_has_a_type_and_an_id():
    """The parts of `Type/id`."""
    assert type_and_id("Goal/a") == ("Goal", "a")
    assert address({"resourceType": "Goal", "id": "a"}) == "Goal/a"


def test_a_path_reads_an_element_or_none():
    """Through objects and places in lists; a text is no list."""
    resource = {"target": [{"measure": {"text": "Steps"}}], "description": "ab"}
    assert ElementPath("target[0].measure").get(resource) == {"text": "Steps"}
    assert ElementPath("target[1].measure").get(resource) is None
    assert ElementPath("note[0].text").get(resource) is None
    assert ElementPath("target[0].measure").element == "target.measure"


def test_a_path_sets_an_element_and_what_it_stands_in():
    """Objects and lists are created on the way, and those that are there are kept."""
    resource = {}
    ElementPath("target[0].measure.text").put(resource, "Steps")
    ElementPath("target[0].dueDate").put(resource, "2026-05-17")
    ElementPath("note[0]").put(resource, {"text": "Well"})
    assert resource == {
        "target": [{"measure": {"text": "Steps"}, "dueDate": "2026-05-17"}],
        "note": [{"text": "Well"}],
    }


def test_an_element_is_built_without_what_is_empty():
    """A Coding without a display, a CodeableConcept without a text."""
    assert present(a=None, b=[], c={}, d=False, e="") == {"d": False, "e": ""}
    assert coding("s", "c") == {"system": "s", "code": "c"}
    assert concept(coding("s", "c", "C"), text="Words") == {
        "coding": [{"system": "s", "code": "c", "display": "C"}],
        "text": "Words",
    }


def test_an_extension_is_added_to_those_that_are_there():
    """With its content."""
    holder = {"extension": [{"url": "a"}]}
    extend(holder, "b", valueCode="1")
    assert holder["extension"] == [{"url": "a"}, {"url": "b", "valueCode": "1"}]


@pytest.mark.parametrize(
    "value, is_one", [("a", True), ("A-1.b", True), ("a" * 64, True), ("a" * 65, False), ("", False), ("a_b", False),
                      ("a\n", False), (7, False), (None, False)],
)  # fmt: skip
def test_what_an_id_is(value, is_one):
    """1 to 64 letters, digits, hyphens and full stops."""
    assert is_id(value) is is_one
