"""A relative (närstående) or guardian as a RelatedPerson.

http://hl7.org/fhir/R4/relatedperson.html
"""

from typing import Final

from app.contracts.codes import RELATION, RELATIONS, codings
from app.contracts.mapping.rows import ResourceMapping, member, same
from app.contracts.mapping.shared_rows import ways_row
from app.fhir.elements import Resource

RELATIVE: Final = ResourceMapping(
    "RelatedPerson",
    "relative",
    {},
    "patient",
    (
        member("relation", "relationship", codings(RELATION, RELATIONS)),
        same("name", "name[0].text"),
        ways_row("contactWays"),
    ),
)
"""The team tells whether a relative takes part."""


def is_active(relative: Resource) -> bool:
    """Return whether a RelatedPerson has not been inactivated."""
    return relative.get("active") is not False
