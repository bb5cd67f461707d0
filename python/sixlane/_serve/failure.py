"""The one exception of the command line: a message for a person, a hint, an exit status."""

START_FAILED = 1
"""Exit status when the server could not start because of what it was given."""

LIFESPAN_FAILED = 3
"""Exit status when the app's own start-up failed; the number uvicorn uses."""

SIGNALLED = 128
"""Added to a signal's number where it came before the server ran, as shells report it."""

INTERRUPTED = SIGNALLED + 2
"""Exit status after Ctrl+C before the server ran."""


class ServeFailure(Exception):  # noqa: N818  it is a message to show, not a bug to trace
    """The server cannot start or go on, and a person can mend it.

    Attributes:
        message: What is wrong and where, one sentence first; may have further lines.
        hint: What to do about it, or None where the message says it all.
        status: The exit status of the process.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, status: int = START_FAILED
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.status = status


class LifespanFailure(ServeFailure):
    """The app's lifespan start-up raised or reported failure; the server has logged it."""

    def __init__(self) -> None:
        super().__init__("The application failed to start.", status=LIFESPAN_FAILED)
