"""The rules of law as tests, also where the rule is not built yet and nothing may open.

docs/law.md explains the rules C1 to C23 and their statutes, and lists these tests. `basis` in policy.toml names the same rules.
SVOD is lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation, PDL is patientdatalagen (2008:355).
"""

import datetime as dt

import pytest

from app.access.caller import Role
from app.access.facts import Action
from app.items import Item
from tests.builders.access import (
    HOME_CARE_UNIT,
    MUNICIPALITY,
    PATIENT,
    POLICY,
    STAFF_ROLES,
    access_check,
    block,
    caller,
    guardian,
    period,
    raw,
)
from tests.builders.access_domain import DOMAIN
from tests.builders.items import CLINIC, REGION, item

RELATED = {"relations": [period(), period(giver=MUNICIPALITY)]}
CONSENTED = {"consents": [period(), period(giver=MUNICIPALITY)]}
CHILD = {"birthDate": "2016-05-05"}
TEENAGER = {"birthDate": "2012-05-05"}
PHYSICIAN = caller(Role.PHYSICIAN)
NURSE = caller(Role.MUNICIPAL_NURSE, giver=MUNICIPALITY, unit="SE2120000142-HSV")
HOME_CARE = caller(Role.HOME_CARE, giver=MUNICIPALITY, unit=HOME_CARE_UNIT)
PERSON, PARENT = caller(Role.CITIZEN), caller(Role.CITIZEN)
CARE = item(information_class="plan", type="CarePlan")
SOCIAL = item(giver=MUNICIPALITY, unit=HOME_CARE_UNIT, category="social")
TIME = item()
FOREIGN_SOCIAL = item(giver="SE2120001234-KOMMUN", unit=None, category="social")


def sees(who: object, it: Item, me: str | None = None, **known: object) -> bool:
    """Whether this caller sees this item of PATIENT, of whom this is known."""
    return access_check(who, raw(**known), me=me).read(it).allowed  # type: ignore[arg-type]


def test_c1_across_givers_relation_and_consent_are_both_needed() -> None:
    """SVOD 3 kap. 1 §: a physician sees another giver's plan with both, and not with one of them alone."""
    assert sees(PHYSICIAN, SOCIAL, **RELATED, **CONSENTED)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED)
    assert not sees(PHYSICIAN, SOCIAL, **CONSENTED)
    assert not sees(NURSE, TIME, **RELATED)


def test_c1_a_consent_to_one_unit_is_none_for_another() -> None:
    """SVOD 3 kap. 1 §: a consent holds only for the giver, unit or employee that it was given to."""
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, consents=[period(unit="SE2321000016-OTHER")])
    assert sees(PHYSICIAN, SOCIAL, **RELATED, consents=[period(unit=CLINIC)])


def test_c2_a_child_who_cannot_consent_need_not() -> None:
    """SVOD 3 kap. 1 § third paragraph: health care staff with a relation see a child under 13, but not from 13."""
    assert sees(PHYSICIAN, SOCIAL, **RELATED, **CHILD)
    assert sees(NURSE, TIME, **RELATED, **CHILD)
    assert not sees(PHYSICIAN, SOCIAL, **CHILD)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **TEENAGER)


def test_c3_social_care_needs_an_intervention_and_consent() -> None:
    """SVOD 3 kap. 2 §: home care sees others' times with relation and consent, and never a plan of psychiatry."""
    assert sees(HOME_CARE, TIME, **RELATED, **CONSENTED)
    assert not sees(HOME_CARE, TIME, **RELATED)
    assert not sees(HOME_CARE, TIME, **CONSENTED)
    assert not sees(HOME_CARE, item("CarePlan", information_class="plan", label="R"), **RELATED, **CONSENTED)
    assert not sees(HOME_CARE, item(label="R"), **RELATED, **CONSENTED)


def test_c4_the_childs_exception_opens_no_care_for_social_care() -> None:
    """SVOD 3 kap. 2 § second paragraph: only information of other social care givers."""
    assert sees(HOME_CARE, FOREIGN_SOCIAL, **RELATED, **CHILD)
    assert not sees(HOME_CARE, TIME, **RELATED, **CHILD)
    assert not sees(HOME_CARE, FOREIGN_SOCIAL, **RELATED, **TEENAGER)


def test_c5_there_is_no_way_round_a_persons_own_consent_yet() -> None:
    """SVOD 3 kap. 3 and 4 §§ (a person who cannot decide) is not built: without consent nothing opens."""
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, consents=[])
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, consents=None)


def test_c6_what_may_not_go_out_is_not_shown_to_the_person() -> None:
    """SVOD 4 kap. 2 § second paragraph, PDL 5 kap. 5 §: it is hidden from staff too, who see no more than the person."""
    closed = item(label="NOPATIENT")

    assert not sees(PERSON, closed, PATIENT)
    assert not sees(PHYSICIAN, closed, **RELATED)
    assert sees(caller(Role.SYSTEM), closed)


def test_c7_a_block_hides_at_once_and_can_be_lifted_at_any_time() -> None:
    """SVOD 2 kap. 3 §: it hides from every other giver, with or without consent, also for a child; never from the person."""
    blocked = {"blocks": [block()]}
    lifted = {"blocks": [block(lifted="2026-11-25T11:59:59+00:00")]}

    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **CONSENTED, **blocked)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **CHILD, **blocked)
    assert sees(PHYSICIAN, SOCIAL, **RELATED, **CONSENTED, **lifted)
    assert sees(NURSE, SOCIAL, **RELATED, **blocked)
    assert sees(PERSON, SOCIAL, PATIENT, **blocked)
    assert access_check(PERSON, raw(), me=PATIENT).block().allowed


def test_c8_a_guardian_may_not_block() -> None:
    """SVOD 2 kap. 3 § second paragraph, PDL 4 kap. 4 §: nor may staff or the child."""
    child = raw(**CHILD, representatives=[guardian()])

    assert access_check(PARENT, child, me="parent").ask().allowed
    assert not access_check(PARENT, child, me="parent").block().allowed
    assert not access_check(PERSON, raw(**TEENAGER), me=PATIENT).block().allowed
    assert not any(access_check(caller(role), raw(**RELATED)).block().allowed for role in (*STAFF_ROLES, Role.SYSTEM))


def test_c9_and_c22_a_hidden_item_gives_no_sign() -> None:
    """SVOD 2 kap. 4 and 5 §§: an item is shown or hidden, and the shown items do not reveal that others are hidden."""
    known = {**RELATED, **CONSENTED, "blocks": [block()]}
    with_hidden = access_check(PHYSICIAN, raw(**known)).visible([TIME, SOCIAL])
    without = access_check(PHYSICIAN, raw(**known)).visible([TIME])

    assert with_hidden.items == without.items == [TIME]


def test_c10_to_c12_there_is_no_emergency_path() -> None:
    """SVOD 3 kap. 5 and 6 §§: no action, fact or role opens one; it is not built for health care, and not lawful for social care."""
    assert "emergency" not in {value for values in DOMAIN.values() for value in values}
    assert set(Action) == {"ask", "read", "write", "block", "log"}
    assert not sees(PHYSICIAN, SOCIAL, **CONSENTED)
    assert not sees(HOME_CARE, TIME)


def test_c11_a_block_is_opened_by_the_person_alone() -> None:
    """SVOD 3 kap. 5 §: no role of staff may lift a block."""
    blocked = raw(**RELATED, **CONSENTED, blocks=[block()])

    assert not any(access_check(caller(role), blocked).block().allowed for role in STAFF_ROLES)


def test_c13_an_inner_block_closes_a_unit_to_the_giver_s_other_units() -> None:
    """PDL 4 kap. 4 §: the unit itself and the person still see it."""
    blocked = {"blocks": [block(kind="inner", giver=REGION, unit=CLINIC)]}

    assert not sees(caller(Role.PHYSICIAN, unit="SE2321000016-OTHER"), TIME, **RELATED, **blocked)
    assert sees(PHYSICIAN, TIME, **RELATED, **blocked)
    assert sees(PERSON, TIME, PATIENT, **blocked)


def test_c14_staff_see_what_their_work_needs() -> None:
    """PDL 4 kap. 2 §: an administrator sees times, a municipal nurse nothing restricted of others, and nobody for another purpose."""
    administrator = caller(Role.ADMINISTRATOR)

    assert sees(administrator, TIME, **RELATED)
    assert not sees(administrator, CARE, **RELATED)
    assert not sees(administrator, SOCIAL, **RELATED, **CONSENTED)
    assert not sees(NURSE, item(label="R"), **RELATED, **CONSENTED)
    assert sees(PHYSICIAN, item(giver=MUNICIPALITY, label="R"), **RELATED, **CONSENTED)
    assert not sees(PHYSICIAN, item(giver=MUNICIPALITY, label="V"), **RELATED, **CONSENTED)
    assert not sees(caller(Role.PHYSICIAN, purpose="administration"), TIME, **RELATED)


def test_c14_no_relation_no_question() -> None:
    """PDL 4 kap. 1 §: staff who take no part in a person's care may not ask about them."""
    for who in (PHYSICIAN, NURSE, HOME_CARE, caller(Role.ADMINISTRATOR)):
        assert not access_check(who, raw()).ask().allowed
        assert access_check(who, raw(**RELATED)).ask().allowed


def test_c15_and_c16_the_trail_is_the_auditors_and_holds_no_plan() -> None:
    """PDL 4 kap. 3 §, SVOD 4 kap. 4 §: the auditor reads the trail and no item; no other role reads the trail."""
    auditor = access_check(caller(Role.LOG_AUDITOR), raw(**RELATED, **CONSENTED))

    assert auditor.log().allowed
    assert not auditor.ask().allowed
    assert not auditor.reads_plans
    assert not any(auditor.read(it).allowed for it in (CARE, SOCIAL, TIME))
    assert not any(access_check(caller(role), raw()).log().allowed for role in Role if role is not Role.LOG_AUDITOR)


def test_c17_the_log_of_access_is_open_to_the_person_and_a_guardian() -> None:
    """PDL 5 kap. 5 §, 8 kap. 5 §: from 16 years the person, until 13 a guardian; never of a protected child."""
    child = raw(birthDate="2020-01-01", representatives=[guardian()])

    assert access_check(PERSON, raw(), me=PATIENT).log().allowed
    assert access_check(PARENT, child, me="parent").log().allowed
    assert not access_check(PARENT, child | {"protected": True}, me="parent").log().allowed
    assert not access_check(PARENT, raw(representatives=[guardian()]), me="parent").log().allowed
    assert not access_check(PERSON, raw(), me="somebody").log().allowed


def test_c20_an_ombud_has_no_access() -> None:
    """HFD 2017:67: an adult who acts for another adult has no access, whatever mandate is stored."""
    for known in (raw(representatives=[guardian()]), raw(representatives=[guardian(kind="ombud")])):
        assert not access_check(PARENT, known, me="parent").ask().allowed
        assert not access_check(PARENT, known, me="parent").read(TIME).allowed


@pytest.mark.parametrize(
    "born, parent, self",
    [
        ("2013-11-26", True, False),
        ("2013-11-25", False, False),
        ("2010-11-26", False, False),
        ("2010-11-25", False, True),
    ],
)
def test_c21_a_guardian_until_13_oneself_from_16(born: str, *, parent: bool, self: bool) -> None:
    """1177's practice: from 13 to 15 nobody reads."""
    known = raw(birthDate=born, representatives=[guardian()])

    assert access_check(PARENT, known, me="parent").read(TIME).allowed is parent
    assert access_check(PARENT, known, me="parent").ask().allowed is parent
    assert access_check(PERSON, known, me=PATIENT).read(TIME).allowed is self
    assert access_check(PERSON, known, me=PATIENT).ask().allowed is self


def test_c21_a_protected_identity_closes_the_child_to_its_guardians() -> None:
    """Guardians see nothing if the identity is protected or if that is unknown; the person still has access."""
    child = {**CHILD, "representatives": [guardian()]}

    assert sees(PARENT, TIME, "parent", **child, protected=False)
    for protected in (True, None):
        opened = access_check(PARENT, raw(**child, protected=protected), me="parent")
        assert not opened.ask().allowed
        assert not opened.read(TIME).allowed
    assert sees(PERSON, TIME, PATIENT, protected=True)


def test_c21_a_mandate_that_has_ended_opens_nothing() -> None:
    """Custody ends on its day."""
    ended = guardian(ends=dt.datetime(2026, 11, 25, 11, tzinfo=dt.UTC).isoformat())

    assert not sees(PARENT, TIME, "parent", **CHILD, representatives=[ended])


def test_c23_who_is_neither_health_nor_social_care_has_no_role() -> None:
    """SVOD 1 kap. 3 §, 3 kap. 7 §: a school or an authority has no role, and a caller without a role may do nothing."""
    nobody = access_check(caller(Role.NONE), raw(**RELATED, **CONSENTED))

    assert not any(
        ruling.allowed for ruling in (nobody.ask(), nobody.read(TIME), nobody.write(TIME), nobody.block(), nobody.log())
    )
    assert {role.role for role in POLICY.roles} == set(Role) - {Role.NONE}
