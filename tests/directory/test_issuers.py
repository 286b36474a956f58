"""The file of issuers: what is read, and the one sentence that names what is wrong."""

import json

import pytest

from app import jose
from app.access.caller import SAMBI, CallerKind, Role, identify, kind_of
from app.access.issuer import Issuer, canonical_claims
from app.directory.issuers import load_issuers
from app.errors import Unauthenticated
from tests.builders.access import POLICY

KEY = jose.new_key("k1")
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
GOOD = {"iss": '"https://idp.example"', "vouches": '["staff"]', "jwks_url": '"https://idp.example/jwks"'}


def written(tmp_path, *tables):
    """A file of issuers, with key files beside it."""
    (tmp_path / "public.json").write_text(json.dumps(jose.key_set([KEY])))
    (tmp_path / "private.json").write_text(json.dumps(jose.private_jwk(KEY)))
    file = tmp_path / "issuers.toml"
    lines = [["[[issuer]]", *(f"{key} = {value}" for key, value in table.items() if value)] for table in tables]
    file.write_text("\n".join(line for table in lines for line in table))
    return file


def test_issuers_are_read(tmp_path):
    """Three, each with all that it may have."""
    staff, persons, systems = load_issuers(
        written(
            tmp_path,
            GOOD | {"claims": '["inera", { "x" = "systemRole" }]', "assurance": f'{{ "3" = "{LOA3}" }}', "algorithms": '["ES256"]'},
            GOOD | {"iss": '"https://citizens.example"', "vouches": '["citizen"]', "claims": '"sweden-connect"', "audience": '"urn:a"'},
            {"iss": '"https://auth.example"', "vouches": '["system"]', "keys_file": '"public.json"', "bound": "true", "registered_only": "true",
             "introspection": '{ url = "https://auth.example/introspect", client_id = "samplan", key_file = "private.json" }'},
        )
    )  # fmt: skip

    assert (staff.vouches, staff.algorithms, staff.claims["x"], staff.assurance) == (
        {CallerKind.STAFF},
        {"ES256"},
        "systemRole",
        {"3": LOA3},
    )
    assert (persons.vouches, persons.audience) == ({CallerKind.CITIZEN}, "urn:a")
    assert (set(systems.keys), systems.bound, systems.registered_only) == ({"k1"}, True, True)
    assert systems.introspection is not None


@pytest.mark.parametrize(
    "key, value",
    [
        ("iss", ""), ("iss", '" "'), ("iss", "1"), ("vouches", ""), ("vouches", "[]"), ("vouches", '["admin"]'), ("vouches", '"staff"'),
        ("jwks_url", ""), ("jwks_url", '"http://idp.example/jwks"'), ("jwks_url", '"https://u:p@idp.example"'), ("jwks_url", "1"),
        ("keys_file", '"public.json"'), ("algorithms", '["RS256"]'), ("algorithms", '["none"]'), ("algorithms", "[]"),
        ("claims", '"unknown"'), ("claims", '{ "a" = "role" }'), ("claims", "1"), ("assurance", '"loa3"'), ("assurance", "{ a = 1 }"),
        ("audience", "1"), ("bound", '"yes"'), ("registered_only", "1"), ("token_url", '"x"'), ("secret", '"x"'),
        ("introspection", '{ url = "https://a.example" }'),
        ("introspection", '{ url = "https://a.example", client_id = "a", key_file = "public.json" }'),
        ("introspection", '{ url = "https://a.example", client_id = "a", key_file = "none.json" }'),
    ],
)  # fmt: skip
def test_a_wrong_key_is_named(tmp_path, key, value):
    """The sentence has the issuer and the key."""
    with pytest.raises(ValueError, match=f"^issuer .*: ({key}|jwks_url) ") as refused:
        load_issuers(written(tmp_path, GOOD | {key: value}))

    assert "\n" not in str(refused.value)


def test_a_file_of_keys_must_hold_some(tmp_path):
    """A private or missing key set is none."""
    for name in ("private.json", "none.json"):
        with pytest.raises(ValueError, match="keys_file"):
            load_issuers(written(tmp_path, GOOD | {"jwks_url": "", "keys_file": f'"{name}"'}))


@pytest.mark.parametrize("text", ["", "issuer = 1", "x = 1", "[[issuer]]\n[[source]]"])
def test_a_file_without_issuers_is_refused(tmp_path, text):
    """So that nobody starts without one by mistake."""
    (tmp_path / "issuers.toml").write_text(text)
    with pytest.raises(ValueError, match="issuers file"):
        load_issuers(tmp_path / "issuers.toml")
    with pytest.raises(ValueError, match="issuers file"):
        load_issuers(tmp_path / "nowhere.toml")


def test_two_issuers_are_not_called_the_same(tmp_path):
    """A token names one of them."""
    with pytest.raises(ValueError, match="is taken"):
        load_issuers(written(tmp_path, GOOD, GOOD))


def issuer(tmp_path, claims, **more):
    return load_issuers(written(tmp_path, GOOD | {"claims": claims, **more}))[0]


def test_claims_become_the_names_of_the_policy(tmp_path):
    """Older names of Inera's claims identify the same physician, at the level that the configuration accepts."""
    physician = {
        "urn:sambi:names:attribute:employeeHsaId": "SE2321000016-E",
        "urn:sambi:names:attribute:healthCareProviderHsaId": "SE2321000016-G",
        "urn:sambi:names:attribute:healthCareUnitHsaId": "SE2321000016-U",
        "urn:sambi:names:attribute:commissionPurpose": "Vård och behandling",
        "urn:sambi:names:attribute:healthcareProfessionalLicense": ["LK"],
        "levelOfAssurance": "3",
        "sub": "x",
    }
    accepted = canonical_claims(issuer(tmp_path, '"inera"', assurance=f'{{ "3" = "{LOA3}" }}'), physician)
    unknown = canonical_claims(issuer(tmp_path, '"inera"', assurance=f'{{ "4" = "{LOA3}" }}'), physician)

    assert identify(accepted, POLICY.roles).role is Role.PHYSICIAN
    assert identify(unknown, POLICY.roles).role is Role.NONE


def test_two_claims_for_one_fact_are_refused(tmp_path):
    """Unless they agree: nobody guesses which is meant."""
    old, new = "urn:sambi:names:attribute:employeeHsaId", SAMBI + "employeeHsaId"
    inera = issuer(tmp_path, '"inera"')

    assert canonical_claims(inera, {old: "a", new: "a"}) == {new: "a"}
    with pytest.raises(Unauthenticated):
        canonical_claims(inera, {old: "a", new: "b"})


def test_a_mapped_claim_does_not_hide_another_identity(tmp_path):
    """A persons' issuer whose token has an employee too identifies nobody."""
    connect = issuer(tmp_path, '"sweden-connect"')
    claims = canonical_claims(
        connect, {"urn:oid:1.2.752.29.4.13": "195009072553", SAMBI + "employeeHsaId": "SE1-1", "sub": "x"}
    )

    with pytest.raises(Unauthenticated):
        kind_of(claims)
    assert (
        kind_of(canonical_claims(connect, {"urn:oid:1.2.752.29.4.13": "195009072553", "sub": "x"}))
        is CallerKind.CITIZEN
    )


def test_an_issuer_shows_no_key():
    """Neither in a log nor in an error."""
    assert "k1" not in repr(Issuer(iss="x", vouches=frozenset(), keys={"k1": KEY}))
