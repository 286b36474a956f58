"""Compares two tables of the policy: which situations open, and which close (pure).

Situations that no row of either table tells apart are one. A change is described by the row that decides it, and by all
the values that its situations have; a lawyer reads the row itself in docs/policy.md.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from app.access.decision_table import SILENCE, PolicyRow, Rows, Table
from app.access.facts import FACTS, UNKNOWN, Fact, Scope

FactValues = Mapping[str, str]
"""A value for each fact of one scope."""

FIXED: Final = frozenset({"action", "role"})


@dataclass
class SituationChange:
    """Situations of one action and role that open, or close, by one row; `values` are theirs, by fact."""

    opens: bool
    action: str
    role: str
    row: str
    situations: int = 0
    values: dict[str, set[str]] = field(default_factory=dict)

    def sentence(self) -> str:
        """The change in Swedish."""
        names = FACTS["action"].named_values, FACTS["role"].named_values
        conditions = "; ".join(
            f"{fact.swedish}: {', '.join(fact.values[value] or 'okänt' for value in fact.values if value in known)}"
            for fact, known in ((FACTS[name], values) for name, values in self.values.items())
        )
        verb = "Öppnas" if self.opens else "Stängs"
        head = f"{verb} ({self.row}): {names[1][self.role]} – {names[0][self.action]}"
        return f"{head}, {self.situations} lägen" + (f" – {conditions}" if conditions else "")


def changed_rows(before: Table, after: Table) -> tuple[list[str], list[str]]:
    """The ids of the rows that are new or different, and of those that are gone or different."""
    old, new = ({row.id: row for row in table.rows} for table in (before, after))
    return (
        [id_ for id_, row in new.items() if not _is_same(row, old.get(id_))],
        [id_ for id_, row in old.items() if not _is_same(row, new.get(id_))],
    )


def changes(before: Table, after: Table) -> list[SituationChange]:
    """What opens and what closes from one table to the other, in the order of the facts' values."""
    came, went = changed_rows(before, after)
    touched = [row for row in after.rows if row.id in came] + [row for row in before.rows if row.id in went]
    pairs = {(action, role) for row in touched for action in row.when["action"] for role in row.when["role"]}
    by_change: dict[tuple[bool, str, str, str], SituationChange] = {}
    for action, role in product(FACTS["action"].named_values, FACTS["role"].named_values):
        if (action, role) in pairs:
            for change, situation, told_apart in _of_pair(before, after, action, role):
                known = by_change.setdefault(change, SituationChange(*change))
                known.situations += 1
                for name in told_apart:
                    known.values.setdefault(name, set()).add(situation[name])
    return list(by_change.values())


def _of_pair(
    before: Table, after: Table, action: str, role: str
) -> Iterator[tuple[tuple[bool, str, str, str], FactValues, Sequence[str]]]:
    """Each situation of an action and a role that is decided differently, and the facts that any row looks at."""
    rows = [row for row in (*before.rows, *after.rows) if action in row.when["action"] and role in row.when["role"]]
    told_apart = [name for name in FACTS if name not in FIXED and any(name in row.when for row in rows)]
    of_request, of_item = (
        _situations(rows, action, role, [fact for fact in FACTS.values() if fact.scope is scope]) for scope in Scope
    )
    touched = _bits(before, after), _bits(after, before)
    requests = [(request, before.request_rows(request), after.request_rows(request)) for request in of_request]
    items = [(item, before.item_rows(item), after.item_rows(item)) for item in of_item]
    # A decision can differ only where a row matches that one of the tables alone has.
    requests, items = (
        [half for half in halves if half[1] & touched[0] or half[2] & touched[1]] for halves in (requests, items)
    )
    for (request, old, new), (item, old_item, new_item) in product(requests, items):
        if not (old & old_item & touched[0] or new & new_item & touched[1]):
            continue
        ruled, ruling = before.ruling(old & old_item), after.ruling(new & new_item)
        if ruled.allowed != ruling.allowed:
            deciding = ruling.row if ruling.row != SILENCE.row else ruled.row
            yield (ruling.allowed, action, role, deciding), {**request, **item}, told_apart


def _bits(table: Table, other: Table) -> Rows:
    """The rows of a table that another has not, or has differently."""
    known = {row.id: row for row in other.rows}
    return sum(1 << at for at, row in enumerate(table.rows) if not _is_same(row, known.get(row.id)))


def _situations(rows: Iterable[PolicyRow], action: str, role: str, facts: Iterable[Fact]) -> list[FactValues]:
    """The situations of these facts, with one value for each set of values that no row tells apart."""
    rows, chosen = list(rows), {}
    for fact in facts:
        fixed = {"action": [action], "role": [role]}.get(fact.name)
        cells = [row.when[fact.name] for row in rows if fact.name in row.when]
        by_signature = {(value == UNKNOWN, *(value in cell for cell in cells)): value for value in fixed or fact.values}
        chosen[fact.name] = list(by_signature.values())
    return [dict(zip(chosen, values, strict=True)) for values in product(*chosen.values())]


def _is_same(row: PolicyRow, other: PolicyRow | None) -> bool:
    return other is not None and (row.effect, row.when) == (other.effect, other.when)


NOTHING: Final = "Ingen situation öppnas eller stängs."


def report(before: Table, after: Table) -> list[str]:
    """The lines that a person reads: the rows that differ, then what opens and what closes."""
    came, went = changed_rows(before, after)
    lines = [f"Ny eller ändrad regel: {id_}" for id_ in came]
    lines += [f"Regel som inte längre gäller: {id_}" for id_ in went if id_ not in came]
    return [*lines, *([change.sentence() for change in changes(before, after)] or [NOTHING])]
