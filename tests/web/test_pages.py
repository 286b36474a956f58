"""The first page over HTTP: its files, its security policy, and the address of the demo's identity provider."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any, get_args

import httpx
import pytest

from app.access.classification import InformationClass
from app.contracts.codes import CHANNELS, URGENCIES
from app.contracts.model.agreement import Achievement
from app.federation.source import AnswerState
from app.main import create_app
from app.overview.portal import texts
from app.settings import Settings

BASE = "http://samplan.test"
IDENTITY = "http://127.0.0.1:9"
CONTROLS = {"select", "input"}
SINKS = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|javascript:|style\.")


@asynccontextmanager
async def client(**more: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole app, without the database that no page needs."""
    settings = Settings(
        database_url="postgresql://nobody@127.0.0.1:1/none",
        base_url=BASE,
        issuer=IDENTITY,
        jwks_url=f"{IDENTITY}/jwks",
        audience=BASE,
        **more,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(settings)), base_url=BASE) as opened:
        yield opened


async def fetched(address: str, **more: Any) -> httpx.Response:
    async with client(**more) as opened:
        return await opened.get(address)


def directives(answer: httpx.Response) -> dict[str, list[str]]:
    """The directives of the answer's content security policy."""
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {name: values for name, *values in parts}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text inside scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] in {"script", "style"}:
            self.inline += data.strip()

    def attributes(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.elements if name in attrs]


async def test_the_page_needs_no_token_and_is_not_cached():
    """Anyone may open it; it is in no cache, and sends no referrer."""
    answer = await fetched("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("more", [{}, {"demo_identity": IDENTITY}], ids=["alone", "demo"])
async def test_the_policy_allows_only_our_own_files(more):
    """Own scripts, styles and calls only: nothing inline, no frame, no form, no base."""
    allowed = directives(await fetched("/", **more))
    assert allowed.pop("connect-src") == ["'self'", *more.values()]
    assert allowed == {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    }


async def test_the_demo_identity_is_named_in_the_demo():
    """The page has the address of the identity provider, and may call it."""
    answer = await fetched("/", demo_identity=IDENTITY)
    attrs = [attrs for tag, attrs in Elements(answer.text).elements if tag == "meta"]
    assert {"name": "demo-identity", "content": IDENTITY} in attrs


@pytest.mark.parametrize("more", [{}, {"demo_identity": IDENTITY, "production": True}], ids=["unset", "production"])
async def test_no_demo_identity_outside_the_demo(more):
    """Not set, or set together with the production flag: the page neither has it nor may call it."""
    answer = await fetched("/", **more)
    assert IDENTITY not in answer.text
    assert IDENTITY not in str(answer.headers)
    assert "demo-identity" not in answer.text


async def test_the_demo_identity_is_escaped():
    """Where it is written into the page."""
    answer = await fetched("/", demo_identity='http://127.0.0.1:9/"><script>')
    assert "<script>" not in answer.text


@pytest.mark.parametrize(("name", "kind"), [("page.js", "text/javascript"), ("page.css", "text/css")])
async def test_the_files_have_their_media_types(name, kind):
    """Byte for byte, with a policy under which they can do nothing by themselves."""
    answer = await fetched(f"/{name}")
    assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
    assert answer.text == files("app.web").joinpath(name).read_text("utf-8")
    assert directives(answer)["default-src"] == ["'none'"]


async def test_a_page_can_only_be_read():
    """Another method is refused, and an unknown file needs a caller as any unknown address does."""
    async with client() as opened:
        assert (await opened.post("/")).status_code == 401
        assert (await opened.get("/page.py")).status_code == 401


async def test_nothing_is_inline():
    """No script or style in the page itself, no style attribute, no event handler."""
    page = Elements((await fetched("/", demo_identity=IDENTITY)).text)
    assert page.inline == ""
    assert [attrs["src"] for tag, attrs in page.elements if tag == "script"] == ["/page.js"]
    names = {name for _, attrs in page.elements for name in attrs}
    assert not [name for name in names if name == "style" or name.startswith("on")]


async def test_the_page_has_a_language_and_landmarks():
    """Swedish, zoomable, a title, one first heading, and a landmark for each part."""
    page = Elements((await fetched("/")).text)
    tags = [tag for tag, _ in page.elements]
    assert ("html", {"lang": "sv"}) in page.elements
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in [
        attrs for _, attrs in page.elements
    ]
    assert [tags.count(tag) for tag in ("title", "h1", "header", "main", "form")] == [1] * 5
    assert [attrs["aria-label"] for tag, attrs in page.elements if tag == "form"] == ["Välj översikt"]
    assert page.elements[tags.index("body") + 1][1]["href"] == "#title"


async def test_every_control_has_a_label():
    """Each label names one control, each control has one, and no id is used twice."""
    page = Elements((await fetched("/")).text)
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    assert set(page.attributes("for")) == {attrs["id"] for tag, attrs in page.elements if tag in CONTROLS}
    assert set(page.attributes("aria-describedby")) <= set(ids)


def test_the_script_reads_nothing_as_markup():
    """The script uses no sink for markup, code or style."""
    assert SINKS.search(files("app.web").joinpath("page.js").read_text("utf-8")) is None


def test_every_code_on_the_page_has_its_words():
    """A channel, an urgency, an achievement or a state has a text in the API, a kind of activity one in the page."""
    script = files("app.web").joinpath("page.js").read_text("utf-8")
    tables = dict(re.findall(r"const ([A-Z]+) = (\{.*?\});", script, re.DOTALL))
    kinds = {a or b for a, b in re.findall(r'(?:"([\w-]+)"|(\w+)): ["\[]', tables["KINDS"])}
    activities = {
        InformationClass.TIME,
        InformationClass.SELF_CARE,
        InformationClass.HOME_CARE,
        InformationClass.CARE_ACTIVITY,
    }
    assert set(CHANNELS) <= texts.CHANNEL.keys()
    assert set(URGENCIES.values()) == texts.URGENCY.keys()
    assert set(get_args(Achievement)) == texts.ACHIEVEMENT.keys()
    assert {kind.value for kind in activities} == kinds
    assert {state.value for state in AnswerState} == texts.SOURCE.keys()


def test_the_page_repeats_no_words_of_the_api():
    """The Swedish words of a code are in the API's answer alone; the page has no table of them."""
    script = files("app.web").joinpath("page.js").read_text("utf-8")
    tables = (texts.ACHIEVEMENT, texts.URGENCY, texts.SOURCE, texts.ACCEPTANCE, texts.RELATION, texts.STATUS)
    own = {"Vårdnadshavare"}

    assert [text.swedish for table in tables for text in table.values() if f'"{text.swedish}"' in script] == sorted(own)
