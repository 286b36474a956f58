"""SMART v2 scopes of resources: read from a token or a registration, and the part that two of them have in common.

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html. A scope restricts and never permits.
"""

import re
from collections.abc import Mapping
from typing import Final, NoReturn

from app.errors import Fault, Unprocessable

Scopes = Mapping[str, frozenset[str]]
"""The letters of `cruds` for each resource type; `*` stands for every type."""

ALL_SCOPES: Final[Scopes] = {"*": frozenset("rs")}
"""Scopes that let resources of every type be read and searched."""

CONTEXTS: Final = ("patient", "user", "system")
"""The contexts of a scope: what a person, an employee and a system may ask for."""

_SCOPES = re.compile(r"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*")
_RESOURCE_SCOPE = re.compile(r"(patient|user|system)/(\*|[A-Z][A-Za-z]{1,63})\.(?=[cruds])(c?r?u?d?s?)")


def read_scopes(text: object) -> dict[str, Scopes]:
    """The scopes of resources by their context; a context without any is left out.

    Raises Unprocessable for a scope of a resource that is not of SMART v2: one of v1 (`.read`), one with colons, one
    whose letters are not in the order c r u d s, and one with search parameters, which is not taken for a wider one.
    """
    if text == "":
        return {}
    if not isinstance(text, str) or not _SCOPES.fullmatch(text):
        _refuse(
            "scope must be scopes with one space between them", "scope måste vara scopes med ett mellanslag emellan"
        )
    scopes: dict[str, dict[str, frozenset[str]]] = {}
    for word in text.split(" "):
        if "/" not in word or word.startswith("https://"):
            continue
        match = _RESOURCE_SCOPE.fullmatch(word)
        if match is None:
            _refuse(
                "scopes of resources must be SMART v2 scopes such as system/Appointment.rs",
                "scopes för resurser måste vara enligt SMART v2, som system/Appointment.rs",
            )
        context, resource_type, letters = match.groups()
        of_context = scopes.setdefault(context, {})
        of_context[resource_type] = of_context.get(resource_type, frozenset()) | frozenset(letters)
    return dict(scopes)


def letters_of(scopes: Scopes, resource_type: str) -> frozenset[str]:
    """The interactions with a resource type that these scopes name, for the type itself or for all."""
    return scopes.get(resource_type, frozenset()) | scopes.get("*", frozenset())


def common_scopes(one_side: Scopes, other_side: Scopes) -> Scopes:
    """What both sides name: for each type the letters that both have."""
    types = one_side.keys() | other_side.keys()
    common = {name: letters_of(one_side, name) & letters_of(other_side, name) for name in types}
    return {name: letters for name, letters in common.items() if letters}


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unprocessable(Fault("invalid", f"The {english}.", f"Uppgiften {swedish}.", "scope"))
