"""A relative (närstående) or guardian and their RelatedPerson, both ways.

http://hl7.org/fhir/R4/relatedperson.html
"""

from typing import Final

from app.contracts.codes import RELATION, RELATIONS, codings
from app.contracts.mapping.rows import ResourceMapping, member, same
from app.contracts.mapping.shared_rows import ways_row

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
"""Whether they take part is said by the team that they are in."""
