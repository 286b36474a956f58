"""A plan that exists only as a document, as a DocumentReference.

http://hl7.org/fhir/R4/documentreference.html
"""

from typing import Final

from app.contracts.codes import PART_CODINGS, PLAN_DOCUMENT, PLAN_TYPE_CODINGS
from app.contracts.mapping.rows import ResourceMapping, coded, same
from app.contracts.mapping.shared_rows import identifier_row, period_row, unit_row
from app.fhir.elements import concept

DOCUMENT: Final = ResourceMapping(
    "DocumentReference",
    "plan-document",
    {"category": [concept(PART_CODINGS[PLAN_DOCUMENT])]},
    "subject",
    (
        identifier_row("identifier"),
        same("status", "status"),
        coded("type", "type", PLAN_TYPE_CODINGS),
        same("created", "date"),
        unit_row("owner", "author[0]"),
        same("title", "description"),
        same("contentType", "content[0].attachment.contentType"),
        same("link", "content[0].attachment.url"),
        period_row("period", "context.period"),
    ),
)
