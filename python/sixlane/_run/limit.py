"""How many calls of a dependency may run at the same time."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from anyio import Semaphore
from anyio.lowlevel import RunVar


class ConcurrencyLimit:
    """A limit on concurrent calls, counted for each event loop by itself.

    Attributes:
        max_concurrency: Most calls at the same time, at least 1.
    """

    __slots__ = ("__weakref__", "max_concurrency")

    def __init__(self, max_concurrency: int) -> None:
        self.max_concurrency: int = max_concurrency

    def get_semaphore(self) -> Semaphore:
        """Return the running event loop's semaphore for this limit."""
        try:
            semaphores = _semaphores.get()
        except LookupError:
            semaphores = WeakKeyDictionary()
            _semaphores.set(semaphores)
        semaphore = semaphores.get(self)
        if semaphore is None:
            semaphore = semaphores[self] = Semaphore(self.max_concurrency)
        return semaphore


# Weak keys: a limit's count goes with its declaration.
_semaphores: RunVar[WeakKeyDictionary[ConcurrencyLimit, Semaphore]] = RunVar(
    "sixlane.dependency_semaphores"
)
