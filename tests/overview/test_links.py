"""Only an https address ever reaches a portal as a link."""

import pytest

from app.contracts.codes import CONTACT_WAY, PORTAL_LINK
from tests.builders.overviews import PAPER, PLAN, TEAM, TIME, overview

SAFE = "https://e-tjanster.example.se/x"
UNSAFE = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x", "http://a.example.se/",
    "//a.example.se/", "ftp://a.example.se/", "https://bank.se@a.example.se/",
)  # fmt: skip


def linked(address):
    """A time, a plan, a document and a way of contact that lead to an address."""
    portal = {"extension": [{"url": PORTAL_LINK, "valueUrl": address}]}
    own = {"url": CONTACT_WAY, "extension": [{"url": "channel", "valueCode": "e-service"},
                                             {"url": "link", "valueUrl": address}]}  # fmt: skip
    ways = [{"extension": [own], "system": "url", "value": address}, {"system": "url", "value": address}]
    paper = {**PAPER, "content": [{"attachment": {"url": address}}]}
    return overview({**TIME, **portal}, {**PLAN, **portal}, paper, {**TEAM, "telecom": ways})


def test_a_link_is_shown():
    """With each of them, by its name or as the value of a channel on the web."""
    found = linked(SAFE)

    assert [one["link"] for one in (*found["times"], *found["plans"])] == [SAFE] * 3
    assert [(one["value"], one.get("link")) for one in found["agreement"]["contactWays"]] == [
        (SAFE, SAFE),
        (SAFE, None),
    ]


@pytest.mark.parametrize("address", UNSAFE)
def test_what_would_run_something_or_lead_astray_is_no_link(address):
    """Neither under any name, nor anywhere in the overview; the way is there, without it."""
    found = linked(address)

    assert address not in str(found)
    assert [one["channelText"]["sv"] for one in found["agreement"]["contactWays"]] == ["E-tjänst", "E-tjänst"]
