"""The HTTP client, over real HTTP on loopback: it keeps its deadline, its limit and its list of origins."""

import asyncio
import gzip
import json
import time
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import respx

from app import jose
from app.outbound import (
    ConnectionFailed,
    Credentials,
    ErrorStatus,
    Failure,
    NotJson,
    Outbound,
    Oversized,
    TimedOut,
    Unauthorised,
    UnknownOrigin,
    origin,
)
from tests.builders.loopback import Loopback, Reply, Request, as_json, hang

KEY = jose.new_key("samplan-1")


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    """A system that answers `{}` until told otherwise."""
    async with Loopback(lambda _: as_json({})) as server:
        yield server


@pytest.fixture
async def outbound(server: Loopback) -> AsyncIterator[Outbound]:
    """A client that may ask this one system, and takes 1000 bytes of an answer."""
    async with Outbound([server.url], limit=1000) as outbound:
        yield outbound


def token_endpoint(
    *, seconds: object = 300, seen: list[dict] | None = None, clock: Callable[[], float] = time.time
) -> Callable[[Request], Reply]:
    """A token endpoint that checks the assertion as SMART requires, and `/data` that needs the newest token."""
    used: set[str] = set()
    issued: list[str] = []
    keys = jose.read_key_set(jose.key_set([KEY]))

    def behave(request: Request) -> Reply:
        if request.path != "/token":
            good = issued and request.headers.get("authorization") == f"Bearer {issued[-1]}"
            return as_json({"ok": True}) if good else as_json({}, 401)
        form = request.form
        assert form["grant_type"] == "client_credentials"
        assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        claims = jose.verify(form["client_assertion"], keys, typ="jwt")
        now = clock()
        assert claims["iss"] == claims["sub"] == "samplan"
        assert claims["aud"] == f"http://{request.headers['host']}/token"
        assert int(now) < claims["exp"] <= now + 300
        assert claims["jti"] not in used
        used.add(claims["jti"])
        if seen is not None:
            seen.append(form)
        issued.append(f"token-{len(issued)}")
        return as_json({"access_token": issued[-1], "token_type": "Bearer", "expires_in": seconds})

    return behave


def credentials(server: Loopback) -> Credentials:
    """Our registration at that system."""
    return Credentials(f"{server.url}/token", "samplan", KEY, "system/*.rs")


# ---- what is refused before anything is sent


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "http://localhost/x",
        "http://127.0.0.1@evil.example/x",
        "https://127.0.0.1/x",
        "ftp://127.0.0.1/x",
        "file:///etc/hostname",
        "//x",
        "",
        "http://[::1/x",
        "http://127.0.0.1:99999/x",
        "http://\x00/",
    ],
)
async def test_an_address_outside_the_known_origins_is_never_asked(outbound: Outbound, server: Loopback, url: str):
    """A request is sent only if scheme, host and port are all those of a known origin."""
    with pytest.raises(UnknownOrigin):
        await outbound.get(url, within=1)
    assert server.seen == []


def test_origin_is_scheme_host_and_port():
    """Case and default ports make no difference; user info is refused."""
    assert origin("HTTPS://Fhir.Region.Example/r4") == "https://fhir.region.example:443"
    assert origin("http://127.0.0.1:80/") == "http://127.0.0.1:80"
    with pytest.raises(UnknownOrigin):
        origin("https://good.example@evil.example/")


async def test_the_known_origin_with_user_info_is_refused(outbound: Outbound, server: Loopback):
    """`http://user:secret@known` would send credentials that nobody configured."""
    with pytest.raises(UnknownOrigin):
        await outbound.get(server.url.replace("http://", "http://user:secret@"), within=1)


# ---- deadline


async def test_a_system_that_never_answers_takes_the_deadline_and_no_longer(outbound: Outbound, server: Loopback):
    """The deadline covers the whole call."""
    server.behave = hang
    started = time.perf_counter()
    with pytest.raises(TimedOut):
        await outbound.get(server.url, within=0.2)
    assert time.perf_counter() - started < 10


async def test_a_trickle_does_not_outlive_the_deadline(outbound: Outbound, server: Loopback):
    """A timeout per read would not end an answer of a byte now and then."""
    server.behave = lambda _: Reply(b"x" * 500, drip=0.02)
    started = time.perf_counter()
    with pytest.raises(TimedOut):
        await outbound.get(server.url, within=0.3)
    assert time.perf_counter() - started < 6


async def test_a_hanging_token_endpoint_counts_too(outbound: Outbound, server: Loopback):
    """Getting the token is part of the time."""
    server.behave = hang
    with pytest.raises(TimedOut):
        await outbound.get(f"{server.url}/data", within=0.2, grant=outbound.grant(credentials(server)))


async def test_a_system_that_hangs_for_many_does_not_hold_up_another(server: Loopback):
    """Connections that wait for one system do not use up those of another."""
    async with Loopback(hang) as silent, Outbound([server.url, silent.url], per_host=2) as outbound:
        waiting = [asyncio.create_task(outbound.get(silent.url, within=3)) for _ in range(150)]
        await asyncio.sleep(0.1)
        assert await outbound.get(server.url, within=30) == b"{}"
        assert not any(each.done() for each in waiting)
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(result, TimedOut) for result in results)
        assert silent.connections < len(waiting)


# ---- bytes


@pytest.mark.parametrize("length", [True, False])
async def test_more_bytes_than_the_limit_are_not_read(outbound: Outbound, server: Loopback, length):
    """A body over the limit is refused, whether its length is announced or not."""
    server.behave = lambda _: Reply(b"x" * 100_000, length=length, close=True)
    with pytest.raises(Oversized):
        await outbound.get(server.url, within=1)


async def test_the_limit_itself_is_allowed(outbound: Outbound, server: Loopback):
    """Exactly so many bytes pass."""
    server.behave = lambda _: Reply(b"x" * 1000)
    assert len(await outbound.get(server.url, within=1)) == 1000


async def test_a_compressed_answer_is_never_unpacked(outbound: Outbound, server: Loopback):
    """The request accepts identity only; a gzip bomb is refused by its header."""
    bomb = gzip.compress(b"0" * 500_000)
    assert len(bomb) < 1000
    server.behave = lambda _: Reply(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(NotJson):
        await outbound.get(server.url, within=1)
    assert server.seen[0].headers["accept-encoding"] == "identity"


async def test_the_token_endpoint_is_under_the_same_limits(outbound: Outbound, server: Loopback):
    """The limit covers the answers that Authlib reads."""
    server.behave = lambda _: Reply(b"{" + b" " * 100_000)
    with pytest.raises(Oversized):
        await outbound.get(f"{server.url}/data", within=1, grant=outbound.grant(credentials(server)))


# ---- status, form and redirects


@pytest.mark.parametrize("status", [301, 302, 307, 404, 429, 500, 503])
async def test_any_other_status_is_an_error_and_no_redirect_is_followed(
    outbound: Outbound, server: Loopback, status: int
):
    """A redirect would carry the token somewhere else."""
    server.behave = lambda _: Reply(b"", status, {"Location": f"{server.url}/other"})
    with pytest.raises(ErrorStatus) as caught:
        await outbound.get(server.url, within=1)
    assert caught.value.status == status
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", [401, 403])
async def test_a_rejected_request_is_unauthorised(outbound: Outbound, server: Loopback, status: int):
    """A missing token (401), and one without the right (403)."""
    server.behave = lambda _: Reply(b"", status)
    with pytest.raises(Unauthorised):
        await outbound.get(server.url, within=1)


async def test_a_closed_port_is_a_failed_connection():
    """The failure comes at once, not at the deadline."""
    async with Loopback(hang) as gone:
        url = gone.url
    async with Outbound([url]) as outbound:
        with pytest.raises(ConnectionFailed):
            await outbound.get(url, within=1)


async def test_a_system_that_always_closes_is_a_failed_connection(outbound: Outbound, server: Loopback):
    """There is a second try, in case the connection was an idle one, and no third."""

    def hang_up(_: Request) -> Reply:
        raise ConnectionResetError

    server.behave = hang_up
    with pytest.raises(ConnectionFailed):
        await outbound.post_form(server.url, {"a": "b"}, within=1)
    assert len(server.seen) == 2


async def test_an_unknown_name_is_a_failed_connection():
    """A name that does not resolve gives no connection."""
    async with Outbound(["http://nobody.invalid"]) as outbound:
        with pytest.raises((ConnectionFailed, TimedOut)):
            await outbound.get("http://nobody.invalid/", within=2)


async def test_a_broken_answer_is_a_failed_connection(outbound: Outbound, server: Loopback):
    """A part of the body is not handed out."""
    server.behave = lambda _: Reply(b"half", headers={"Content-Length": "100"}, length=False, close=True)
    with pytest.raises(ConnectionFailed):
        await outbound.get(server.url, within=1)


async def test_an_answer_that_is_not_http_is_a_failed_connection(outbound: Outbound, server: Loopback):
    """A status line that cannot be read is a broken connection."""
    server.behave = lambda _: Reply(b"", 20000)
    with pytest.raises(ConnectionFailed):
        await outbound.get(server.url, within=1)


async def test_a_form_is_posted_and_never_in_the_address(outbound: Outbound, server: Loopback):
    """Search parameters go in the body."""
    await outbound.post_form(f"{server.url}/Patient/_search", {"identifier": "a|åäö"}, within=1)
    assert server.seen[0].method == "POST"
    assert server.seen[0].target == "/Patient/_search"
    assert server.seen[0].form == {"identifier": "a|åäö"}
    assert server.seen[0].headers["content-type"] == "application/x-www-form-urlencoded"


async def test_cookies_are_not_kept(outbound: Outbound, server: Loopback):
    """Nothing of one person's request comes back with the next."""
    server.behave = lambda _: Reply(b"{}", headers={"Set-Cookie": "session=1; Path=/"})
    await outbound.get(server.url, within=1)
    await outbound.get(server.url, within=1)
    assert "cookie" not in server.seen[1].headers


async def test_an_answer_that_is_not_json_is_a_failure(outbound: Outbound, server: Loopback):
    """A key set is read; a login page and JSON that is nested too deeply are failures."""
    server.behave = lambda _: as_json({"keys": []})
    assert await outbound.get_json(server.url, within=1) == {"keys": []}
    async with Outbound([server.url]) as wide:
        for body in (b"<html>", b"\xff\xfe\x00", b"[" * 200_000):
            server.behave = lambda _, body=body: Reply(body)
            with pytest.raises(NotJson):
                await wide.get_json(server.url, within=1)


# ---- connections


async def test_connections_are_used_again(outbound: Outbound, server: Loopback):
    """Two requests after each other, with and without a token, use one connection."""
    server.behave = token_endpoint()
    grant = outbound.grant(credentials(server))
    for _ in range(3):
        await outbound.get(f"{server.url}/data", within=1, grant=grant)
    assert server.connections == 1


async def test_an_idle_connection_that_was_closed_is_no_failure(outbound: Outbound, server: Loopback):
    """The first form after a restart of the other system gets through."""
    await outbound.post_form(server.url, {"a": "b"}, within=1)
    server.drop_connections()
    assert await outbound.post_form(server.url, {"a": "b"}, within=1) == b"{}"
    assert server.connections == 2


async def test_an_address_with_a_proxy_in_the_environment_is_asked_directly(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
):
    """No environment variable sends patients' data through another system."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    async with Outbound([server.url]) as outbound:
        assert await outbound.get(server.url, within=1) == b"{}"


async def test_closing_during_a_request_is_clean(server: Loopback):
    """No session is left open, and the request ends as a failure."""
    server.behave = hang
    outbound = Outbound([server.url])
    asked = asyncio.create_task(outbound.get(server.url, within=5))
    await asyncio.sleep(0.05)
    await outbound.aclose()
    with pytest.raises(Failure):
        await asked
    await outbound.aclose()


async def test_a_client_that_was_never_used_closes_too():
    """It has opened nothing."""
    await Outbound(["https://fhir.region.example"]).aclose()


# ---- tokens


async def test_each_token_request_has_a_short_lived_assertion_of_its_own(outbound: Outbound, server: Loopback):
    """At most five minutes, a new `jti`, the configured scope."""
    forms: list[dict] = []
    server.behave = token_endpoint(seen=forms)
    for _ in range(3):
        await outbound.get(f"{server.url}/data", within=1, grant=outbound.grant(credentials(server)))
    assert len(forms) == 3
    assert all(form["scope"] == "system/*.rs" for form in forms)


async def test_a_token_is_asked_for_once_however_many_wait(outbound: Outbound, server: Loopback):
    """Ten requests at once cause one request for a token."""
    forms: list[dict] = []
    server.behave = token_endpoint(seen=forms)
    grant = outbound.grant(credentials(server))
    await asyncio.gather(*(outbound.get(f"{server.url}/data", within=1, grant=grant) for _ in range(10)))
    assert len(forms) == 1


async def test_a_token_is_asked_for_again_before_it_expires(server: Loopback):
    """Thirty seconds before its end a token is not used any more."""
    forms: list[dict] = []
    now = [time.time()]
    server.behave = token_endpoint(seen=forms, clock=lambda: now[0])
    async with Outbound([server.url], clock=lambda: now[0]) as outbound:
        grant = outbound.grant(credentials(server))
        for later, tokens in ((0, 1), (269, 1), (2, 2), (60, 2)):
            now[0] += later
            await outbound.get(f"{server.url}/data", within=1, grant=grant)
            assert len(forms) == tokens


@pytest.mark.parametrize("seconds", [None, 0, 10, -5])
async def test_a_token_without_a_lifetime_is_used_once(outbound: Outbound, server: Loopback, seconds: object):
    """An endpoint that names no usable lifetime is asked again for the next request."""
    forms: list[dict] = []
    server.behave = token_endpoint(seconds=seconds, seen=forms)
    grant = outbound.grant(credentials(server))
    await outbound.get(f"{server.url}/data", within=1, grant=grant)
    await outbound.get(f"{server.url}/data", within=1, grant=grant)
    assert len(forms) == 2


async def test_a_token_revoked_before_its_time_costs_one_more_try(outbound: Outbound, server: Loopback):
    """A restarted system has forgotten our token: the same request succeeds with a new one."""
    server.behave = token_endpoint()
    grant = outbound.grant(credentials(server))
    await outbound.get(f"{server.url}/data", within=1, grant=grant)
    server.behave = token_endpoint()
    assert json.loads(await outbound.get(f"{server.url}/data", within=1, grant=grant)) == {"ok": True}


async def test_a_token_that_is_always_rejected_is_tried_twice(outbound: Outbound, server: Loopback):
    """401 with a new token is a failure."""
    endpoint = token_endpoint()
    server.behave = lambda request: endpoint(request) if request.path == "/token" else as_json({}, 401)
    with pytest.raises(Unauthorised):
        await outbound.get(f"{server.url}/data", within=1, grant=outbound.grant(credentials(server)))
    assert [request.path for request in server.seen] == ["/token", "/data", "/token", "/data"]


async def test_a_newer_token_is_not_forgotten_with_an_older_one(outbound: Outbound, server: Loopback):
    """Two requests that are rejected with the same old token fetch one new token."""
    server.behave = token_endpoint()
    grant = outbound.grant(credentials(server))
    first = await grant.token()
    grant.forget(first)
    second = await grant.token()
    grant.forget(first)
    assert await grant.token() == second


@pytest.mark.parametrize(
    "reply, failure",
    [
        (as_json({"error": "invalid_client"}, 401), Unauthorised),
        (as_json({"error": "invalid_scope"}, 400), Unauthorised),
        (as_json({"token_type": "Bearer"}), Unauthorised),
        (as_json({"access_token": 7}), Unauthorised),
        (as_json({"access_token": "a b\r\nX: y"}), Unauthorised),
        (as_json({"access_token": "a", "expires_in": "soon"}), NotJson),
        (as_json({"access_token": "a", "expires_in": ["x"]}), NotJson),
        (as_json(["a"]), NotJson),
        (Reply(b"<html>"), NotJson),
        (Reply(b"", 500), ErrorStatus),
        (Reply(b"", 302, {"Location": "http://evil.example/"}), ErrorStatus),
    ],
)
async def test_a_token_endpoint_that_gives_none_is_a_failure_with_a_reason(
    outbound: Outbound, server: Loopback, reply: Reply, failure: type[Failure]
):
    """Each such answer is one of our failures, and no part of the answer is in its message."""
    server.behave = lambda _: reply
    with pytest.raises(failure) as caught:
        await outbound.get(f"{server.url}/data", within=1, grant=outbound.grant(credentials(server)))
    assert "invalid_" not in str(caught.value)


async def test_a_token_endpoint_of_an_unknown_origin_is_not_asked(server: Loopback):
    """The assertion goes to a configured origin only."""
    async with Outbound(["http://127.0.0.1:1"]) as outbound:
        with pytest.raises(UnknownOrigin):
            await outbound.get(f"{server.url}/data", within=1, grant=outbound.grant(credentials(server)))
    assert server.seen == []


# ---- in unit tests of others


async def test_respx_stands_in_for_the_network():
    """`using="httpx"` catches what this client sends."""
    with respx.mock(using="httpx") as router:
        route = router.get("https://issuer.example/jwks").mock(return_value=httpx.Response(200, json={"keys": []}))
        async with Outbound(["https://issuer.example"]) as outbound:
            assert await outbound.get_json("https://issuer.example/jwks", within=1) == {"keys": []}
    assert route.called


def test_every_failure_has_a_reason_of_its_own():
    """The reasons are what the overview shows."""
    kinds = [Failure, *Failure.__subclasses__()]
    reasons = {kind.reason for kind in kinds if kind.__module__ == "app.outbound"}
    assert reasons == {"timeout", "refused", "error-status", "unauthorised", "too-large", "not-json", "elsewhere"}
