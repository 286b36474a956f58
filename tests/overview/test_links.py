"""Only an https address is shown as a link."""

import pytest

from app.contracts.codes import CONTACT_WAY, PORTAL_LINK
from tests.builders.overviews import PAPER, PLAN, TEAM, TIME, overview

SAFE = "https://e-tjanster.example.se/x"
UNSAFE = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,x", "http://a.example.se/",
    "//a.example.se/", "ftp://a.example.se/", "https://bank.se@a.example.se/",
)  # fmt: skip


def linked(address):
    """The overview of a time, a plan, a document and a contact way that link to an address."""
    portal = {"extension": [{"url": PORTAL_LINK, "valueUrl": address}]}
    own = {"url": CONTACT_WAY, "extension": [{"url": "channel", "valueCode": "e-service"},
                                             {"url": "link", "valueUrl": address}]}  # fmt: skip
    ways = [{"extension": [own], "system": "url", "value": address}, {"system": "url", "value": address}]
    paper = {**PAPER, "content": [{"attachment": {"url": address}}]}
    return overview({**TIME, **portal}, {**PLAN, **portal}, paper, {**TEAM, "telecom": ways})


def test_an_https_address_is_a_link():
    """As `link`, or as the value of a channel on the web."""
    result = linked(SAFE)

    assert [part["link"] for part in (*result["times"], *result["plans"])] == [SAFE] * 3
    assert [(part["value"], part.get("link")) for part in result["otherParts"][0]["contactWays"]] == [
        (SAFE, SAFE),
        (SAFE, None),
    ]


@pytest.mark.parametrize("address", UNSAFE)
def test_an_unsafe_address_is_left_out(address):
    """It is nowhere in the overview; the contact way is shown without it."""
    result = linked(address)

    assert address not in str(result)
    assert [part["channelText"]["sv"] for part in result["otherParts"][0]["contactWays"]] == ["E-tjänst", "E-tjänst"]
