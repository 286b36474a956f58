"""A text in English and Swedish: one type for every text that a person reads, in the order of `app.errors.Fault`."""

from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """The same text in both languages."""

    english: str
    swedish: str

    def as_json(self) -> dict[str, str]:
        """The text as the API sends it, under `sv` and `en`."""
        return {"sv": self.swedish, "en": self.english}


def untranslated(text: str) -> Text:
    """A text that somebody wrote, or a code without a text of its own: the same in both languages."""
    return Text(text, text)


def translated(swedish: Mapping[str, str], english: Mapping[str, str]) -> dict[str, Text]:
    """The text of each code of a table: its Swedish display there, and its English text.

    Raises KeyError if a code has no English text.
    """
    return {code: Text(english[code], display) for code, display in swedish.items()}
