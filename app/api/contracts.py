"""Patient contracts as plain JSON: write, read and revise one, and list its revisions and unmapped elements.

docs/contracts.md describes the contract.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.contracts import parse_contract
from app.off_loop import off_loop
from app.plans.contract.read_contract import list_revisions, read_contract, read_revision, read_unmapped
from app.plans.contract.write_contract import ContractView, revise_contract, submit_contract
from app.plans.write.rights import require_right
from app.storage.audit_rows import AuditAction


async def post_contract(request: Request) -> Response:
    """Write a new patient contract; it becomes FHIR resources of the caller's organisation, all or none."""
    state = app_state(request)
    await require_right(state.record_access, caller_of(request), AuditAction.CREATE, "CarePlan", now=now())
    body = await bodies.json_bytes(request, state.body_bytes)
    contract = await off_loop(len(body), partial(parse_contract.parse, body))
    stored = await submit_contract(state.record_access, caller_of(request), contract, now=now())
    response = _response(stored, 201)
    response.headers["location"] = f"{state.base_url}/api/contracts/{stored.id}"
    return response


async def get_contract(request: Request, contract_id: str) -> Response:
    """The contract, with the parts that this caller may see."""
    record_access = app_state(request).record_access
    return _response(await read_contract(record_access, caller_of(request), parameters.fhir_id(contract_id), now=now()))


async def put_contract(request: Request, contract_id: str) -> Response:
    """Revise a contract: parts that keep their id keep their resource, parts left out end, history keeps all."""
    state = app_state(request)
    tag = parameters.tag_of(request.headers.get("if-match"))
    await require_right(state.record_access, caller_of(request), AuditAction.UPDATE, "CarePlan", now=now())
    body = await bodies.json_bytes(request, state.body_bytes)
    contract = await off_loop(len(body), partial(parse_contract.parse, body))
    resource_id = parameters.fhir_id(contract_id)
    return _response(
        await revise_contract(state.record_access, caller_of(request), resource_id, tag, contract, now=now())
    )


async def get_revisions(request: Request, contract_id: str) -> Response:
    """Who has changed the contract, when, what was done and why; the newest first."""
    record_access = app_state(request).record_access
    return JSONResponse(
        await list_revisions(record_access, caller_of(request), parameters.fhir_id(contract_id), now=now())
    )


async def get_revision(request: Request, contract_id: str, version: str) -> Response:
    """The contract as it was at a revision, as far as this caller may see its parts."""
    resource_id, number = parameters.fhir_id(contract_id), parameters.number_of(version)
    record_access = app_state(request).record_access
    return JSONResponse(await read_revision(record_access, caller_of(request), resource_id, number, now=now()))


async def get_unmapped(request: Request, contract_id: str) -> Response:
    """List the elements of the stored FHIR resources that a contract cannot hold; every revision keeps them."""
    record_access = app_state(request).record_access
    elements = await read_unmapped(record_access, caller_of(request), parameters.fhir_id(contract_id), now=now())
    return JSONResponse([element._asdict() for element in elements])


def _response(view: ContractView, status: int = 200) -> JSONResponse:
    return JSONResponse(view.contract, status, headers={"etag": f'W/"{view.tag}"'})
