"""Every rule that is broken anywhere in a contract, told at once: pydantic alone tells the first of each object."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from app.contracts.model.elements import Element

Steps = tuple[int | str, ...]


def require(whole: Element) -> None:
    """Hold every object in `whole` to its rules, itself too.

    Raises:
        ValidationError: with one error for each rule that is broken, at its object.
    """
    if broken := list(_broken(whole, ())):
        raise ValidationError.from_exception_data(type(whole).__name__, broken, hide_input=True)


def _broken(element: Element, at: Steps) -> Iterator[InitErrorDetails]:
    for fault in element.rules():
        yield {"type": fault, "loc": at, "input": None}
    for name, field in type(element).model_fields.items():
        yield from _inside(getattr(element, name), (*at, field.alias or name))


def _inside(value: object, at: Steps) -> Iterator[InitErrorDetails]:
    if isinstance(value, Element):
        yield from _broken(value, at)
    elif isinstance(value, tuple):
        for place, each in enumerate(value):
            yield from _inside(each, (*at, place))
