"""The messages about profiles, in English and Swedish: each names the element of the profile and how to correct it.

In a row of PROFILE_MESSAGES, `{0}` is the element, the other numbers are further words; `{of}` is the profile.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from app.errors import Fault

PROFILE_MESSAGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "missing": ("required", "{0} is missing; send it ({of}).", "{0} saknas; skicka det ({of})."),
    "few": ("required", "{0} must be there at least {1} times ({of}).", "{0} ska finnas minst {1} gånger ({of})."),
    "many": (
        "structure",
        "{0} may be there at most {1} times; leave out the others ({of}).",
        "{0} får finnas högst {1} gånger; ta bort de övriga ({of}).",
    ),
    "none": ("structure", "{0} is not used; leave it out ({of}).", "{0} används inte; ta bort det ({of})."),
    "parts": (
        "structure",
        "{0} is not used: the extension has parts; send them in extension ({of}).",
        "{0} används inte: tillägget har delar; skicka dem i extension ({of}).",
    ),
    "choice": ("structure", "{0} must be sent as {1} ({of}).", "{0} ska skickas som {1} ({of})."),
    "value": ("value", "{0} must hold {1} ({of}).", "{0} ska ha {1} ({of})."),
    "code": (
        "code-invalid",
        "{0} must hold a code of {1}: {2} ({of}).",
        "{0} ska ha en kod ur {1}: {2} ({of}).",
    ),
    "target": ("value", "{0} must refer to {1} ({of}).", "{0} ska referera till {1} ({of})."),
    "slice": ("required", "{0} must hold {1}; add it ({of}).", "{0} ska ha {1}; lägg till det ({of})."),
    "slice-few": (
        "required",
        "{0} must hold {1} at least {2} times ({of}).",
        "{0} ska ha {1} minst {2} gånger ({of}).",
    ),
    "slice-many": (
        "structure",
        "{0} may hold {1} at most {2} times; leave out the others ({of}).",
        "{0} får ha {1} högst {2} gånger; ta bort de övriga ({of}).",
    ),
    "slice-none": (
        "structure",
        "{0} may not hold {1}; leave it out ({of}).",
        "{0} får inte ha {1}; ta bort det ({of}).",
    ),
    "closed": (
        "structure",
        "{0} may hold only {1}; leave out all else ({of}).",
        "{0} får bara ha {1}; ta bort allt annat ({of}).",
    ),
    # Errors that no overlay finds.
    "extension-many": (
        "structure",
        "This extension may be there at most {0} times here; leave out the others ({of}).",
        "Tillägget får finnas högst {0} gånger här; ta bort de övriga ({of}).",
    ),
    "extension-place": (
        "structure",
        "This extension belongs in {0}; move it there or leave it out ({of}).",
        "Tillägget hör hemma i {0}; flytta det dit eller ta bort det ({of}).",
    ),
    "extension-url": (
        "value",
        "The url of an extension is absolute and has no version, unless it names a part of another; send it so.",
        "Url för ett tillägg är absolut och utan version, om det inte är en del av ett annat; skicka den så.",
    ),
    "extension-as-modifier": (
        "structure",
        "This extension does not change what the rest means; send it in extension ({of}).",
        "Tillägget ändrar inte vad resten betyder; skicka det i extension ({of}).",
    ),
    "modifier-as-extension": (
        "structure",
        "This extension changes what the rest means; send it in modifierExtension ({of}).",
        "Tillägget ändrar vad resten betyder; skicka det i modifierExtension ({of}).",
    ),
    "modifier-unknown": (
        "not-supported",
        "A modifierExtension that is not known here may change what the rest means; send the resource without it.",
        "En modifierExtension som inte är känd här kan ändra vad resten betyder; skicka resursen utan den.",
    ),
    "profile-type": (
        "invalid",
        "This profile is on {0}; declare one of the resource's type, or none ({of}).",
        "Profilen är på {0}; ange en av resursens typ, eller ingen ({of}).",
    ),
    "profile-asked": (
        "not-found",
        "The profile that is asked for is not known here; ask by one of those in the CapabilityStatement, or by none.",
        "Profilen som efterfrågas är inte känd här; fråga efter en av dem i CapabilityStatement, eller ingen.",
    ),
    "profile-unknown": (
        "not-found",
        "This profile is not known here; nothing was checked by it.",
        "Profilen är inte känd här; inget har kontrollerats mot den.",
    ),
    "target-profile": (
        "value",
        "{0} must refer to {1}; what it refers to here is none ({of}).",
        "{0} ska referera till {1}; det som den refererar till här är inget sådant ({of}).",
    ),
}
"""Name of a requirement -> its IssueType code, the message in English and in Swedish."""


def profile_fault(name: str, expression: str, of: str = "", words: Sequence[str] = ()) -> Fault:
    """Make the fault of a requirement of the profile `of` at a FHIRPath."""
    code, english, swedish = PROFILE_MESSAGES[name]
    return Fault(code, english.format(*words, of=of), swedish.format(*words, of=of), expression)
