"""Access tokens, the good and the hostile, with real keys; key sets that come, stay, change and go."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app import jose
from app.access.caller import SAMBI, CallerKind, Role
from app.access.client import RegisteredClient
from app.access.issuer import Issuer
from app.access.scopes import read_scopes
from app.access.tokens import Tokens
from app.errors import Unauthenticated, Unavailable
from tests.builders.access import POLICY
from tests.builders.tokens import signed_token, token_part

NOW = 1_800_000_000
AUDIENCE = "https://samplan.example/fhir"
IDP, OTHER, CITIZENS = "https://idp.example", "https://other.example", "https://citizens.example"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
KEY = jose.new_key("k1")
OTHER_KEY = jose.new_key("k2")
RSA = jose.new_key("rsa", "PS256")
SETS = {
    f"{IDP}/jwks": jose.key_set([KEY, RSA]),
    f"{OTHER}/jwks": jose.key_set([OTHER_KEY]),
    f"{CITIZENS}/jwks": jose.key_set([KEY]),
}


class Published:
    """The issuers' key sets, and how often each was asked for."""

    def __init__(self) -> None:
        self.sets: dict[str, Any] = dict(SETS)
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def key_set(self, address: str) -> object:
        """Give a key set, or fail as its issuer does."""
        self.asked.append(address)
        await self.gate.wait()
        found = self.sets[address]
        if isinstance(found, Exception):
            raise found
        return found


EHR = RegisteredClient(
    id="ehr", name="EHR", giver="SE2321000016-G", issuer=OTHER, scopes=read_scopes("system/Appointment.crus")
)


class Registered:
    """A registry of clients that a test changes."""

    def __init__(self, *clients: RegisteredClient) -> None:
        self.version = 1
        self.denied: dict[tuple[str, str], float] = {}
        self.used: dict[str, float] = {}
        self.clients = {client.id: client for client in clients or (EHR, replace(EHR, id="own", issuer=None))}

    def find(self, id: str) -> RegisteredClient | None:
        """The client of this id."""
        return self.clients.get(id)

    def is_denied(self, kind: str, value: str, issued: float) -> bool:
        """Whether a test has revoked it."""
        return issued < self.denied.get((kind, value), 0)

    async def take(self, id: str, until: float) -> bool:
        """Use an id once."""
        fresh = id not in self.used
        self.used[id] = until
        return fresh

    def change(self, client: RegisteredClient) -> None:
        """Store another version of a client."""
        self.clients[client.id] = client
        self.version += 1


def service(published: Published | None = None, room: int = 100, clients: Registered | None = None) -> Tokens:
    """A service that trusts three issuers: staff and systems, another's systems, persons."""
    issuers = [
        Issuer(iss=IDP, jwks_url=f"{IDP}/jwks", vouches=frozenset({CallerKind.STAFF, CallerKind.SYSTEM})),
        Issuer(iss=OTHER, jwks_url=f"{OTHER}/jwks", vouches=frozenset({CallerKind.SYSTEM})),
        Issuer(iss=CITIZENS, jwks_url=f"{CITIZENS}/jwks", vouches=frozenset({CallerKind.CITIZEN})),
    ]
    return Tokens(
        issuers,
        audience=AUDIENCE,
        policy=POLICY,
        registry=clients or Registered(),
        answers=published or Published(),
        room=room,
    )


def claims(**changes: Any) -> dict[str, Any]:
    """A physician's claims; a change to None leaves one out."""
    known = {
        "iss": IDP,
        "sub": "s",
        "aud": AUDIENCE,
        "client_id": "portal",
        "iat": NOW - 60,
        "exp": NOW + 600,
        "jti": "j",
        "acr": LOA3,
        SAMBI + "employeeHsaId": "SE2321000016-E",
        SAMBI + "commissionHsaId": "SE2321000016-M",
        SAMBI + "healthCareProviderHsaId": "SE2321000016-G",
        SAMBI + "healthCareUnitHsaId": "SE2321000016-U",
        SAMBI + "commissionPurpose": "Vård och behandling",
        SAMBI + "healthcareProfessionalLicense": ["LK"],
    } | changes
    return {name: value for name, value in known.items() if value is not None}


def system(**changes: Any) -> dict[str, Any]:
    """A system's claims."""
    bare = {name: None for name in claims() if name.startswith(SAMBI) and "healthCare" not in name}
    known = {"sub": "ehr", "client_id": "ehr", "scope": "system/Appointment.cu", "acr": None, **bare}
    return claims(**(known | changes))


def citizen(**changes: Any) -> dict[str, Any]:
    """A person's claims."""
    bare = {name: None for name in claims() if name.startswith(SAMBI)}
    known = {"iss": CITIZENS, "https://id.oidc.se/claim/personalIdentityNumber": "195009072553", **bare}
    return claims(**(known | changes))


def token(said: dict[str, Any] | None = None, key: jose.Key = KEY, typ: str = "at+jwt") -> str:
    """A signed access token."""
    return jose.sign(claims() if said is None else said, key, typ=typ)


HEAD = {"typ": "at+jwt", "alg": "ES256", "kid": "k1"}


def with_header(**changes: Any) -> str:
    """A token whose header is changed and signed all the same."""
    head = {name: value for name, value in (HEAD | changes).items() if value is not None}
    return signed_token(KEY, head, claims())


def hs256() -> str:
    """The public key taken for a shared secret (key confusion)."""
    signed = f"{token_part(HEAD | {'alg': 'HS256'})}.{token_part(claims())}"
    secret = json.dumps(SETS[f"{IDP}/jwks"]["keys"][0]).encode()
    return f"{signed}.{token_part(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def swapped(changes: dict[str, Any]) -> str:
    """A good token whose claims were exchanged after it was signed."""
    head, _, signature = token().split(".")
    return f"{head}.{token_part(claims(**changes))}.{signature}"


def twice(name: str) -> bytes:
    """Claims in which one name comes twice, the second time with another's value."""
    return json.dumps(claims()).encode()[:-1] + f', "{name}": "x"}}'.encode()


NESTED = b'{"a": ' + b"[" * 2800 + b"]" * 2800 + b"}"

HOSTILE: dict[str, str | Callable[[], str]] = {
    "empty": "",
    "not a token": "abc",
    "two parts": "a.b",
    "four parts": token() + ".x",
    "padding": token().replace(".", "=.", 1),
    "a space": " " + token(),
    "no ascii": "å" + token(),
    "a surrogate": "\ud800" + token(),
    "too long": token(claims(extra="x" * 9000)),
    "a header that is no JSON": f"{token_part(b'{')}.{token_part({})}.x",
    "a header that is a list": f"{token_part([])}.{token_part({})}.x",
    "a header that is no base64": f"a.{token_part({})}.x",
    "alg none": f"{token_part(HEAD | {'alg': 'none'})}.{token_part(claims())}.x",
    "alg none without signature": f"{token_part(HEAD | {'alg': 'none'})}.{token_part(claims())}.",
    "alg HS256 with the public key": hs256,
    "alg RS256": lambda: with_header(alg="RS256"),
    "alg ES384 for a P-256 key": lambda: with_header(alg="ES384"),
    "alg of another kind of key": lambda: with_header(alg="PS256"),
    "no typ": lambda: with_header(typ=None),
    "typ JWT": lambda: with_header(typ="JWT"),
    "an id token": lambda: token(typ="id+jwt"),
    "no kid": lambda: with_header(kid=None),
    "kid a number": lambda: with_header(kid=1),
    "kid of nobody": lambda: with_header(kid="nobody"),
    "kid a path": lambda: with_header(kid="../../k1"),
    "a key in the header": lambda: with_header(jwk=SETS[f"{IDP}/jwks"]["keys"][0]),
    "a key address in the header": lambda: with_header(jku="https://evil.example/jwks"),
    "crit": lambda: with_header(crit=["exp"]),
    "b64 false": lambda: with_header(b64=False, crit=["b64"]),
    "typ twice": lambda: signed_token(KEY, b'{"typ":"at+jwt","typ":"at+jwt","alg":"ES256","kid":"k1"}', claims()),
    "another's signature": lambda: swapped({"sub": "somebody-else"}),
    "no signature": token().rpartition(".")[0] + ".AA",
    "signed by a stranger": lambda: token(key=jose.new_key("k1")),
    "signed by another trusted issuer": lambda: token(key=OTHER_KEY),
    "claims that are a list": lambda: signed_token(KEY, HEAD, [claims()]),
    "claims that are no JSON": lambda: signed_token(KEY, HEAD, b"{"),
    "claims with NaN": lambda: signed_token(KEY, HEAD, json.dumps(claims(exp=float("nan"))).encode()),
    "claims in latin-1": lambda: signed_token(KEY, HEAD, json.dumps(claims(name="å"), ensure_ascii=False).encode("latin-1")),
    "sub twice": lambda: signed_token(KEY, HEAD, twice("sub")),
    "nested name twice": lambda: signed_token(KEY, HEAD, json.dumps(claims()).encode()[:-1] + b', "a": {"b": 1, "b": 2}}'),
    "an unknown issuer": lambda: token(claims(iss="https://evil.example")),
    "an issuer that only begins alike": lambda: token(claims(iss=IDP + ".evil.example")),
    "an issuer in a list": lambda: token(claims(iss=[IDP])),
    "another audience": lambda: token(claims(aud="https://other.example")),
    "an audience more": lambda: token(claims(aud=[AUDIENCE, "https://other.example"])),
    "an audience that only begins alike": lambda: token(claims(aud=AUDIENCE + "/x")),
    "bound to a key": lambda: token(claims(cnf={"jkt": "x"})),
    "over": lambda: token(claims(iat=NOW - 700, exp=NOW - 30)),
    "issued in the future": lambda: token(claims(iat=NOW + 31, exp=NOW + 600)),
    "not yet": lambda: token(claims(nbf=NOW + 31)),
    "a long life": lambda: token(claims(iat=NOW - 60, exp=NOW + 841)),
    "a life of no time": lambda: token(claims(iat=NOW, exp=NOW)),
    "exp a text": lambda: token(claims(exp=str(NOW + 600))),
    "exp a boolean": lambda: token(claims(exp=True)),
    "exp endless": lambda: signed_token(KEY, HEAD, json.dumps(claims()).encode()[:-1].replace(b'"exp": ', b'"exp": 1e999, "x": ') + b"}"),
    "exp huge": lambda: token(claims(exp=1e300)),
    "exp a whole number of 400 digits": lambda: token(claims(exp=10**400)),
    "exp a whole number of 5000 digits": lambda: signed_token(KEY, HEAD, json.dumps(claims()).encode()[:-1] + b', "nbf": ' + b"9" * 5000 + b"}"),
    "claims nested 2800 deep": lambda: signed_token(KEY, HEAD, json.dumps(claims()).encode()[:-1] + b", " + NESTED[1:]),
    "a header nested 2800 deep": f"{token_part(NESTED)}.{token_part({})}.x",
    "acr a list": lambda: token(claims(acr=[LOA3])),
    "acr an object": lambda: token(claims(acr={"value": LOA3})),
    "client in a list": lambda: token(claims(client_id=["portal"])),
    "scope a list": lambda: token(claims(scope=["a"])),
    "scope with a quote": lambda: token(claims(scope='a"b')),
    "a system's scope for staff": lambda: token(claims(scope="system/*.r")),
    "a scope out of order": lambda: token(system(scope="system/Appointment.uc")),
    "a scope of SMART v1": lambda: token(system(scope="system/Appointment.read")),
    "a scope without letters": lambda: token(system(scope="system/Appointment.")),
    "a scope with parameters": lambda: token(system(scope="system/Appointment.r?status=booked")),
    "staff that is a person too": lambda: token(claims(**{"https://id.oidc.se/claim/personalIdentityNumber": "195009072553"})),
    "staff that is a system too": lambda: token(claims(sub="portal")),
    "staff without a giver": lambda: token(claims(**{SAMBI + "healthCareProviderHsaId": None})),
    "staff without a unit": lambda: token(claims(**{SAMBI + "healthCareUnitHsaId": None})),
    "staff of two givers": lambda: token(claims(**{SAMBI + "healthCareProviderHsaId": ["A", "B"]})),
    "a giver with a line break": lambda: token(claims(**{SAMBI + "healthCareProviderHsaId": "A\nB"})),
    "nobody at all": lambda: token(claims(**{name: None for name in claims() if name.startswith(SAMBI)})),
    "a person from the staff's issuer": lambda: token(citizen(iss=IDP)),
    "staff from the persons' issuer": lambda: token(claims(iss=CITIZENS)),
    "a system that is not registered": lambda: token(system(iss=OTHER, sub="x", client_id="x"), OTHER_KEY),
    "a system of another giver than its client": lambda: token(system(iss=OTHER, **{SAMBI + "healthCareProviderHsaId": "SE2321000016-X"}), OTHER_KEY),
    "a person with a bad number": lambda: token(citizen(**{"https://id.oidc.se/claim/personalIdentityNumber": "195009072554"})),
    "a person with a number in a list": lambda: token(citizen(**{"https://id.oidc.se/claim/personalIdentityNumber": ["195009072553"]})),
    "a person with two numbers": lambda: token(citizen(**{"https://id.oidc.se/claim/coordinationNumber": "196109732393"})),
    **{f"no {name}": (lambda name=name: token(claims(**{name: None}))) for name in ("iss", "sub", "aud", "exp", "iat", "client_id", "jti")},
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_token_is_refused(name: str) -> None:
    """Whatever is wrong with it, the answer is that there is no caller, and nothing of the token comes back."""
    made = HOSTILE[name]
    hostile = made if isinstance(made, str) else made()

    with pytest.raises(Unauthenticated) as refused:
        await service().caller(hostile, NOW)

    assert "195009072553" not in str(refused.value)


async def test_good_tokens_give_their_callers() -> None:
    """Staff, a system and a person, each as the claims say."""
    physician = await service().caller(token(), NOW)
    ehr = await service().caller(token(system(iss=OTHER), OTHER_KEY), NOW)
    person = await service().caller(token(citizen()), NOW)

    assert (physician.role, physician.id, physician.giver) == (Role.PHYSICIAN, "SE2321000016-E", "SE2321000016-G")
    assert (ehr.role, ehr.id, ehr.may("Appointment", "u"), ehr.may("Appointment", "d")) == (
        Role.SYSTEM,
        "ehr",
        True,
        False,
    )
    assert (person.role, person.id) == (Role.CITIZEN, "")
    assert person.personal_number is not None
    assert "195009072553" not in repr(person)


async def test_the_hostile_are_refused_for_what_they_are() -> None:
    """The tool that makes them makes a good token too, if nothing is changed: their signatures do hold."""
    assert (await service().caller(with_header(), NOW)).role is Role.PHYSICIAN


@pytest.mark.parametrize(
    "said, key",
    [
        (claims(aud=[AUDIENCE]), KEY),
        (claims(), RSA),
        (claims(iat=NOW + 30, nbf=NOW + 30), KEY),
        (claims(iat=NOW - 629.5, exp=NOW - 29.5), KEY),
        (claims(iat=NOW - 300, exp=NOW + 600), KEY),
    ],
    ids=["audience in a list", "PS256", "clocks apart", "just over", "fifteen minutes"],
)
async def test_what_the_profile_allows_is_accepted(said: dict, key: jose.Key) -> None:
    """The edges of the rules are inside."""
    assert (await service().caller(token(said, key), NOW)).role is Role.PHYSICIAN


async def test_a_verified_token_is_remembered_until_it_expires() -> None:
    """The second time costs a look-up; after its end it is verified, and refused, again."""
    tokens = service()
    text = token()

    first = await tokens.caller(text, NOW)

    assert await tokens.caller(text, NOW + 629) is first
    with pytest.raises(Unauthenticated):
        await tokens.caller(text, NOW + 630)


async def test_no_more_tokens_are_remembered_than_there_is_room_for() -> None:
    """The expired go first, then the oldest."""
    tokens = service(room=2)
    for jti, exp in (("a", NOW + 10), ("b", NOW + 600), ("c", NOW + 600)):
        await tokens.caller(token(claims(jti=jti, exp=exp)), NOW)
    assert len(tokens._verified) == 2

    await tokens.caller(token(claims(jti="d")), NOW + 500)
    await tokens.caller(token(claims(jti="e", iat=NOW + 700, exp=NOW + 1500)), NOW + 700)

    assert len(tokens._verified) == 1


async def test_many_at_once_fetch_the_keys_once() -> None:
    """One flight serves all who wait, and one who leaves does not take it along."""
    published = Published()
    tokens = service(published)
    published.gate.clear()
    waiting = [asyncio.create_task(tokens.caller(token(claims(jti=str(n))), NOW)) for n in range(5)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting[0].cancel()
    published.gate.set()

    callers = await asyncio.gather(*waiting, return_exceptions=True)

    assert published.asked == [f"{IDP}/jwks"]
    assert isinstance(callers[0], asyncio.CancelledError)
    assert all(caller.role is Role.PHYSICIAN for caller in callers[1:])  # type: ignore[union-attr]


async def test_an_unknown_key_is_asked_for_at_most_every_30_seconds() -> None:
    """A flood of invented keys reaches an issuer once in 30 seconds; a new key is found after that."""
    published = Published()
    tokens = service(published)
    fresh = jose.new_key("k9")
    await tokens.caller(token(), NOW)
    published.sets[f"{IDP}/jwks"] = jose.key_set([fresh])

    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await tokens.caller(token(key=fresh), NOW + 29)
    assert len(published.asked) == 1

    assert (await tokens.caller(token(key=fresh), NOW + 31)).role is Role.PHYSICIAN
    assert len(published.asked) == 2


async def test_the_last_good_keys_are_kept_for_a_day() -> None:
    """An issuer that is away, or publishes rubbish, takes no caller with it for 24 hours; then nobody is let in."""
    published = Published()
    tokens = service(published)
    await tokens.caller(token(), NOW)
    day = 24 * 3600

    for later, found in ((400, OSError("gone")), (800, {"keys": []}), (day, OSError("gone"))):
        published.sets[f"{IDP}/jwks"] = found
        now = NOW + later
        assert await tokens.caller(token(claims(iat=now, exp=now + 60)), now)
    with pytest.raises(Unavailable):
        await tokens.caller(token(claims(iat=NOW + day + 31, exp=NOW + day + 91)), NOW + day + 31)


async def test_without_any_keys_there_is_no_service_and_soon_another_try() -> None:
    """That an issuer is away is not the token's fault: 503, and another try after two seconds."""
    published = Published()
    published.sets[f"{IDP}/jwks"] = OSError("not up yet")
    tokens = service(published)

    for later in (0, 1):
        with pytest.raises(Unavailable):
            await tokens.caller(token(), NOW + later)
    assert len(published.asked) == 1

    published.sets = dict(SETS)
    assert await tokens.caller(token(), NOW + 2)


async def test_a_remembered_token_is_verified_again_when_a_client_changes() -> None:
    """A disabled client is refused although its token was verified; so is one that lost its scopes or its issuer."""
    clients = Registered()
    tokens = service(clients=clients)
    text = token(system(iss=OTHER), OTHER_KEY)
    assert (await tokens.caller(text, NOW)).may("Appointment", "u")

    clients.change(replace(EHR, scopes=read_scopes("system/Appointment.rs")))
    assert not (await tokens.caller(text, NOW)).may("Appointment", "u")
    clients.change(replace(EHR, disabled=True))
    with pytest.raises(Unauthenticated):
        await tokens.caller(text, NOW)


async def test_an_issuer_does_not_issue_for_another_issuers_client() -> None:
    """A client whose issuer is registered is nobody when another trusted issuer names it."""
    with pytest.raises(Unauthenticated):
        await service().caller(token(system(iss=IDP)), NOW)
    assert await service().caller(token(system(iss=IDP, sub="own", client_id="own")), NOW)


async def test_a_token_is_verified_again_after_a_change_of_the_registry() -> None:
    """While a request is served: it still holds if its client is as it was, and else the answer is withheld."""
    clients = Registered()
    tokens = service(clients=clients)
    text = token(system(iss=OTHER), OTHER_KEY)
    caller = await tokens.caller(text, NOW)

    clients.change(EHR)
    await tokens.require_unchanged(text, caller, NOW)
    clients.change(replace(EHR, scopes=read_scopes("system/Appointment.rs")))
    with pytest.raises(Unauthenticated, match="client has changed"):
        await tokens.require_unchanged(text, caller, NOW)


@pytest.mark.parametrize(
    ("rule", "reason"), [("bound", "bind it to a key"), ("registered_only", "client is not registered")]
)
async def test_an_issuer_may_ask_for_more(rule: str, reason: str) -> None:
    """For tokens that are bound to a key, or for registered clients only."""
    issuer = Issuer(iss=IDP, jwks_url=f"{IDP}/jwks", vouches=frozenset({CallerKind.STAFF}), **{rule: True})
    tokens = Tokens([issuer], audience=AUDIENCE, policy=POLICY, registry=Registered(), answers=Published(), room=1)
    with pytest.raises(Unauthenticated, match=reason):
        await tokens.caller(token(), NOW)
