"""The roles over HTTP: by the token's claims, through the decision and row-level security."""

import pytest

from app.access.caller import SAMBI
from app.demo.data.givers import HEALTH_CENTRE, HOME_CARE

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"


def staff(unit, purpose, licence=None, group=None, level=LOA3):
    """The claims of a member of staff of this unit."""
    said = {
        "employeeHsaId": f"{unit.hsa_id}99", "healthCareProviderHsaId": unit.giver.hsa_id,
        "healthCareUnitHsaId": unit.hsa_id, "commissionPurpose": purpose,
        "healthcareProfessionalLicense": licence, "systemRole": group,
    }  # fmt: skip
    claims = {SAMBI + name: value for name, value in said.items() if value is not None}
    return {"sub": "staff", "client_id": "portal", "acr": level, **claims}


async def kinds(world, caller):
    """The members of Gunnar's overview that hold anything for this caller."""
    overview = await world.overview(caller, "gunnar")
    return {name for name in ("agreement", "contacts", "times", "plans", "timeline") if overview[name]}


async def test_a_physiotherapist_sees_what_a_nurse_does(world):
    """Another profession, the same role: the agreement, contacts, times and plans of a patient of the own giver."""
    care = "Vård och behandling"
    nurse = await world.overview(staff(HEALTH_CENTRE, care, "SJ"), "gunnar")
    therapist = await world.overview(staff(HEALTH_CENTRE, care, "FT"), "gunnar")
    assert nurse["agreement"]
    assert {**nurse, "sources": []} == {**therapist, "sources": []}


async def test_lss_staff_and_a_needs_assessor_see_no_more_than_their_work_needs(world):
    """Of what the region has planned they see times, as home care does, and no agreement; a manager sees none of it."""
    lss = await kinds(world, staff(HOME_CARE, "Omsorg", group="Samplan;LSS-personal"))
    assessor = await kinds(world, staff(HOME_CARE, "Omsorg", group="Samplan;Biståndshandläggare"))
    home_care = await kinds(world, staff(HOME_CARE, "Omsorg", group="Samplan;Hemtjänst"))
    manager = await kinds(world, staff(HOME_CARE, "Administration", group="Samplan;Enhetschef"))
    assert lss == assessor == home_care
    assert "agreement" not in lss
    assert manager == set()


@pytest.mark.parametrize(
    "caller, reason",
    [
        (staff(HEALTH_CENTRE, "Statistik", "LK"), "assignment"),
        (staff(HEALTH_CENTRE, ["Vård och behandling", "Kvalitetssäkring"], "LK"), "assignment"),
        (staff(HEALTH_CENTRE, "Vård och behandling", "lk"), "assignment"),
        (staff(HEALTH_CENTRE, "Vård och behandling", "LK", level="loa2"), "too weak"),
        (staff(HOME_CARE, "Omsorg", group="Samplan;Socialsekreterare"), "outside the law"),
    ],
    ids=["purpose", "two purposes", "case", "level", "family care"],
)
async def test_a_caller_without_a_role_is_told_why(world, caller, reason):
    """403 with the reason, the same for a person who exists and one who does not, and for the directory."""
    known = await world.post(caller, "/api/overview", {"patient": f"Patient/{world.ids['gunnar']}"})
    unknown = await world.post(caller, "/api/overview", {"patient": "Patient/nobody"})
    assert (known.status_code, known.text, dict(known.headers)) == (403, unknown.text, dict(unknown.headers))
    assert reason in known.text
    assert (await world.get(caller, "/fhir/Organization")).status_code == 403
    assert (await world.get(caller, f"/fhir/Appointment?patient={world.ids['gunnar']}")).status_code == 403
