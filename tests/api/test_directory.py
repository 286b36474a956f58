"""The directory over HTTP: everybody with a token and a role reads and searches it, and each reading is in the trail."""

import json
import re

from app.access.caller import SAMBI
from app.demo.data.givers import HEALTH_CENTRE, HOME_CARER, MUNICIPAL_SOCIAL, PHYSICIAN, REGION
from app.directory.entries import ORGANISATION_KIND, reference_of
from app.fhir.codes import HSA_ID
from app.storage.database import open_pool
from tests.builders.directory import organization

CENTRE = reference_of("Organization", HEALTH_CENTRE.hsa_id)


async def names(world, caller, path, status=200):
    """The names of the matches of a search."""
    answer = await world.get(caller, f"/fhir/{path}")
    assert answer.status_code == status, answer.text
    return [entry["resource"].get("name") for entry in answer.json().get("entry", [])]


async def test_a_unit_is_read_with_both_names_and_its_giver(world):
    """As it came, with our id, our version and our references."""
    answer = await world.get("physician", f"/fhir/{CENTRE}")
    unit = answer.json()
    assert answer.status_code == 200
    assert (unit["name"], unit["partOf"]["reference"]) == (
        HEALTH_CENTRE.name,
        reference_of("Organization", REGION.hsa_id),
    )
    assert unit["_name"]["extension"][0]["extension"][1]["valueString"] == "Björkbacken Health Centre"
    assert (answer.headers["etag"], f"Organization/{unit['id']}") == ('W/"1"', CENTRE)
    again = await world.get("physician", f"/fhir/{CENTRE}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_the_directory_is_searched_by_its_parameters(world):
    """By HSA-id in any case, by the beginning of either name without accents, by what it is a part of, by its type."""
    region = reference_of("Organization", REGION.hsa_id)
    by_hsa = f"{HSA_ID}|{HEALTH_CENTRE.hsa_id.lower()}"
    assert await names(world, "physician", f"Organization?identifier={by_hsa}") == [HEALTH_CENTRE.name]
    assert await names(world, "physician", f"Organization?identifier={HEALTH_CENTRE.hsa_id}") == [HEALTH_CENTRE.name]
    assert await names(world, "physician", "Organization?name=bjorkbacken health") == [HEALTH_CENTRE.name]
    assert await names(world, "physician", "Organization?name=vårdcentral") == []
    assert len(await names(world, "physician", f"Organization?partof={region}")) == 6
    kinds = f"{ORGANISATION_KIND}|social-care-giver"
    assert await names(world, "physician", f"Organization?type={kinds}&active=true") == [MUNICIPAL_SOCIAL.name]
    assert await names(world, "physician", f"Location?organization={CENTRE}") == [HEALTH_CENTRE.name]
    assert await names(world, "physician", f"HealthcareService?organization={CENTRE}") == [HEALTH_CENTRE.name]
    assert await names(world, "physician", "Practitioner?name=amina") == [[{"text": PHYSICIAN.name}]]
    who = reference_of("Practitioner", HOME_CARER.hsa_id)
    answer = await world.get("physician", f"/fhir/PractitionerRole?practitioner={who}&_total=accurate")
    assert (answer.json()["total"], answer.json()["entry"][0]["resource"]["code"][0]["text"]) == (1, HOME_CARER.title)


async def test_pages_follow_each_other(world):
    """Every organisation stands on one page, and the last page has no next."""
    path, seen = "/fhir/Organization?_count=5", []
    while path:
        page = (await world.get("gunnar", path)).json()
        seen += [entry["resource"]["id"] for entry in page["entry"]]
        path = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
    assert len(seen) == len(set(seen)) == 14


async def test_wrong_parameters_are_refused(world):
    """An unknown one, an empty value, a reference to another type, a system without a value, too many values."""
    for query in (
        "phonetic=x",
        "name=",
        "partof=Patient/x y",
        "identifier=a|",
        "name=" + ",".join("a" * 101),
        "_count=x",
    ):
        answer = await world.get("physician", f"/fhir/Organization?{query}")
        assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome"), query


async def test_nobody_writes_it_over_http(world):
    """A system that may write everything creates no organisation; the import does."""
    answer = await world.post("ehr-region", "/fhir/Organization", organization())
    assert answer.status_code == 404


async def test_a_token_is_needed_and_its_scopes_count(world):
    """Without a token 401; a system without a scope for the type is refused, and can know it."""
    assert (await world.client.get("/fhir/Organization")).status_code == 401
    limited = {
        "sub": "other",
        "client_id": "other",
        "scope": "system/Appointment.rs",
        f"{SAMBI}healthCareProviderHsaId": REGION.hsa_id,
        f"{SAMBI}healthCareUnitHsaId": HEALTH_CENTRE.hsa_id,
    }
    assert await names(world, limited, "Organization", 403) == []
    assert (await world.get(limited, f"/fhir/{CENTRE}")).status_code == 403


async def test_each_reading_is_in_the_trail(world):
    """About no patient: intent and outcome with the type, the id and what was shown; an absent one is a refusal."""
    await world.get("physician", f"/fhir/{CENTRE}")
    await world.get("physician", "/fhir/Organization?name=region")
    assert (await world.get("physician", "/fhir/Organization/nobody")).status_code == 404
    pool = await open_pool(world.database.owner_url, size=2)
    rows = await pool.fetch(
        "SELECT action, phase, outcome, patient, shown FROM audit WHERE type = 'Organization' ORDER BY seq"
    )
    await pool.close()
    assert [tuple(row)[:4] for row in rows] == [
        ("read", "intent", None, ""),
        ("read", "outcome", "permit", ""),
        ("search", "intent", None, ""),
        ("search", "outcome", "permit", ""),
        ("read", "intent", None, ""),
        ("read", "outcome", "deny", ""),
    ]
    assert CENTRE in rows[1]["shown"]


async def test_givers_have_names_in_the_overview(world):
    """Every HSA-id of a giver in it has its name in both languages; a giver that is not shown is not named."""
    overview = await world.overview("physician", "gunnar")
    named = overview["givers"]
    givers = set(re.findall(r'"giver": "([^"]+)"', json.dumps(overview)))
    assert named[REGION.hsa_id] == {"sv": REGION.name, "en": "Mälarvik Region"}
    assert set(named) == givers


async def test_hostile_values_are_answered(world):
    """NUL, surrogates, quotes and long values are no error of ours: an empty answer or 400."""
    hostile = ("%00", "%ED%A0%80", "%F4%8F%BF%BF", "'%22;--", "%25_", "a" * 4000, "%7C%7C", "%2C%2C")
    for name in ("name", "identifier", "type", "partof", "_id", "active"):
        for value in hostile:
            answer = await world.get("physician", f"/fhir/Organization?{name}={value}")
            assert answer.status_code in {200, 400}, (name, value, answer.text)
            assert answer.json().get("entry", []) == []
