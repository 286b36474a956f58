"""The rules of law as tests, also where the rule is not built yet and nothing may open.

docs/law.md explains the rules C1 to C23 and their statutes, and lists these tests. `basis` in policy.toml names the same rules.
SVOD is lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation, PDL is patientdatalagen (2008:355).
"""

import datetime as dt

import pytest

from app.access.caller import Role
from app.access.fact_kinds import FactKind, FactSubject
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
from tests.builders.items import CLINIC, NOW, REGION, item

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


BLOCK = FactSubject(FactKind.OUTER_BLOCK, MUNICIPALITY)
INNER_BLOCK = FactSubject(FactKind.INNER_BLOCK, REGION, "SE2321000016-PSYK")
OWN_BLOCK = FactSubject(FactKind.OUTER_BLOCK, REGION)


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


INCAPABLE = {"incapacities": [period(giver="SE2120001234-KOMMUN")]}


def test_c5_an_adult_who_cannot_decide_is_cared_for_without_consent() -> None:
    """SVOD 3 kap. 3 and 4 §§: health care sees what it may see by consent, social care what other social givers have."""
    assert sees(PHYSICIAN, SOCIAL, **RELATED, **INCAPABLE)
    assert sees(NURSE, TIME, **RELATED, **INCAPABLE)
    assert sees(HOME_CARE, FOREIGN_SOCIAL, **RELATED, **INCAPABLE)
    assert not sees(HOME_CARE, TIME, **RELATED, **INCAPABLE)
    assert not sees(PHYSICIAN, SOCIAL, **INCAPABLE)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **INCAPABLE, blocks=[block()])
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **INCAPABLE, **TEENAGER)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, incapacities=[period(ends=NOW.isoformat())])
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, incapacities=None)


def test_c5_a_physician_assesses_and_nobody_consents_for_the_person() -> None:
    """SVOD 2 kap. 6 §, 3 kap. 3 §: a physician with a relation; a consent is not taken from a person who cannot decide."""
    assessment = FactSubject(FactKind.INCAPABLE, REGION, CLINIC, PHYSICIAN.id)
    consent = FactSubject(FactKind.CONSENT, REGION)

    assert access_check(PHYSICIAN, raw(**RELATED)).register(assessment).allowed
    assert not access_check(PHYSICIAN, raw()).register(assessment).allowed
    assert not access_check(PHYSICIAN, raw(**RELATED, **TEENAGER)).register(assessment).allowed
    for who in (NURSE, HOME_CARE, caller(Role.SYSTEM)):
        own = FactSubject(FactKind.INCAPABLE, who.giver, who.unit, who.id)
        assert not access_check(who, raw(**RELATED)).register(own).allowed
    for who, me in ((PHYSICIAN, None), (caller(Role.SYSTEM), None), (PERSON, PATIENT)):
        assert access_check(who, raw(**RELATED), me=me).register(consent).allowed
        assert not access_check(who, raw(**RELATED, **INCAPABLE), me=me).register(consent).allowed


def test_c6_what_is_shared_because_a_person_cannot_decide_is_not_shown_to_that_person() -> None:
    """SVOD 2 kap. 6 §, 4 kap. 2 § second paragraph: not while the assessment holds, nor if that is not known."""
    assert sees(PERSON, TIME, PATIENT)
    assert not sees(PERSON, TIME, PATIENT, **INCAPABLE)
    assert not sees(PERSON, TIME, PATIENT, incapacities=None)


def test_c2_and_c4_a_child_under_13_consents_to_nothing() -> None:
    """SVOD 3 kap. 1 and 2 §§: nobody registers a consent for the child, and a stored one opens no more than the child's age."""
    consent = FactSubject(FactKind.CONSENT, REGION)
    child = raw(**CHILD, **RELATED, representatives=[guardian()])

    assert not any(access_check(who, child).register(consent).allowed for who in (PHYSICIAN, caller(Role.SYSTEM)))
    assert not access_check(PARENT, child, me="parent").register(consent).allowed
    assert access_check(PHYSICIAN, raw(**RELATED, **TEENAGER)).register(consent).allowed
    assert not sees(HOME_CARE, TIME, **RELATED, **CHILD, **CONSENTED)


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
    assert access_check(PERSON, raw(), me=PATIENT).register(BLOCK).allowed
    assert access_check(PERSON, raw(), me=PATIENT).end(BLOCK).allowed


def test_c8_a_guardian_may_not_block() -> None:
    """SVOD 2 kap. 3 § second paragraph, PDL 4 kap. 4 §: nor may staff or the child."""
    child = raw(**CHILD, representatives=[guardian()])

    assert access_check(PARENT, child, me="parent").ask().allowed
    for blocked in (BLOCK, INNER_BLOCK, BLOCK._replace(kind=FactKind.OUTER_LIFTING)):
        for act in ("register", "end"):
            assert not getattr(access_check(PARENT, child, me="parent"), act)(blocked).allowed
            assert not getattr(access_check(PERSON, raw(**TEENAGER), me=PATIENT), act)(blocked).allowed
            assert not any(
                getattr(access_check(caller(role), raw(**RELATED)), act)(blocked).allowed for role in STAFF_ROLES
            )


def test_c8_a_givers_system_blocks_for_no_small_child_and_never_lifts() -> None:
    """SVOD 2 kap. 3 §: a system sets the block that a person has asked its giver for, of its own giver alone."""
    system = caller(Role.SYSTEM)

    assert access_check(system, raw()).register(OWN_BLOCK).allowed
    assert access_check(system, raw(**TEENAGER)).register(OWN_BLOCK).allowed
    assert not access_check(system, raw(**CHILD)).register(OWN_BLOCK).allowed
    assert not access_check(system, raw()).register(BLOCK).allowed
    assert not access_check(system, raw()).end(OWN_BLOCK).allowed


def test_c9_and_c22_a_hidden_item_gives_no_sign() -> None:
    """SVOD 2 kap. 4 and 5 §§: an item is shown or hidden, and the shown items do not reveal that others are hidden."""
    known = {**RELATED, **CONSENTED, "blocks": [block()]}
    with_hidden = access_check(PHYSICIAN, raw(**known)).visible([TIME, SOCIAL])
    without = access_check(PHYSICIAN, raw(**known)).visible([TIME])

    assert with_hidden.items == without.items == [TIME]


EMERGENCY = {"emergencies": [period(), period(giver=MUNICIPALITY)]}


def test_c10_an_emergency_opens_what_is_not_blocked() -> None:
    """SVOD 3 kap. 6 §: for health care staff with a relation who have opened it, while it lasts, and no more than consent opens."""
    over = {"emergencies": [period(ends=NOW.isoformat())]}

    assert sees(PHYSICIAN, SOCIAL, **RELATED, **EMERGENCY)
    assert sees(NURSE, TIME, **RELATED, **EMERGENCY)
    assert not sees(PHYSICIAN, SOCIAL, **EMERGENCY)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **over)
    assert not sees(PHYSICIAN, SOCIAL, **RELATED, emergencies=[period(employee="SE2321000016-OTHER")])
    assert not sees(NURSE, item(label="R"), **RELATED, **EMERGENCY)
    assert not sees(PHYSICIAN, item(giver=MUNICIPALITY, label="V"), **RELATED, **EMERGENCY)


def test_c10_to_c12_who_opens_an_emergency() -> None:
    """SVOD 3 kap. 5 and 6 §§: licensed staff with a relation, for their own unit; nobody else, and not social care."""
    own = FactSubject(FactKind.EMERGENCY, REGION, CLINIC, PHYSICIAN.id)

    assert access_check(PHYSICIAN, raw(**RELATED)).register(own).allowed
    assert not access_check(PHYSICIAN, raw()).register(own).allowed
    assert not access_check(PHYSICIAN, raw(**RELATED)).register(own._replace(giver=MUNICIPALITY)).allowed
    assert not access_check(PHYSICIAN, raw(**RELATED)).register(own._replace(unit="SE2321000016-OTHER")).allowed
    assert not access_check(PHYSICIAN, raw(**RELATED)).register(own._replace(employee="SE2321000016-OTHER")).allowed
    for role in set(Role) - {Role.PHYSICIAN, Role.MUNICIPAL_NURSE, Role.CARE_PROFESSIONAL}:
        who = caller(role)
        subject = FactSubject(FactKind.EMERGENCY, who.giver, who.unit, who.id)
        assert not access_check(who, raw(**RELATED), me=PATIENT).register(subject).allowed


def test_c11_an_emergency_opens_nothing_that_is_blocked() -> None:
    """SVOD 3 kap. 5 §: an outer block stays closed to every other giver, and only the person lifts it."""
    blocked = {"blocks": [block()]}

    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **EMERGENCY, **blocked)
    for role in (*STAFF_ROLES, Role.SYSTEM):
        who = access_check(caller(role), raw(**RELATED, **EMERGENCY, **blocked))
        lifting = FactSubject(FactKind.OUTER_LIFTING, REGION, CLINIC, caller(role).id)
        assert not who.register(lifting).allowed
        assert not who.end(BLOCK).allowed


def test_c12_social_care_has_no_emergency() -> None:
    """SVOD 3 kap. 5 and 6 §§ are about care givers: even a stored opening opens nothing to home care."""
    assert not sees(HOME_CARE, TIME, **RELATED, **EMERGENCY)
    assert not sees(HOME_CARE, FOREIGN_SOCIAL, **RELATED, **EMERGENCY)


def test_c13_an_inner_block_closes_a_unit_to_the_giver_s_other_units() -> None:
    """PDL 4 kap. 4 §: the unit itself and the person still see it."""
    blocked = {"blocks": [block(kind="inner", giver=REGION, unit=CLINIC)]}

    assert not sees(caller(Role.PHYSICIAN, unit="SE2321000016-OTHER"), TIME, **RELATED, **blocked)
    assert sees(PHYSICIAN, TIME, **RELATED, **blocked)
    assert sees(PERSON, TIME, PATIENT, **blocked)


PSYCHIATRY = "SE2321000016-PSYK"
INNER = {"blocks": [block(kind="inner", giver=REGION, unit=PSYCHIATRY)]}


def test_c13_health_care_staff_lift_an_inner_block_for_a_time() -> None:
    """PDL 4 kap. 5 §: a physician or nurse with a relation, for the own unit; what is lifted shows to whom it is lifted for."""
    lifting = FactSubject(FactKind.INNER_LIFTING, REGION, CLINIC, None)
    theirs = item(unit=PSYCHIATRY)
    lifted = {"liftings": [period(block="b", unit=CLINIC)]}

    assert not sees(PHYSICIAN, theirs, **RELATED, **INNER)
    assert sees(PHYSICIAN, theirs, **RELATED, **INNER, **lifted)
    assert not sees(caller(Role.PHYSICIAN, unit="SE2321000016-OTHER"), theirs, **RELATED, **INNER, **lifted)
    assert access_check(PHYSICIAN, raw(**RELATED)).register(lifting).allowed
    assert not access_check(PHYSICIAN, raw()).register(lifting).allowed
    assert not access_check(PHYSICIAN, raw(**RELATED)).register(lifting._replace(unit=PSYCHIATRY)).allowed
    assert not access_check(HOME_CARE, raw(**RELATED)).register(lifting._replace(giver=MUNICIPALITY)).allowed


@pytest.mark.parametrize(
    "of, to, hidden",
    [
        (None, None, True),
        ("2026-11-01T00:00:00+01:00", None, True),
        (None, "2026-11-01T00:00:00+01:00", False),
        ("2020-01-01T00:00:00+01:00", "2020-12-31T00:00:00+01:00", False),
        ("2027-06-01T00:00:00+01:00", None, False),
        (None, "2026-11-20T12:00:00+01:00", True),
    ],
)
def test_c7_and_c13_a_block_of_a_period_hides_what_overlaps_it(of: str | None, to: str | None, *, hidden: bool) -> None:
    """An overlap of a part is enough; an item whose time is not known, or that has no end, is hidden."""
    written = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
    later = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
    visit = item(giver=MUNICIPALITY, unit=None, information_time=written, starts=later, ends=later)
    outer = {"blocks": [{**block(), "from": of, "to": to}]}
    inner = {"blocks": [{**block(kind="inner", giver=REGION, unit=PSYCHIATRY), "from": of, "to": to}]}

    assert sees(PHYSICIAN, visit, **RELATED, **CONSENTED, **outer) is not hidden
    assert sees(PHYSICIAN, visit._replace(giver=REGION, unit=PSYCHIATRY), **RELATED, **inner) is not hidden
    assert sees(PHYSICIAN, visit._replace(giver=REGION, unit=CLINIC), **RELATED, **inner)
    assert not sees(PHYSICIAN, visit._replace(information_time=None), **RELATED, **CONSENTED, **outer)
    endless = visit._replace(ends=None)
    assert sees(PHYSICIAN, endless, **RELATED, **CONSENTED, **outer) is not (hidden or to is None)


def test_c7_a_block_of_one_unit_hides_that_unit_from_others() -> None:
    """And what is of no known unit; the giver's other units still show."""
    blocked = {"blocks": [block(unit=HOME_CARE_UNIT)]}

    assert not sees(PHYSICIAN, SOCIAL, **RELATED, **CONSENTED, **blocked)
    assert not sees(PHYSICIAN, SOCIAL._replace(unit=None), **RELATED, **CONSENTED, **blocked)
    assert sees(PHYSICIAN, SOCIAL._replace(unit="SE2120000142-ANNAN"), **RELATED, **CONSENTED, **blocked)
    assert sees(NURSE, SOCIAL, **RELATED, **blocked)


def test_c9_staff_with_a_relation_may_learn_that_information_exists() -> None:
    """SVOD 2 kap. 4 §: licensed staff and social care; no coordinator, administrator, auditor, system or person."""
    allowed = {role for role in Role if access_check(caller(role), raw(**RELATED)).existence().allowed}

    social = {Role.HOME_CARE, Role.LSS_STAFF, Role.NEEDS_ASSESSOR}
    assert allowed == {Role.PHYSICIAN, Role.MUNICIPAL_NURSE, Role.CARE_PROFESSIONAL, *social}
    assert not access_check(PHYSICIAN, raw()).existence().allowed


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
    assert not any(
        access_check(caller(role), raw()).log().allowed
        for role in Role
        if role not in {Role.LOG_AUDITOR, Role.INFORMATION_OWNER}
    )


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
        ruling.allowed
        for ruling in (nobody.ask(), nobody.read(TIME), nobody.write(TIME), nobody.register(BLOCK), nobody.log())
    )
    assert {role.role for role in POLICY.roles} == set(Role)
