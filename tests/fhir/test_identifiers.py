"""Identifiers are parsed once, by their digits, and never shown."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Unprocessable
from app.fhir.codes import HSA_ID, PERSONNUMMER, RESERVNUMMER, SAMORDNINGSNUMMER
from app.fhir.identifiers import (
    NumberType,
    PersonalNumber,
    holds_personal_number,
    normalise_system,
    parse_hsa,
    parse_personal,
)

PUBLISHED = ["195009072553", "196101182803", "189002029800", "200302022389", "199002222397", "200001252386"]
COORDINATION = "196109732393"
ARABIC = "".join(chr(0x660 + int(digit)) for digit in PUBLISHED[0])
TODAY = date(2026, 5, 17)


def check_digit(nine: str) -> str:
    """The digit that makes ten of nine valid, by another way than the code's."""
    total = 0
    for place, digit in enumerate(nine):
        product = int(digit) * (1 if place % 2 else 2)
        total += product - 9 if product > 9 else product
    return str(-total % 10)


def invented(birth: date, serial: int) -> str:
    """A number in a century that nobody lives in."""
    digits = f"{birth.year % 100 + 9900}{birth.month:02}{birth.day:02}{serial:03}"
    return digits + check_digit(digits[2:])


@pytest.mark.parametrize(
    "system, value, words",
    [
        (PERSONNUMMER, "195009072554", "check digit"),
        (PERSONNUMMER, "195013072553", "calendar"),
        (PERSONNUMMER, "170009072553", "calendar"),
        (PERSONNUMMER, "19500907255", "twelve digits"),
        (PERSONNUMMER, "19500907255x", "twelve digits"),
        (PERSONNUMMER, ARABIC, "twelve digits"),
        (PERSONNUMMER, "500907-2553", "twelve digits"),
        (PERSONNUMMER, "5009072553", "twelve digits"),
        (PERSONNUMMER, COORDINATION, "another kind"),
        (SAMORDNINGSNUMMER, PUBLISHED[0], "another kind"),
        (RESERVNUMMER, PUBLISHED[0], "reserve number"),
        (HSA_ID, PUBLISHED[0], "none of those"),
        ("", PUBLISHED[0], "none of those"),
    ],
)
def test_a_number_that_is_none_is_refused_without_being_repeated(system, value, words):
    """The fault says what is wrong and where, in two languages, and does not hold the number."""
    with pytest.raises(Unprocessable) as refused:
        parse_personal(system, value, expression="Patient.identifier[0].value")
    (fault,) = refused.value.faults
    assert words in fault.english
    assert fault.swedish
    assert fault.expression == "Patient.identifier[0].value"
    assert value not in repr(fault)


@pytest.mark.parametrize("value", [*PUBLISHED, "189602029812"])
def test_published_test_numbers_are_personal_numbers(value):
    """Twelve digits, with and without a hyphen, with spaces around, under the OID too."""
    number = parse_personal(PERSONNUMMER, value)
    assert number == parse_personal("urn:oid:1.2.752.129.2.1.3.1", f" {value[:8]}-{value[8:]} ")
    assert number.type is NumberType.PERSONNUMMER
    assert number.value == value
    assert number.birth_date == date(int(value[:4]), int(value[4:6]), int(value[6:8]))


def test_a_samordningsnummer_has_sixty_added_to_the_day():
    """Its birth date has not."""
    number = parse_personal("1.2.752.129.2.1.3.3", COORDINATION)
    assert number == PersonalNumber(SAMORDNINGSNUMMER, COORDINATION, date(1961, 9, 13))
    assert number.type is NumberType.SAMORDNINGSNUMMER


def test_a_reservnummer_may_or_may_not_start_with_a_date():
    """Without one the birth date is unknown; letters are written large."""
    assert parse_personal(RESERVNUMMER, "20210325k069").birth_date == date(2021, 3, 25)
    assert parse_personal(RESERVNUMMER, "98240301-AA06") == PersonalNumber(RESERVNUMMER, "98240301AA06", None)
    assert parse_personal(RESERVNUMMER, "20219925K069").birth_date is None


@pytest.mark.parametrize(
    "short, value",
    [
        ("500907-2553", "195009072553"),
        ("030202-2389", "200302022389"),
        ("610973-2393", None),
    ],
)
def test_ten_digits_are_read_with_a_sign_and_a_day(short, value):
    """A hyphen means the last hundred years."""
    if value is None:
        assert parse_personal(SAMORDNINGSNUMMER, short, today=TODAY).value == COORDINATION
    else:
        assert parse_personal(PERSONNUMMER, short, today=TODAY).value == value


def test_a_plus_means_a_hundred_years_or_more():
    """From the year in which the person turns a hundred."""
    assert parse_personal(PERSONNUMMER, "900202+9800", today=date(1995, 1, 1)).value == "189002029800"
    assert parse_personal(PERSONNUMMER, "960202+9812", today=date(1996, 1, 1)).value == "189602029812"


def test_ten_digits_without_a_sign_leave_the_century_open():
    """They are refused also when the day is known."""
    with pytest.raises(Unprocessable):
        parse_personal(PERSONNUMMER, "5009072553", today=TODAY)


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.integers(0, 999), st.integers(0, 9))
def test_exactly_one_check_digit_is_right(birth, serial, digit):
    """Any day, any serial number: the last digit decides."""
    value = invented(birth, serial) if (birth.month, birth.day) != (2, 29) else invented(date(1901, 1, 1), serial)
    other = value[:-1] + str(digit)
    assert parse_personal(PERSONNUMMER, value).value == value
    assert holds_personal_number(f"/Patient/{value}?x") is True
    assert holds_personal_number(other[2:]) is (other == value)


@given(st.text())
def test_any_text_is_parsed_or_refused(text):
    """No other error leaves the parser."""
    for system in (PERSONNUMMER, SAMORDNINGSNUMMER, RESERVNUMMER):
        with suppress(Unprocessable):
            assert parse_personal(system, text, today=TODAY).system == system


def test_a_personal_number_does_not_show_itself():
    """Neither in logs nor in errors nor in containers."""
    number = parse_personal(PERSONNUMMER, PUBLISHED[0])
    for shown in (repr(number), str(number), f"{number}", f"{[number]}", f"{number!r}"):
        assert "2553" not in shown
    assert repr(number) == "PersonalNumber(personnummer)"


@pytest.mark.parametrize(
    "text, holds",
    [
        ("195009072553", True),
        ("5009072553", True),
        ("500907-2553", True),
        ("500907+2553", True),
        ("19500907-2553", True),
        ("x195009072553y", True),
        ("/fhir/Patient?identifier=http://a|195009072553", True),
        (COORDINATION, True),
        (COORDINATION[2:], True),
        ("19500907 2553", True),
        ("1950-09-07-2553", True),
        ("19500907–2553", True),
        ("".join(chr(ord(digit) + 0xFEE0) for digit in PUBLISHED[0]), True),
        ("98240301AA06", True),
        ("20210325k069", True),
        ("20210325-K069", True),
        ("20210385K069", True),
        ("992019123456", True),
        ("20211325K069", False),
        ("20210332K069", False),
        ("20210325KK69a", False),
        ("a20210325K069", False),
        ("993019123456", False),
        ("1950090725531", False),
        ("95009072553", False),
        ("195009072554", False),
        ("195013072553", False),
        ("100009072553", False),
        ("SE5565594230-1003", False),
        ("", False),
        ("opaque-id", False),
    ],
)
def test_a_text_holds_a_personal_number_if_a_run_of_digits_is_one(text, holds):
    """The run is of ten or twelve, its date real and its check digit right."""
    assert holds_personal_number(text) is holds


@pytest.mark.parametrize("oid", ["1.2.752.29.4.19", "1.2.752.129.2.1.4.1", "1.2.752.29.6.2.1", "1.2.752.29.6.10.1"])
def test_every_spelling_of_the_system_of_hsa_ids_is_one(oid):
    """RIV-TA has four of them; what is unknown stays."""
    assert {normalise_system(spelling) for spelling in (oid, f"urn:oid:{oid}", f"URN:OID:{oid}")} == {HSA_ID}
    assert normalise_system("http://example.org/other") == "http://example.org/other"


def test_an_hsa_id_is_read_in_capitals():
    """With its country, ten digits and a suffix."""
    assert parse_hsa(" se2321000016-ab12 ").value == "SE2321000016-AB12"
    assert parse_hsa("TST5565594230-106J").system == HSA_ID
    for wrong in ("", "SE232100001-1", "SE2321000016", "SE2321000016-", "SE2321000016-å"):
        with pytest.raises(Unprocessable):
            parse_hsa(wrong)
