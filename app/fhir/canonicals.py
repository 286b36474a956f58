"""Canonical URLs of FHIR definitions.

https://hl7.org/fhir/R4/references.html#canonical
"""

from typing import Final


def last_segment(canonical: str) -> str:
    """What a canonical's address ends with."""
    return canonical.partition("|")[0].rpartition("/")[2]


STRUCTURE_DEFINITION: Final = "http://hl7.org/fhir/StructureDefinition/"
