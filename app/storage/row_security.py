"""The context of row-level security: the caller, and the patient whose rows are read or written."""

from typing import NamedTuple


class RlsContext(NamedTuple):
    """The parameters of the database's function `samplan_context`, in their order; "" matches no row.

    `role` is `citizen`, `system`, or a role of staff in the table `wall`. `person` is the caller's own Patient id.
    """

    patient: str
    role: str = ""
    giver: str = ""
    unit: str = ""
    employee: str = ""
    person: str = ""


DIRECTORY = RlsContext("", "directory")
"""The context that shows the rows that belong to no patient."""
