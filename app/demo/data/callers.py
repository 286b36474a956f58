"""The demo's callers: who they are, the claims of their tokens, and the people they may ask about.

The claims are those of Inera's identity provider for staff, of the Swedish OpenID Connect profile for citizens and of
SMART backend services for systems. A token says who somebody is; what they may see is decided elsewhere.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from app.demo.data.givers import (
    ADMINISTRATOR,
    HEALTH_CENTRE,
    HOME_CARER,
    LOG_AUDITOR,
    MUNICIPAL_NURSE,
    ORTHOPAEDICS,
    ORTHOPAEDIST,
    PHYSICIAN,
    DemoEmployee,
    DemoUnit,
)
from app.demo.data.people import ANDREAS, GUNNAR, KATJA, MARIA, PROTECTED_PERSON, SIGNE, TOM, DemoPerson
from app.fhir.codes import SAMORDNINGSNUMMER

STAFF_CLAIM: Final = "http://sambi.se/attributes/1/"
CITIZEN_CLAIM: Final = "https://id.oidc.se/claim/"
LEVEL_3: Final = "http://id.elegnamnden.se/loa/1.0/loa3"
PORTAL: Final = "samplan-portal"
SAMPLAN: Final = "samplan"
SOURCES_AUDIENCE: Final = "urn:samplan:demo:sources"
SOURCES_SCOPE: Final = "system/*.rs"
EHR_TYPES: Final = ("Appointment", "CarePlan", "CareTeam", "Goal", "Patient", "ServiceRequest")
FACT_TYPES: Final = ("Consent", "EpisodeOfCare")
"""The types whose scopes let an EHR register consents, blocks and care relations."""

EHR_SCOPE: Final = " ".join(f"system/{kind}.cruds" for kind in (*EHR_TYPES, *FACT_TYPES))


class DemoCaller(NamedTuple):
    """A caller by the name that `samplan demo who` lists; `about` are the people they ask about, themselves first."""

    name: str
    role: str
    title: str
    claims: Mapping[str, object]
    about: tuple[DemoPerson, ...]
    giver: str | None = None
    client: str = PORTAL


class Client(NamedTuple):
    """A system that signs assertions to get tokens; `audience` None means the app."""

    scope: str
    claims: Mapping[str, object]
    audience: str | None = None


def _citizen(person: DemoPerson, role: str, *others: DemoPerson) -> DemoCaller:
    claim = "coordinationNumber" if person.system == SAMORDNINGSNUMMER else "personalIdentityNumber"
    claims = {f"{CITIZEN_CLAIM}{claim}": person.number, "name": person.name, "acr": LEVEL_3}
    return DemoCaller(person.key, role, person.name, claims, (person, *others))


def _staff(role: str, who: DemoEmployee, assignment: Mapping[str, object], about: tuple[DemoPerson, ...]) -> DemoCaller:
    """A member of staff with one assignment (medarbetaruppdrag)."""
    attributes = {
        "employeeHsaId": who.hsa_id,
        "commissionHsaId": f"{who.hsa_id}-U1",
        "commissionName": f"{who.title}, {who.unit.name}",
        "healthCareProviderHsaId": who.unit.giver.hsa_id,
        "healthCareProviderName": who.unit.giver.name,
        "healthCareUnitHsaId": who.unit.hsa_id,
        "healthCareUnitName": who.unit.name,
        **assignment,
    }
    claims = {f"{STAFF_CLAIM}{name}": value for name, value in attributes.items()} | {"name": who.name, "acr": LEVEL_3}
    return DemoCaller(role, role, f"{who.name}, {who.title.lower()}", claims, about, who.unit.giver.hsa_id)


def _ehr(name: str, unit: DemoUnit, about: tuple[DemoPerson, ...]) -> DemoCaller:
    return DemoCaller(
        name, "ehr", f"{unit.giver.name}, journalsystem", CLIENTS[name].claims, about, unit.giver.hsa_id, name
    )


def _organisation(unit: DemoUnit) -> Mapping[str, object]:
    return {
        f"{STAFF_CLAIM}healthCareProviderHsaId": unit.giver.hsa_id,
        f"{STAFF_CLAIM}healthCareUnitHsaId": unit.hsa_id,
    }


EHR_REGION: Final = "ehr-region"
EHR_PRIVATE: Final = "ehr-private"
POPULATION_REGISTER: Final = "population-register"
"""The system that sends the population register's records; it is not a record system."""

CLIENTS: Final[Mapping[str, Client]] = {
    SAMPLAN: Client(SOURCES_SCOPE, {}, SOURCES_AUDIENCE),
    EHR_REGION: Client(EHR_SCOPE, _organisation(HEALTH_CENTRE)),
    EHR_PRIVATE: Client(EHR_SCOPE, _organisation(ORTHOPAEDICS)),
    POPULATION_REGISTER: Client("system/Patient.cu", _organisation(HEALTH_CENTRE)),
}

REGISTERED: Final[tuple[Mapping[str, object], ...]] = (
    {
        "id": EHR_REGION,
        "name": "Region Mälarvik, journalsystem",
        "giver": HEALTH_CENTRE.giver.hsa_id,
        "unit": HEALTH_CENTRE.hsa_id,
        "scopes": EHR_SCOPE,
    },
    {
        "id": EHR_PRIVATE,
        "name": "Sjöstadens Ortopedi, journalsystem",
        "giver": ORTHOPAEDICS.giver.hsa_id,
        "unit": ORTHOPAEDICS.hsa_id,
        "scopes": EHR_SCOPE,
    },
    {
        "id": POPULATION_REGISTER,
        "name": "Befolkningsregister",
        "giver": HEALTH_CENTRE.giver.hsa_id,
        "scopes": "system/Patient.cu",
        "properties": ["population-register"],
    },
)
"""The client systems that are registered at Samplan, as `samplan clients add` takes them."""

CARE: Final = "Vård och behandling"
SEEN_BY_THE_REGION: Final = (GUNNAR, MARIA, SIGNE, ANDREAS, KATJA, TOM)
SEEN_BY_THE_MUNICIPALITY: Final = (GUNNAR, MARIA)

CALLERS: Final = (
    _citizen(GUNNAR, "person"),
    _citizen(MARIA, "person"),
    _citizen(TOM, "person"),
    _citizen(PROTECTED_PERSON, "person"),
    _citizen(ANDREAS, "guardian", SIGNE),
    _citizen(KATJA, "guardian", SIGNE),
    _staff("physician", PHYSICIAN,
           {"commissionPurpose": CARE, "healthcareProfessionalLicense": ["LK"]}, SEEN_BY_THE_REGION),
    _staff("physician-without-consent", ORTHOPAEDIST,
           {"commissionPurpose": CARE, "healthcareProfessionalLicense": ["LK"]}, (GUNNAR,)),
    _staff("municipal-nurse", MUNICIPAL_NURSE,
           {"commissionPurpose": CARE, "healthcareProfessionalLicense": ["SJ"],
            "systemRole": ["Samplan;Kommunal sjuksköterska"]}, SEEN_BY_THE_MUNICIPALITY),
    _staff("home-care", HOME_CARER,
           {"commissionPurpose": "Omsorg", "systemRole": ["Samplan;Hemtjänst"]}, SEEN_BY_THE_MUNICIPALITY),
    _staff("administrator", ADMINISTRATOR,
           {"commissionPurpose": "Administration", "systemRole": ["Samplan;Vårdadministratör"]}, SEEN_BY_THE_REGION),
    _staff("log-auditor", LOG_AUDITOR,
           {"commissionPurpose": "Kvalitetssäkring", "systemRole": ["Samplan;Loggranskare"]}, (GUNNAR,)),
    _ehr(EHR_REGION, HEALTH_CENTRE, SEEN_BY_THE_REGION),
    _ehr(EHR_PRIVATE, ORTHOPAEDICS, (GUNNAR,)),
    DemoCaller(POPULATION_REGISTER, "population-register", "Befolkningsregister",
               CLIENTS[POPULATION_REGISTER].claims, (), HEALTH_CENTRE.giver.hsa_id, POPULATION_REGISTER),
)  # fmt: skip


def find_caller(name: str) -> DemoCaller | None:
    """Return the caller of this name, or None."""
    return next((caller for caller in CALLERS if caller.name == name), None)
