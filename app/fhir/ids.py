"""Logical ids: letters only, so that no id can ever read as a personal number in an address.

http://hl7.org/fhir/R4/datatypes.html#id
"""

import hashlib
import secrets

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def new_id() -> str:
    """A fresh random id of 32 letters."""
    return secrets.token_hex(16).translate(_LETTERS)


def derived_id(*parts: str) -> str:
    """An id of 40 letters that follows from its parts: the same for every caller and every time."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40].translate(_LETTERS)
