"""What declarations are given, held to what it means where they are written."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from sixlane._routing.place import find_place
from sixlane.exceptions import DeclarationError

LEAST_STATUS, MOST_STATUS = 100, 999
"""The status codes that HTTP can write: three digits (RFC 9110, section 15)."""


def wrong_argument(
    what: str, fix: str, error_class: type[DeclarationError] = DeclarationError
) -> DeclarationError:
    """Make the error for a wrong argument of a declaration, naming its place.

    Args:
        what: What is wrong, as a sentence without its full stop.
        fix: What to write instead, likewise.
        error_class: FastAPI's class for this mistake.
    """
    return error_class(f"{what}\n  where: {find_place()}\n  fix: {fix}")


def check_status_code(status_code: object) -> None:
    """Refuse a status that cannot be sent.

    Raises:
        DeclarationError: It is neither None nor a number from 100 to 999.
    """
    if status_code is None:
        return
    is_number = isinstance(status_code, int) and not isinstance(status_code, bool)
    if not is_number or not LEAST_STATUS <= status_code <= MOST_STATUS:  # type: ignore[operator]
        raise wrong_argument(
            f"status_code={status_code!r} is not an HTTP status",
            "write a number such as 201, or a name of sixlane.status",
        )


def check_callable(owner: str, value: object, fix: str) -> None:
    """Refuse what will be called and cannot be.

    Args:
        owner: What the value was given to, such as "mount()".
        value: The value.
        fix: What to give instead.

    Raises:
        DeclarationError: The value is not callable.
    """
    if not callable(value):
        raise wrong_argument(f"{owner} got {value!r}, which cannot be called", fix)


def check_exception_key(key: object) -> None:
    """Refuse what no exception could be matched with.

    Raises:
        DeclarationError: It is neither a status code nor an exception class.
    """
    if isinstance(key, int) or (isinstance(key, type) and issubclass(key, Exception)):
        return
    raise wrong_argument(
        f"an exception handler cannot be declared for {key!r}",
        "name an exception class, such as ValueError, or a status code, such as 404",
    )


def check_middleware(middleware: Any, arguments: Sequence[Any], options: Mapping[str, Any]) -> None:
    """Refuse middleware that could not be put around the application.

    Raises:
        DeclarationError: It is not callable, or does not take these arguments.
    """
    check_callable(
        "add_middleware()", middleware, "pass the class, and its options as keyword arguments"
    )
    try:
        signature = inspect.signature(middleware)
    except (TypeError, ValueError):
        return  # written in C, or otherwise without a signature: it is tried when it is built
    try:
        signature.bind(None, *arguments, **options)
    except TypeError as mismatch:
        name = getattr(middleware, "__name__", repr(middleware))
        raise wrong_argument(
            f"the middleware {name} does not take these arguments: {mismatch}",
            f"its parameters are {signature}; the first one is the application inside",
        ) from mismatch
