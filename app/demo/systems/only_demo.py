"""Keeps the demo a demo: on this machine alone, and never beside the production flag."""

import ipaddress
from collections.abc import Mapping
from typing import Final

from app.errors import Fault, Unavailable

UNSET: Final = frozenset({"", "0", "f", "false", "n", "no", "off"})


def refuse_elsewhere(host: str, environment: Mapping[str, str]) -> None:
    """Unavailable unless `host` is a loopback address and `SAMPLAN_PRODUCTION` is not set."""
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
