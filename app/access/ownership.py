"""Who owns an identifier system, and so whose item a business identifier names (pure).

A giver may assert the systems that it owns, and those of others that it is known to copy. Which these are is
configured for each source (`app.federation.config`). A system without an owner, or with two, names nothing outside the
giver that uses it. docs/decisions/0026-an-identifier-belongs-to-its-owner.md
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from app.fhir.identifiers import normalise_system


class Assertions(NamedTuple):
    """The identifier systems that a giver owns, and those of other givers whose items it may hold copies of."""

    giver: str
    owns: Iterable[str] = ()
    copies: Iterable[str] = ()


class Ownership:
    """Which giver owns each identifier system, and which givers may assert it too."""

    def __init__(self, assertions: Iterable[Assertions] = ()) -> None:
        owners: dict[str, set[str]] = {}
        copiers: dict[str, set[str]] = {}
        for giver, owns, copies in assertions:
            for systems, givers in ((owns, owners), (copies, copiers)):
                for system in systems:
                    givers.setdefault(normalise_system(system), set()).add(giver)
        self._owners: Mapping[str, str] = {
            system: next(iter(givers)) for system, givers in owners.items() if len(givers) == 1
        }
        self._copiers: Mapping[str, set[str]] = copiers

    def owner_of_copy(self, giver: str, key: str) -> str | None:
        """The giver whose item this giver's item with this `system|value` may be a copy of; None if of nobody else."""
        system = key.partition("|")[0]
        owner = self._owners.get(system)
        return owner if owner != giver and giver in self._copiers.get(system, ()) else None


NO_OWNERS: Final = Ownership()
"""No system has an owner, so that no item is a copy of another giver's."""
