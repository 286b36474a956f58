"""Classifies a resource for a decision: its giver and unit, its category, its information class, its label.

Giver and unit (vårdgivare, vårdenhet) are read from the Provenance of a resource (custodian, author) and from its
hsaHierarchy extension, else from the configuration of its source; values that disagree make them unknown. Only the
person may see a resource whose giver or category is unknown.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from app.access.labels import Label, label_of, security, strictest
from app.fhir import codes
from app.fhir.elements import Resource, codes_in, codings_of, extensions, hsa_of, mentions_type, type_of
from app.fhir.times import STOCKHOLM
from app.fhir.types import TYPES


class InformationClass(StrEnum):
    """What a resource is about; a fact of the decision table.

    `person` is what a giver has written of a person, such as a telephone number; `identity` is what the population
    register says, which belongs to no giver.
    """

    AGREEMENT = "agreement"
    PLAN = "plan"
    GOAL = "goal"
    CONTACT = "contact"
    TIME = "time"
    SELF_CARE = "self-care"
    HOME_CARE = "home-care"
    CARE_ACTIVITY = "care-activity"
    PERSON = "person"
    IDENTITY = "identity"
    PROVENANCE = "provenance"
    CONSENT = "consent"
    DIRECTORY = "directory"
    OTHER = "other"


class Category(StrEnum):
    """Health care (hälso- och sjukvård) or social care (socialtjänst)."""

    HEALTH = "health"
    SOCIAL = "social"


CLASS_OF_TYPE: Final = {
    row.name: InformationClass(row.information_class) for row in TYPES.values() if row.information_class
}
"""The information class that follows from the type alone."""

OURS: Final = frozenset({f"{codes.CANONICAL}/Questionnaire/{name}" for name in ("about-me", "seven-questions")})
"""The questionnaires whose answers are a part of an agreement."""

TIMES: Final = ("created", "authoredOn", "authored", "dateTime", "date", "recorded", "statusDate", "startDate")
"""The elements with the time when the information was created; the first that is present counts."""


class ClassDefaults(NamedTuple):
    """The classes of a resource that does not state them: from a source's configuration or a client's organisation.

    `label` is a floor: a resource can raise it and never lower it.
    """

    giver: str | None = None
    unit: str | None = None
    category: str | None = None
    label: str = Label.NORMAL
    time: dt.datetime | None = None


class Classes(NamedTuple):
    """The classes of one resource, named as the columns of `app.items.Item`; None is unknown."""

    giver: str | None
    unit: str | None
    category: str | None
    information_class: str
    label: str
    information_time: dt.datetime | None


NO_DEFAULTS: Final = ClassDefaults()

UNKNOWN_CLASSES: Final = Classes(None, None, None, "unknown", Label.NORMAL, None)
"""The classes of a resource that cannot be read: as of any whose giver is unknown, only the person may know of it."""


def classify(resource: Resource, provenance: Sequence[Resource] = (), defaults: ClassDefaults = NO_DEFAULTS) -> Classes:
    """The classes of a checked resource, given the Provenance resources that target it."""
    giver, unit = _owner(resource, provenance, defaults)
    category = _category(resource, defaults)
    return Classes(
        giver,
        unit,
        category,
        _information_class(resource),
        _label(resource, defaults),
        _time(resource, provenance, defaults),
    )


def _owner(
    resource: Resource, provenance: Sequence[Resource], defaults: ClassDefaults
) -> tuple[str | None, str | None]:
    hierarchies = list(extensions(resource, codes.HSA_HIERARCHY))
    givers = {*_agents(provenance, "custodian"), *_levels(hierarchies, "hsaCareProvider")}
    units = {*_agents(provenance, "author"), *_levels(hierarchies, "hsaCareUnit")}
    if not givers and not units:
        return defaults.giver, defaults.unit
    giver = _only(givers) if givers else defaults.giver
    same = giver is not None and giver == defaults.giver
    unit = _only(units) if units else defaults.unit if same else None
    return giver, unit


def _only(values: set[str | None]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _agents(provenance: Sequence[Resource], role: str) -> Iterator[str | None]:
    """The HSA-ids of the organisations with this role; None for an organisation without a readable HSA-id."""
    for entry in provenance:
        for agent in entry.get("agent", ()):
            who = agent.get("who", {})
            if role in codes_in(agent.get("type"), codes.PROVENANCE_PARTICIPANT) and _is_organisation(who):
                yield hsa_of(who)


def _is_organisation(who: Resource) -> bool:
    """Whether a reference is to an Organization, or shows no type, such as `urn:uuid:…`."""
    is_untyped = not who.get("type") and "/" not in str(who.get("reference", ""))
    return is_untyped or type_of(who) == "Organization"


def _levels(hierarchies: Sequence[Resource], level: str) -> Iterator[str | None]:
    for hierarchy in hierarchies:
        for part in extensions(hierarchy, level):
            yield hsa_of(part.get("valueReference"))


def _category(resource: Resource, defaults: ClassDefaults) -> str | None:
    codings = [coding for coding in _codings(resource) if coding.get("system") == codes.INFORMATION_CATEGORY]
    stated = {coding.get("code") for coding in codings}
    categories = {Category.HEALTH if code == codes.HEALTH else Category.SOCIAL for code in stated & _CATEGORY_CODES}
    if len(categories) == 1 and stated <= _CATEGORY_CODES:
        return next(iter(categories))
    return None if stated else defaults.category


_CATEGORY_CODES = frozenset({codes.HEALTH, codes.SOCIAL, codes.HOME_CARE})


def _codings(resource: Resource) -> Iterator[Resource]:
    """The codings of the tags and the categories of a resource."""
    yield from resource.get("meta", {}).get("tag", ())
    yield from codings_of(resource.get("category"))


def _label(resource: Resource, defaults: ClassDefaults) -> Label:
    return strictest([defaults.label, *map(label_of, security(resource))])


def _information_class(resource: Resource) -> InformationClass:
    resource_type = resource["resourceType"]
    if resource_type == "CarePlan":
        return (
            InformationClass.AGREEMENT
            if _has(resource, codes.AGREEMENT_PART, codes.PATIENT_CONTRACT)
            else InformationClass.PLAN
        )
    if resource_type in {"ServiceRequest", "Task"}:
        return _activity(resource)
    if resource_type == "QuestionnaireResponse":
        return (
            InformationClass.AGREEMENT
            if str(resource.get("questionnaire")).partition("|")[0] in OURS
            else InformationClass.OTHER
        )
    if resource_type == "Consent":
        return InformationClass.AGREEMENT if _is_consent_to_a_sip(resource) else InformationClass.CONSENT
    return CLASS_OF_TYPE.get(resource_type, InformationClass.OTHER)


def _is_consent_to_a_sip(consent: Resource) -> bool:
    """Whether it is a consent to a coordinated individual plan only, which opens and closes no information."""
    categories = codings_of(consent.get("category"))
    types = {coding.get("code") for coding in categories if coding.get("system") == codes.CONSENT_TYPE}
    scopes = {coding.get("code") for coding in codings_of(consent.get("scope"))}
    return types == {codes.SIP_CONSENT} and scopes <= {codes.TREATMENT}


def _activity(resource: Resource) -> InformationClass:
    """Self-care if the person or a relative does it; else home care (hemtjänst) or a care activity, by its category."""
    doers = [*resource.get("performer", ()), resource.get("owner", {})]
    is_own = any(mentions_type(doer, "Patient", "RelatedPerson") for doer in doers)
    if is_own or _has(resource, codes.AGREEMENT_PART, codes.I_DO):
        return InformationClass.SELF_CARE
    home = any(_has(resource, codes.INFORMATION_CATEGORY, code) for code in (codes.SOCIAL, codes.HOME_CARE))
    return InformationClass.HOME_CARE if home else InformationClass.CARE_ACTIVITY


def _has(resource: Resource, system: str, code: str) -> bool:
    return any(coding.get("system") == system and coding.get("code") == code for coding in _codings(resource))


def _time(resource: Resource, provenance: Sequence[Resource], defaults: ClassDefaults) -> dt.datetime | None:
    recorded = [entry.get("occurredDateTime") or entry.get("recorded") for entry in provenance]
    times = [*recorded, *(resource.get(element) for element in TIMES), resource.get("meta", {}).get("lastUpdated")]
    return next((time for time in map(_instant, times) if time is not None), defaults.time)


def _instant(value: object) -> dt.datetime | None:
    """A FHIR dateTime, date or instant as a moment; a day without a time is its midnight in Stockholm."""
    text = str(value) if isinstance(value, str) else ""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)
