"""Patient contracts and blocks as plain JSON."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.api import bodies, parameters
from app.api.context import app_state, caller_of, now
from app.contracts import parse_contract
from app.plans.contract.read_contract import list_revisions, read_contract, read_revision, read_unmapped
from app.plans.contract.write_contract import ContractView, revise_contract, submit_contract


async def post_contract(request: Request) -> Response:
    """Write a new patient contract; it becomes FHIR resources of the caller's organisation, all or none."""
    contract = parse_contract.parse(await bodies.json_bytes(request, app_state(request).body_bytes))
    kept = await submit_contract(app_state(request).record_access, caller_of(request), contract, now=now())
    answer = _contract(kept, 201)
    answer.headers["location"] = f"{app_state(request).base_url}/api/contracts/{kept.id}"
    return answer


async def get_contract(request: Request, identity: str) -> Response:
    """The contract again, as far as this caller may see its parts."""
    return _contract(
        await read_contract(
            app_state(request).record_access, caller_of(request), parameters.fhir_id(identity), now=now()
        )
    )


async def put_contract(request: Request, identity: str) -> Response:
    """Revise a contract: parts that keep their id keep their resource, parts left out end, history keeps all."""
    tag = parameters.tag_of(request.headers.get("if-match"))
    contract = parse_contract.parse(await bodies.json_bytes(request, app_state(request).body_bytes))
    opened = app_state(request)
    return _contract(
        await revise_contract(
            opened.record_access, caller_of(request), parameters.fhir_id(identity), tag, contract, now=now()
        )
    )


async def get_revisions(request: Request, identity: str) -> Response:
    """Who has changed the contract, when, what was done and why; the newest first."""
    return JSONResponse(
        await list_revisions(
            app_state(request).record_access, caller_of(request), parameters.fhir_id(identity), now=now()
        )
    )


async def get_revision(request: Request, identity: str, version: str) -> Response:
    """The contract as it was at a revision, as far as this caller may see its parts."""
    asked = parameters.fhir_id(identity), parameters.number_of(version)
    return JSONResponse(await read_revision(app_state(request).record_access, caller_of(request), *asked, now=now()))


async def get_unmapped(request: Request, identity: str) -> Response:
    """List the elements of the stored FHIR resources that a contract cannot hold; every revision keeps them."""
    found = await read_unmapped(
        app_state(request).record_access, caller_of(request), parameters.fhir_id(identity), now=now()
    )
    return JSONResponse([one._asdict() for one in found])


def _contract(kept: ContractView, status: int = 200) -> JSONResponse:
    return JSONResponse(kept.contract, status, headers={"etag": f'W/"{kept.tag}"'})
