"""Collect every broken rule of a contract at once; pydantic alone reports only the first of each object."""

from collections.abc import Iterator

from pydantic import ValidationError
from pydantic_core import InitErrorDetails

from app.contracts.model.elements import Element

Steps = tuple[int | str, ...]


def require(root: Element) -> None:
    """Check the rules of an object and of every object in it.

    Raises:
        ValidationError: rules are broken; one error for each, located at its object.
    """
    if broken := list(_broken(root, ())):
        raise ValidationError.from_exception_data(type(root).__name__, broken, hide_input=True)


def _broken(element: Element, steps: Steps) -> Iterator[InitErrorDetails]:
    for broken in element.rules():
        yield {"type": broken, "loc": steps, "input": None}
    for name, field in type(element).model_fields.items():
        yield from _inside(getattr(element, name), (*steps, field.alias or name))


def _inside(value: object, steps: Steps) -> Iterator[InitErrorDetails]:
    if isinstance(value, Element):
        yield from _broken(value, steps)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(item, (*steps, index))
