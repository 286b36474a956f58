"""Decides what a caller may do: ask, read, write, register facts, read the log (pure)."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Final, NamedTuple, Protocol

from app.access.caller import Caller
from app.access.classification import InformationClass
from app.access.decision_table import SILENCE, Rows, Ruling
from app.access.elements import ShownElements
from app.access.fact_kinds import FactSubject
from app.access.facts import UNKNOWN, Action
from app.access.policy import Policy
from app.access.protection import Protection
from app.access.redact import Limits
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
        self._blocked_reads = _Rulings(partial(self._read, is_blocked=True))

    def ask(self) -> Ruling:
        """May the caller ask about this person at all? If not, the answer is as for a person who does not exist."""
        return self._without_item(Action.ASK)

    @property
    def reads_plans(self) -> bool:
        """Whether the caller's role is shown anything of any person; the caller can know it."""
        return self._caller.role in self._table.readers

    def register(self, subject: FactSubject) -> Ruling:
        """May the caller register this fact about the person?"""
        return self._of_fact(Action.REGISTER, subject)

    def end(self, subject: FactSubject) -> Ruling:
        """May the caller end this fact, as lifting a block or withdrawing a consent?"""
        return self._of_fact(Action.END, subject)

    def list_fact(self, subject: FactSubject) -> Ruling:
        """May the caller see that this fact is registered?"""
        return self._of_fact(Action.LIST, subject)

    def existence(self) -> Ruling:
        """May the caller learn that other givers hold information, and that something is blocked within their own?"""
        return self._without_item(Action.EXISTENCE)

    def log(self) -> Ruling:
        """May the caller read the audit trail?"""
        return self._without_item(Action.LOG)

    def identify(self) -> Ruling:
        """May the caller say who people are, as the population register does?"""
        return self._without_item(Action.IDENTIFY)

    def read(self, item: Item) -> Ruling:
        """May the caller see this item? `visible` also checks the targets of a Provenance."""
        if not self._caller.reaches(item.type):
            return OUT_OF_SCOPE
        classes = _item_classes(item)
        return self._blocked_reads[classes] if self._is_in_limited_block(item) else self._reads[classes]

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
    def limits(self) -> Limits:
        """What of the visible items the caller may see."""
        return Limits(self.elements, self.protection)

    @property
    def protection(self) -> Protection:
        """What the caller may know of contact details around the person."""
        facts = self._facts
        is_self = facts.request["relationship"] == "self"
        return Protection(facts.request["protected"], facts.protected_guardian, facts.giver, is_self)

    @property
    def sees_nothing(self) -> bool:
        """Whether the caller can see no item of the person, so that no source need be asked."""
        return self._table.opens_nothing(self._reading)

    def visible(self, items: Sequence[Item], deleted: Sequence[Item] = ()) -> Visible:
        """The items of a person that the caller sees; a Provenance only if the caller sees all its targets.

        `deleted` are the deleted items: they are never shown, and do not hide a Provenance that targets them.
        """
        if self._caller.reaches_all and not self._facts.blocks.limited:
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

    def _of_fact(self, action: Action, subject: FactSubject) -> Ruling:
        """The ruling on a registered fact: whose it is, of what kind, and for which part of the giver."""
        own = {None, self._caller.id}
        is_of_unit = subject.unit == self._facts.unit and subject.unit is not None
        facts: dict[str, str | None] = {
            "giver": self._owner(subject.giver),
            "fact": subject.kind,
            "unit": "other"
            if subject.employee not in own
            else "own"
            if is_of_unit
            else "all"
            if subject.unit is None
            else "other",
        }
        return self._table.decide({**self._facts.request, **facts, "action": action})

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

    def _read(self, classes: _Classes, *, is_blocked: bool = False) -> Ruling:
        item = self._item_facts(classes)
        if is_blocked and item["block"] == "no":
            item["block"] = "yes"
        of_person = item["information_class"] != InformationClass.DIRECTORY
        request = self._reading if of_person else self._reading_directory
        return self._table.ruling(request & self._table.item_rows(item))

    def _item_facts(self, classes: _Classes) -> dict[str, str | None]:
        """The facts of an item of these classes."""
        giver, unit, category, information_class, label = classes
        owner = self._owner(giver)
        return {
            "giver": owner,
            "block": "no" if information_class in OF_NO_GIVER else self._block(owner, giver, unit),
            "information_class": information_class,
            "category": category,
            "label": label,
        }

    def _owner(self, giver: str | None) -> str:
        return UNKNOWN if giver is None or self._facts.giver is None else _OWNER[giver == self._facts.giver]

    def _block(self, owner: str, giver: str | None, unit: str | None) -> str:
        """Whether an outer block hides the item from other givers, or an inner block within the giver."""
        blocks = self._facts.blocks
        if not blocks.known or owner == UNKNOWN:
            return UNKNOWN
        if owner == "other":
            return _YES_NO[giver in blocks.outer]
        if not blocks.inner or (unit is not None and unit == self._facts.unit):
            return "no"
        return "yes" if None in blocks.inner or unit in blocks.inner else "no" if unit else UNKNOWN

    def _is_in_limited_block(self, item: Item) -> bool:
        """Whether a block of one unit or one period hides an item; what is not known of the item does not save it.

        The information's period is from when it was documented, or begins, until it ends.
        """
        for block in self._facts.blocks.limited:
            is_own = item.giver == self._facts.giver
            if item.giver != block.giver or is_own != block.is_inner:
                continue
            if is_own and item.unit is not None and item.unit == self._facts.unit:
                continue
            if block.unit is not None and item.unit is not None and item.unit != block.unit:
                continue
            if block.covers(*_information_period(item)):
                return True
        return False


def _information_period(item: Item) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From when an item was documented, or begins, until it ends; None if that is not known."""
    if item.information_time is None:
        return None, None
    first = min(filter(None, (item.information_time, item.starts)))
    if item.starts is not None and item.ends is None:
        return first, None
    return first, max(filter(None, (item.information_time, item.ends)))


ABOUT_NOBODY: Final = {
    "relationship": "none",
    "age": UNKNOWN,
    "care_relation": "no",
    "sharing": "none",
    "incapable": "no",
    "protected": "no",
    "client": "none",
    "holding": "no",
}
"""The facts of a request about an item that belongs to no person."""

OF_NO_GIVER: Final[frozenset[str]] = frozenset({InformationClass.DIRECTORY, InformationClass.IDENTITY})
"""Information that belongs to no giver, so that no block is about it."""

_OWNER: Final = {True: "own", False: "other"}
_YES_NO: Final = {True: "yes", False: "no"}
_allowed = itemgetter(0)
