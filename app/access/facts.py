"""The table of the facts that a decision uses: a row for each fact, with its values and their Swedish words.

The decision table, row-level security and the policy page read these rows, and policy.toml names facts and values as
they do here. A new fact is a new row; its value is computed in `request_facts` (of a request) or `decisions` (of an
item). Every fact but `action` and `role` can be unknown.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from app.access.caller import Purpose, Role
from app.access.classification import Category, InformationClass
from app.access.fact_kinds import FACT_KINDS
from app.access.labels import Label

UNKNOWN: Final = "unknown"

Words = Mapping[str, str | None]
"""The values of a fact with their Swedish words; None if no row of the policy may name the value."""


class Action(StrEnum):
    """What the caller wants to do: ask about the person at all, read or write an item, read the log.

    Or register, end or list the facts themselves (`app.access.fact_kinds`), or learn that hidden information exists.
    Identify is to say who people are: names, numbers, deaths, protected identities and guardians.
    """

    ASK = "ask"
    READ = "read"
    WRITE = "write"
    REGISTER = "register"
    END = "end"
    LIST = "list"
    EXISTENCE = "existence"
    LOG = "log"
    IDENTIFY = "identify"


class Scope(StrEnum):
    """Whether a fact holds for a whole request about one person, or for one item."""

    REQUEST = "request"
    ITEM = "item"


class Fact(NamedTuple):
    """A fact: its name in the policy and in Swedish, and its values with their Swedish words."""

    name: str
    scope: Scope
    swedish: str
    values: Words

    @property
    def named_values(self) -> dict[str, str]:
        """The values that a row of the policy may name, with their Swedish words."""
        return {value: word for value, word in self.values.items() if word is not None}


ACTIONS: Final[Words] = {
    Action.ASK: "fråga", Action.READ: "läsa", Action.WRITE: "skriva", Action.REGISTER: "registrera",
    Action.END: "avsluta", Action.LIST: "se vad som är registrerat", Action.EXISTENCE: "få veta att uppgifter finns",
    Action.LOG: "läsa loggen", Action.IDENTIFY: "säga vilka personer är",
}  # fmt: skip
ROLES: Final[Words] = {
    Role.CITIZEN: "privatperson", Role.PHYSICIAN: "läkare", Role.MUNICIPAL_NURSE: "kommunal sjuksköterska",
    Role.CARE_PROFESSIONAL: "legitimerad vårdpersonal", Role.CARE_COORDINATOR: "vårdsamordnare",
    Role.HOME_CARE: "hemtjänst", Role.LSS_STAFF: "LSS-personal", Role.NEEDS_ASSESSOR: "biståndshandläggare",
    Role.ADMINISTRATOR: "vårdadministratör", Role.UNIT_MANAGER: "enhetschef", Role.LOG_AUDITOR: "loggranskare",
    Role.INFORMATION_OWNER: "informationsägare", Role.SYSTEM: "system", Role.NONE: None,
}  # fmt: skip
PURPOSES: Final[Words] = {
    Purpose.OWN: "egen åtkomst", Purpose.CARE: "vård och behandling", Purpose.SOCIAL_CARE: "omsorg",
    Purpose.ADMINISTRATION: "administration", Purpose.AUDIT: "kvalitetssäkring",
    Purpose.INTEGRATION: "överföring mellan system", Purpose.UNKNOWN: None,
}  # fmt: skip
RELATIONSHIPS: Final[Words] = {"self": "personen själv", "guardian": "vårdnadshavare", "none": None, UNKNOWN: None}
AGES: Final[Words] = {"under-13": "under 13 år", "13-15": "13–15 år", "16-up": "16 år eller mer", UNKNOWN: None}
YES_NO: Final[Words] = {"yes": "ja", "no": "nej", UNKNOWN: None}
SHARING: Final[Words] = {
    "consent": "samtycke för den egna givaren", "child": "barn under 13 år",
    "incapable": "vuxen som inte kan ta ställning", "emergency": "nödöppning", "none": None, UNKNOWN: None,
}  # fmt: skip
CLIENTS: Final[Words] = {"population-register": "befolkningsregister", "none": None, UNKNOWN: None}
GIVERS: Final[Words] = {"own": "den egna givaren", "other": "en annan givare", UNKNOWN: None}
INFORMATION_CLASSES: Final[Words] = {
    InformationClass.AGREEMENT: "överenskommelse", InformationClass.PLAN: "plan", InformationClass.GOAL: "mål",
    InformationClass.CONTACT: "kontakt", InformationClass.TIME: "tid", InformationClass.SELF_CARE: "egenvård",
    InformationClass.HOME_CARE: "hemtjänstinsats", InformationClass.CARE_ACTIVITY: "vårdinsats",
    InformationClass.PERSON: "person", InformationClass.IDENTITY: "identitet",
    InformationClass.PROVENANCE: "ursprung", InformationClass.CONSENT: "samtycke",
    InformationClass.DIRECTORY: "katalog", InformationClass.OTHER: "annat", UNKNOWN: None,
}  # fmt: skip
CATEGORIES: Final[Words] = {Category.HEALTH: "hälso- och sjukvård", Category.SOCIAL: "socialtjänst", UNKNOWN: None}
FACTS_REGISTERED: Final[Words] = {**{kind: row.swedish for kind, row in FACT_KINDS.items()}, UNKNOWN: None}
UNITS: Final[Words] = {"own": "den egna enheten", "all": "hela givaren", "other": "en annan enhet", UNKNOWN: None}
LABELS: Final[Words] = {
    Label.NORMAL: "normal (N)", Label.RESTRICTED: "känslig (R)", Label.VERY_RESTRICTED: "mycket känslig (V)",
    Label.NOT_FOR_PATIENT: "får inte lämnas ut på nätet (NOPATIENT)", Label.UNKNOWN: None,
}  # fmt: skip

FACTS: Final[Mapping[str, Fact]] = {
    fact.name: fact
    for fact in (
        Fact("action", Scope.REQUEST, "vad", ACTIONS),
        Fact("role", Scope.REQUEST, "roll", ROLES),
        Fact("purpose", Scope.REQUEST, "ändamål", PURPOSES),
        Fact("relationship", Scope.REQUEST, "den som frågar är", RELATIONSHIPS),
        Fact("age", Scope.REQUEST, "personens ålder", AGES),
        Fact("care_relation", Scope.REQUEST, "aktuell patientrelation", YES_NO),
        Fact("sharing", Scope.REQUEST, "grund för att läsa andras uppgifter", SHARING),
        Fact("incapable", Scope.REQUEST, "personen kan inte ta ställning", YES_NO),
        Fact("protected", Scope.REQUEST, "skyddade personuppgifter", YES_NO),
        Fact("client", Scope.REQUEST, "systemet är", CLIENTS),
        Fact("holding", Scope.REQUEST, "den egna givaren har uppgifter om personen", YES_NO),
        Fact("giver", Scope.ITEM, "uppgiften hör till", GIVERS),
        Fact("block", Scope.ITEM, "spärr", YES_NO),
        Fact("information_class", Scope.ITEM, "slag", INFORMATION_CLASSES),
        Fact("category", Scope.ITEM, "verksamhet", CATEGORIES),
        Fact("label", Scope.ITEM, "märkning", LABELS),
        Fact("fact", Scope.ITEM, "det som registreras", FACTS_REGISTERED),
        Fact("unit", Scope.ITEM, "det registrerade gäller", UNITS),
    )
}
"""Every fact by its name, in the order of the policy page; the decision table knows no other facts."""

ITEM_FACTS: Final = frozenset(fact.name for fact in FACTS.values() if fact.scope is Scope.ITEM)
"""The facts that only an item has."""
