"""The claims of callers who are not in the demo: systems, staff and citizens."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from app.demo.data.givers import PSYCHIATRIC_NURSE, PSYCHIATRY
from tests.builders.clients import client_of

CLAIM = "http://sambi.se/attributes/1/"


def system(unit, scope="system/*.cruds", name=None):
    """A system of this unit's organisation: the one that tests/builders/clients.py registers, if `name` names no other."""
    name = name or client_of(unit.giver)
    organisation = {
        f"{CLAIM}healthCareProviderHsaId": unit.giver.hsa_id,
        f"{CLAIM}healthCareUnitHsaId": unit.hsa_id,
    }
    return {"sub": name, "client_id": name, "scope": scope, **organisation}


def staff(unit, employee, *, name=None, scope=None):
    """A physician at this unit, by an HSA-id."""
    return {
        "sub": name or employee, "client_id": "portal", "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
        **({} if scope is None else {"scope": scope}),
        f"{CLAIM}employeeHsaId": employee, f"{CLAIM}commissionHsaId": "U1",
        f"{CLAIM}healthCareProviderHsaId": unit.giver.hsa_id, f"{CLAIM}healthCareUnitHsaId": unit.hsa_id,
        f"{CLAIM}commissionPurpose": "Vård och behandling", f"{CLAIM}healthcareProfessionalLicense": ["LK"],
    }  # fmt: skip


def auditor(unit):
    """A log auditor of this unit's giver."""
    return {
        **staff(unit, f"{unit.giver.hsa_id[:12]}-9L99", name="auditor"), f"{CLAIM}commissionPurpose": "Kvalitetssäkring",
        f"{CLAIM}healthcareProfessionalLicense": [], f"{CLAIM}systemRole": ["Samplan;Loggranskare"],
    }  # fmt: skip


def psychiatrist(scope=""):
    """A physician of the psychiatric clinic: the same giver as the health centre, another unit."""
    return staff(PSYCHIATRY, PSYCHIATRIC_NURSE.hsa_id, name="nurse", scope=scope)


def citizen(number):
    """Somebody with this personal number."""
    return {
        "sub": "someone", "client_id": "portal", "acr": "http://id.elegnamnden.se/loa/1.0/loa3",
        "https://id.oidc.se/claim/personalIdentityNumber": number,
    }  # fmt: skip


def token_part(value: object) -> str:
    """A part of a token from what it holds: bytes as they are, else as JSON."""
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed_token(key: Any, head: object, payload: object) -> str:
    """A token with any header and payload whose signature holds: hostile, and by the trusted key (ES256) itself."""
    signed = f"{token_part(head)}.{token_part(payload)}"
    r, s = decode_dss_signature(key.private_key.sign(signed.encode(), ECDSA(SHA256())))
    return f"{signed}.{token_part(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"
