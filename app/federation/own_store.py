"""Our own store: one source among the others, already read in the snapshot of the decision."""

from collections.abc import Sequence
from datetime import datetime

from app.federation.source import Answer, State
from app.items import NAME, Item


def own_answer(items: Sequence[Item], *, now: datetime) -> Answer:
    """What our own store holds of the person: data or confirmed empty, for it is never asked over a wire."""
    return Answer(NAME, None, State.DATA if items else State.EMPTY, items=items, as_of=now)
