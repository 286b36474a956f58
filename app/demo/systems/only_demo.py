"""Stops the demo's programs from running in production or on an address that other machines reach."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from app.errors import Fault, Unavailable

UNSET: Final = frozenset({"", "0", "f", "false", "n", "no", "off"})


def require_demo_allowed(host: str, environment: Mapping[str, str]) -> None:
    """Raise Unavailable if `host` is not a loopback address or `SAMPLAN_PRODUCTION` is set."""
    if environment.get("SAMPLAN_PRODUCTION", "").strip().lower() not in UNSET:
        raise Unavailable(
            Fault("security", "The demo does not run with SAMPLAN_PRODUCTION set.", "Demon körs inte i produktion.")
        )
    if not _loopback(host):
        raise Unavailable(
            Fault("security", "The demo listens on a loopback address only.", "Demon lyssnar bara på en lokal adress.")
        )


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
