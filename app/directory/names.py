"""The names of the directory: in Swedish and English, how they are found, and what a name may not hold (pure)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from app.errors import Fault
from app.fhir.codes import TRANSLATION
from app.fhir.elements import extensions

LONGEST: Final = 256
"""The most characters of a name."""

SCRIPTS: Final = ("LATIN", "CYRILLIC", "GREEK")
"""Scripts with letters that look alike: one word has letters of one of them only."""

_MARKUP: Final = re.compile(r"[<>]|&#?\w+;")


class Names(NamedTuple):
    """The name that is shown, its English translation, and every name that finds the resource."""

    swedish: str
    english: str | None
    folded: tuple[str, ...]


def names_of(resource: Mapping[str, Any]) -> Names:
    """The names of a resource of the directory; `swedish` is "" if it has none."""
    texts = list(_texts(resource))
    english = _translation(resource) if resource["resourceType"] != "Practitioner" else None
    shown = _full_name(resource) if resource["resourceType"] == "Practitioner" else resource.get("name", "")
    found_by = dict.fromkeys(fold(text) for text in (*texts, english or ""))
    return Names(shown, english, tuple(name for name in found_by if name))


def fold(text: str) -> str:
    """A name as a search compares it: without case and accents (http://hl7.org/fhir/R4/search.html#string)."""
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def name_faults(resource: Mapping[str, Any]) -> Iterator[Fault]:
    """Faults of the names: markup, characters that hide or reorder text, letters of two scripts in a word."""
    path = f"{resource['resourceType']}.name"
    english = _translation(resource) if resource["resourceType"] != "Practitioner" else None
    for text in (*_texts(resource), *filter(None, [english])):
        if _MARKUP.search(text):
            yield _fault(path, "holds markup; send plain text", "innehåller uppmärkning; skicka ren text")
        elif any(unicodedata.category(letter) in {"Cf", "Cc", "Co", "Cn", "Zl", "Zp"} for letter in text):
            yield _fault(
                path,
                "holds characters that hide or reorder text; remove them",
                "innehåller tecken som döljer eller vänder text; ta bort dem",
            )
        elif any(len(_scripts(word)) > 1 for word in text.split()):
            yield _fault(
                path,
                "mixes letters of two scripts in a word; use one",
                "blandar bokstäver ur två skriftsystem i ett ord; använd ett",
            )
        elif not text.strip() or len(text) > LONGEST:
            yield _fault(
                path, f"has no letters, or more than {LONGEST}", f"saknar bokstäver eller har fler än {LONGEST}"
            )


def _texts(resource: Mapping[str, Any]) -> Iterator[str]:
    if resource["resourceType"] != "Practitioner":
        yield from (text for text in (resource.get("name"), *resource.get("alias", ())) if isinstance(text, str))
        return
    for name in resource.get("name", ()):
        yield from (text for text in (name.get("text"), name.get("family"), *name.get("given", ())) if text)


def _full_name(practitioner: Mapping[str, Any]) -> str:
    name: Mapping[str, Any] = next(iter(practitioner.get("name", ())), {})
    return str(name.get("text") or " ".join([*name.get("given", ()), *filter(None, [name.get("family")])]))


def _translation(resource: Mapping[str, Any]) -> str | None:
    """The English name: the translation extension of `name` (http://hl7.org/fhir/StructureDefinition/translation)."""
    for translation in extensions(resource.get("_name", {}), TRANSLATION):
        parts = {part.get("url"): part for part in translation.get("extension", ())}
        if parts.get("lang", {}).get("valueCode", "").partition("-")[0] == "en":
            return str(parts.get("content", {}).get("valueString", "")) or None
    return None


def _scripts(word: str) -> set[str]:
    return {
        script
        for letter in word
        if letter.isalpha()
        for script in SCRIPTS
        if unicodedata.name(letter, "").startswith(script)
    }


def _fault(path: str, english: str, swedish: str) -> Fault:
    return Fault("value", f"The name {english}.", f"Namnet {swedish}.", path)
