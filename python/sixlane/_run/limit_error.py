"""How Starlette's limit of bodies says that one is too large."""

from __future__ import annotations

from starlette.middleware import body_limit

LIMIT_ERRORS: tuple[type[Exception], ...] = tuple(
    getattr(body_limit, name)
    for name in ("_RequestBodyTooLarge", "_RequestBodyLimitResponseSent")
    if hasattr(body_limit, name)
)
"""What it raises; it has no public classes for that."""


def find_limit_error(exc: BaseException) -> Exception | None:
    """Find the error of a body limit, or in a group that concurrent middleware made of it."""
    if isinstance(exc, ExceptionGroup):
        if exc.split(LIMIT_ERRORS)[1] is not None:
            return None
        found: BaseException = exc
        while isinstance(found, BaseExceptionGroup):
            found = found.exceptions[0]
        exc = found
    return exc if isinstance(exc, LIMIT_ERRORS) else None
