"""A narrative is formatted text and nothing that acts."""

import pytest

from app.fhir.check.narrative import is_safe


def div(content):
    """A narrative with this content."""
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{content}</div>'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<div>no namespace</div>",
        div("<script>alert(1)</script>"),
        div('<p onclick="x()">a</p>'),
        div('<a href="javascript:x()">a</a>'),
        div('<a href=" JavaScript:x()">a</a>'),
        div('<img src="vbscript:x"/>'),
        div('<p style="background: URL(https://a.example)">a</p>'),
        div('<p style="width: expression(x)">a</p>'),
        div("<p style=\"background: image-set('https://a.example')\">a</p>"),
        div('<p style="background: u\\72l(https://a.example)">a</p>'),
        div('<p style="background: ur/**/l(https://a.example)">a</p>'),
        div('<img src="a.png" usemap="javascript:x()"/>'),
        div('<img src="https://a.example/x.png" alt="a"/>'),
        div('<img src="//a.example/x.png" alt="a"/>'),
        div('<img src="Binary/1" alt="a"/>'),
        div('<img src="#a" srcset="https://a.example/x.png 2x" alt="a"/>'),
        div('<img src="data:text/html,x" alt="a"/>'),
        div('<img src="data:image/svg+xml;base64,AA==" alt="a"/>'),
        div('<a href="data:text/html,x">a</a>'),
        div('<a href="#a" ping="https://a.example">a</a>'),
        div('<a xmlns:x="http://www.w3.org/1999/xlink" x:href="https://a.example">a</a>'),
        div('<object data="https://a.example"/>'),
        div('<p style="background: src(https://a.example)">a</p>'),
        div('<p style="a; @import https://a.example">a</p>'),
        div('<table background="https://a.example/x.png"><tr><td>a</td></tr></table>'),
        div('<link rel="stylesheet" href="https://a.example/x.css"/>'),
        div("&foo;"),
        div('<p title="&foo;">a</p>'),
        '<div title="http://www.w3.org/1999/xhtml">a</div>',
        div('<p xmlns="urn:a">a</p>'),
        div("<iframe/>"),
        div("<form/>"),
        div("<?php x ?>"),
        div("<p>not closed"),
        div("a < b"),
        div("<svg/>"),
        f"<!DOCTYPE div [<!ENTITY a 'b'>]>{div('&a;')}",
    ],
)
def test_what_acts_or_is_broken_is_refused(text):
    """Scripts, events, forms, foreign styles, entities of its own, and whatever is fetched when the text is shown."""
    assert is_safe(text) is False


@pytest.mark.parametrize(
    "text",
    [
        div("a &amp; b &lt; c &#229; &nbsp; &apos; &aring;"),
        div('<p xml:lang="sv" title="&nbsp;">a</p>'),
        div('<p class="a" style="color: red">a</p><table><tr><td colspan="2">b</td></tr></table>'),
        div('<a href="https://a.example/x">a</a><a href="#b">b</a><a href="Patient/1?a:b">c</a><a name="d"/>'),
        div('<img src="data:image/png;base64,AA==" alt="a"/>'),
        div('<img src="#picture" alt="a"/>'),
        "<div xmlns='http://www.w3.org/1999/xhtml'>a</div>",
    ],
)
def test_formatted_text_is_let_through(text):
    """Links, tables, pictures inside, entities of HTML."""
    assert is_safe(text) is True
