"""Checks that a narrative is only formatted text: no scripts, forms or events, and nothing that is fetched to show it.

txt-1 and txt-2 of https://hl7.org/fhir/R4/narrative.html
"""

import re
from html.entities import name2codepoint
from typing import Any, Final, NoReturn
from xml.parsers import expat

from app.fhir.codes import XHTML_NAMESPACE

XML: Final = "http://www.w3.org/XML/1998/namespace"

TAGS: Final = frozenset({
    "a", "abbr", "acronym", "address", "area", "b", "bdo", "big", "blockquote", "br", "caption", "cite", "code",
    "col", "colgroup", "dd", "del", "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "img", "ins", "kbd", "li", "map", "ol", "p", "pre", "q", "samp", "small", "span", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
})  # fmt: skip

ATTRIBUTES: Final = frozenset({
    "abbr", "accesskey", "align", "alt", "axis", "border", "cellhalign", "cellpadding", "cellspacing",
    "cellvalign", "char", "charoff", "charset", "cite", "class", "colspan", "coords", "dir", "frame", "headers",
    "height", "href", "hreflang", "id", "lang", "longdesc", "name", "nohref", "nowrap", "rel", "rev", "rowspan",
    "rules", "scope", "shape", "span", "src", "start", "style", "summary", "tabindex", "title", "type",
    "usemap", "valign", "value", "width", f"{XML} lang", "bgcolor", "clear", "compact", "datetime",
    "hspace", "vspace",
})  # fmt: skip

ADDRESSES: Final = frozenset({"href", "cite", "longdesc", "usemap"})
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "urn"})
PICTURE: Final = re.compile(r"#.*|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*", re.DOTALL)
"""The addresses of a picture: a contained resource, or the picture itself; any other is fetched to show the text."""

FETCHES: Final = ("url(", "src(", "image(", "expression(", "image-set(", "@", "\\", "/*")
"""Text that a style may not hold: it fetches or computes, or hides such text."""

ENTITIES: Final = frozenset({*name2codepoint, "apos"})
"""The entities of XHTML."""

_TAG: Final = re.compile("<[^>]*>")
_ENTITY: Final = re.compile("&([^#;]*);")


class _UnsafeNarrative(Exception):
    """The narrative holds something that it may not."""


def is_safe(div: str) -> bool:
    """Tell whether a narrative is well-formed and has only tags, attributes and addresses from the lists."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.UseForeignDTD(True)
    parser.StartElementHandler = _element
    parser.StartDoctypeDeclHandler = _refuse
    parser.ProcessingInstructionHandler = _refuse
    try:
        parser.Parse(div, True)
    except (expat.ExpatError, _UnsafeNarrative):
        return False
    return ENTITIES.issuperset(_ENTITY.findall(div))


def drop_unsafe(resource: dict[str, Any]) -> bool:
    """Take away unsafe narratives, of the resource and of those contained; returns whether there were any."""
    contained = resource.get("contained")
    holders = [resource, *(contained if isinstance(contained, list) else ())]
    unsafe = [holder for holder in holders if isinstance(holder, dict) and _has_unsafe_div(holder.get("text"))]
    for holder in unsafe:
        del holder["text"]
    return bool(unsafe)


def _has_unsafe_div(text: object) -> bool:
    return isinstance(text, dict) and isinstance(text.get("div"), str) and not is_safe(text["div"])


def has_content(div: str) -> bool:
    """Tell whether a narrative has text, or a picture."""
    return "<img" in div or _TAG.sub("", div).strip() != ""


def _element(tag: str, attributes: dict[str, str]) -> None:
    namespace, _, name = tag.rpartition(" ")
    if namespace != XHTML_NAMESPACE or name not in TAGS:
        raise _UnsafeNarrative
    for name, value in attributes.items():
        if name not in ATTRIBUTES or (name in ADDRESSES and not _is_safe_address(value)):
            raise _UnsafeNarrative
        if name == "src" and not PICTURE.fullmatch(value.strip()):
            raise _UnsafeNarrative
        if name == "style" and any(mark in value.lower() for mark in FETCHES):
            raise _UnsafeNarrative


def _is_safe_address(address: str) -> bool:
    """Tell whether an address is relative or of a harmless scheme: never a script."""
    scheme, colon, _ = address.strip().partition(":")
    is_relative = not colon or any(mark in scheme for mark in "/?#")
    return is_relative or scheme.lower() in SCHEMES


def _refuse(*_: object) -> NoReturn:
    raise _UnsafeNarrative
