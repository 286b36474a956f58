"""Revokes access tokens before they expire, by `jti`, `sub` or `client_id`."""

from datetime import datetime
from typing import Final

from app.directory.registry_trail import record_changes
from app.errors import Fault, Unprocessable
from app.storage.audit_rows import AuditAction
from app.storage.client_rows import registry_change
from app.storage.token_rows import Denial, put_denial, stored_denials

MOST_TEXT: Final = 8192
"""Characters of a claim: those of a whole token."""


async def deny_tokens(url: str, kind: str, value: str, *, issued_before: datetime | None, reason: str) -> datetime:
    """Revoke the tokens with this claim that were issued before a time, None for now; returns the time.

    Acts as the owner of the database at `url`. Raises Unprocessable if the value or the reason is no text, or is longer
    than a claim can be.
    """
    for element, text in ((kind, value), ("reason", reason)):
        if not text.strip() or len(text) > MOST_TEXT or "\0" in text:
            raise Unprocessable(Fault("value", f"{element} must be a text.", f"{element} ska vara en text.", element))
    async with registry_change(url) as (connection, _):
        # The value may be a personal number, which the trail never holds.
        await record_changes(connection, AuditAction.END, [f"tokens by {kind}"])
        return await put_denial(connection, kind, value, issued_before, reason)


async def list_denials(url: str) -> list[Denial]:
    """What is revoked."""
    async with registry_change(url) as (connection, _):
        return await stored_denials(connection)
