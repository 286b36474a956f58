"""The context of row-level security: the caller and the person they ask about."""

from typing import NamedTuple


class RlsContext(NamedTuple):
    """The caller, and the person they ask about; "" is nobody and opens nothing.

    The fields are the parameters of the database's function `samplan_context`, in their order.

    `role` is `citizen`, `system`, or a role of staff that the wall knows. `person` is the caller's own Patient id.
    """

    patient: str
    role: str = ""
    giver: str = ""
    unit: str = ""
    employee: str = ""
    person: str = ""


DIRECTORY = RlsContext("", "directory")
"""The context in which the rows that belong to no patient show."""
