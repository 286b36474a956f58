"""The first page in a real Chromium with answers that the demo never gives: gaps, refusals, malice and delay."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.api.failures import render
from app.demo.children import free_port
from app.errors import Forbidden, NotFound, Unauthenticated
from app.federation.reasons import REASONS
from app.overview.portal.texts import SOURCE
from app.web import pages
from tests.web.browser import Tab

STATUS = "document.querySelector('#status').textContent"
SETTLED = f"{STATUS} && !{STATUS}.startsWith('Hämtar')"
NOTHING: dict[str, Any] = {
    "patient": {"reference": "Patient/a", "protected": False}, "complete": True, "sources": [], "nextStep": None,
    "agreement": None, "contacts": [], "times": [], "plans": [], "otherParts": [], "timeline": [],
}  # fmt: skip
ORIGIN = {"source": "samplan", "giver": None, "reference": "x", "status": "booked"}
BOOKED = {"status": "booked", "statusText": {"sv": "Bokad", "en": "Booked"}, "origins": [ORIGIN]}


class Stage:
    """A server with the real page and an API with a fixed answer for each token; it records the requests."""

    def __init__(self) -> None:
        self.base = f"http://127.0.0.1:{free_port()}"
        self.answers: dict[str, tuple[float, Any]] = {}
        self.asked: list[tuple[str, str]] = []

    async def overview(self, request: Request) -> Response:
        token = request.headers["authorization"].removeprefix("Bearer ")
        self.asked.append((request.method, request.url.path))
        seconds, answer = self.answers[token]
        await asyncio.sleep(seconds)
        return render(answer) if isinstance(answer, Exception) else JSONResponse(answer)

    async def callers(self, _: Request) -> Response:
        return JSONResponse(
            [
                {
                    "caller": name,
                    "role": "physician",
                    "name": name.capitalize(),
                    "giver": "g",
                    "giverName": "Regionen",
                    "about": ["Patient/a"],
                    "called": {"Patient/a": "Någon"},
                }
                for name in self.answers
            ]
        )

    async def token(self, request: Request) -> Response:
        return JSONResponse({"access_token": request.path_params["name"]})

    @contextlib.contextmanager
    def open(self, *, demo: bool) -> Iterator[None]:
        routes = [
            *(Route(path, page) for path, page in pages.endpoints(self.base if demo else None).items()),
            Route("/callers", self.callers),
            Route("/callers/{name}/token", self.token), Route("/api/overview/me", self.overview),
            Route("/api/overview", self.overview, methods=["POST"]),
        ]  # fmt: skip
        port = int(self.base.rpartition(":")[2])
        server = uvicorn.Server(
            uvicorn.Config(Starlette(routes=routes), port=port, log_level="error", timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run)
        thread.start()
        until = time.monotonic() + 20
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def stage(tab: Tab) -> Stage:
    tab.complaints.clear()
    return Stage()


def shown(tab: Tab, stage: Stage, answer: Any) -> str:
    """The text of the unfolded page after the API gave this answer to a member of staff."""
    stage.answers = {"doctor": (0, answer)}
    with stage.open(demo=True):
        tab.open(f"{stage.base}/")
        tab.wait(SETTLED)
        tab.ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        return str(tab.ask("document.querySelector('main').innerText"))


def source(state: str, reason: str | None, as_of: str | None = "2026-11-25T02:27:19Z") -> dict[str, Any]:
    why = f" {REASONS[reason].swedish}" if reason else ""
    text = {"sv": f"{SOURCE[state].swedish}{why}"}
    return {"name": "arkivet", "giver": None, "state": state, "reason": reason, "asOf": as_of, "text": text}


def test_a_token_opens_the_own_overview_outside_the_demo(tab, stage):
    """A field for the token instead of lists of people; the token goes to this server alone, never in an address."""
    stage.answers = {
        "good": (0, {**NOTHING, "patient": {"reference": "Patient/a", "name": "Anna", "protected": False}})
    }
    with stage.open(demo=False):
        tab.open(f"{stage.base}/")
        tab.wait("document.querySelector('#token').getClientRects().length")
        assert tab.ask("document.querySelector('#caller').getClientRects().length") == 0
        assert tab.ask("document.querySelector('#demo').getClientRects().length") == 0
        tab.ask("document.querySelector('#who').requestSubmit()")
        tab.wait(SETTLED)
        assert tab.ask(STATUS) == "Klistra in en åtkomstbiljett först."
        tab.ask("document.querySelector('#token').value = ' good '; document.querySelector('#who').requestSubmit()")
        tab.wait("document.title.includes('Anna')")
        assert tab.ask("location.href") == f"{stage.base}/"
    assert stage.asked == [("GET", "/api/overview/me")]
    assert tab.ask("localStorage.length + sessionStorage.length") == 0
    assert [node["name"] for node in tab.accessible() if node["role"] == "textbox"] == ["Åtkomstbiljett"]


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (Unauthenticated(), "En giltig åtkomstbiljett behövs. Logga in igen"),
        (Forbidden(), "Din roll får inte göra detta."),
        (NotFound(), "Finns inte. Personen finns inte, eller så har du inte rätt att se översikten."),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
def test_a_refusal_is_shown_in_swedish(refusal, expected, tab, stage):
    """In the API's own words, with advice; no status code, and nothing of a person."""
    text = shown(tab, stage, refusal)
    assert text.startswith("Översikten kan inte visas")
    assert expected in text
    assert "40" not in text
    assert "undefined" not in text


def test_an_unreachable_server_is_shown_in_swedish(tab, stage):
    """The page stays, and shows that it cannot reach the API."""
    assert "Det finns inget att visa för dig här." in shown(tab, stage, NOTHING)
    tab.ask("document.querySelector('#who').requestSubmit()")
    tab.wait(SETTLED)
    assert tab.ask(STATUS) == "Det gick inte att nå Samplan. Försök igen om en stund."


def test_unknown_details_are_shown_as_unknown(tab, stage):
    """No day, place or contact way; a plan in another system; a conflict."""
    disagreeing = [{**ORIGIN, "source": name} for name in ("samplan", "arkivet")]
    time_ = {"reference": "Appointment/a", "type": "Appointment", "giver": None, **BOOKED}
    text = shown(
        tab,
        stage,
        {
            **NOTHING,
            "times": [{**time_, "conflict": True, "origins": disagreeing, "window": {"start": "2026-12-01"}}],
            "contacts": [
                {"reference": "CareTeam/a", "type": "CareTeam", "giver": None, "name": "Kim", "origins": [ORIGIN]}
            ],
            "plans": [
                {
                    "reference": "CarePlan/a",
                    "type": "CarePlan",
                    "title": "En plan",
                    "pointer": True,
                    "origins": [ORIGIN],
                },
                {
                    "reference": "CarePlan/b",
                    "type": "CarePlan",
                    "title": "En annan",
                    "progress": {"completed": 0, "total": 0},
                },
            ],
            "timeline": [{"kind": "self-care", "reference": "Task/a", "title": "Promenad"}],
        },
    )
    for expected in (
        "Det finns inget inplanerat att visa.",
        "Utan rubrik",
        "Tiden är inte bestämd än. Tänkt: Från 1 december 2026",
        "Platsen är inte angiven",
        "Systemen har olika uppgifter om läget.",
        "Finns i flera system: Samplan, arkivet",
        "Inget sätt att nå kontakten är angivet.",
        "Planen finns hos någon annan",
        "Namnet är inte känt här",
        "Hur långt planen har kommit är inte känt här.",
        "Promenad",
        "Utan datum",
    ):
        assert expected in text
    assert "undefined" not in text
    assert "null" not in text
    assert tab.complaints == []


def test_an_incomplete_answer_is_shown_as_incomplete(tab, stage):
    """With the source that left something out; an empty part does not claim to be empty."""
    text = shown(
        tab,
        stage,
        {
            **NOTHING,
            "complete": False,
            "sources": [source("data", "invalid")],
            "times": [{**BOOKED, "title": "Prov"}],
            "timeline": [{"kind": "time", "title": "Prov"}],
        },
    )
    assert "Översikten är inte fullständig" in text
    assert "arkivet: Har svarat. Svaret, eller en del av det, var felaktigt och visas inte." in text
    assert "Inget att visa här just nu. Alla källor har inte svarat." in text
    assert "Hämtat 25 november 2026 kl. 03.27" in text
    silent = shown(tab, stage, {**NOTHING, "complete": False, "sources": [source("unknown", "timeout", None)]})
    assert "Det finns inget att visa för dig just nu." in silent
    assert "Okänt vad som finns här just nu." in silent


def test_an_answer_becomes_no_markup_and_no_unsafe_link(tab, stage):
    """Markup is shown as text; a script or an unencrypted address is no link."""
    hostile = "<img src=x onerror='window.ran = 1'><b>fet</b>"
    times = [
        {**BOOKED, "title": hostile, "instruction": hostile, "link": link, "start": "2099-01-01T10:00:00+01:00"}
        for link in ("javascript:window.ran = 1", "http://example.org/", "https://example.org/tid")
    ]
    ways = [
        {"channel": "e-service", "value": "javascript:window.ran = 1"},
        {"channel": "phone", "value": "0000-100 20"},
    ]
    contact = {"name": hostile, "contactWays": ways, "origins": [ORIGIN]}
    text = shown(tab, stage, {**NOTHING, "times": times, "contacts": [contact], "nextStep": times[0]})
    assert hostile in text
    assert tab.ask("document.querySelectorAll('main img, main b').length") == 0
    links = tab.ask("[...document.querySelectorAll('main a')].map((one) => one.href)")
    assert links == ["tel:000010020", "https://example.org/tid"]
    assert tab.ask("window.ran") is None


def test_only_the_latest_request_is_shown(tab, stage):
    """Another reader is chosen before the first answer has come: that answer is never shown."""
    named = {
        name: {**NOTHING, "patient": {"reference": "Patient/a", "name": name, "protected": False}} for name in "AB"
    }
    stage.answers = {"slow": (1.0, named["A"]), "quick": (0, named["B"])}
    with stage.open(demo=True):
        tab.open(f"{stage.base}/")
        tab.wait(f"{STATUS}.startsWith('Hämtar')")
        assert tab.ask("document.querySelector('#overview').textContent") == ""
        tab.ask("document.querySelector('#caller').value = 'quick'; document.querySelector('#who').requestSubmit()")
        tab.wait("document.title.includes('Översikt för B')")
        time.sleep(1.5)
        assert tab.ask("document.querySelector('h1').textContent") == "Översikt för B"
        assert "Visas för Quick" in tab.ask("document.querySelector('main').innerText")


def test_the_old_overview_is_removed_before_the_next(tab, stage):
    """While the next answer is on its way, neither the page nor its title shows the old one."""
    stage.answers = {
        name: (seconds, {**NOTHING, "patient": {"reference": "Patient/a", "name": name, "protected": False}})
        for name, seconds in (("Astrid", 0), ("Birger", 1.0))
    }
    with stage.open(demo=True):
        tab.open(f"{stage.base}/")
        tab.wait("document.title.includes('Astrid')")
        tab.ask("document.querySelector('#caller').value = 'Birger'; document.querySelector('#who').requestSubmit()")
        assert tab.ask(f"{STATUS}.startsWith('Hämtar')")
        assert "Astrid" not in tab.ask("document.title + document.querySelector('main').textContent")
        tab.wait("document.title.includes('Birger')")


def test_days_and_times_are_in_swedish_time(tab, stage):
    """Stockholm's clock for every reader, also over midnight and over the change to summer time."""
    tab.call("Emulation.setTimezoneOverride", timezoneId="Pacific/Auckland")
    when = [("2099-06-30T22:30:00Z", "2099-06-30T23:30:00Z"), ("2099-12-31T22:30:00Z", "2099-12-31T23:30:00Z")]
    text = shown(
        tab,
        stage,
        {
            **NOTHING,
            "times": [{**BOOKED, "start": start, "end": end} for start, end in when],
            "timeline": [{"kind": "time", "start": "2099-06-30", "end": "2099-07-01"}],
        },
    )
    tab.call("Emulation.setTimezoneOverride", timezoneId="")
    assert "Onsdag 1 juli 2099 kl. 00.30–01.30" in text
    assert "Torsdag 31 december 2099 kl. 23.30 till fredag 1 januari 2100 kl. 00.30" in text
    assert "Tisdag 30 juni 2099" in text
