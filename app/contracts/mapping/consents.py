"""The person's consent to a SIP as a Consent. It gives nobody access to the record.

http://hl7.org/fhir/R4/consent.html
"""

from typing import Final

from app.contracts.codes import CONSENT_SCOPE, CONSENT_TYPES, codings
from app.contracts.mapping.rows import FieldMapping, MappingContext, ResourceMapping, word
from app.contracts.mapping.shared_rows import day, reference
from app.fhir import codes
from app.fhir.elements import Json, Resource, codes_in, coding, concept, type_of

_TYPES: Final = codings(codes.CONSENT_TYPE, CONSENT_TYPES)
_STATUS: Final = {"given": "active", "declined": "rejected", "withdrawn": "inactive"}


def _by_the_person(_: Json, consent: Json, context: MappingContext) -> None:
    consent["performer"] = [{"reference": context.patient}]


def _by_to_fhir(name: str, consent: Json, _: MappingContext) -> None:
    consent["performer"] = [reference("RelatedPerson", None, name)]


def _by_from_fhir(consent: Resource) -> str | None:
    others = (who for who in consent.get("performer", ()) if type_of(who) == "RelatedPerson")
    return next((who.get("display") for who in others), None)


SIP_CONSENT: Final = ResourceMapping(
    "Consent",
    "sip-consent",
    {
        "scope": concept(coding(CONSENT_SCOPE, "treatment", "Treatment")),
        "category": [concept(_TYPES["sip"])],
        "policyRule": concept(text="HSL 16 kap. 4 §, SoL: individuell plan"),
    },
    "patient",
    (
        word("status", "status", _STATUS),
        day("on", "dateTime"),
        FieldMapping("", {}, _by_the_person, lambda _: None),
        FieldMapping("by", {"by": ("performer(RelatedPerson).display",)}, _by_to_fhir, _by_from_fhir),
    ),
)


def is_sip_consent(consent: Resource) -> bool:
    """Return whether a Consent tells that somebody has decided on a SIP.

    A draft or an error is no decision.
    """
    is_decided = consent.get("status") in _STATUS.values()
    return is_decided and "sip" in codes_in(consent.get("category"), codes.CONSENT_TYPE)


def is_part(consent: Resource) -> bool:
    """Return whether a contract can hold a Consent: one to a SIP, without a provision that denies."""
    return is_sip_consent(consent) and consent.get("provision", {}).get("type") != "deny"
