"""The caller that a verified token identifies, with one role.

Staff by Inera's claims (one assignment, medarbetaruppdrag, a token), persons by the claims of OpenID Connect Sweden
(https://www.oidc.se/specifications/swedish-oidc-claims-specification.html), systems by SMART v2 scopes
(https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html). Which claims give which role: policy.toml.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NoReturn

from app.access.scopes import Scopes, letters_of, read_scopes
from app.errors import Fault, SamplanError, Unauthenticated, Unprocessable
from app.fhir import codes
from app.fhir.identifiers import PersonalNumber, parse_personal

SAMBI: Final = "http://sambi.se/attributes/1/"
"""The prefix of Inera's staff claims."""

PERSONAL_CLAIMS: Final = {
    "https://id.oidc.se/claim/personalIdentityNumber": codes.PERSONNUMMER,
    "https://id.oidc.se/claim/coordinationNumber": codes.SAMORDNINGSNUMMER,
}
"""The claims that say which person a citizen is, and the identifier system of each."""

Claims = Mapping[str, object]


class CallerKind(StrEnum):
    """A person, an employee or a system; an issuer vouches for some of these only."""

    CITIZEN = "citizen"
    STAFF = "staff"
    SYSTEM = "system"


class Role(StrEnum):
    """The role of a caller in the decision table; NONE has no row, and permits nothing.

    Staff who are shown the same have one role: the rows `[[role]]` of policy.toml map each profession to it.
    """

    CITIZEN = "citizen"
    PHYSICIAN = "physician"
    MUNICIPAL_NURSE = "municipal-nurse"
    CARE_PROFESSIONAL = "care-professional"
    CARE_COORDINATOR = "care-coordinator"
    HOME_CARE = "home-care"
    LSS_STAFF = "lss-staff"
    NEEDS_ASSESSOR = "needs-assessor"
    ADMINISTRATOR = "administrator"
    UNIT_MANAGER = "unit-manager"
    LOG_AUDITOR = "log-auditor"
    INFORMATION_OWNER = "information-owner"
    SYSTEM = "system"
    NONE = "none"


class Purpose(StrEnum):
    """The purpose (ändamål) of a person's own access, of an assignment, or of a system."""

    OWN = "own"
    CARE = "care"
    SOCIAL_CARE = "social-care"
    ADMINISTRATION = "administration"
    AUDIT = "audit"
    INTEGRATION = "integration"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A row of the table from claims to role: the first row whose conditions all hold gives the role.

    `claims` maps a staff claim (without its prefix) to the accepted values; `assurance` are the accepted values of the
    level (`acr`), empty if a token of this kind has no level.
    """

    id: str
    kind: CallerKind
    role: Role
    purpose: Purpose
    assurance: frozenset[str]
    claims: Mapping[str, frozenset[str]]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The caller of one request.

    `id` is the HSA-id of staff, the client id of a system and "" of a citizen, who is identified by `personal_number`
    until the trail has resolved it to a Patient. `giver` and `unit` are HSA-ids of the assignment or of a system's
    organisation. `scopes` holds the letters of `cruds` for each resource type, None if the token has no scopes.
    `lacks` is why the role is NONE: a key of `WITHOUT_ROLE`.
    `expires` is when the token ends, None if it has no end. `properties` are those of the registered client, such as
    `population-register`.
    """

    kind: CallerKind
    role: Role
    id: str = ""
    personal_number: PersonalNumber | None = field(default=None, repr=False)
    giver: str | None = None
    unit: str | None = None
    purpose: Purpose = Purpose.UNKNOWN
    scopes: Scopes | None = None
    client: str = ""
    name: str | None = field(default=None, repr=False)
    expires: datetime | None = None
    lacks: str = ""
    properties: frozenset[str] = frozenset()

    def may(self, resource_type: str, letter: str) -> bool:
        """Whether the token's scopes allow this interaction (one of c r u d s) with this resource type.

        Scopes only restrict; the decision table must allow it too. A system needs scopes, other callers do not.
        """
        if self.scopes is None:
            return self.reaches_all
        return letter in letters_of(self.scopes, resource_type)

    @property
    def reaches_all(self) -> bool:
        """Whether no scope limits what the caller reads; a system needs scopes."""
        return self.scopes is None and self.kind is not CallerKind.SYSTEM

    def reaches(self, resource_type: str) -> bool:
        """Whether the scopes allow to read or to search resources of this type."""
        return self.may(resource_type, "r") or self.may(resource_type, "s")


def identify(claims: Claims, roles: Sequence[RoleRow]) -> Caller:
    """The caller of verified claims; Unauthenticated if they contradict themselves.

    A caller without a matching row gets Role.NONE.
    """
    kind = kind_of(claims)
    scopes = token_scopes(claims.get("scope", ""), kind)
    client = text(claims, "client_id") or ""
    row = next((row for row in roles if row.kind is kind and _holds(row, claims)), None)
    role, purpose = (row.role, row.purpose) if row else (Role.NONE, Purpose.UNKNOWN)
    if kind is CallerKind.CITIZEN:
        return Caller(
            kind=kind,
            role=role,
            personal_number=_personal_number(claims),
            purpose=purpose,
            scopes=scopes,
            client=client,
            name=_name(claims),
            lacks=_lack(row, kind, claims, roles),
        )
    giver, unit = _hsa_id(claims, "healthCareProviderHsaId"), _hsa_id(claims, "healthCareUnitHsaId")
    if kind is CallerKind.SYSTEM:
        return Caller(
            kind=kind, role=role, id=client, giver=giver, unit=unit, purpose=purpose, scopes=scopes, client=client
        )
    employee = _hsa_id(claims, "employeeHsaId")
    if employee is None or giver is None or unit is None:
        _refuse(
            "The token must name an employee, a care giver and a unit by their HSA-ids.",
            "Biljetten saknar medarbetare, vårdgivare eller enhet.",
        )
    return Caller(
        kind=kind,
        role=role,
        id=employee,
        giver=giver,
        unit=unit,
        purpose=purpose,
        scopes=scopes,
        client=client,
        name=_name(claims),
        lacks=_lack(row, kind, claims, roles),
    )


def kind_of(claims: Claims) -> CallerKind:
    """The kind of caller that these claims identify; Unauthenticated unless it is exactly one."""
    person = any(claim in claims for claim in PERSONAL_CLAIMS)
    staff = any(SAMBI + claim in claims for claim in ("employeeHsaId", "commissionHsaId"))
    system = claims.get("sub") == claims.get("client_id")
    kinds = [kind for kind, is_named in zip(CallerKind, (person, staff, system), strict=True) if is_named]
    if len(kinds) != 1:
        _refuse(
            "The token must identify exactly one person, employee or system.",
            "Biljetten måste gälla exakt en person, en medarbetare eller ett system.",
        )
    return kinds[0]


CONTEXTS: Final = {CallerKind.CITIZEN: "patient", CallerKind.STAFF: "user", CallerKind.SYSTEM: "system"}
"""The context that a SMART scope has for each kind of caller."""


def token_scopes(scope: object, kind: CallerKind) -> Scopes | None:
    """The resource scopes of a token, None if it has none; Unauthenticated for one not of SMART v2 or this kind."""
    try:
        scopes = read_scopes(scope)
    except Unprocessable as error:
        raise Unauthenticated(*error.faults) from None
    if scopes.keys() - {CONTEXTS[kind]}:
        _refuse(
            f"The scopes of this token must be {CONTEXTS[kind]} scopes.",
            f"Biljettens scopes måste vara av slaget {CONTEXTS[kind]}.",
        )
    return scopes.get(CONTEXTS[kind])


_PRINTABLE = re.compile(r"[!-~]{1,128}")


def text(claims: Claims, name: str) -> str | None:
    """A claim of one printable word, also as a list of one; None if absent, Unauthenticated for anything else."""
    value = claims.get(name)
    if value is None:
        return None
    only = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(only, str) or not _PRINTABLE.fullmatch(only):
        _refuse(
            f"The claim {name} must be one printable word.", f"Uppgiften {name} i biljetten måste vara ett enda ord."
        )
    return only


def _hsa_id(claims: Claims, claim: str) -> str | None:
    value = text(claims, SAMBI + claim)
    return value.upper() if value else None


WITHOUT_ROLE: Final = {
    "assurance": Fault(
        "forbidden",
        "The login is too weak: the level of assurance (acr) must be 3 or 4.",
        "Inloggningen är för svag: tillitsnivån måste vara 3 eller 4.",
    ),
    "assignment": Fault(
        "forbidden",
        "Your assignment gives no role here: no row of the policy has its purpose, licence and task group together.",
        "Ditt uppdrag ger ingen roll här: ingen regel har dess ändamål, legitimation och arbetsgrupp tillsammans.",
    ),
    "outside": Fault(
        "forbidden",
        "Your task group is outside the law on shared records (2022:913, chapter 1, section 3), and is shown nothing.",
        "Din arbetsgrupp omfattas inte av lagen (2022:913, 1 kap. 3 §) om sammanhållen vård- och omsorgsdokumentation.",
    ),
}
"""Why a caller has no role: the level of assurance, an assignment that no row knows, or one that a row shuts out."""


def _lack(row: RoleRow | None, kind: CallerKind, claims: Claims, roles: Sequence[RoleRow]) -> str:
    """Why these claims give no role; "" if they give one."""
    if row is not None:
        return "outside" if row.role is Role.NONE else ""
    weak = any(known.kind is kind and known.assurance and _claims_hold(known, claims) for known in roles)
    return "assurance" if weak else "assignment"


def _holds(row: RoleRow, claims: Claims) -> bool:
    return (not row.assurance or _assurance(claims) in row.assurance) and _claims_hold(row, claims)


def _claims_hold(row: RoleRow, claims: Claims) -> bool:
    purpose = claims.get(SAMBI + "commissionPurpose")
    if isinstance(purpose, list) and len(purpose) != 1:
        return False
    return all(not wanted.isdisjoint(_values(claims.get(SAMBI + claim))) for claim, wanted in row.claims.items())


def _assurance(claims: Claims) -> str | None:
    """The level of assurance (`acr`); Unauthenticated if it is not a string."""
    level = claims.get("acr")
    if level is not None and not isinstance(level, str):
        _refuse("The token's acr must be a string.", "Biljettens acr måste vara text.")
    return level


def _values(value: object) -> set[str]:
    values = value if isinstance(value, list) else [value]
    return {text for text in values if isinstance(text, str)}


def _personal_number(claims: Claims) -> PersonalNumber:
    present = [(system, claims[claim]) for claim, system in PERSONAL_CLAIMS.items() if claim in claims]
    system, value = present[0]
    if len(present) > 1 or not isinstance(value, str):
        _refuse("The token must hold exactly one personal number.", "Biljetten måste ha exakt ett personnummer.")
    try:
        return parse_personal(system, value)
    except SamplanError:
        _refuse("The token's personal number is not valid.", "Biljettens personnummer är inte giltigt.")


def _name(claims: Claims) -> str | None:
    names = [value for key in ("given_name", "family_name") if isinstance(value := claims.get(key), str)]
    full_name = claims.get("name")
    return full_name if isinstance(full_name, str) else " ".join(names) or None


def _refuse(english: str, swedish: str) -> NoReturn:
    raise Unauthenticated(Fault("login", english, swedish))
