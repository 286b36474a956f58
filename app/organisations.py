"""The givers and units that the directory knows, in memory: their names, their hierarchy, and the care that they give.

The app fills it from the database and follows its changes (`app.directory.follow`), so that no request asks for it.
docs/directory.md
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple

HEALTH: Final = "health"
SOCIAL: Final = "social"

DEEPEST: Final = 32
"""The most levels of units; an import refuses more."""


class OrganisationKind(StrEnum):
    """The kind of an organisation by the laws on records.

    A giver answers for its records: a care giver (vårdgivare) by patientdatalagen, a social care giver (omsorgsgivare)
    by lagen (2022:913). A care unit (vårdenhet) or social care unit is the level of an inner block; `unit` is any other
    part of an organisation.
    """

    CARE_GIVER = "care-giver"
    SOCIAL_CARE_GIVER = "social-care-giver"
    CARE_UNIT = "care-unit"
    SOCIAL_CARE_UNIT = "social-care-unit"
    UNIT = "unit"


GIVERS: Final = frozenset({OrganisationKind.CARE_GIVER, OrganisationKind.SOCIAL_CARE_GIVER})

CATEGORY_OF: Final = {
    OrganisationKind.CARE_GIVER: HEALTH,
    OrganisationKind.CARE_UNIT: HEALTH,
    OrganisationKind.SOCIAL_CARE_GIVER: SOCIAL,
    OrganisationKind.SOCIAL_CARE_UNIT: SOCIAL,
}
"""The category of what an organisation of this kind writes; a unit without one has its giver's."""


class Organisation(NamedTuple):
    """An organisation of the directory: its HSA-id, names, the HSA-id of what it is a part of, and its kinds."""

    hsa_id: str
    name: str
    english: str | None = None
    parent: str | None = None
    kinds: tuple[str, ...] = ()


class Organisations:
    """The organisations by HSA-id. What it does not hold is unknown, and opens nothing."""

    def __init__(self, organisations: Iterable[Organisation] = ()) -> None:
        self._by_id: dict[str, Organisation] = {}
        self.update(organisations)

    def __len__(self) -> int:
        return len(self._by_id)

    def update(self, organisations: Iterable[Organisation]) -> None:
        """Add organisations, or replace those with the same HSA-id."""
        for organisation in organisations:
            self._by_id[organisation.hsa_id] = organisation

    def knows(self, giver: str) -> bool:
        """Whether an HSA-id is that of a care giver or social care giver in the directory."""
        organisation = self._by_id.get(giver)
        return organisation is not None and not GIVERS.isdisjoint(organisation.kinds)

    def giver_of(self, hsa_id: str | None) -> str | None:
        """The giver that an organisation is, or is a part of; None if either is unknown."""
        return next((level.hsa_id for level in self._levels(hsa_id) if not GIVERS.isdisjoint(level.kinds)), None)

    def category(self, giver: str | None, unit: str | None) -> str | None:
        """`health` or `social`: what a unit of a giver writes; None if it is unknown.

        It is unknown too if the giver is both and the unit is neither. A unit of another giver says nothing.
        """
        start = unit if giver is not None and self.giver_of(unit) == giver else giver
        for level in self._levels(start):
            categories = {CATEGORY_OF[OrganisationKind(kind)] for kind in level.kinds if kind in CATEGORY_OF}
            if len(categories) == 1:
                return categories.pop()
            if not GIVERS.isdisjoint(level.kinds):
                return None
        return None

    def names(self, hsa_id: str | None) -> dict[str, str] | None:
        """The name in Swedish and in English (the Swedish one if there is no other); None if unknown."""
        organisation = self._by_id.get(hsa_id) if hsa_id else None
        return organisation and {"sv": organisation.name, "en": organisation.english or organisation.name}

    def _levels(self, hsa_id: str | None) -> Iterator[Organisation]:
        """An organisation and all that it is a part of, upwards."""
        for _ in range(DEEPEST):
            organisation = self._by_id.get(hsa_id) if hsa_id else None
            if organisation is None:
                return
            yield organisation
            hsa_id = organisation.parent
