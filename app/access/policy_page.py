"""Writes the policy as a page in Swedish, for owners of information and lawyers: each row of its two tables.

`docs/policy.md` is this page; `samplan policy` writes it, and a test says whether it is current.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from app.access.caller import Purpose
from app.access.classification import Category, InformationClass
from app.access.decision_table import PolicyRow, Table
from app.access.elements import ElementRow
from app.access.facts import FACTS, INFORMATION_CLASSES, Action, Fact
from app.access.labels import Label
from app.access.policy import Policy
from app.access.row_security import STAFF

TITLE: Final = """\
# Vem som får se vad

Den här sidan är gjord av reglerna i `app/access/policy.toml`, som är det som gäller. Ändra där, och kör `make policy`.

- Ett förbud går före varje tillåtelse.
- Det som ingen regel talar om är inte tillåtet.
- Är en uppgift okänd öppnar den aldrig någonting: den uppfyller inget villkor i en tillåtelse men varje villkor i ett
  förbud.

PDL är patientdatalagen (2008:355), SVOD lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation."""

WHO: Final = """\
## Vem som är vem

Den första raden vars alla villkor är uppfyllda ger rollen. Den som ingen rad känner igen får ingenting,
och får veta varför."""

SHOWN: Final = """\
## Vad varje roll inom personalen kan se

Det mesta en roll någonsin får se: när medarbetaren deltar i vården eller omsorgen av personen (aktuell patientrelation)
och ingenting är spärrat eller särskilt märkt, och hos andra givare dessutom när personen samtycker. Villkoren står i
reglerna nedan."""

FORBIDDEN: Final = "## Vad som aldrig visas"

GROUPS: Final[Mapping[Action, str]] = {
    Action.ASK: "## Fråga efter en person",
    Action.READ: "## Läsa",
    Action.WRITE: "## Skriva",
    Action.REGISTER: "## Registrera: patientrelation, samtycke, spärr, nödöppning",
    Action.END: "## Avsluta det som är registrerat",
    Action.LIST: "## Se vad som är registrerat",
    Action.EXISTENCE: "## Få veta att uppgifter finns",
    Action.LOG: "## Läsa loggen",
    Action.IDENTIFY: "## Säga vilka personer är",
}
"""The heading above the permits of each action."""

ELEMENTS: Final = """\
## Vad som visas av en uppgift

Den första raden i `app/access/elements.toml` vars alla villkor är uppfyllda gäller. Det som en rad inte räknar upp tas
bort innan uppgiften lämnas ut. Utan rad lämnas ingenting av uppgiften. Elementen har sina namn i FHIR."""


def policy_page(policy: Policy) -> str:
    """The whole page as Markdown."""
    parts = [
        TITLE,
        WHO,
        "\n".join(_roles(policy)),
        SHOWN,
        "\n".join(_shown(policy)),
        FORBIDDEN,
        *map(_row, _of(policy.rows, "forbid")),
    ]
    permits = list(_of(policy.rows, "permit"))
    for action, heading in GROUPS.items():
        parts += [heading, *(_row(row) for row in permits if _first_action(row) == action)]
    parts += [ELEMENTS, *map(_elements, policy.elements.rows)]
    return "\n\n".join(parts) + "\n"


def _of(rows: Iterable[PolicyRow], effect: str) -> Iterator[PolicyRow]:
    return (row for row in rows if row.effect == effect)


def _roles(policy: Policy) -> Iterator[str]:
    roles = FACTS["role"].named_values
    yield "| roll | vem |"
    yield "|---|---|"
    for role in policy.roles:
        yield f"| {roles.get(role.role, 'ingen roll')} | {role.sentence} |"


def _shown(policy: Policy) -> Iterator[str]:
    """A line for each role of staff: the information classes that it can be shown, of its own giver and of others."""
    table = Table([row for row in policy.rows if row.valid_to is None])
    classes = {
        value: word for value, word in INFORMATION_CLASSES.items() if word and value != InformationClass.DIRECTORY
    }
    yield "| roll | hos den egna givaren | hos andra |"
    yield "|---|---|---|"
    for role in STAFF:
        seen = [
            ", ".join(word for value, word in classes.items() if _is_shown(table, role, giver, value)) or "ingenting"
            for giver in ("own", "other")
        ]
        yield f"| {FACTS['role'].named_values[role]} | {seen[0]} | {seen[1]} |"


def _is_shown(table: Table, role: str, giver: str, information_class: str) -> bool:
    """Whether a role can be shown this class of a giver at all: with a care relation and consent, nothing blocked."""
    open_facts = {"action": Action.READ, "role": role, "giver": giver, "information_class": information_class}
    open_facts |= {"care_relation": "yes", "consent": "yes", "age": "16-up", "protected": "no", "block": "no"}
    open_facts |= {"label": Label.NORMAL, "relationship": "none"}
    return any(
        table.decide({**open_facts, "purpose": purpose, "category": category}).allowed
        for purpose in Purpose
        for category in Category
    )


def _first_action(row: PolicyRow) -> Action:
    return next(action for action in Action if action in row.when["action"])


def _row(row: PolicyRow | ElementRow) -> str:
    conditions = "; ".join(
        f"{fact.swedish}: {_words(fact, row.when[fact.name])}" for fact in FACTS.values() if fact.name in row.when
    )
    until = f" till och med {row.valid_to}" if row.valid_to else ""
    return "\n".join(
        [
            f"### {row.id}",
            "",
            row.sentence,
            "",
            f"- När: {conditions}",
            f"- Lag: {row.law}",
            f"- Ansvarig: {row.owner}",
            f"- Gäller från {row.valid_from}{until}",
        ]
    )


def _elements(row: ElementRow) -> str:
    lines = [f"- Element: {'alla' if row.is_whole else ', '.join(row.elements)}"]
    if row.extensions:
        lines.append(f"- Tillägg (extension): {', '.join(sorted(row.extensions))}")
    if row.contained:
        lines.append(f"- Resurser inuti (contained): {', '.join(sorted(row.contained))}")
    return "\n".join([_row(row), *lines])


def _words(fact: Fact, values: Collection[str]) -> str:
    """The Swedish words for these values, in the order of the fact's row, so that the page is the same every time."""
    return ", ".join(word for value, word in fact.named_values.items() if value in values)
