"""The sources file is strict: an unknown or unsafe value stops the start with a message."""

import json
from pathlib import Path

import pytest

from app import jose
from app.federation.config import load_sources
from app.fhir.types import FEDERATED_TYPES

GOOD = """
[[source]]
name = "region"
giver = "SE2321000000-1A01"
category = "health"
base_url = "https://fhir.region.example/r4/"
token_url = "https://auth.region.example/token"
client_id = "samplan"
key_file = "region.jwk.json"
scope = "system/*.rs"
"""


def written(directory: Path, text: str) -> Path:
    """The path of a sources file with this text."""
    path = directory / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_empty_file_has_no_sources(tmp_path: Path):
    """No source is asked."""
    assert load_sources(written(tmp_path, "")) == []


def test_optional_keys_have_defaults(tmp_path: Path):
    """Unit, types and enabled; the key file is in the same folder as the sources file."""
    (source,) = load_sources(written(tmp_path, GOOD))
    assert source.unit is None
    assert source.enabled
    assert source.types == FEDERATED_TYPES
    assert source.key_file == tmp_path / "region.jwk.json"
    assert source.base_url == "https://fhir.region.example/r4"
    assert source.origins == {"https://fhir.region.example:443", "https://auth.region.example:443"}


def test_optional_keys_are_read(tmp_path: Path):
    """Unit, types and enabled."""
    more = 'unit = "SE2321000000-1B01"\nenabled = false\ntypes = ["CarePlan"]\n'
    (source,) = load_sources(written(tmp_path, GOOD + more))
    assert (source.unit, source.enabled, source.types) == ("SE2321000000-1B01", False, ("CarePlan",))


def test_plain_http_is_for_this_machine_only(tmp_path: Path):
    """On loopback, as the demo's sources are."""
    for host in ("127.0.0.1:9", "localhost:9", "[::1]:9"):
        text = GOOD.replace("https://fhir.region.example", f"http://{host}")
        assert load_sources(written(tmp_path, text))[0].base_url == f"http://{host}/r4"


@pytest.mark.parametrize(
    "before, after, key",
    [
        ('name = "region"', 'name = "region"\nsecret = "x"', "secret"),
        ('name = "region"', 'name = ""', "name"),
        ('name = "region"', "name = 7", "name"),
        ('name = "region"', "", "name"),
        ('name = "region"', 'name = "samplan"', "name"),
        ('category = "health"', 'category = "hälsa"', "category"),
        ('client_id = "samplan"', "", "client_id"),
        ('scope = "system/*.rs"', 'scope = ["system/*.rs"]', "scope"),
        ("https://fhir.region.example", "http://fhir.region.example", "base_url"),
        ("https://auth.region.example", "http://auth.region.example", "token_url"),
        ("https://fhir.region.example", "ftp://fhir.region.example", "base_url"),
        ("https://fhir.region.example", "https://user:hemligt@fhir.region.example", "base_url"),
        ("/r4/", "/r4?tenant=1", "base_url"),
        ("/r4/", "/r4#x", "base_url"),
        ('category = "health"', 'category = "health"\nunit = 7', "unit"),
        ('category = "health"', 'category = "health"\nenabled = "no"', "enabled"),
        ('category = "health"', 'category = "health"\ntypes = []', "types"),
        ('category = "health"', 'category = "health"\ntypes = "CarePlan"', "types"),
        ('category = "health"', 'category = "health"\ntypes = ["Observation"]', "types"),
        ('category = "health"', 'category = "health"\nowns = "https://region.example/tid"', "owns"),
        ('category = "health"', 'category = "health"\nowns = ["https://region.example/tid "]', "owns"),
        ('category = "health"', 'category = "health"\ncopies = ["https://region.example/a|b"]', "copies"),
        ('category = "health"', 'category = "health"\ncopies = [""]', "copies"),
        ('category = "health"', 'category = "health"\nspeaks_for = [7]', "speaks_for"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, before: str, after: str, key: str):
    """The message names the key, and never a secret."""
    assert before in GOOD
    with pytest.raises(ValueError, match=key) as caught:
        load_sources(written(tmp_path, GOOD.replace(before, after)))
    assert "hemligt" not in str(caught.value)


@pytest.mark.parametrize("text", ["[other]\n", "source = 3\n", "x = 1\n" + GOOD])
def test_only_source_tables_are_allowed(tmp_path: Path, text: str):
    """A misspelt table is an error, not a source that is silently left out."""
    with pytest.raises(ValueError, match="source"):
        load_sources(written(tmp_path, text))


def test_a_name_is_unique(tmp_path: Path):
    """The ids of items follow from it."""
    with pytest.raises(ValueError, match="name"):
        load_sources(written(tmp_path, GOOD + GOOD))


def test_an_identifier_system_has_one_owner(tmp_path: Path):
    """Two sources of one giver may own it, in any spelling; two givers may not."""
    first = GOOD + 'owns = ["1.2.752.29.4.19"]\n'
    second = first.replace('name = "region"', 'name = "other"').replace('"1.2.752', '"urn:oid:1.2.752')
    both = load_sources(written(tmp_path, first + second))

    assert [list(source.assertions.owns) for source in both] == [["1.2.752.29.4.19"], ["urn:oid:1.2.752.29.4.19"]]
    with pytest.raises(ValueError, match="other: owns"):
        load_sources(written(tmp_path, first + second.replace("SE2321000000-1A01", "SE5560000000-9Z01")))


def test_credentials_come_from_the_key_file(tmp_path: Path):
    """A private JWK with kid and alg."""
    (source,) = load_sources(written(tmp_path, GOOD))
    source.key_file.write_text(json.dumps(jose.private_jwk(jose.new_key("k1"))))
    credentials = source.credentials()
    assert credentials.client_id == "samplan"
    assert credentials.key.kid == "k1"
    assert "key_ops" not in repr(source)


@pytest.mark.parametrize("content", [None, "", "[]", '{"kty": "oct", "k": "aGVtbGln"}', "public"])
def test_a_file_without_a_private_key_is_refused_without_its_content(tmp_path: Path, content: str | None):
    """Missing, empty, symmetric or public: the message names the source and nothing of the key."""
    (source,) = load_sources(written(tmp_path, GOOD))
    if content == "public":
        content = json.dumps(jose.key_set([jose.new_key("k1")])["keys"][0])
    if content is not None:
        source.key_file.write_text(content)
    with pytest.raises(ValueError, match="source region: key_file") as caught:
        source.credentials()
    assert "aGVt" not in str(caught.value)
