"""Judges the resources of an export together: duplicates, dangling references, cycles, units without giver (pure)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from app.directory.entries import Outline, reference_of
from app.errors import Fault
from app.organisations import DEEPEST, GIVERS
from app.storage.directory_rows import StoredEntry

TWICE: Final = Fault(
    "duplicate",
    "Two resources of the export have this HSA-id or this id; send one.",
    "Två resurser i exporten har samma HSA-id eller samma id; skicka en.",
    "identifier",
)
OTHER_EXPORT: Final = Fault(
    "conflict",
    "The HSA-id belongs to another export, which alone changes it.",
    "HSA-id hör till en annan export, som ensam ändrar det.",
    "identifier",
)
DANGLING: Final = Fault(
    "not-found",
    "It refers to something that is neither in the export nor in the directory, or is refused.",
    "Den hänvisar till något som varken finns i exporten eller i katalogen, eller som inte godtas.",
)
CYCLE: Final = Fault(
    "business-rule",
    "The organisation is a part of itself by way of others, or the hierarchy is too deep.",
    "Organisationen är en del av sig själv via andra, eller hierarkin är för djup.",
    "Organization.partOf",
)
NO_GIVER: Final = Fault(
    "business-rule",
    "The unit is part of no care giver or social care giver; say which answers for it.",
    "Enheten hör inte till någon vårdgivare eller omsorgsgivare; ange vem som ansvarar.",
    "Organization.partOf",
)


SAME_TIME: Final = Fault(
    "conflict",
    "The catalogue has sent the same version with other content; send a newer meta.lastUpdated.",
    "Katalogen har skickat samma version med annat innehåll; skicka ett nyare meta.lastUpdated.",
    "meta.lastUpdated",
)

Refusal = tuple[int, Fault]
"""The line of a resource that is not stored, and the reason."""


class Judged(NamedTuple):
    """What an export changes: the outlines to store by reference, and `names` from references of the file to ours.

    `older` is the number of resources of which the directory has a newer version.
    """

    accepted: dict[str, Outline]
    names: dict[str, str]
    refused: list[Refusal]
    older: int

    def parent_of(self, outlined: Outline) -> str | None:
        """The reference of the organisation above, as ours."""
        return self.names.get(outlined.above, outlined.above) if outlined.above else None


def judge(outlines: Sequence[Outline], stored: Mapping[str, StoredEntry], export: str) -> Judged:
    """Which resources of an export may be stored, beside what other exports and earlier ones have stored."""
    references = Counter(outlined.reference for outlined in outlines)
    aliases = Counter(outlined.alias for outlined in outlines if outlined.alias)
    judged = Judged({}, {}, [], 0)
    for outlined in outlines:
        known = stored.get(outlined.reference)
        if references[outlined.reference] > 1 or aliases.get(outlined.alias or "", 0) > 1:
            judged.refused.append((outlined.place.line, TWICE))
        elif known is not None and known.export != export:
            judged.refused.append((outlined.place.line, OTHER_EXPORT))
        else:
            if outlined.alias:
                judged.names[outlined.alias] = outlined.reference
            if known is not None and outlined.updated < known.source_updated:
                judged = judged._replace(older=judged.older + 1)
            else:
                judged.accepted[outlined.reference] = outlined
    while wrong := {**dict(_wrong_hierarchy(judged, stored)), **dict(_dangling(judged, stored))}:
        # What refers to a refused resource may dangle in its turn.
        judged.refused.extend((judged.accepted.pop(reference).place.line, fault) for reference, fault in wrong.items())
    judged.refused.sort(key=itemgetter(0))
    return judged


def _dangling(judged: Judged, stored: Mapping[str, StoredEntry]) -> Iterator[tuple[str, Fault]]:
    for reference, outlined in judged.accepted.items():
        targets = (judged.names.get(target, target) for target in outlined.targets)
        if any(target not in judged.accepted and target not in stored for target in targets):
            yield reference, DANGLING


def _wrong_hierarchy(judged: Judged, stored: Mapping[str, StoredEntry]) -> Iterator[tuple[str, Fault]]:
    """The accepted organisations that are part of themselves, or of no giver."""
    depth: dict[str, int] = {}
    for reference in judged.accepted:
        if not reference.startswith("Organization/") or reference in depth:
            continue
        path: list[str] = []
        level: str | None = reference
        while level is not None and level not in depth and len(path) <= DEEPEST:
            path.append(level)
            level = _above(level, judged, stored)
        height = depth.get(level, 0) if level else 0
        if (level is not None and level not in depth) or len(path) + height > DEEPEST:
            yield reference, CYCLE
            continue
        has_giver = level is not None
        for name in reversed(path):
            has_giver = has_giver or not GIVERS.isdisjoint(_kinds(name, judged, stored))
            height += 1
            if has_giver:
                depth[name] = height
            elif name in judged.accepted:
                yield name, NO_GIVER


def _above(reference: str, judged: Judged, stored: Mapping[str, StoredEntry]) -> str | None:
    if outlined := judged.accepted.get(reference):
        return judged.parent_of(outlined)
    known = stored.get(reference)
    return reference_of("Organization", known.parent) if known and known.parent else None


def _kinds(reference: str, judged: Judged, stored: Mapping[str, StoredEntry]) -> Sequence[str]:
    entry = judged.accepted.get(reference) or stored.get(reference)
    return entry.kinds if entry else ()
