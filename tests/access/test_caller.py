"""From claims to a caller: roles by rows, scopes by SMART v2."""

from typing import Any

import pytest

from app.access.caller import SAMBI, Caller, CallerKind, Purpose, Role, identify, token_scopes
from app.errors import Unauthenticated
from app.fhir import codes
from tests.builders.access import POLICY, PURPOSES

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
STAFF = {
    "sub": "s", "client_id": "portal", "acr": LOA3, SAMBI + "employeeHsaId": "SE1-e", SAMBI + "healthCareProviderHsaId": "SE1-G",
    SAMBI + "healthCareUnitHsaId": ["SE1-U"],
}  # fmt: skip


def staff(purpose: Any, licences: Any = None, system_roles: Any = None, **more: Any) -> dict[str, Any]:
    """Staff claims with an assignment's purpose, licences and system roles."""
    said = {"commissionPurpose": purpose, "healthcareProfessionalLicense": licences, "systemRole": system_roles}
    return STAFF | {SAMBI + name: value for name, value in said.items() if value is not None} | more


@pytest.mark.parametrize(
    "claims, role",
    [
        (staff("Vård och behandling", ["LK"]), Role.PHYSICIAN),
        (staff(["Vård och behandling"], "LK"), Role.PHYSICIAN),
        (staff("Vård och behandling", ["SJ", "LK"]), Role.PHYSICIAN),
        (staff("Vård och behandling", ["SJ"], ["Samplan;Kommunal sjuksköterska"]), Role.MUNICIPAL_NURSE),
        (staff("Omsorg", None, ["Annat;System", "Samplan;Hemtjänst"]), Role.HOME_CARE),
        (staff("Administration", None, "Samplan;Vårdadministratör"), Role.ADMINISTRATOR),
        (staff("Kvalitetssäkring", None, ["Samplan;Loggranskare"]), Role.LOG_AUDITOR),
        (staff("Vård och behandling", ["SJ"]), Role.CARE_PROFESSIONAL),
        (staff("Statistik", ["LK"]), Role.NONE),
        (staff("vård och behandling", ["LK"]), Role.NONE),
        (staff(["Vård och behandling", "Statistik"], ["LK"]), Role.NONE),
        (staff("Vård och behandling", [["LK"]]), Role.NONE),
        (staff("Vård och behandling", ["LK"], acr="http://id.elegnamnden.se/loa/1.0/loa2"), Role.NONE),
        (staff("Vård och behandling", ["LK"], acr=None), Role.NONE),
        (staff(None, ["LK"]), Role.NONE),
    ],
)
def test_an_assignment_gives_one_role(claims: dict, role: Role) -> None:
    """Purpose, licence, system role and level of assurance decide; whoever no row knows has no role."""
    caller = identify(claims, POLICY.roles)

    assert (caller.role, caller.purpose) == (role, PURPOSES[role])
    assert (caller.kind, caller.id, caller.giver, caller.unit) == (CallerKind.STAFF, "SE1-E", "SE1-G", "SE1-U")


@pytest.mark.parametrize(
    "claim, number, system",
    [
        ("personalIdentityNumber", "195009072553", codes.PERSONNUMMER),
        ("coordinationNumber", "196109732393", codes.SAMORDNINGSNUMMER),
    ],
)
def test_a_person_is_known_by_one_number(claim: str, number: str, system: str) -> None:
    """A personnummer or a samordningsnummer, with its system."""
    caller = identify({f"https://id.oidc.se/claim/{claim}": number, "acr": LOA3, "sub": number}, POLICY.roles)

    assert caller.role is Role.CITIZEN
    assert caller.personal_number is not None
    assert (caller.personal_number.system, caller.personal_number.value) == (system, number)
    assert number not in repr(caller)
    assert caller.id == ""


def test_a_person_signed_in_too_weakly_has_no_role() -> None:
    """A low or unknown level of assurance is none."""
    claim = {"https://id.oidc.se/claim/personalIdentityNumber": "195009072553", "sub": "x", "acr": "high"}

    assert identify(claim, POLICY.roles).role is Role.NONE


@pytest.mark.parametrize(
    "names, name",
    [
        ({"name": "Test Testsson"}, "Test Testsson"),
        ({"given_name": "Test", "family_name": "Testsson"}, "Test Testsson"),
        ({"name": 1, "given_name": 2}, None),
    ],
)
def test_a_name_is_kept_for_the_greeting_alone(names: dict, name: str | None) -> None:
    """A caller has a name if the token says it, and does not show it."""
    caller = identify(staff("Omsorg", **names), POLICY.roles)

    assert caller.name == name
    assert "Testsson" not in repr(caller)


@pytest.mark.parametrize(
    "scope, found",
    [
        ("", None),
        ("openid profile", None),
        ("https://id.oidc.se/scope/naturalPersonNumber", None),
        ("openid system/Appointment.cu", {"Appointment": "cu"}),
        ("system/Appointment.c system/Appointment.s", {"Appointment": "cs"}),
        ("system/*.rs system/CarePlan.cruds", {"*": "rs", "CarePlan": "cruds"}),
    ],
)
def test_resource_scopes_are_read(scope: str, found: dict | None) -> None:
    """SMART v2 scopes of the caller's own context, added up by type; other words are no resource scopes."""
    assert token_scopes(scope, CallerKind.SYSTEM) == (
        None if found is None else {k: frozenset(v) for k, v in found.items()}
    )


@pytest.mark.parametrize(
    "scope",
    [None, 1, [], " system/*.r", "system/*.r ", "a  b", "system/Appointment.ru c/d", "system/appointment.r", "system/*.*",
     "patient/*.r", "user/*.r", "launch/patient", "system/Appointment.r\n", "a\\b"],
    ids=repr,
)  # fmt: skip
def test_a_scope_that_is_not_understood_refuses_the_token(scope: object) -> None:
    """A scope is never guessed: it might have narrowed what the token allows."""
    with pytest.raises(Unauthenticated):
        token_scopes(scope, CallerKind.SYSTEM)


def test_scopes_only_ever_narrow() -> None:
    """A system without scopes may nothing, others without scopes are free, and with scopes only what they say."""
    system = Caller(kind=CallerKind.SYSTEM, role=Role.SYSTEM)
    staff = Caller(kind=CallerKind.STAFF, role=Role.PHYSICIAN)
    narrowed = Caller(kind=CallerKind.STAFF, role=Role.PHYSICIAN, scopes={"Goal": frozenset("s"), "*": frozenset("r")})

    assert not system.may("Goal", "r")
    assert staff.may("Goal", "c")
    assert narrowed.may("Goal", "r")
    assert narrowed.reaches("Task")
    assert not narrowed.may("Task", "s")
    assert not narrowed.may("Goal", "u")
    assert Caller(kind=CallerKind.STAFF, role=Role.NONE, scopes={"Goal": frozenset("s")}).reaches("Goal")


def test_a_system_is_its_client_and_its_organisation() -> None:
    """A system's id is its client id; giver and unit are its organisation's."""
    caller = identify(
        {"sub": "ehr", "client_id": "ehr", "scope": "system/*.cruds", SAMBI + "healthCareProviderHsaId": "SE1-G"},
        POLICY.roles,
    )

    assert (caller.role, caller.id, caller.client, caller.giver, caller.unit) == (
        Role.SYSTEM,
        "ehr",
        "ehr",
        "SE1-G",
        None,
    )
    assert caller.purpose is Purpose.INTEGRATION
