"""Each profession and task group has one role, and each role is shown what its work needs."""

import pytest

from app.access.caller import SAMBI, WITHOUT_ROLE, Role, identify
from tests.builders.access import MUNICIPALITY, POLICY, STAFF_ROLES, access_check, caller, period, raw
from tests.builders.items import item

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
CARE, SOCIAL, ADMINISTRATION, AUDIT = "Vård och behandling", "Omsorg", "Administration", "Kvalitetssäkring"
RELATED, CONSENTED = {"relations": [period()]}, {"consents": [period()]}

LICENSED = ["SJ", "BM", "PS", "PT", "FT", "SG", "AT", "DT", "LG", "HK"]
"""Licences (legitimation) of Socialstyrelsen's list that take part in planning; LK is the physician's."""

WITHOUT = ["AP", "AU", "BA", "KP", "NA", "OP", "OT", "RC", "RS", "SF", "TH", "TL"]
"""Licences that have no role: nothing of their work is planned here."""

GROUPS = [
    (CARE, "Samplan;Vårdsamordnare", Role.CARE_COORDINATOR),
    (SOCIAL, "Samplan;Hemtjänst", Role.HOME_CARE),
    (SOCIAL, "Samplan;LSS-personal", Role.LSS_STAFF),
    (SOCIAL, "Samplan;Biståndshandläggare", Role.NEEDS_ASSESSOR),
    (ADMINISTRATION, "Samplan;Vårdadministratör", Role.ADMINISTRATOR),
    (ADMINISTRATION, "Samplan;Enhetschef", Role.UNIT_MANAGER),
    (ADMINISTRATION, "Samplan;Verksamhetschef", Role.UNIT_MANAGER),
    (AUDIT, "Samplan;Loggranskare", Role.LOG_AUDITOR),
    (AUDIT, "Samplan;Informationsägare", Role.INFORMATION_OWNER),
    (SOCIAL, "Samplan;Socialsekreterare", Role.NONE),
]


def staff(purpose, licence=None, group=None, level=LOA3):
    """The caller with this assignment."""
    said = {
        "employeeHsaId": "SE1-E", "healthCareProviderHsaId": "SE1-G", "healthCareUnitHsaId": "SE1-U",
        "commissionPurpose": purpose, "healthcareProfessionalLicense": licence, "systemRole": group,
    }  # fmt: skip
    claims = {SAMBI + name: value for name, value in said.items() if value is not None}
    return identify({"sub": "s", "client_id": "portal", "acr": level, **claims}, POLICY.roles)


@pytest.mark.parametrize("licence", LICENSED)
def test_a_licence_gives_a_role_for_care_alone(licence):
    """With an assignment for care, and with no other; its letters are capitals, as in Socialstyrelsen's list."""
    assert staff(CARE, [licence]).role is Role.CARE_PROFESSIONAL
    assert staff(CARE, ["XX", licence]).role is Role.CARE_PROFESSIONAL
    for other in (SOCIAL, ADMINISTRATION, AUDIT, "Statistik", CARE.upper(), f" {CARE}"):
        assert staff(other, [licence]).role is Role.NONE
    assert staff(CARE, [licence.lower()]).role is Role.NONE


@pytest.mark.parametrize("licence", [*WITHOUT, "", "lk", "LK;", "ＬＫ"])
def test_another_licence_gives_none_and_the_caller_is_told(licence):
    """Also a physician's code in other letters: an unknown code never opens."""
    assert (staff(CARE, [licence]).role, staff(CARE, [licence]).lacks) == (Role.NONE, "assignment")


@pytest.mark.parametrize("purpose, group, role", GROUPS)
def test_a_task_group_gives_a_role_for_its_purpose_alone(purpose, group, role):
    """With another purpose, in other letters, or for another system's group of the same name there is none."""
    assert staff(purpose, group=group).role is role
    others = {CARE, SOCIAL, ADMINISTRATION, AUDIT} - {purpose}
    assert {staff(other, group=group).role for other in others} == {Role.NONE}
    assert staff(purpose, group=group.lower()).role is Role.NONE
    assert staff(purpose, group=group.replace("Samplan", "Annat")).role is Role.NONE


def test_several_purposes_give_no_role():
    """A token carries one assignment; a list of purposes says not which, and rights never mix."""
    assert staff([CARE, AUDIT], ["LK"], "Samplan;Loggranskare").role is Role.NONE
    assert staff([CARE, CARE], ["LK"]).role is Role.NONE
    assert staff([], ["LK"]).role is Role.NONE
    assert staff([CARE], ["LK"], ["Samplan;Loggranskare", "Samplan;Hemtjänst"]).role is Role.PHYSICIAN


def test_individual_and_family_care_is_outside_whatever_else_the_token_says():
    """SVOD 1 kap. 3 §: no licence and no other group opens anything beside it."""
    for purpose, licence in ((SOCIAL, None), (CARE, "LK"), (AUDIT, None)):
        who = staff(purpose, licence, ["Samplan;Hemtjänst", "Samplan;Loggranskare", "Samplan;Socialsekreterare"])
        assert (who.role, who.lacks) == (Role.NONE, "outside")


def test_who_has_no_role_is_told_why():
    """A login that is too weak is another reason than an unknown assignment; each has a sentence in both languages."""
    assert staff(CARE, "LK", level="http://id.elegnamnden.se/loa/1.0/loa2").lacks == "assurance"
    assert staff("Statistik", "LK").lacks == "assignment"
    assert staff(CARE, "LK").lacks == ""
    assert all(fault.english != fault.swedish for fault in WITHOUT_ROLE.values())


def shown(role, **more):
    """What a role is shown of a person whom it cares for, with consent, by giver and information class."""
    check = access_check(caller(role), raw(**RELATED, **CONSENTED))
    own = item(**more)
    return (
        {kind for kind in KINDS if check.read(own._replace(information_class=kind)).allowed},
        {kind for kind in KINDS if check.read(own._replace(giver=MUNICIPALITY, information_class=kind)).allowed},
    )


KINDS = ("agreement", "plan", "goal", "contact", "time", "self-care", "home-care", "care-activity", "consent", "other")


def test_what_each_role_is_shown():
    """Licensed staff see plans; a coordinator what is agreed and booked; social staff their own plans; others times."""
    assert shown(Role.CARE_PROFESSIONAL) == (set(KINDS), set(KINDS) - {"consent", "other"})
    assert shown(Role.CARE_COORDINATOR) == (
        {"agreement", "plan", "goal", "contact", "time"},
        {"agreement", "contact", "time"},
    )
    activities = {"time", "self-care", "home-care"}
    plans = {"plan", "goal", "contact"}
    assert shown(Role.LSS_STAFF, category="social") == (activities | plans, activities)
    assert shown(Role.LSS_STAFF, category="health") == (activities, activities)
    assert shown(Role.NEEDS_ASSESSOR, category="social") == (activities | plans | {"agreement"}, activities)
    assert shown(Role.UNIT_MANAGER) == shown(Role.ADMINISTRATOR) == ({"time"}, set())
    for role in (Role.INFORMATION_OWNER, Role.LOG_AUDITOR):
        assert shown(role) == (set(), set())
        assert access_check(caller(role), raw()).log().allowed


@pytest.mark.parametrize("role", [role for role in STAFF_ROLES if role is not Role.PHYSICIAN])
def test_what_is_sensitive_at_others_is_the_physicians_alone(role):
    """C14: of another giver no other role sees what is labelled R or V."""
    for label in ("R", "V"):
        assert shown(role, label=label)[1] == shown(role, label=label, category="social")[1] == set()
