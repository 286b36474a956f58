"""The table of the kinds of facts about a person that are registered, ended and listed: a row for each kind.

Storage, the decision table, the API and the import read these rows. What a fact opens or closes is decided elsewhere:
`app.access.request_facts` computes the facts of a request from them.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple


class FactKind(StrEnum):
    """The kinds of facts; the values are those of the column `kind`."""

    RELATION = "relation"
    CONSENT = "consent"
    OUTER_BLOCK = "outer-block"
    INNER_BLOCK = "inner-block"
    OUTER_LIFTING = "outer-lifting"
    INNER_LIFTING = "inner-lifting"
    EMERGENCY = "emergency"
    INCAPABLE = "incapable"
    GUARDIAN = "guardian"
    CLOSING = "closing"


class FactKindRow(NamedTuple):
    """A kind in Swedish, the address that it has in the API, and the FHIR type whose scopes a token needs for it."""

    swedish: str
    path: str
    scope: str


FACT_KINDS: Final[Mapping[FactKind, FactKindRow]] = {
    FactKind.RELATION: FactKindRow("patientrelation", "care-relations", "EpisodeOfCare"),
    FactKind.CONSENT: FactKindRow("samtycke", "consents", "Consent"),
    FactKind.OUTER_BLOCK: FactKindRow("yttre spärr", "blocks", "Consent"),
    FactKind.INNER_BLOCK: FactKindRow("inre spärr", "blocks", "Consent"),
    FactKind.OUTER_LIFTING: FactKindRow("tillfälligt hävd yttre spärr", "block-liftings", "Consent"),
    FactKind.INNER_LIFTING: FactKindRow("tillfälligt hävd inre spärr", "block-liftings", "Consent"),
    FactKind.EMERGENCY: FactKindRow("nödöppning", "emergency-openings", "Consent"),
    FactKind.INCAPABLE: FactKindRow("kan inte ta ställning", "incapacities", "Consent"),
    FactKind.GUARDIAN: FactKindRow("vårdnadshavare", "representatives", "RelatedPerson"),
    FactKind.CLOSING: FactKindRow("stängd åtkomst för vårdnadshavare", "closed-guardians", "RelatedPerson"),
}  # fmt: skip
"""Every kind, in the order of the policy page."""


class FactSubject(NamedTuple):
    """What a decision about a fact looks at: its kind, and the giver, unit and employee that it is for."""

    kind: FactKind
    giver: str | None = None
    unit: str | None = None
    employee: str | None = None


def kinds_of_path(path: str) -> frozenset[FactKind]:
    """The kinds that have an address of the API."""
    return frozenset(kind for kind, row in FACT_KINDS.items() if row.path == path)
