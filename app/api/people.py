"""People as plain JSON, one by one, from a system that passes on the population register.

docs/people.md describes the members.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse

from app.api import bodies
from app.api.context import app_state, caller_of, now
from app.people.decide import RecordState
from app.people.record import record_of_json
from app.people.register import may_register, register_person


async def post_person(request: Request) -> JSONResponse:
    """What the population register says of one person; for a system that may register people."""
    state = app_state(request)
    await may_register(state.record_access, caller_of(request), now=now())
    members = await bodies.json_object(request, state.body_bytes)
    registered = await register_person(state.record_access, caller_of(request), record_of_json(members), now=now())
    answer = {"patient": f"Patient/{registered.patient}", "state": registered.state}
    return JSONResponse(answer, 201 if registered.state is RecordState.NEW else 200)
