"""The table of routes: routing, OpenAPI, the CapabilityStatement and the list of public addresses read it.

To add a route, write its endpoint in a module of this folder and add a row. An endpoint takes the request and, by name,
the parameters in the path; its docstring is the operation's description in the OpenAPI document.

http://hl7.org/fhir/R4/http.html
"""

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple

from starlette.responses import Response

from app.api import access_log, audit, contracts, facts, health, interactions, overview, people, validate
from app.api.audit_schemas import ACCESS_LOG, SEALS
from app.api.fact_schemas import (
    BEFORE,
    ENDED,
    EXISTENCE,
    EXISTENCE_BODY,
    FACT,
    FACT_BODY,
    FACT_LIST,
    FACT_QUERY,
    REVIEW,
)
from app.api.people_schemas import PERSON, PERSON_BODY
from app.api.schemas import (
    CONTRACT,
    CONTRACT_BODY,
    ERRORS,
    FHIR_BUNDLE,
    FHIR_RESOURCE,
    IF_MATCH,
    IF_MATCH_CONTRACT,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    NOT_READY,
    OLD_CONTRACT,
    OUTCOME,
    OVERVIEW,
    PATIENT_BODY,
    RESOURCE_BODY,
    REVISIONS,
    SMART_CONFIGURATION,
    STATEMENT,
    UNMAPPED,
    VALIDATION,
    WRITE_ERRORS,
    Json,
    Responses,
)

Endpoint = Callable[..., Awaitable[Response]]


class RouteRow(NamedTuple):
    """One method of one address.

    `path` is the address as a template; the access log shows it instead of the address. `tag` groups the operations of
    the OpenAPI document; a row without one is a page: it is in no document, and also answers HEAD. `responses`, `body`
    and `headers` describe what the endpoint sends and reads, `status` is its usual HTTP status. `interaction` is FHIR's
    code of the interaction (http://hl7.org/fhir/R4/valueset-type-restful-interaction.html), which the
    CapabilityStatement lists. `is_public` lets anyone GET the address: nothing there may tell of a person.
    """

    method: str
    path: str
    endpoint: Endpoint
    tag: str = ""
    responses: Responses | None = None
    body: Json | None = None
    headers: tuple[Json, ...] = ()
    status: int = 200
    interaction: str = ""
    is_public: bool = False


REGISTERED_PATHS: Final = (
    "care-relations", "consents", "blocks", "block-liftings", "emergency-openings", "incapacities",
    "closed-guardians",
)  # fmt: skip
"""The kinds of facts that are registered here; representatives come from the population register."""

ROUTES: Final = (
    RouteRow("GET", "/health/live", health.live, "health", is_public=True),
    RouteRow("GET", "/health/ready", health.ready, "health", {503: NOT_READY}, is_public=True),
    RouteRow("GET", "/fhir/metadata", health.metadata, "fhir", {200: STATEMENT}, is_public=True),
    RouteRow("GET", "/fhir/.well-known/smart-configuration", health.smart, "fhir", {200: SMART_CONFIGURATION},
             is_public=True),

    RouteRow("GET", "/api/overview/me", overview.read_my_overview, "overview", {200: OVERVIEW, **ERRORS}),
    RouteRow("POST", "/api/overview", overview.ask_for_overview, "overview", {200: OVERVIEW, **ERRORS}, PATIENT_BODY),
    RouteRow("GET", "/fhir/Patient/{patient_id}/$overview", overview.overview_operation, "fhir",
             {200: FHIR_BUNDLE, **ERRORS}),
    RouteRow("POST", "/fhir/Patient/{patient_id}/$overview", overview.overview_operation_by_post, "fhir",
             {200: FHIR_BUNDLE, **ERRORS}),

    RouteRow("POST", "/api/contracts", contracts.post_contract, "contracts", {201: CONTRACT, **WRITE_ERRORS},
             CONTRACT_BODY, status=201),
    RouteRow("GET", "/api/contracts/{contract_id}", contracts.get_contract, "contracts", {200: CONTRACT, **ERRORS}),
    RouteRow("PUT", "/api/contracts/{contract_id}", contracts.put_contract, "contracts",
             {200: CONTRACT, **WRITE_ERRORS}, CONTRACT_BODY, (IF_MATCH_CONTRACT,)),
    RouteRow("GET", "/api/contracts/{contract_id}/revisions", contracts.get_revisions, "contracts",
             {200: REVISIONS, **ERRORS}),
    RouteRow("GET", "/api/contracts/{contract_id}/revisions/{version}", contracts.get_revision, "contracts",
             {200: OLD_CONTRACT, **ERRORS}),
    RouteRow("GET", "/api/contracts/{contract_id}/unmapped", contracts.get_unmapped, "contracts",
             {200: UNMAPPED, **ERRORS}),

    *(RouteRow("GET", f"/api/{path}", facts.list_facts, "facts", {200: FACT_LIST, **ERRORS, 422: OUTCOME},
               headers=FACT_QUERY) for path in (*REGISTERED_PATHS, "representatives")),
    *(RouteRow("POST", f"/api/{path}", facts.post_fact, "facts", {201: FACT, 200: FACT, **WRITE_ERRORS}, FACT_BODY,
               status=201) for path in REGISTERED_PATHS),
    *(RouteRow("DELETE", f"/api/{path}/{{fact_id}}", facts.delete_fact, "facts", {204: ENDED, **WRITE_ERRORS},
               status=204) for path in REGISTERED_PATHS),
    RouteRow("GET", "/api/emergency-openings/review", facts.review_emergencies, "facts", {200: REVIEW, **ERRORS},
             headers=(BEFORE,)),
    RouteRow("POST", "/api/existence", facts.post_existence, "facts", {200: EXISTENCE, **ERRORS, 422: OUTCOME},
             EXISTENCE_BODY),

    RouteRow("POST", "/api/people", people.post_person, "people", {201: PERSON, 200: PERSON, **WRITE_ERRORS},
             PERSON_BODY, status=201),

    RouteRow("GET", "/fhir/AuditEvent", audit.search_audit, "fhir", {200: FHIR_BUNDLE, **ERRORS},
             interaction="search-type"),
    RouteRow("POST", "/fhir/AuditEvent/_search", audit.search_audit_by_post, "fhir", {200: FHIR_BUNDLE, **ERRORS}),

    RouteRow("GET", "/api/access-log/me", access_log.read_my_access_log, "access log", {200: ACCESS_LOG, **ERRORS}),
    RouteRow("POST", "/api/access-log", access_log.ask_for_access_log, "access log", {200: ACCESS_LOG, **ERRORS},
             PATIENT_BODY),

    RouteRow("GET", "/api/audit/roots", audit.published_seals, "audit", {200: SEALS}, is_public=True),

    RouteRow("POST", "/fhir/$validate", validate.validate, "fhir", {**ERRORS, 200: VALIDATION}, RESOURCE_BODY),
    RouteRow("POST", "/fhir/{resource_type}/$validate", validate.validate_type, "fhir", {**ERRORS, 200: VALIDATION},
             RESOURCE_BODY),
    RouteRow("POST", "/fhir/{resource_type}/{resource_id}/$validate", validate.validate_instance, "fhir",
             {**ERRORS, 200: VALIDATION}, RESOURCE_BODY),

    RouteRow("POST", "/fhir", interactions.transaction, "fhir", {200: FHIR_BUNDLE, **WRITE_ERRORS}, RESOURCE_BODY,
             interaction="transaction"),
    RouteRow("GET", "/fhir/{resource_type}/{resource_id}", interactions.read, "fhir",
             {200: FHIR_RESOURCE, 304: NOT_MODIFIED, **ERRORS}, headers=(IF_NONE_MATCH,), interaction="read"),
    RouteRow("POST", "/fhir/{resource_type}", interactions.create, "fhir", {201: FHIR_RESOURCE, **WRITE_ERRORS},
             RESOURCE_BODY, interaction="create"),
    RouteRow("PUT", "/fhir/{resource_type}/{resource_id}", interactions.update, "fhir",
             {200: FHIR_RESOURCE, **WRITE_ERRORS}, RESOURCE_BODY, (IF_MATCH,), interaction="update"),
    RouteRow("GET", "/fhir/{resource_type}", interactions.search, "fhir", {200: FHIR_BUNDLE, **ERRORS},
             interaction="search-type"),
    RouteRow("POST", "/fhir/{resource_type}/_search", interactions.search_by_post, "fhir",
             {200: FHIR_BUNDLE, **ERRORS}),
)  # fmt: skip
