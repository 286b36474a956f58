"""The JSON front lets in one object, exactly as it was written."""

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import MOST_FAULTS, Malformed, SamplanError, TooLarge
from app.fhir.json_text import dumps
from app.fhir.strict_json import DEPTH, parse, parse_json

NUL = "\\u0000"


def nested(levels):
    """An object with lists inside each other, `levels` deep in all."""
    return ('{"resourceType":"A","a":' + "[" * (levels - 1) + "]" * (levels - 1) + "}").replace('"A"', '"Aa"').encode()


@pytest.mark.parametrize(
    "body, words, expression",
    [
        (b"", "empty", None),
        (b" \n", "empty", None),
        (b"\xef\xbb\xbf{}", "byte order mark", None),
        (b'{"a":"\xff"}', "UTF-8 at byte 6", None),
        (b'{"a":"\xed\xa0\x80"}', "UTF-8", None),
        (b"{", "line 1, column 2", None),
        (b'{"a":1}\n,', "line 2, column 1", None),
        (b'{"a":"\x01"}', "line 1", None),
        (b"[]", "one JSON object", None),
        (b'"a"', "one JSON object", None),
        (b'{"a":NaN}', "NaN", "$this.(unknown)"),
        (b'{"resourceType":"Goal","note":[{"text":-Infinity}]}', "NaN", "Goal.note[0].text"),
        (b'{"target":1e400}', "exponent", "$this.target"),
        (b'{"target":1e-400}', "exponent", "$this.target"),
        (b'{"target":1.' + b"1" * 64 + b"}", "64 characters", "$this.target"),
        (b'{"target":1' + b"1" * 5000 + b"}", "64 characters", "$this.target"),
        (b"[" * 100_000, "nested", None),
        (nested(DEPTH + 1), "nested", None),
        (b"{%s}" % b",".join(b'"a%d":1' % number for number in range(257)), "256 keys", None),
        (b"{}", "resourceType", "resourceType"),
        (b'{"resourceType":1}', "resourceType", "resourceType"),
        (b'{"resourceType":"goal"}', "resourceType", "resourceType"),
        (b'{"resourceType":"Goal","id":1}', "An id has", "Goal.id"),
        (b'{"resourceType":"Goal","id":"a/b"}', "An id has", "Goal.id"),
        (b'{"resourceType":"Goal","id":"a\\n"}', "An id has", "Goal.id"),
        (b'{"resourceType":"AnnaSvensson","id":"a/b"}', "An id has", "(unknown).id"),
        (b'{"resourceType":"Goal","AnnaSvensson":1,"AnnaSvensson":2}', "twice", "Goal.(unknown)"),
        (b'{"resourceType":"AnnaSvensson","id":"a","id":"b"}', "twice", "(unknown).id"),
        (b'{"resourceType":"Goal","note":[{"text":"a","text":"b"}]}', "twice", "Goal.note[0].text"),
        (b'{"resourceType":"Goal","5009":1,"5009":2}', "twice", "Goal.(unknown)"),
        (b'{"resourceType":"Goal","resourceType":"Goal"}', "twice", "Goal.resourceType"),
        (b'{"a":1,"a":2}', "twice", "$this.(unknown)"),
        (b'{"resourceType":"Goal","note":[{"text":"\\u0000"}]}', "control character", "Goal.note[0].text"),
        (b'{"resourceType":"Goal","a":"\\b"}', "control character", "Goal.(unknown)"),
        (b'{"resourceType":"Goal","a":"\\ud800"}', "control character", "Goal.(unknown)"),
        (b'{"resourceType":"Goal","a\\u0001":"a"}', "control character", "Goal"),
    ],
)
def test_what_is_not_strictly_one_resource_is_refused(body, words, expression):
    """The fault says what and where."""
    with pytest.raises(Malformed) as refused:
        parse(body)
    fault = refused.value.faults[0]
    assert words in fault.english
    assert fault.swedish
    assert fault.expression == expression


def test_all_faults_of_the_same_kind_are_told_at_once():
    """Two doubled keys, a number and a NUL are four faults."""
    with pytest.raises(Malformed) as refused:
        parse(b'{"resourceType":"Goal","id":"a","id":"b","note":1,"note":2,"text":"\\u0000","target":1e999}')
    assert [fault.expression for fault in refused.value.faults] == [
        "Goal.id",
        "Goal.note",
        "Goal.target",
        "Goal.text",
    ]


def test_size_and_number_of_elements_have_limits():
    """Counted before anything is built."""
    with pytest.raises(TooLarge) as refused:
        parse(b'{"resourceType":"Goal"}', limit=10)
    assert "10 bytes" in refused.value.faults[0].english
    with pytest.raises(TooLarge) as refused:
        parse(b'{"resourceType":"Goal","a":[' + b"[]," * 300_000 + b"[]]}")
    assert "too many" in refused.value.faults[0].english


def test_numbers_stay_as_they_were_written():
    """A decimal keeps its zeros; a number too large for 64 bits its digits."""
    parsed = parse(b'{"resourceType":"Goal","a":1.00,"b":7,"c":12345678901234567890123,"d":1e2}')
    assert parsed["a"].as_tuple() == Decimal("1.00").as_tuple()
    assert parsed["b"] == 7
    assert parsed["c"] == Decimal(12345678901234567890123)
    assert dumps(parsed) == b'{"resourceType":"Goal","a":1.00,"b":7,"c":12345678901234567890123,"d":1E+2}'


def test_text_in_any_language_is_let_in_however_it_is_written():
    """Also what looks like an escape, and a surrogate pair."""
    parsed = parse_json(b'{"a":"\\u00e5\xc3\xa4\\ud83d\\ude00","b":"\\\\b \\t\\r\\n"}')
    assert parsed == {"a": "åä😀", "b": "\\b \t\r\n"}
    assert parse(nested(DEPTH))["resourceType"] == "Aa"


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
TEXTS.validate()  # Which characters these are is found here, once: on a new machine it takes longer than a draw may.

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda children: st.lists(children) | st.dictionaries(TEXTS, children),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, JSON))
def test_every_json_object_is_read_as_it_is(value):
    """What Python's own reader reads alike is read alike."""
    assert parse_json(json.dumps(value).encode()) == value
    assert parse_json(json.dumps(value, ensure_ascii=False).encode()) == value


@given(
    st.binary()
    | st.text().map(str.encode)
    | st.from_regex(r'\{("[a-b\\u0]*":([0-9eE.-]*|"[^"]*"),?)*\}').map(str.encode)
)
def test_any_bytes_are_parsed_or_refused(body):
    """No other error leaves the front."""
    with suppress(SamplanError):
        assert isinstance(parse(body), dict)


@pytest.mark.parametrize("body", [b'{"note":[%s]}', b'{"resourceType":"Goal","note":[%s]}'])
def test_as_many_faults_are_told_as_anybody_reads(body):
    """However many keys stand twice, and however many characters may not be there."""
    for wrong in (b'{"a":1,"a":2}', b'"\\u0001"'):
        with pytest.raises(Malformed) as raised:
            parse_json(body % b",".join([wrong] * 200))
        assert len(raised.value.faults) == MOST_FAULTS
