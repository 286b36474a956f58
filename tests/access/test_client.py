"""What a registration leaves of a token's caller."""

from dataclasses import replace

import pytest

from app.access.caller import Caller, CallerKind, Role
from app.access.client import RegisteredClient, limit
from app.access.scopes import common_scopes, read_scopes
from app.errors import Unauthenticated, Unprocessable

ISS = "https://idp.example"
GIVER, UNIT = "SE2321000016-G", "SE2321000016-U"
CLIENT = RegisteredClient(
    id="ehr", name="EHR", giver=GIVER, scopes=read_scopes("system/Appointment.crus user/*.rs patient/Goal.r")
)


def caller(kind: CallerKind = CallerKind.SYSTEM, scope: str = "", **changes) -> Caller:
    context = {CallerKind.SYSTEM: "system", CallerKind.STAFF: "user", CallerKind.CITIZEN: "patient"}[kind]
    known = {"giver": GIVER, "unit": UNIT, "scopes": read_scopes(scope).get(context), **changes}
    return Caller(kind=kind, role=Role.SYSTEM, **known)


def test_the_scopes_are_those_of_both():
    """A token gets no letter that the registration lacks, and the registration gives no letter that the token lacks."""
    limited = limit(caller(scope="system/*.rd system/Goal.cruds"), CLIENT, ISS)

    assert limited.scopes == {"Appointment": frozenset("r")}


def test_a_system_without_scopes_gets_none_from_its_registration():
    """The registration is a maximum, no grant."""
    assert not limit(caller(), CLIENT, ISS).may("Appointment", "r")


def test_staff_and_persons_without_scopes_get_those_of_their_client():
    """Nothing else narrows what they may do through it."""
    staff = limit(caller(CallerKind.STAFF), CLIENT, ISS)
    person = limit(caller(CallerKind.CITIZEN), CLIENT, ISS)

    assert (staff.may("Goal", "r"), staff.may("Goal", "u")) == (True, False)
    assert (person.may("Goal", "r"), person.may("Appointment", "r")) == (True, False)


@pytest.mark.parametrize(
    "changes",
    [
        {"disabled": True},
        {"giver": "SE2321000016-OTHER"},
        {"unit": "SE2321000016-OTHER"},
        {"issuer": "https://other.example"},
        {"scopes": read_scopes("user/*.rs")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_system_of_an_unfit_client_is_refused(changes):
    """Disabled, of another giver or unit, of another issuer, or registered for people alone."""
    with pytest.raises(Unauthenticated):
        limit(caller(scope="system/*.rs"), replace(CLIENT, **changes), ISS)


def test_a_system_whose_client_is_not_registered_is_refused():
    """Its issuer's word is not enough; staff may use a client that is not registered."""
    with pytest.raises(Unauthenticated):
        limit(caller(scope="system/*.rs"), None, ISS)
    staff = caller(CallerKind.STAFF)
    assert limit(staff, None, ISS) is staff


def test_staff_of_another_giver_may_use_a_client():
    """A portal serves many givers; the client's organisation is not the employee's."""
    assert limit(caller(CallerKind.STAFF, giver="SE2321000016-OTHER"), CLIENT, ISS).giver == "SE2321000016-OTHER"


def test_a_token_without_an_organisation_is_of_its_clients():
    """Giver and unit come from the registration."""
    limited = limit(caller(giver=None, unit=None), replace(CLIENT, unit=UNIT), ISS)

    assert (limited.giver, limited.unit) == (GIVER, UNIT)


@pytest.mark.parametrize(
    "scope",
    ["system/Appointment.read", "system/*.write", "system/*.*", "system:Appointment.rs/x", "system/Appointment:r",
     "system/Appointment.sr", "system/Appointment.rs?category=a", "system/Appointment.rs?_security=R"],
)  # fmt: skip
def test_what_is_no_scope_of_smart_v2_is_refused(scope):
    """Scopes of v1, with colons, out of order and with search parameters are no grants, and are never guessed."""
    with pytest.raises(Unprocessable):
        read_scopes(scope)


def test_a_scope_with_colons_alone_grants_nothing():
    """It names no resource in SMART's way, like any other word of OAuth."""
    assert read_scopes("system:Appointment.rs user:*.read") == {}


def test_common_scopes_know_the_star():
    """Every type on one side is the types of the other."""
    star, goal = read_scopes("system/*.rs")["system"], read_scopes("system/Goal.cr")["system"]

    assert common_scopes(star, goal) == common_scopes(goal, star) == {"Goal": frozenset("r")}
    assert common_scopes(star, star) == star
    assert common_scopes(goal, {}) == {}


@pytest.mark.parametrize("kind", CallerKind)
def test_nobody_comes_through_a_disabled_client(kind):
    """Persons and staff neither: a portal that is disabled is out with all who use it."""
    with pytest.raises(Unauthenticated):
        limit(caller(kind), replace(CLIENT, disabled=True), ISS)
