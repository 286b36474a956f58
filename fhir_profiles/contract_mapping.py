"""The FHIR elements of every field of the contract, collected from the rows of the mapping.

Tests compare the table with the model and with the result of the mapping.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, get_args

from pydantic import BaseModel

from app.contracts.mapping import careplan, careteam, provenance
from app.contracts.mapping.rows import ResourceMapping
from app.contracts.parts import ONE, PARTS, ContractPart

_AGREEMENTS: Final = {"whatMatters": "agreement.whatMatters", "contactWays": "agreement.contactWays"}
"""The fields of the agreement that the CarePlan and the CareTeam of the contract hold."""

_AUTHOR: Final = {"practitioner": "identifier.value", "name": "display"}
"""The author of a revision is also the author of the CarePlan."""


class Mapped(NamedTuple):
    """A field of the contract, a profile that has it, and the elements of that profile that hold it."""

    field: str
    profile: str
    elements: tuple[str, ...]


def _rows(mapping: ResourceMapping, prefix: str = "", *, without: tuple[str, ...] = ()) -> Iterator[Mapped]:
    for field, elements in mapping.fields().items():
        if field not in without:
            head = field.partition("[]")[0]
            path = field if prefix else field.replace(head, _AGREEMENTS.get(head, head), 1)
            yield Mapped(f"{prefix}{path}", mapping.profile, elements)


def _path(part: ContractPart) -> str:
    """Return the path of a part in the contract, with `[]` after each list."""
    return part.name.replace("goals.", "goals[].") + ("." if part.limit == ONE else "[].")


ROWS: Final = (
    *_rows(careplan.CONTRACT),
    *_rows(careteam.TEAM, without=("id",)),
    *(row for part in PARTS.values() for row in _rows(part.mapping, _path(part))),
    *_rows(provenance.REVISION, "revision.", without=("id", "confidentiality")),
    *(
        Mapped(f"revision.by.{name}", careplan.CONTRACT.profile, (f"CarePlan.author(Practitioner).{element}",))
        for name, element in _AUTHOR.items()
    ),
)
"""Every field with each profile that has it."""

MAPPED: Final[Mapping[str, tuple[str, ...]]] = {
    field: tuple(element for row in ROWS if row.field == field for element in row.elements)
    for field in dict.fromkeys(row.field for row in ROWS)
}
"""Field of the contract -> FHIR elements.

`extension(name)` is an extension by the end of its URL, and `actor(Type)` a reference to that type.
"""


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Yield the path of every field of a model that holds a value, with `[]` after each list of objects."""
    for name, field in model.model_fields.items():
        path = f"{prefix}.{field.alias or name}".removeprefix(".")
        inner, repeats = _inner(field.annotation)
        if inner is None:
            yield path
        else:
            yield from fields(inner, f"{path}[]" if repeats else path)


def _inner(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """Return the model inside an annotation such as `Period | None` or `tuple[Goal, ...]`, and whether it is a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    models = [model for model in get_args(annotation) if isinstance(model, type) and issubclass(model, BaseModel)]
    return next(iter(models), None), Ellipsis in get_args(annotation)
