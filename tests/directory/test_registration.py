"""Registrations of client systems: what is refused, by element, and what two clients cannot share."""

import pytest

from app import jose
from app.directory.registration import add_clients, list_clients, registration, rotate_keys, set_disabled
from app.errors import NotFound, Unprocessable

KEY, OTHER_KEY = jose.new_key("k1"), jose.new_key("k2")
GOOD = {"id": "ehr", "name": "Region Nord, EHR", "giver": "SE2321000016-1A01", "scopes": "system/Appointment.rs"}


def client(**changes):
    return registration({**GOOD, **changes})


@pytest.mark.parametrize(
    "element, value",
    [
        ("id", None), ("id", "two words"), ("id", "a\nb"), ("id", "å"), ("id", "a'b"), ("id", "../x"), ("id", "x" * 129),
        ("id", "ehr-195009072553"), ("id", 1), ("id", ["a"]),
        ("name", ""), ("name", "a\nb"), ("name", "a" * 201), ("name", "a\u202eb"), ("name", 1),
        ("giver", None), ("giver", "region"), ("giver", 1), ("unit", "SE1-2"),
        ("issuer", " "), ("issuer", 1),
        ("scopes", "openid"), ("scopes", "system/Appointment.read"), ("scopes", "system/*.rs?x=1"), ("scopes", 1),
        ("scopes", [1]),
        ("keys", {}), ("keys", [1]), ("keys", {"keys": []}), ("keys", {"keys": [1]}),
        ("keys", {"keys": [jose.private_jwk(KEY)]}), ("keys", {"keys": jose.key_set([KEY])["keys"] * 2}),
        ("keys", {"keys": [{"kty": "oct", "k": "AA", "kid": "x"}]}),
        ("jwks_url", "http://ehr.example/jwks"), ("jwks_url", "ftp://ehr.example"), ("jwks_url", "https://u:p@ehr.example"),
        ("owns", "https://a.example"), ("owns", [1]), ("copies", [""]),
        ("source", 1), ("properties", ["superuser"]), ("properties", "population-register"), ("properties", [[]]),
        ("superuser", True),
    ],
    ids=lambda value: repr(value)[:24],
)  # fmt: skip
def test_a_wrong_element_is_named(element, value):
    """The fault says which element it is, and repeats nothing of the value."""
    with pytest.raises(Unprocessable) as refused:
        client(**{element: value})

    assert [fault.expression for fault in refused.value.faults] == [element]
    assert "195009072553" not in str(refused.value)


def test_keys_and_their_address_exclude_each_other():
    """A client has one place for its keys."""
    with pytest.raises(Unprocessable) as refused:
        client(keys=jose.key_set([KEY]), jwks_url="https://ehr.example/jwks")

    assert [fault.expression for fault in refused.value.faults] == ["jwks_url"]


async def test_a_registration_is_stored_and_listed(database):
    """With everything it has, in its normal form; a second one with the same id is refused, and changes nothing."""
    stored = client(
        scopes=["system/Goal.r", "system/Appointment.rs"],
        keys=jose.key_set([KEY]),
        unit="se2321000016-1b01",
        owns=["urn:oid:1.2.752.129.2.1.4.1"],
        properties=["population-register"],
    )
    await add_clients(database.owner_url, [stored])

    with pytest.raises(Unprocessable):
        await add_clients(database.owner_url, [client(id="new"), client()])

    assert await list_clients(database.owner_url) == [stored]
    assert stored.unit == "SE2321000016-1B01"
    assert stored.scopes == "system/Appointment.rs system/Goal.r"


async def test_two_clients_never_have_the_same_key(database):
    """Not under another kid, and not by a rotation: whoever holds it could be either."""
    renamed = {"keys": [{**jose.key_set([KEY])["keys"][0], "kid": "another"}]}
    await add_clients(
        database.owner_url, [client(keys=jose.key_set([KEY])), client(id="other", keys=jose.key_set([OTHER_KEY]))]
    )

    with pytest.raises(Unprocessable):
        await add_clients(database.owner_url, [client(id="third", keys=renamed)])
    with pytest.raises(Unprocessable):
        await rotate_keys(database.owner_url, "other", renamed, add=True)


async def test_keys_rotate_with_and_without_the_earlier_ones(database):
    """With `add` both hold, without it the new ones alone; a disabled client stays disabled."""
    await add_clients(database.owner_url, [client(keys=jose.key_set([KEY]))])
    await set_disabled(database.owner_url, "ehr", disabled=True)

    both = await rotate_keys(database.owner_url, "ehr", jose.key_set([OTHER_KEY]), add=True)
    last = await rotate_keys(database.owner_url, "ehr", jose.key_set([OTHER_KEY]), add=False)

    assert set(jose.read_key_set(both.keys)) == {"k1", "k2"}
    assert set(jose.read_key_set(last.keys)) == {"k2"}
    assert (await list_clients(database.owner_url))[0].disabled


async def test_an_unknown_client_is_not_changed(database):
    """Rotation and disabling name a registered client."""
    with pytest.raises(NotFound):
        await rotate_keys(database.owner_url, "nobody", jose.key_set([KEY]), add=False)
    with pytest.raises(NotFound):
        await set_disabled(database.owner_url, "nobody", disabled=True)
