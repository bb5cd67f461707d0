"""What declarations are given, held to what it means where they are written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from sixlane._routing.place import find_place
from sixlane.exceptions import DeclarationAssertionError, DeclarationError

_METHOD = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
"""A method is a token (RFC 9110, section 9.1)."""

_RESPONSE_CLASS_FIX = "pass a class of sixlane.responses, such as HTMLResponse"

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


def check_path(owner: str, path: object) -> None:
    """Refuse a decorator without its brackets, which takes the handler for the path.

    Args:
        owner: The decorator, such as "get".
        path: What stands where the path is expected.

    Raises:
        DeclarationError: It is no text.
    """
    if not isinstance(path, str):
        raise wrong_argument(
            f"{owner}() got {path!r} where the path is expected",
            f'write @...{owner}("/path"), with brackets and a path, above the handler',
        )


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


def check_mount_path(path: str) -> None:
    """Refuse a path that nothing could be mounted at.

    Raises:
        DeclarationAssertionError: It is neither empty nor begins with a slash.
    """
    if path and not path.startswith("/"):
        raise wrong_argument(
            f"Routed paths must start with '/': mount() got {path!r}",
            f"write mount({'/' + path!r}, ...)",
            DeclarationAssertionError,
        )


def check_inclusion(outer: Any, inner: Any, prefix: str) -> None:
    """Refuse to include a router where it would contain itself, or have a route without a path.

    Args:
        outer: The router that takes in the other.
        inner: The router that is included.
        prefix: What its paths get in front.

    Raises:
        DeclarationError: It cannot be included; an assertion, if it would contain itself.
    """
    if inner is outer or inner.tree.includes(outer.tree):
        what = (
            "Cannot include the same APIRouter instance into itself"
            if inner is outer
            else "Cannot include an APIRouter instance that already includes this router"
        )
        raise wrong_argument(
            f"{what}. Did you mean to include a different router?",
            "include another router, and each into one that is outside it",
            DeclarationAssertionError,
        )
    if prefix:
        return
    for route in inner.routes:
        if getattr(route, "path", None) == "":
            name = getattr(route, "name", "unknown")
            raise wrong_argument(
                f"Prefix and path cannot be both empty (path operation: {name})",
                'write include_router(router, prefix="/..."), or give the path operation a path',
            )


def check_methods(methods: object) -> None:
    """Refuse methods that no request has.

    Raises:
        DeclarationError: They are no collection of names, or there is none; an assertion too, as in
            FastAPI.
    """
    if methods is None:
        return
    names = list(methods) if isinstance(methods, Collection) else []
    is_right = all(isinstance(name, str) and _METHOD.fullmatch(name) for name in names)
    if isinstance(methods, str) or not names or not is_right:
        raise wrong_argument(
            f"methods={methods!r} is no list of HTTP methods",
            'write methods=["GET", "POST"], or leave it out for GET',
            error_class=DeclarationAssertionError,
        )


def check_response_class(response_class: object) -> None:
    """Refuse what no answer could be made with.

    Raises:
        DeclarationError: It is not callable, or a class that is no response.
    """
    check_callable("response_class", response_class, _RESPONSE_CLASS_FIX)
    if isinstance(response_class, type) and not issubclass(response_class, Response):
        raise wrong_argument(
            f"response_class={response_class.__name__} is not a class of responses",
            _RESPONSE_CLASS_FIX,
        )


def check_takes(owner: str, function: Any, *names: str) -> None:
    """Refuse a function that cannot be called with what it will be given.

    Args:
        owner: What the function was given to, such as "exception_handler()".
        function: The function.
        names: What it will be given, by position.

    Raises:
        DeclarationError: It does not take so many arguments.
    """
    try:
        inspect.signature(function).bind(*names)
    except TypeError as mismatch:
        raise wrong_argument(
            f"{owner} got a function that does not take ({', '.join(names)}): {mismatch}",
            f"write def {getattr(function, '__name__', 'function')}({', '.join(names)})",
        ) from mismatch
    except ValueError:
        return  # written in C, without a signature


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


def check_middleware(
    middleware: Any, arguments: Sequence[Any], options: Mapping[str, Any]
) -> inspect.BoundArguments | None:
    """Refuse middleware that could not be put around the application.

    Returns:
        Its arguments by name; None where it does not tell its parameters.

    Raises:
        DeclarationError: It is not callable, or does not take these arguments.
    """
    check_callable(
        "add_middleware()", middleware, "pass the class, and its options as keyword arguments"
    )
    try:
        signature = inspect.signature(middleware)
    except (TypeError, ValueError):
        return None  # written in C, or otherwise without a signature: it is tried when it is built
    try:
        return signature.bind(None, *arguments, **options)
    except TypeError as mismatch:
        name = getattr(middleware, "__name__", repr(middleware))
        raise wrong_argument(
            f"the middleware {name} does not take these arguments: {mismatch}",
            f"its parameters are {signature}; the first one is the application inside",
        ) from mismatch
