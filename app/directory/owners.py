"""Who owns which identifier system now: by the configuration of the sources, and by the registered clients."""

from collections.abc import Iterable

from app.access.ownership import Assertions, Ownership
from app.directory.clients import Registry


class Owners:
    """The ownership of now, computed anew when a client changes; a disabled client asserts nothing."""

    def __init__(self, registry: Registry, configured: Iterable[Assertions]) -> None:
        self._registry = registry
        self._configured = tuple(configured)
        self._version: int | None = None
        self._ownership = Ownership(self._configured)

    def __call__(self) -> Ownership:
        """The ownership. Raises Unavailable if the registered clients are not known."""
        if (version := self._registry.version) != self._version:
            clients = [client for client in self._registry.clients if not client.disabled]
            registered = [Assertions(client.giver, client.owns, client.copies) for client in clients]
            self._ownership, self._version = Ownership([*self._configured, *registered]), version
        return self._ownership
