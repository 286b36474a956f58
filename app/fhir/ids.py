"""Logical ids: the form that R4 allows, and new ones of letters only, which cannot read as a personal number.

http://hl7.org/fhir/R4/datatypes.html#id
"""

import hashlib
import re
import secrets
from typing import Final

ID: Final = r"[A-Za-z0-9\-.]{1,64}"
"""The regular expression of an id, to be used inside others."""

_ID: Final = re.compile(ID)

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def is_id(value: object) -> bool:
    """Whether a value is a text that R4 allows as an id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def new_id() -> str:
    """A fresh random id of 32 letters."""
    return secrets.token_hex(16).translate(_LETTERS)


def derived_id(*parts: str) -> str:
    """An id of 40 letters that is computed from its parts: the same parts give the same id."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40].translate(_LETTERS)
