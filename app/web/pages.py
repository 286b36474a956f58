"""The first page: shows what each caller may see. It calls the same API as any portal."""

from collections.abc import Awaitable, Callable
from html import escape
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Awaitable[Response]]

MEDIA_TYPES = {"page.js": "text/javascript", "page.css": "text/css"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Only our own files, nothing inline, and no text that a script may write as markup (https://www.w3.org/TR/CSP3/)."""


def endpoints(demo_identity: str | None) -> dict[str, Endpoint]:
    """The page and its files, by address; `demo_identity` is the origin of the demo's identity provider, if any."""
    texts = {name: files("app.web").joinpath(name).read_text("utf-8") for name in ("page.html", *MEDIA_TYPES)}
    meta = f'<meta name="demo-identity" content="{escape(demo_identity)}">\n' if demo_identity else ""
    page = texts["page.html"].replace("<title>", f"{meta}<title>", 1)
    policy = f"{POLICY}; connect-src 'self' {demo_identity or ''}".rstrip()

    async def first_page(_: Request) -> Response:
        return Response(page, media_type="text/html; charset=utf-8", headers={"content-security-policy": policy})

    return {"/": first_page, **{f"/{name}": _file(texts[name], MEDIA_TYPES[name]) for name in MEDIA_TYPES}}


def _file(text: str, media_type: str) -> Endpoint:
    async def file(_: Request) -> Response:
        return Response(text, media_type=media_type)

    return file
