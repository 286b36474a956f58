"""Signing and verifying with real keys: which tokens and keys are accepted."""

import json

import pytest

from app import jose
from app.errors import SamplanError, Unauthenticated
from tests.builders.tokens import signed_token

KEYS = {algorithm: jose.new_key(f"key-{algorithm}", algorithm) for algorithm in jose.SIGNATURES}
ES256 = KEYS["ES256"]
PUBLISHED = jose.key_set([ES256])["keys"][0]


@pytest.mark.parametrize("algorithm", jose.SIGNATURES)
def test_the_published_key_verifies_a_signature(algorithm: str) -> None:
    """A token signed with any of the three algorithms is verified by the key set that is published."""
    key = KEYS[algorithm]
    token = jose.sign({"sub": "åäö"}, key, typ="at+jwt")

    assert jose.header(token) == jose.Header("at+jwt", algorithm, f"key-{algorithm}")
    assert jose.verify(token, jose.read_key_set(jose.key_set([key])), typ="at+jwt") == {"sub": "åäö"}


def test_a_type_is_compared_without_case_and_application() -> None:
    """`application/at+jwt` and `AT+JWT` are at+jwt (RFC 9068 section 4)."""
    keys = {"key-ES256": ES256}

    for typ in ("application/at+jwt", "AT+JWT"):
        assert jose.verify(jose.sign({}, ES256, typ=typ), keys, typ="at+jwt") == {}


def test_a_published_key_set_holds_nothing_private() -> None:
    """Only public members are published."""
    names = {name for key in jose.key_set(KEYS.values())["keys"] for name in key}

    assert names.isdisjoint({"d", "p", "q", "dp", "dq", "qi", "k"})


def test_a_key_is_kept_in_a_file_and_read_again() -> None:
    """A private key survives its JWK as JSON text."""
    repeated = jose.load_key(json.loads(json.dumps(jose.private_jwk(ES256))))

    assert jose.verify(jose.sign({"a": 1}, repeated), {"key-ES256": ES256}, typ="jwt") == {"a": 1}


def test_a_key_that_cannot_sign_here_is_refused() -> None:
    """A symmetric key is not accepted."""
    with pytest.raises(SamplanError):
        jose.load_key({"kty": "oct", "kid": "a", "k": "c2VjcmV0"})


@pytest.mark.parametrize(
    "change",
    [
        {"kid": None},
        {"kid": 7},
        {"use": "enc"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {"crv": "P-521"},
        {"crv": "secp256k1"},
        {"alg": "ES384"},
        {"alg": "HS256"},
        {"x": "AAAA"},
        {"x": None},
        {"x": 1},
        {"d": "c2VjcmV0"},
    ],
    ids=str,
)
def test_an_unusable_key_is_left_out(change: dict) -> None:
    """The other keys of the set remain."""
    bad = {**PUBLISHED, "kid": "bad", **change}

    assert set(jose.read_key_set({"keys": [bad, PUBLISHED, "no key"]})) == {"key-ES256"}


def test_a_short_rsa_key_is_left_out() -> None:
    """RSA below 2048 bits does not verify anything."""
    short = {
        "kty": "RSA", "kid": "short", "e": "AQAB",
        "n": "u0vYV9Hdhmo3Vb4sVYoVUYQVnC8xkwvZUbXgQJk6v0bPb1Vw2cDd1Wn2kTzC5o9QJc0kC8p7w1l2m3n4o5p6qw",
    }  # fmt: skip

    assert jose.read_key_set({"keys": [short]}) == {}


def test_an_rsa_key_without_alg_is_for_the_one_algorithm() -> None:
    """A published RSA key that names no algorithm is for PS256."""
    key = jose.key_set([KEYS["PS256"]])["keys"][0]
    del key["alg"]

    assert jose.read_key_set({"keys": [key]})["key-PS256"].alg == "PS256"


def test_two_keys_with_the_same_kid_are_both_left_out() -> None:
    """Exactly one key may match."""
    other = jose.key_set([jose.new_key("key-ES256")])["keys"][0]

    assert jose.read_key_set({"keys": [PUBLISHED, other, PUBLISHED]}) == {}


@pytest.mark.parametrize("document", [None, [], {}, {"keys": {}}, {"keys": None}, "keys"], ids=str)
def test_another_document_has_no_keys(document: object) -> None:
    """An address may answer anything; that gives no key and no error."""
    assert jose.read_key_set(document) == {}


def test_an_assertion_is_short_lived_and_has_its_own_jti() -> None:
    """RFC 7523 with a fresh jti and at most 300 seconds."""
    keys = {"key-ES256": ES256}
    first, second = (
        jose.verify(
            jose.assertion("client", "https://idp.example/token", ES256, now=1000.7, lifetime=9999), keys, typ="jwt"
        )
        for _ in range(2)
    )

    assert (first["iss"], first["sub"], first["aud"]) == ("client", "client", "https://idp.example/token")
    assert (first["iat"], first["exp"]) == (1000, 1300)
    assert first["jti"] != second["jti"]


def test_the_issuer_of_an_unverified_token_is_read() -> None:
    """The issuer if it is a text in readable claims, else None."""
    token = jose.sign({"iss": "https://idp.example"}, ES256)
    head, _, signature = token.split(".")

    assert jose.unverified_issuer(token) == "https://idp.example"
    assert jose.unverified_issuer(jose.sign({"iss": ["https://idp.example"]}, ES256)) is None
    assert jose.unverified_issuer(f"{head}.bm9qc29u.{signature}") is None


def test_a_refusal_names_the_rule_and_not_the_token() -> None:
    """The error holds no part of the token."""
    with pytest.raises(Unauthenticated) as refused:
        jose.verify(jose.sign({"sub": "secret-subject"}, ES256), {}, typ="jwt")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "claims", [b"{", b"[]", b'{"a": 1, "a": 2}', b'{"a": {"b": 1, "b": 2}}', b'{"a": NaN}', b"\xff"]
)
def test_claims_are_a_json_object_without_repeated_names(claims: bytes) -> None:
    """Also in a signed token: two parsers could read repeated names differently."""
    token = signed_token(ES256, {"typ": "JWT", "alg": "ES256", "kid": "key-ES256"}, claims)

    with pytest.raises(Unauthenticated):
        jose.verify(token, {"key-ES256": ES256}, typ="jwt")
