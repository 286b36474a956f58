"""Documents keep their bytes, but for id and meta."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fhir.json_text import dumps, loads, stamp
from app.fhir.strict_json import parse

NOW = "2026-05-17T08:30:00.000Z"
EXAMPLES = sorted((Path(__file__).parent / "examples").glob("*.json"))


def test_what_is_missing_is_put_first():
    """An object without id and meta gets both; an empty one too."""
    meta = '"meta":{"versionId":"2","lastUpdated":"' + NOW + '"}'
    assert stamp(b'{"a":1.00}', id="x", version=2, updated=NOW) == '{"id":"x",' + meta + ',"a":1.00}'
    assert stamp(b" { } ", id="x", version="2", updated=NOW) == ' {"id":"x",' + meta + "} "


def test_what_is_there_is_replaced_where_it_is():
    """Profiles, labels and tags of the client stay, its version and time do not, nor their siblings."""
    body = (
        b'{ "resourceType" : "Goal" , "id":"old", "\\u006deta" : { "profile" : ["p"], "versionId":"9",'
        b' "lastUpdated" : "x" , "_lastUpdated":{"id":"y"}, "security":[] }, "n" : 0.10 }\n'
    )
    assert stamp(body, id="new", version=3, updated=NOW, source="urn:s") == (
        '{ "resourceType" : "Goal" , "id":"new", "\\u006deta" : {"source":"urn:s", "profile" : ["p"], "versionId":"3",'
        f' "lastUpdated" : "{NOW}" , "security":[] }}, "n" : 0.10 }}\n'
    )


def test_a_source_that_is_not_given_is_left_as_it_is():
    """Only who knows better changes it."""
    assert '"source":"urn:theirs"' in stamp(b'{"meta":{"source":"urn:theirs"}}', id="x", version=1, updated=NOW)
    assert "theirs" not in stamp(b'{"meta":{"source":"urn:theirs"}}', id="x", version=1, updated=NOW, source="urn:ours")


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_official_examples_keep_every_other_byte(path):
    """Taking the stamp away again gives the same document."""
    body = path.read_bytes()
    stamped = parse(stamp(body, id="n", version=7, updated=NOW).encode())
    original = parse(body)
    assert stamped.pop("id") == "n"
    meta = stamped.pop("meta")
    assert (meta.pop("versionId"), meta.pop("lastUpdated")) == ("7", NOW)
    original.pop("id", None)
    kept = {key: value for key, value in original.pop("meta", {}).items() if key not in {"versionId", "lastUpdated"}}
    assert meta == kept
    assert dumps(stamped) == dumps(original)


SPACES = st.sampled_from(["", " ", "\n  ", "\t"])
VALUES = st.sampled_from(['"a"', "1.00", "null", "true", '[1, 2.50, {"id": "inner"}]', '{"b":"}"}', '"\\"{,"', "{}"])
NAMES = st.sampled_from(["a", "b", "id", "meta", "x\\u00e5", '\\"'])


@st.composite
def documents(draw):
    """JSON objects with spaces anywhere."""
    names = draw(st.lists(NAMES, unique=True))
    members = []
    for name in names:
        value = {"meta": '{"tag":[ ] , "versionId" : "1"}', "id": '"old"'}.get(name) or draw(VALUES)
        members.append(f'{draw(SPACES)}"{name}"{draw(SPACES)}:{draw(SPACES)}{value}{draw(SPACES)}')
    return draw(SPACES) + "{" + ",".join(members) + "}" + draw(SPACES)


SOURCES = st.text(st.characters(categories=["L", "N"]), min_size=1)
SOURCES.validate()  # Which characters these are is found here, once: on a new machine it takes longer than a draw may.


@given(documents(), SOURCES)
def test_nothing_but_id_and_meta_changes(document, source):
    """For any order, spacing and escaping of the members."""
    before = json.loads(document)
    after = json.loads(stamp(document.encode(), id="n", version=1, updated=NOW, source=source))
    meta = before.pop("meta", {}) | {"versionId": "1", "lastUpdated": NOW, "source": source}
    before.pop("id", None)
    assert after == before | {"id": "n", "meta": meta}
    for text in ("1.00", "[1, 2.50, ", "x\\u00e5"):
        assert (text in document) == (text in stamp(document.encode(), id="n", version=1, updated=NOW, source="s"))


def test_what_we_build_is_written_exactly():
    """Decimals with all their digits; what is no JSON is an error of ours."""
    assert dumps({"a": [Decimal("1.00"), 1, None], "b": "å"}) == '{"a":[1.00,1,null],"b":"å"}'.encode()
    for wrong in (Decimal("NaN"), object()):
        with pytest.raises(TypeError):
            dumps({"a": wrong})


def test_what_was_stored_is_read_with_all_its_digits():
    """Bytes and text alike."""
    for body in ('{"a":1.00}', b'{"a":1.00}'):
        assert dumps(loads(body)) == b'{"a":1.00}'
