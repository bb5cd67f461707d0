"""What goes wrong: exceptions of each kind, and the places of an application that raise them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from differential.exchange import Request
from starlette.exceptions import HTTPException


class MuteError(Exception):
    """Cannot be written down: asking for its text raises."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class Halt(BaseException):
    """An exception that `except Exception` lets pass."""


KINDS: dict[str, Callable[[], BaseException]] = {
    "ValueError": lambda: ValueError("fault"),
    "HTTPException": lambda: HTTPException(418, "fault"),
    "MuteError": MuteError,
    "RecursionError": lambda: RecursionError("fault"),
    "MemoryError": lambda: MemoryError("fault"),
    "StopIteration": lambda: StopIteration("fault"),
    "StopAsyncIteration": lambda: StopAsyncIteration("fault"),
    "ExceptionGroup": lambda: ExceptionGroup("fault", [ValueError("1"), HTTPException(418)]),
    "BaseExceptionGroup": lambda: BaseExceptionGroup("fault", [ValueError("1"), Halt()]),
    "GeneratorExit": lambda: GeneratorExit("fault"),
    "CancelledError": lambda: asyncio.CancelledError("fault"),
    "Halt": lambda: Halt("fault"),
    "KeyboardInterrupt": lambda: KeyboardInterrupt("fault"),
    "SystemExit": lambda: SystemExit(1),
}
"""One maker for each kind; the last two are those that asyncio lets out of its loop."""

ALL = frozenset(KINDS)

UNGUARDABLE = frozenset({"GeneratorExit"})
"""Python throws it into a generator to end it, so that one that is raised on the way through an
async generator is lost there, in FastAPI as well."""


@dataclass
class Fault:
    """What an application calls at the place under test.

    Attributes:
        make: Makes the exception to raise; None for none.
        events: What the application has noted since the fault was last set.
    """

    make: Callable[[], BaseException] | None = None
    events: list[str] = field(default_factory=list)

    def set(self, make: Callable[[], BaseException] | None) -> None:
        """Raise this from now on, and forget what was noted."""
        self.make = make
        self.events.clear()

    def strike(self) -> None:
        """Raise, if anything is to be raised."""
        if self.make is not None:
            raise_fault(self.make())

    def note(self, event: str) -> None:
        """Record that the application has come this far."""
        self.events.append(event)


def raise_fault(error: BaseException) -> NoReturn:
    """Raise; the frame by which a traceback is known to lead here."""
    raise error


ROOT = Request("GET", "/")

Stage = Literal["before", "outside", "begun", "cut", "sent"]


@dataclass(frozen=True)
class Place:
    """One place of an application, where its fault strikes.

    Attributes:
        build: Adds what has the place to an application of a framework, given as its module.
        stage: How far the answer is: "before" it has begun; the same, but "outside" of the
            exception handlers; "begun" without a byte of its body; "cut" off in the middle; or
            "sent" whole.
        request: What leads there.
        skipped: Kinds that do not come up there.
        hidden: Kinds in whose place another exception is raised, that does not lead to the fault.
    """

    build: Callable[[Any, Any, Fault], None]
    stage: Stage = "before"
    request: Request = ROOT
    skipped: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


class Places(dict[str, Place]):
    """Places by name, each declared by the function that builds it."""

    def add(self, name: str, **options: Any) -> Callable[[Any], Any]:
        """Declare the decorated function to build the place of that name."""

        def declare(build: Any) -> Any:
            self[name] = Place(build, **options)
            return build

        return declare
