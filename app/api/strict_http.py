"""Refuses requests that two readers of HTTP could understand differently: proxies, servers and this app.

https://www.rfc-editor.org/rfc/rfc9110, https://www.rfc-editor.org/rfc/rfc9112#section-6
"""

from typing import Final

from starlette.types import Scope

from app.errors import Fault, Malformed, NotFound, UnsupportedMediaType

ONCE: Final = frozenset({
    b"accept", b"authorization", b"content-encoding", b"content-length", b"content-type", b"host", b"if-match",
    b"if-none-match", b"origin", b"transfer-encoding",
})  # fmt: skip
"""Headers that a request has at most once."""

TWICE: Final = Fault(
    "structure",
    "A header stands twice; send Accept, Authorization, Content-Type, If-Match and the like once each.",
    "Ett huvudfält står två gånger; skicka Accept, Authorization, Content-Type, If-Match och liknande en gång var.",
)
TWO_LENGTHS: Final = Fault(
    "structure",
    "Send Content-Length or Transfer-Encoding, not both.",
    "Skicka Content-Length eller Transfer-Encoding, inte båda.",
)
COMPRESSED: Final = Fault(
    "not-supported",
    "A body is not compressed here; send it without Content-Encoding.",
    "Innehåll komprimeras inte här; skicka det utan Content-Encoding.",
)
HIDDEN: Final = (b"%2f", b"%5c", b"%00", b"\\")
"""A slash or a backslash in an address that another reader would not take for one."""


def header(scope: Scope, name: bytes) -> str:
    """The values of a header with commas between, "" without it."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def refuse_ambiguous(scope: Scope) -> None:
    """Raise Malformed if a header stands twice, or a body has two lengths; UnsupportedMediaType if it is compressed."""
    seen = set()
    for name, value in scope["headers"]:
        if name not in ONCE:
            continue
        if name in seen:
            raise Malformed(TWICE)
        seen.add(name)
        if name == b"content-encoding" and value.strip().lower() not in {b"", b"identity"}:
            raise UnsupportedMediaType(COMPRESSED)
    if {b"content-length", b"transfer-encoding"} <= seen:
        raise Malformed(TWO_LENGTHS)


def refuse_hidden_slashes(scope: Scope) -> None:
    """Raise NotFound for an address with an encoded slash, a backslash or NUL, or one with `.` or `..` as a part."""
    raw = scope.get("raw_path", b"").partition(b"?")[0].lower()
    if any(mark in raw for mark in HIDDEN) or not {".", ".."}.isdisjoint(scope["path"].split("/")):
        raise NotFound
