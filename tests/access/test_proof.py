"""Tokens that are bound to a key or a certificate, and the proofs that come with them."""

import json

import pytest
from joserfc import jws

from app import jose
from app.access.proof import BEARER, Binding, Presentation, binding_of, require_proof
from app.errors import Unauthenticated
from tests.builders.proofs import JWK, KEY, digest, proof, thumbprint

NOW = 1_800_000_000
TOKEN = "header.claims.signature"
ADDRESS = "https://samplan.example/fhir/Appointment"
BOUND = Binding(key=thumbprint())
OTHER_KEY = jose.new_key("other")


REGISTRY = jws.JWSRegistry(algorithms=["PS256"])
REGISTRY.max_header_length = 2048


class Used:
    """Ids that are used once."""

    def __init__(self):
        self.ids = set()

    async def take(self, id, until):
        """Use an id."""
        fresh = id not in self.ids
        self.ids.add(id)
        return fresh


def presented(text=None, scheme="dpop", **changes):
    text = text or proof(TOKEN, "GET", ADDRESS, now=NOW)
    return Presentation(**({"scheme": scheme, "method": "GET", "address": ADDRESS, "proofs": (text,)} | changes))


async def check(presentation, binding=BOUND, used=None):
    await require_proof(TOKEN, binding, presentation, NOW, (used or Used()).take)


async def test_a_proof_by_the_keys_holder_is_accepted_once():
    """The same proof again is refused, whoever sends it; a new one is accepted."""
    used, presentation = Used(), presented()
    await check(presentation, used=used)

    with pytest.raises(Unauthenticated):
        await check(presentation, used=used)
    await check(presented(), used=used)


HOSTILE = {
    "as bearer": lambda: presented(scheme="bearer"),
    "no proof": lambda: presented(proofs=()),
    "two proofs": lambda: presented(proofs=(proof(TOKEN, "GET", ADDRESS, now=NOW),) * 2),
    "rubbish": lambda: presented("abc"),
    "too long": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, x="x" * 9000)),
    "another key": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, key=OTHER_KEY, head={"jwk": jose.key_set([OTHER_KEY])["keys"][0]})),
    "another key than in its header": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, key=OTHER_KEY)),
    "no key in its header": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"jwk": None})),
    "a key that is text": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"jwk": "x"})),
    "a private key in its header": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"jwk": jose.private_jwk(KEY)})),
    "a shared secret in its header": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"alg": "HS256", "jwk": {"kty": "oct", "k": "AA"}})),
    "alg none": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"alg": "none"})),
    "typ JWT": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"typ": "JWT"})),
    "crit": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"crit": ["exp"]})),
    "a key address": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, head={"jku": "https://evil.example"})),
    "another method": lambda: presented(proof(TOKEN, "POST", ADDRESS, now=NOW)),
    "another address": lambda: presented(proof(TOKEN, "GET", ADDRESS + "/x", now=NOW)),
    "another host": lambda: presented(proof(TOKEN, "GET", "https://evil.example/fhir/Appointment", now=NOW)),
    "another token": lambda: presented(proof("x.y.z", "GET", ADDRESS, now=NOW)),
    "no ath": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, ath=None)),
    "ath a list": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, ath=[digest(TOKEN)])),
    "no jti": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, jti=None)),
    "an empty jti": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, jti="")),
    "a long jti": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, jti="x" * 129)),
    "old": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW - 61)),
    "of the future": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW + 61)),
    "no iat": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, iat=None)),
    "iat true": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, iat=True)),
    "iat a text": lambda: presented(proof(TOKEN, "GET", ADDRESS, now=NOW, iat=str(NOW))),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_proof_that_does_not_fit_is_refused(name):
    """Each member of RFC 9449 section 4.3."""
    with pytest.raises(Unauthenticated):
        await check(HOSTILE[name]())


async def test_clocks_may_differ_by_a_minute():
    """A proof is as good at the edges."""
    for now in (NOW - 60, NOW + 60):
        await check(presented(proof(TOKEN, "GET", ADDRESS, now=now)))


async def test_an_rsa_key_may_hold_a_token():
    """Its key in the header is longer than other headers may be."""
    key = jose.new_key("rsa", "PS256")
    head = {"typ": "dpop+jwt", "alg": "PS256", "jwk": jose.key_set([key])["keys"][0]}
    claims = {"jti": "a", "htm": "GET", "htu": ADDRESS, "iat": NOW, "ath": digest(TOKEN)}

    text = jws.serialize_compact(head, json.dumps(claims), key, registry=REGISTRY)

    assert jose.verify_proof(text)[1] == key.thumbprint()


async def test_a_token_that_is_not_bound_comes_as_bearer_alone():
    """A proof that nothing asks for would look like protection."""
    await check(BEARER, Binding())
    with pytest.raises(Unauthenticated):
        await check(presented(), Binding())
    with pytest.raises(Unauthenticated):
        await check(presented(scheme="bearer"), Binding())


async def test_a_certificate_bound_token_needs_its_certificate():
    """Another's, or none, is refused; with both bindings both are needed."""
    bound = Binding(certificate="thumbprint")
    await check(Presentation(certificate="thumbprint"), bound)
    for presentation in (BEARER, Presentation(certificate="other"), Presentation(certificate="")):
        with pytest.raises(Unauthenticated):
            await check(presentation, bound)
    with pytest.raises(Unauthenticated):
        await check(presented(), BOUND._replace(certificate="thumbprint"))
    await check(presented(certificate="thumbprint"), BOUND._replace(certificate="thumbprint"))


@pytest.mark.parametrize(
    "cnf", [None, {}, [], "x", {"jkt": ""}, {"jkt": 1}, {"jwk": JWK}, {"jkt": "x", "kid": "y"}, {"x5t#S256": None}, {"x5t": "a"}]
)  # fmt: skip
def test_a_binding_that_is_not_understood_is_refused(cnf):
    """It is never taken for none."""
    with pytest.raises(Unauthenticated):
        binding_of({"cnf": cnf})


def test_bindings_are_read():
    """To a key, to a certificate, or to both."""
    assert binding_of({"cnf": {"jkt": "a", "x5t#S256": "b"}}) == Binding("a", "b")
    assert binding_of({}) == Binding()
