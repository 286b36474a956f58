"""Security labels: how confidential a resource is by the codes in its `meta.security`.

A resource with a code that is not known here is shown to nobody.
https://hl7.org/fhir/R4/security-labels.html
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from app.fhir import codes
from app.fhir.elements import Resource


class Label(StrEnum):
    """The confidentiality of a resource; UNKNOWN is a code that is not known here, and opens the resource to nobody."""

    NORMAL = "N"
    RESTRICTED = "R"
    VERY_RESTRICTED = "V"
    NOT_FOR_PATIENT = "NOPATIENT"
    UNKNOWN = "unknown"


SEVERITY: Final = tuple(Label)
"""The labels from the least to the most confidential; of several labels the last in this order counts."""

SYSTEMS: Final = {
    codes.CONFIDENTIALITY: codes.CONFIDENTIALITY,
    "http://hl7.org/fhir/v3/Confidentiality": codes.CONFIDENTIALITY,
    "http://hl7.org/implement/standards/fhir/v3/Confidentiality": codes.CONFIDENTIALITY,
    "urn:oid:2.16.840.1.113883.5.25": codes.CONFIDENTIALITY,
    codes.ACT_CODE: codes.ACT_CODE,
    "http://hl7.org/fhir/v3/ActCode": codes.ACT_CODE,
    "http://hl7.org/implement/standards/fhir/v3/ActCode": codes.ACT_CODE,
    "urn:oid:2.16.840.1.113883.5.4": codes.ACT_CODE,
    codes.ACT_REASON: codes.ACT_REASON,
    "http://hl7.org/fhir/v3/ActReason": codes.ACT_REASON,
    "urn:oid:2.16.840.1.113883.5.8": codes.ACT_REASON,
    codes.PROTECTED: codes.PROTECTED,
}
"""The present and earlier addresses of each code system, with the address that is used here."""

SENSITIVE: Final = frozenset({
    "ADOL", "B", "BH", "CEL", "COGN", "DEMO", "DIA", "DOB", "DRGIS", "DVD", "EMOTDIS", "EMP", "EMPL", "ETH", "ETHUD",
    "GDIS", "GENDER", "HIV", "IDS", "LIVARG", "LOCIS", "MARST", "MH", "MST", "OPIOIDUD", "PATLOC", "PDS", "PHY",
    "PREGNANT", "PRS", "PSY", "PSYTHPN", "RACE", "REL", "SCA", "SDV", "SEX", "SICKLE", "SPI", "SSP", "STD", "SUD",
    "TBOO", "VIO", "VIP",
})  # fmt: skip
"""Every code below _InformationSensitivityPolicy in http://terminology.hl7.org/CodeSystem/v3-ActCode (THO 7.0.1)."""

LABELS: Final = {
    **dict.fromkeys(((codes.CONFIDENTIALITY, code) for code in "ULMN"), Label.NORMAL),
    (codes.CONFIDENTIALITY, "R"): Label.RESTRICTED,
    (codes.CONFIDENTIALITY, "V"): Label.VERY_RESTRICTED,
    **dict.fromkeys(((codes.ACT_CODE, code) for code in SENSITIVE), Label.RESTRICTED),
    (codes.ACT_CODE, "NOPATIENT"): Label.NOT_FOR_PATIENT,
    (codes.ACT_REASON, "HTEST"): Label.NORMAL,
    **dict.fromkeys(((codes.PROTECTED, code) for code in codes.PROTECTED_CODES), Label.NORMAL),
}
"""The label of each code of a code system; a label below normal counts as normal.

HTEST marks test data. The codes of a protected identity close no resource: they mask its contact details
(`app.access.protection`).
"""


def label_of(coding: Resource) -> Label:
    """The label of a Coding in `meta.security`; UNKNOWN if its system or its code is not known here."""
    system = SYSTEMS.get(str(coding.get("system")))
    return LABELS.get((system or "", str(coding.get("code"))), Label.UNKNOWN)


def strictest(labels: Iterable[str]) -> Label:
    """The most confidential of some labels."""
    return max(map(Label, labels), key=SEVERITY.index)


def security(resource: Resource) -> Sequence[Resource]:
    """The Codings in `meta.security`."""
    codings: Sequence[Resource] = resource.get("meta", {}).get("security", ())
    return codings


def states_lower(resource: Resource, label: str) -> bool:
    """Whether a resource states a confidentiality in words, such as N, and all its labels are below this one."""
    codings = security(resource)
    states = any(SYSTEMS.get(str(coding.get("system"))) == codes.CONFIDENTIALITY for coding in codings)
    return states and SEVERITY.index(strictest(map(label_of, codings))) < SEVERITY.index(Label(label))


def keep_labels(resource: dict[str, Any], stored: Resource, *, may_lower: bool = False) -> dict[str, Any]:
    """The resource, at least as confidential as the one that it replaces: a writer may raise a label but not lower one.

    The labels of `stored` that are stricter than those of `resource` are added to its own, unless the writer
    `may_lower` them; if there are none, the resource itself is returned.
    """
    own = security(resource)
    severity = SEVERITY.index(strictest([Label.NORMAL, *map(label_of, own)]))
    stricter = [
        coding
        for coding in security(stored)
        if coding not in own and not may_lower and SEVERITY.index(label_of(coding)) > severity
    ]
    if not stricter:
        return resource
    return {**resource, "meta": {**resource.get("meta", {}), "security": [*own, *stricter]}}
