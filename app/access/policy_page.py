"""The policy as a page in Swedish, for an owner of information or a lawyer: every row of policy.toml, nothing more.

`docs/policy.md` is this page; `samplan policy` writes it, and a test says whether it is current.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from app.access.decision_table import ACTIONS, Row
from app.access.policy import Policy

TITLE: Final = """\
# Vem som får se vad

Den här sidan är gjord av reglerna i `app/access/policy.toml`, som är det som gäller. Ändra där, och kör `make policy`.

- Ett förbud går före varje tillåtelse.
- Det som ingen regel talar om är inte tillåtet.
- Är en uppgift okänd öppnar den aldrig någonting: den uppfyller inget villkor i en tillåtelse men varje villkor i ett
  förbud.

PDL är patientdatalagen (2008:355), SVOD lagen (2022:913) om sammanhållen vård- och omsorgsdokumentation."""

ROLES: Final = """\
## Vem som är vem

Den första raden vars alla villkor är uppfyllda ger rollen. Den som ingen rad känner igen får ingenting."""

FORBIDDEN: Final = "## Vad som aldrig visas"

GROUPS: Final[Mapping[str, str]] = {
    "ask": "## Fråga efter en person",
    "read": "## Läsa",
    "write": "## Skriva",
    "block": "## Spärra",
    "log": "## Läsa loggen",
}
"""The heading above what permits each action."""

FACTS: Final[Mapping[str, str]] = {
    "action": "vad",
    "role": "roll",
    "purpose": "ändamål",
    "standing": "den som frågar är",
    "age": "personens ålder",
    "relation": "aktuell patientrelation",
    "consent": "samtycke för den egna givaren",
    "protected": "skyddade personuppgifter",
    "giver": "uppgiften hör till",
    "block": "spärr",
    "kind": "slag",
    "category": "verksamhet",
    "label": "märkning",
}
"""Each fact of the decision table in Swedish."""

YES_NO: Final = {"yes": "ja", "no": "nej"}

VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "action": {"ask": "fråga", "read": "läsa", "write": "skriva", "block": "spärra", "log": "läsa loggen"},
    "role": {
        "citizen": "privatperson", "physician": "läkare", "municipal-nurse": "kommunal sjuksköterska",
        "home-care": "hemtjänst", "administrator": "vårdadministratör", "log-auditor": "loggranskare",
        "system": "system",
    },
    "purpose": {
        "own": "egen åtkomst", "care": "vård och behandling", "social-care": "omsorg",
        "administration": "administration", "audit": "kvalitetssäkring", "integration": "överföring mellan system",
    },
    "standing": {"self": "personen själv", "guardian": "vårdnadshavare", "none": "någon annan"},
    "age": {"under-13": "under 13 år", "13-15": "13–15 år", "16-up": "16 år eller mer"},
    "relation": YES_NO,
    "consent": YES_NO,
    "protected": YES_NO,
    "giver": {"own": "den egna givaren", "other": "en annan givare"},
    "block": YES_NO,
    "kind": {
        "agreement": "överenskommelse", "plan": "plan", "goal": "mål", "contact": "kontakt", "time": "tid",
        "self-care": "egenvård", "home-care": "hemtjänstinsats", "care-activity": "vårdinsats", "person": "person",
        "provenance": "ursprung", "consent": "samtycke", "directory": "katalog", "other": "annat",
    },
    "category": {"health": "hälso- och sjukvård", "social": "socialtjänst"},
    "label": {
        "N": "normal (N)", "R": "känslig (R)", "V": "mycket känslig (V)",
        "NOPATIENT": "får inte lämnas ut på nätet (NOPATIENT)",
    },
}  # fmt: skip
"""Each value of each fact in Swedish; the unknown is never named by a row."""


def policy_page(policy: Policy) -> str:
    """The whole page as Markdown."""
    parts = [TITLE, ROLES, "\n".join(_roles(policy)), FORBIDDEN, *map(_row, _of(policy.rows, "forbid"))]
    permits = list(_of(policy.rows, "permit"))
    for action, heading in GROUPS.items():
        parts += [heading, *(_row(row) for row in permits if _first_action(row) == action)]
    return "\n\n".join(parts) + "\n"


def _of(rows: Iterable[Row], effect: str) -> Iterator[Row]:
    return (row for row in rows if row.effect == effect)


def _roles(policy: Policy) -> Iterator[str]:
    yield "| roll | vem |"
    yield "|---|---|"
    for role in policy.roles:
        yield f"| {VALUES['role'][role.role]} | {role.sentence} |"


def _first_action(row: Row) -> str:
    return next(action for action in ACTIONS if action in row.when["action"])


def _row(row: Row) -> str:
    conditions = "; ".join(f"{FACTS[fact]}: {_said(fact, row.when[fact])}" for fact in FACTS if fact in row.when)
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


def _said(fact: str, values: Iterable[str]) -> str:
    """The values in the order of the words above, so that the page is the same every time."""
    wanted = set(values)
    return ", ".join(word for value, word in VALUES[fact].items() if value in wanted)
