"""The objects that several parts of a contract share: period, unit, actor, way of contact, frequency, code."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from app.contracts.model.values import (
    LIST_LIMIT,
    Address,
    ClockTime,
    Code,
    Day,
    HsaIdText,
    Link,
    PartId,
    Refusal,
    System,
    Words,
    address,
    in_order,
    refusal,
)

Remote = Literal["phone", "sms", "email", "video", "message", "web-booking", "e-service"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Many = Field(max_length=LIST_LIMIT)


class Element(BaseModel):
    """An object of the contract; unknown names, and values of another JSON type, are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
    )

    def rules(self) -> Iterator[Refusal]:
        """Yield the broken rules between the values of this object; `PatientContract` collects those of all objects."""
        yield from ()


class Part(Element):
    """An object that becomes its own FHIR resource, with its own access decision; the server sets its `id`."""

    id: PartId | None = None
    confidentiality: Literal["R", "V"] | None = Field(None, description="restricted or very restricted; else normal")

    def to_json(self) -> dict[str, Any]:
        """Return the JSON: every list, and each other field that has a value."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Period(Element):
    """A period of days, both included; at least one of start and end."""

    start: Day | None = None
    end: Day | None = None

    def rules(self) -> Iterator[Refusal]:
        """The period has a start or an end, and they are in order."""
        if self.start is None and self.end is None:
            yield refusal("required", "must have a start or an end", "måste ha en start eller ett slut")
        yield from in_order(self.start, self.end)


class Unit(Element):
    """A care unit (vårdenhet) or another organisation, by HSA-id, by name, or both."""

    hsa_id: HsaIdText | None = None
    name: Words | None = None

    def rules(self) -> Iterator[Refusal]:
        """The unit has an HSA-id or a name."""
        if self.hsa_id is None and self.name is None:
            yield refusal("required", "must have an hsaId or a name", "måste ha ett hsaId eller ett namn")


class Actor(Element):
    """An actor: a named member of staff, a role, a unit, or all three."""

    role: Words | None = None
    name: Words | None = None
    hsa_id: HsaIdText | None = None
    unit: Unit | None = None

    def rules(self) -> Iterator[Refusal]:
        """The actor has at least one field."""
        if self.role is None and self.name is None and self.hsa_id is None and self.unit is None:
            yield refusal(
                "required",
                "must have a role, a name, an hsaId or a unit",
                "måste ha en roll, ett namn, ett hsaId eller en enhet",
            )


class Person(Element):
    """A member of staff by name, by HSA-id, or both."""

    name: Words | None = None
    hsa_id: HsaIdText | None = None

    def rules(self) -> Iterator[Refusal]:
        """The person has a name or an HSA-id."""
        if self.name is None and self.hsa_id is None:
            yield refusal("required", "must have a name or an hsaId", "måste ha ett namn eller ett hsaId")


class ContactWay(Element):
    """A way of contact (kontaktväg): a number, an address or a web address, its hours, and a deep link."""

    channel: Remote
    value: Address
    name: Words | None = None
    hours: Words | None = None
    link: Link | None = None

    def rules(self) -> Iterator[Refusal]:
        """The address has the form that the channel demands."""
        yield from address(self.channel, self.value)


class Concept(Element):
    """A code from a published code system, in addition to the words."""

    system: System
    code: Code
    display: Words | None = None


class BusinessIdentifier(Element):
    """The identifier that the owning system has given."""

    system: System
    value: Words


class Frequency(Element):
    """A frequency: `times` every `every` units, on weekdays and at times of day, or in words."""

    times: Annotated[int, Field(ge=1, le=1000)] | None = None
    every: Annotated[int, Field(ge=1, le=1000)] | None = None
    unit: Literal["hour", "day", "week", "month", "year"] | None = None
    weekdays: Annotated[tuple[Weekday, ...], Many] = ()
    at: Annotated[tuple[ClockTime, ...], Many] = ()
    text: Words | None = None

    def rules(self) -> Iterator[Refusal]:
        """The frequency is stated in some way; times, every and unit go together."""
        missing = (self.times is None, self.every is None, self.unit is None)
        if any(missing) and not all(missing):
            yield refusal(
                "required", "must have times, every and unit together", "måste ha times, every och unit tillsammans"
            )
        if all(missing) and not (self.weekdays or self.at or self.text):
            yield refusal("required", "must say how often in some way", "måste säga hur ofta på något sätt")
