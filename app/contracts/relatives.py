"""A relative (närstående) or guardian and their RelatedPerson, both ways.

http://hl7.org/fhir/R4/relatedperson.html
"""

from typing import Final

from app.contracts.codes import RELATION, RELATIONS, codings
from app.contracts.elements import ways_row
from app.contracts.lens import Shape, member, same

RELATIVE: Final = Shape(
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
"""Whether they take part is said by the team that they are in."""
