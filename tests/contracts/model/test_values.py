"""Values of the contract model: an address has the form that its channel wants."""

import pytest

from app.contracts.model.values import is_address


@pytest.mark.parametrize(
    "channel, value, is_right",
    [
        ("phone", "010-555 01 00", True),
        ("phone", "a@b.se", False),
        ("e-service", "https://www.1177.se/", True),
        ("e-service", "http://www.1177.se/", False),
        ("a channel of tomorrow", "https://www.1177.se/", True),
    ],
)
def test_an_address_has_the_form_of_its_channel(channel, value, is_right):
    """A number to call, or an https address; a channel that is not known wants an https address."""
    assert is_address(channel, value) is is_right
