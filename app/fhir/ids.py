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
_DIGITS = str.maketrans("abcdefghijklmnop", "0123456789abcdef")


def is_id(value: object) -> bool:
    """Whether a value is a text that R4 allows as an id."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def letters(digits: str) -> str:
    """Hexadecimal digits as letters of a to p."""
    return digits.translate(_LETTERS)


def digits_of(text: str) -> str:
    """The hexadecimal digits that `letters` wrote as this text; ValueError if it is none."""
    if not re.fullmatch("[a-p]+", text):
        raise ValueError
    return text.translate(_DIGITS)


def new_id() -> str:
    """A fresh random id of 32 letters."""
    return letters(secrets.token_hex(16))


def derived_id(*parts: str) -> str:
    """An id of 40 letters that is computed from its parts: the same parts give the same id."""
    return letters(hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:40])
