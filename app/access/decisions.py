"""Decides what a caller may do with a person's items: ask, read, write, block, read the log (pure)."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple, Protocol

from app.access.caller import Caller
from app.access.classification import InformationClass
from app.access.decision_table import SILENCE, Rows, Ruling
from app.access.elements import ShownElements
from app.access.facts import UNKNOWN, Action
from app.access.policy import Policy
from app.access.request_facts import Facts
from app.items import Item

__all__ = ["OUT_OF_SCOPE", "SILENCE", "TARGET_HIDDEN", "AccessCheck", "Classified", "Ruling", "Visible"]

OUT_OF_SCOPE: Final = Ruling(allowed=False, row="scope")
"""The SMART scopes of the token do not allow this type."""

PARTLY_SEEN: Final = Ruling(allowed=False, row="elements")
"""A caller who sees a part of a resource cannot replace it."""

TARGET_HIDDEN: Final = Ruling(allowed=False, row="provenance-target")
"""A Provenance is shown to a caller who sees all its targets, or would see those that are deleted."""

_LOOKED_AT: Final = ("giver", "unit", "category", "information_class", "label")
_Classes = tuple[str | None, str | None, str | None, str, str]
_classes = attrgetter(*_LOOKED_AT)
_item_classes = itemgetter(*map(Item._fields.index, _LOOKED_AT))
"""As `_classes`, for an Item only, four times as fast."""


class Classified(Protocol):
    """The fields that a decision needs: of an Item, or of the Classes of a resource that is about to be written."""

    @property
    def giver(self) -> str | None:
        """HSA-id of who is responsible (vårdgivare or omsorgsgivare)."""

    @property
    def unit(self) -> str | None:
        """HSA-id of the unit (vårdenhet)."""

    @property
    def category(self) -> str | None:
        """`health` or `social`."""

    @property
    def information_class(self) -> str:
        """The information class."""

    @property
    def label(self) -> str:
        """The confidentiality."""


class Visible(NamedTuple):
    """The items that a caller sees, in their order; the number of hidden items; and the ruling on every item."""

    items: list[Item]
    hidden: int
    rulings: Sequence[Ruling]

    @property
    def rows(self) -> Counter[str]:
        """How often each row decided."""
        return Counter(ruling.row for ruling in self.rulings)


class _Rulings(dict[_Classes, Ruling]):
    """Rulings by the classes of items, each made once: a person's items have few different classes."""

    def __init__(self, decide: Callable[[_Classes], Ruling]) -> None:
        self._decide = decide

    def __missing__(self, classes: _Classes) -> Ruling:
        ruling = self[classes] = self._decide(classes)
        return ruling


class AccessCheck:
    """Makes every decision of a request: of one caller, about one person, at one moment."""

    def __init__(self, policy: Policy, caller: Caller, facts: Facts) -> None:
        self._caller = caller
        self._facts = facts
        self._table = policy.on(facts.day)
        self._elements = policy.elements
        self._reads = _Rulings(self._read)

    def ask(self) -> Ruling:
        """May the caller ask about this person at all? If not, the answer is as for a person who does not exist."""
        return self._without_item(Action.ASK)

    @property
    def reads_plans(self) -> bool:
        """Whether the caller's role is shown anything of any person; the caller can know it."""
        return self._caller.role in self._table.readers

    def block(self) -> Ruling:
        """May the caller set and lift a block (spärr) for this person?"""
        return self._without_item(Action.BLOCK)

    def log(self) -> Ruling:
        """May the caller read the audit trail?"""
        return self._without_item(Action.LOG)

    def read(self, item: Item) -> Ruling:
        """May the caller see this item? `visible` also checks the targets of a Provenance."""
        if not self._caller.reaches(item.type):
            return OUT_OF_SCOPE
        return self._reads[_item_classes(item)]

    def might_read(self, resource_type: str, classes: Classified) -> bool:
        """Whether the caller could see an item of this type and these classes, if there were one."""
        return self._caller.reaches(resource_type) and self._reads[_classes(classes)].allowed

    def write(self, item: Classified) -> Ruling:
        """May the caller write an item of these classes? The scopes of the token are checked elsewhere."""
        facts = {**self._facts.request, "action": Action.WRITE, **self._item_facts(_classes(item))}
        return self._table.decide(facts)

    def replace(self, item: Classified) -> Ruling:
        """May the caller replace a stored item of these classes? Only who sees all of it: the rest would be lost."""
        if not self.elements[item.information_class].is_whole:
            return PARTLY_SEEN
        return self.write(item)

    @cached_property
    def elements(self) -> ShownElements:
        """The elements of each information class that the caller may see."""
        return self._elements.shown_to(self._caller.role, self._caller.purpose, self._facts.day)

    @property
    def sees_nothing(self) -> bool:
        """Whether the caller can see no item of the person, so that no source need be asked."""
        return self._table.opens_nothing(self._reading)

    def visible(self, items: Sequence[Item], deleted: Sequence[Item] = ()) -> Visible:
        """The items of a person that the caller sees; a Provenance only if the caller sees all its targets.

        `deleted` are the deleted items: they are never shown, and do not hide a Provenance that targets them.
        """
        if self._caller.reaches_all:
            rulings = list(map(self._reads.__getitem__, map(_item_classes, items)))
        else:
            rulings = list(map(self.read, items))
        speaking = [at for at, item in enumerate(items) if item.type == "Provenance" and rulings[at].allowed]
        if speaking:
            shown_names: set[str] = set()
            for item in compress(items, map(_allowed, rulings)):
                if item.type != "Provenance":
                    shown_names.add(item.reference)
                    shown_names.update(item.keys)
            shown_names.update(item.reference for item in deleted if self.read(item).allowed)
            for at in speaking:
                if not (items[at].refs and shown_names.issuperset(items[at].refs)):
                    rulings[at] = TARGET_HIDDEN
        shown = list(compress(items, map(_allowed, rulings)))
        return Visible(shown, len(items) - len(shown), rulings)

    def _without_item(self, action: Action) -> Ruling:
        return self._table.decide_request({**self._facts.request, "action": action})

    @cached_property
    def _reading(self) -> Rows:
        """The rows that match this caller reading about this person."""
        return self._table.request_rows({**self._facts.request, "action": Action.READ})

    @cached_property
    def _reading_directory(self) -> Rows:
        """The rows that match this caller reading about nobody."""
        return self._table.request_rows({**self._facts.request, **ABOUT_NOBODY, "action": Action.READ})

    def _read(self, classes: _Classes) -> Ruling:
        item = self._item_facts(classes)
        of_person = item["information_class"] != InformationClass.DIRECTORY
        request = self._reading if of_person else self._reading_directory
        return self._table.ruling(request & self._table.item_rows(item))

    def _item_facts(self, classes: _Classes) -> dict[str, str | None]:
        """The facts of an item of these classes."""
        giver, unit, category, information_class, label = classes
        owner = UNKNOWN if giver is None or self._facts.giver is None else _OWNER[giver == self._facts.giver]
        return {
            "giver": owner,
            "block": "no" if information_class == InformationClass.DIRECTORY else self._block(owner, giver, unit),
            "information_class": information_class,
            "category": category,
            "label": label,
        }

    def _block(self, owner: str, giver: str | None, unit: str | None) -> str:
        """Whether an outer block hides the item from other givers, or an inner block within the giver."""
        facts = self._facts
        if not facts.blocks_known or owner == UNKNOWN:
            return UNKNOWN
        if owner == "other":
            return _YES_NO[giver in facts.outer]
        if not facts.inner or (unit is not None and unit == facts.unit):
            return "no"
        return "yes" if None in facts.inner or unit in facts.inner else "no" if unit else UNKNOWN


ABOUT_NOBODY: Final = {
    "relationship": "none",
    "age": UNKNOWN,
    "care_relation": "no",
    "consent": "no",
    "protected": "no",
}
"""The facts of a request about an item that belongs to no person."""

_OWNER: Final = {True: "own", False: "other"}
_YES_NO: Final = {True: "yes", False: "no"}
_allowed = itemgetter(0)
