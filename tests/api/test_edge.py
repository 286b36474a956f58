"""The edge: CORS, rate limits, strict HTTP, and the headers of every answer. docs/edge.md lists what each row meets."""

import logging

import pytest

from app.access.caller import Caller, CallerKind, Role
from app.api.rate_limits import BURST_SECONDS, RateLimits, Rates, TokenBuckets
from app.errors import TooManyRequests
from app.fhir.identifiers import parse_personal
from app.main import all_routes
from tests.builders.world import World, running

PORTAL = "https://portal.example"
ASKED = {"origin": PORTAL, "access-control-request-method": "POST"}
SECURE = {
    "strict-transport-security",
    "x-content-type-options",
    "referrer-policy",
    "content-security-policy",
    "cache-control",
    "vary",
}


@pytest.fixture
async def limited(housed, household, identity):
    """The household in an app with limits, and a web site that may call."""
    _, ids, days = household
    rates = {"rate_client": 3, "rate_person": 2, "rate_refusals": 1}
    async with running(
        housed, identity, **rates, cors_origins=f"{PORTAL}, https://b.example", trusted_proxies="127.0.0.1"
    ) as client:
        yield World(client, identity, dict(ids), housed, days)


async def test_no_web_site_may_call_unless_it_is_named(world):
    """Without a setting no answer has a header of CORS, and a preflight is refused like any other request."""
    answer = await world.get("gunnar", "/api/overview/me", headers={"origin": PORTAL})
    preflight = await world.client.request("OPTIONS", "/api/overview/me", headers=ASKED)

    assert answer.status_code == 200
    assert preflight.status_code == 401
    assert not [name for name in (*answer.headers, *preflight.headers) if name.startswith("access-control")]


async def test_a_named_web_site_may_call_and_no_other(limited):
    """Also when the answer is an error; without credentials, and the same preflight for every address."""
    error = await limited.client.get("/api/overview/me", headers={"origin": PORTAL})
    other = await limited.client.get("/api/overview/me", headers={"origin": "https://evil.example"})
    known = await limited.client.request("OPTIONS", "/api/overview/me", headers=ASKED)
    unknown = await limited.client.request("OPTIONS", "/nothing", headers=ASKED)
    foreign = await limited.client.request("OPTIONS", "/nothing", headers={**ASKED, "origin": "null"})

    assert (error.status_code, error.headers["access-control-allow-origin"]) == (401, PORTAL)
    assert "access-control-allow-credentials" not in error.headers
    assert "access-control-allow-origin" not in other.headers
    assert "Origin" in other.headers["vary"]
    assert (known.status_code, dict(known.headers)) == (unknown.status_code, dict(unknown.headers))
    assert (known.status_code, foreign.status_code) == (204, 401)
    assert "authorization" in known.headers["access-control-allow-headers"]


async def test_a_person_is_limited_and_the_next_one_is_not(limited, caplog):
    """429 says when to try again; no log line tells who it was."""
    with caplog.at_level(logging.DEBUG):
        answers = [await limited.get("gunnar", "/fhir/metadata/x") for _ in range(100)]

    refused = [answer for answer in answers if answer.status_code == 429]
    assert [answer.status_code for answer in answers].count(404) >= 2 * BURST_SECONDS
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert refused[0].json()["issue"][0]["code"] == "throttled"
    assert set(refused[0].headers) >= SECURE
    assert (await limited.get("maria", "/api/overview/me")).status_code == 200
    assert "195009072553" not in caplog.text


async def test_an_address_that_sends_wrong_tokens_is_limited(limited):
    """By the address that the proxy saw: what a client writes before it does not count, nor does it shut out others."""

    async def ask(forwarded, bearer="x"):
        headers = {"authorization": f"Bearer {bearer}", "x-forwarded-for": forwarded}
        return (await limited.client.get("/api/overview/me", headers=headers)).status_code

    told = [await ask(f"10.0.0.{number}, 192.0.2.1") for number in range(BURST_SECONDS + 2)]

    assert (told[0], told[-1]) == (401, 429)
    assert await ask("192.0.2.1, 192.0.2.2") == 401
    assert await ask("192.0.2.2", limited.identity.token("maria")) == 200


def test_a_bucket_fills_with_time_and_is_kept_under_a_hash():
    """A burst of ten seconds, then one request each time that one has flowed in."""
    moment = 0.0
    buckets = TokenBuckets(1, lambda: moment)

    def asks(count):
        taken = 0
        for _ in range(count):
            try:
                buckets.require("195009072553")
            except TooManyRequests:
                continue
            taken += 1
        return taken

    assert asks(20) == BURST_SECONDS
    moment = 2.5
    assert asks(20) == 2
    moment = 1000.0
    assert asks(20) == BURST_SECONDS
    assert "195009072553" not in repr(vars(buckets))


def test_a_portal_and_a_person_have_buckets_of_their_own():
    """A portal's limit counts all its people; a person's counts that person, whatever the portal."""
    number = parse_personal("urn:oid:1.2.752.129.2.1.3.1", "195009072553")
    portal = Caller(kind=CallerKind.CITIZEN, role=Role.CITIZEN, personal_number=number, client="portal")
    limits = RateLimits(Rates(person=1))
    for _ in range(BURST_SECONDS):
        limits.require(portal)

    with pytest.raises(TooManyRequests):
        limits.require(Caller(kind=CallerKind.CITIZEN, role=Role.CITIZEN, personal_number=number, client="other"))
    for _ in range(BURST_SECONDS + 1):
        limits.require(Caller(kind=CallerKind.SYSTEM, role=Role.SYSTEM, id="ehr"))


@pytest.mark.parametrize(
    "peer, forwarded, address",
    [
        ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("127.0.0.1", "198.51.100.1", ""),
        ("10.0.0.1", "unknown", ""),
        ("2001:db8::1", "", "2001:db8::/64"),
        ("", "", ""),
    ],
)
def test_the_address_of_a_client_is_what_a_trusted_proxy_saw(peer, forwarded, address):
    """Only proxies that are named are believed."""
    assert RateLimits(Rates(), ["10.0.0.1", "10.0.0.2"]).address(peer, forwarded) == address


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "CONNECT", "PROPFIND"])
async def test_other_methods_are_405_for_callers_and_401_for_others(world, method):
    """None of them does anything, and TRACE echoes nothing."""
    with_token = await world.send(method, "gunnar", "/api/overview/me", headers={"x-secret": "marker"})
    without = await world.client.request(method, "/api/overview/me")

    assert (with_token.status_code, without.status_code) == (405, 401)
    assert "marker" not in with_token.text


@pytest.mark.parametrize(
    "path",
    [
        "/fhir/Patient%2F{id}",
        "/fhir/Patient/..%2F..%2Fhealth%2Flive",
        "/fhir/Patient/%2e%2e/Patient/{id}",
        "/fhir/Patient/{id}%00",
        "/fhir/Patient%5C{id}",
        "//fhir/Patient/{id}",
        "/fhir//Patient/{id}",
        "/fhir/Patient/{id}/",
    ],
)
async def test_an_address_has_one_reading(world, path):
    """An encoded slash, a part that climbs, a doubled slash: 404, as for an unknown address."""
    assert (await world.get("gunnar", path.format(id=world.ids["gunnar"]))).status_code == 404


@pytest.mark.parametrize("name", ["content-type", "accept", "if-match", "origin", "host"])
async def test_a_header_that_stands_twice_is_refused(world, name):
    """Two readers might take different ones of them."""
    token = world.identity.headers("physician")
    headers = [*token.items(), (name, "application/json"), (name, "application/json")]
    answer = await world.client.request("POST", "/fhir/Goal", headers=headers, content=b"{}")

    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "structure")


@pytest.mark.parametrize(
    "headers",
    [
        {"content-encoding": "gzip"},
        {"content-encoding": "br, gzip"},
        {"content-type": "application/json; charset=iso-8859-1"},
        {"content-type": "application/jsonx"},
        {"content-type": "multipart/form-data; boundary=application/json"},
        {"content-type": ""},
    ],
)
async def test_a_body_is_plain_json_in_utf_8(world, headers):
    """Compressed, in another encoding or of another type it is 415, and never unpacked."""
    answer = await world.send("POST", "physician", "/fhir/Goal", content=b"{}", headers=headers)

    assert answer.status_code == 415


@pytest.mark.parametrize("accept", ["application/fhir+json;q=0", "text/html", "application/xml, */*;q=0.0"])
async def test_who_accepts_no_json_gets_none(world, accept):
    """A type with q=0 is one that the client does not want."""
    answer = await world.get("gunnar", f"/fhir/Patient/{world.ids['gunnar']}", headers={"accept": accept})

    assert answer.status_code == 406


async def test_every_answer_has_the_headers_of_security(world):
    """Of every public address, of refusals, and of errors."""
    public = [await world.client.get(row.path) for row in all_routes() if row.is_public]
    errors = [
        await world.client.get("/nothing"),
        await world.get("gunnar", "/nothing"),
        await world.get("gunnar", "/fhir/Patient/x"),
        await world.send("TRACE", "gunnar", "/fhir/Patient/x"),
        await world.post("physician", "/fhir/Goal", {}),
        await world.client.get("/" + "x" * 9000),
    ]

    for answer in (*public, *errors):
        assert set(answer.headers) >= SECURE, answer.url
        assert "server" not in answer.headers
