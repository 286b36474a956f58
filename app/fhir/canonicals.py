"""Canonical URLs of FHIR definitions.

https://hl7.org/fhir/R4/references.html#canonical
"""

from typing import Final


def last_segment(canonical: str) -> str:
    """The last segment of a canonical URL, without its version: the id of the definition."""
    return canonical.partition("|")[0].rpartition("/")[2]


STRUCTURE_DEFINITION: Final = "http://hl7.org/fhir/StructureDefinition/"
