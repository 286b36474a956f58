"""Where each field of the contract goes in FHIR, gathered from the rows that take it there.

Tests hold the table against the model and against what the mapping does.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, get_args

from pydantic import BaseModel

from app.contracts.mapping import careplan, careteam, provenance
from app.contracts.mapping.rows import ResourceMapping
from app.contracts.parts import ONE, PARTS, ContractPart

_AGREEMENTS: Final = {"whatMatters": "agreement.whatMatters", "contactWays": "agreement.contactWays"}
"""What stands in the agreement, though the whole contract's resources say it."""

_AUTHOR: Final = {"practitioner": "identifier.value", "name": "display"}
"""Who wrote the revision is the author of the plan too; the unit or the giver, where no person did."""


class Mapped(NamedTuple):
    """A field of the contract, the profile that it is said in, and the elements that say it."""

    field: str
    profile: str
    elements: tuple[str, ...]


def _rows(shape: ResourceMapping, at: str = "", *, without: tuple[str, ...] = ()) -> Iterator[Mapped]:
    for field, elements in shape.fields().items():
        if field not in without:
            head = field.partition("[]")[0]
            own = field if at else field.replace(head, _AGREEMENTS.get(head, head), 1)
            yield Mapped(f"{at}{own}", shape.profile, elements)


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
"""Every field with each profile that says it."""

MAPPED: Final[Mapping[str, tuple[str, ...]]] = {
    field: tuple(element for row in ROWS if row.field == field for element in row.elements)
    for field in dict.fromkeys(row.field for row in ROWS)
}
"""Field of the contract -> FHIR elements; `extension(name)` is one by the end of its URL, `actor(Type)` a reference."""


def fields(model: type[BaseModel], at: str = "") -> Iterator[str]:
    """The path of every field of a model that holds a value, `[]` after each list of objects."""
    for name, field in model.model_fields.items():
        path = f"{at}.{field.alias or name}".removeprefix(".")
        inner, repeats = _inner(field.annotation)
        if inner is None:
            yield path
        else:
            yield from fields(inner, f"{path}[]" if repeats else path)


def _inner(annotation: object) -> tuple[type[BaseModel] | None, bool]:
    """The model inside an annotation such as `Period | None` or `tuple[Goal, ...]`, and whether it repeats."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    models = [each for each in get_args(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    return next(iter(models), None), Ellipsis in get_args(annotation)
