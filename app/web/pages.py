"""The first page: enough to see that each reader gets their part; it calls the same API as any portal."""

from html import escape
from importlib.resources import files

from starlette.responses import Response
from starlette.routing import Route

KINDS = {"page.js": "text/javascript", "page.css": "text/css"}

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Own files alone, nothing inline, and no text that is ever read as markup (https://www.w3.org/TR/CSP3/)."""


def routes(demo_identity: str | None) -> list[Route]:
    """The page and its two files; the demo's identity provider is named only where the demo set it."""
    texts = {name: files("app.web").joinpath(name).read_text("utf-8") for name in ("page.html", *KINDS)}
    named = f'<meta name="demo-identity" content="{escape(demo_identity)}">\n' if demo_identity else ""
    page = texts["page.html"].replace("<title>", f"{named}<title>", 1)
    policy = f"{POLICY}; connect-src 'self' {demo_identity or ''}".rstrip()

    async def first_page(_: object) -> Response:
        return Response(page, media_type="text/html; charset=utf-8", headers={"content-security-policy": policy})

    def file(name: str) -> Route:
        async def answer(_: object) -> Response:
            return Response(texts[name], media_type=KINDS[name])

        return Route(f"/{name}", answer, include_in_schema=False)

    return [Route("/", first_page, include_in_schema=False), *map(file, KINDS)]
