"""Who a contract names gets no access by it: neither relatives and guardians nor who has got a copy."""

from app.demo.data.givers import ADMINISTRATOR, HOME_CARER, ORTHOPAEDIST
from app.demo.data.people import TOM
from tests.builders.contract_calls import contract_path, create_contract, revise_or_fail, small_contract

OUTSIDERS = ("home-care", "administrator", "tom", "andreas", "physician-without-consent")


async def answers(world, contract):
    """What each outsider gets of the person and of the contract."""
    asked = {"patient": f"Patient/{world.ids['maria']}"}
    found = []
    for caller in OUTSIDERS:
        overview = await world.post(caller, "/api/overview", asked)
        told = [(name, overview.json().get(name)) for name in ("agreement", "contacts", "plans")]
        read = await world.get(caller, contract_path(contract))
        found.append((overview.status_code, told, read.status_code, read.content))
    return found


async def test_who_is_named_in_a_contract_sees_no_more(world):
    """A guardian, others who take part and those with a copy, by name, HSA-id and number: the same answers as before."""
    first = await create_contract(world, small_contract(world))
    before = await answers(world, first)
    staff = (HOME_CARER, ADMINISTRATOR, ORTHOPAEDIST)
    copies = [{"who": {"role": "Skola", "name": "Björkskolan"}, "how": "printed", "on": "2026-02-03"}]
    copies += [{"who": {"name": one.name, "hsaId": one.hsa_id}, "how": "exported"} for one in staff]
    relatives = [
        {"name": name, "relation": "guardian", "takesPart": True} for name in ("Andreas Lund", "Tom Ek", "Någon Annan")
    ]
    named = await revise_or_fail(world, first, copies=copies, relatives=relatives)
    related = {
        "resourceType": "RelatedPerson", "active": True, "patient": {"reference": first.json()["patient"]},
        "identifier": [TOM.identifier],
        "relationship": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "GUARD"}]}],
    }  # fmt: skip
    pushed = await world.post("physician", "/fhir/RelatedPerson", related)

    assert pushed.status_code == 201, pushed.text
    assert (len(named.json()["copies"]), len(named.json()["relatives"])) == (4, 3)
    assert await answers(world, named) == before
    assert {status for *_, status, _ in before} == {404}
