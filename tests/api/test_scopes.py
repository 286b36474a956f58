"""SMART scopes of a system's token: without a scope for resources the system reads nothing."""

import pytest

from app.access.caller import SAMBI
from app.demo.data.givers import HEALTH_CENTRE
from tests.builders.calls import location, push
from tests.builders.resources import appointment, new_patient

ORGANISATION = {
    f"{SAMBI}healthCareProviderHsaId": HEALTH_CENTRE.giver.hsa_id,
    f"{SAMBI}healthCareUnitHsaId": HEALTH_CENTRE.hsa_id,
}


@pytest.mark.parametrize("scope", [None, "", "openid", "openid profile", "system/Task.rs"])
async def test_a_system_without_a_scope_for_a_type_reads_none_of_it(world, scope):
    """It reads no resource by its id, finds none, and its overview is empty, although its organisation wrote them."""
    time = location(await push(world, "ehr-region", new_patient(), appointment()))
    person = (await world.get("ehr-region", f"/fhir/{time}")).json()["participant"][0]["actor"]["reference"]
    scopes = {} if scope is None else {"scope": scope}
    system = {"sub": "other", "client_id": "other", **ORGANISATION, **scopes}

    read = await world.get(system, f"/fhir/{time}")
    found = await world.get(system, "/fhir/Appointment", params={"patient": person})
    overview = await world.get(system, f"/fhir/{person}/$overview")

    assert read.status_code == 404
    assert found.json().get("entry", []) == []
    assert all(entry["search"]["mode"] == "outcome" for entry in overview.json().get("entry", ()))


async def test_a_system_reads_what_its_scope_names(world):
    """With a scope for appointments the same system reads the appointment."""
    time = location(await push(world, "ehr-region", new_patient(), appointment()))
    system = {"sub": "other", "client_id": "other", "scope": "system/Appointment.rs", **ORGANISATION}

    assert (await world.get(system, f"/fhir/{time}")).status_code == 200
