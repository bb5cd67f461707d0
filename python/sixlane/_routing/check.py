"""Checks of the whole list of routes, at start-up."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import unwrap
from typing import Any

from starlette.routing import PARAM_REGEX, BaseRoute

from sixlane._compile.checks import Site, check_answer_codes
from sixlane._routing.route import APIRoute
from sixlane._routing.websocket import APIWebSocketRoute
from sixlane.exceptions import DeclarationError


def check_routes(routes: Iterable[BaseRoute]) -> None:
    """Refuse routes that no request could ever reach.

    Raises:
        DeclarationError: A path without its slash, or with what is no part of a path.
    """
    for route in routes:
        if not isinstance(route, APIRoute | APIWebSocketRoute):
            continue
        if route.path and not route.path.startswith("/"):
            raise _unreachable(route, "does not begin with '/'", f"write {'/' + route.path!r}")
        literal = PARAM_REGEX.sub("", route.path)
        if "{" in literal or "}" in literal:
            fix = "name a parameter as Python names variables, in whole braces: {item_id}"
            why = "has braces around what is no parameter"
            raise _unreachable(route, why, fix, taken="only one with the braces in its path")
        if "?" in literal or "#" in literal:
            fix = "leave the query out: the handler's parameters declare it"
            raise _unreachable(route, "has a query, which is no part of a path", fix)


def check_answers(routes: Iterable[BaseRoute]) -> None:
    """Refuse what would keep the document from being made.

    Raises:
        DeclarationValueError: Additional responses of what is no status.
    """
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema and route.responses:
            check_answer_codes(Site(route.endpoint, route.path), route.responses)


def _unreachable(
    route: APIRoute | APIWebSocketRoute, why: str, fix: str, taken: str = "no request"
) -> DeclarationError:
    return DeclarationError(
        f"the path {route.path!r} {why}, so that {taken} matches it. "
        f"Its handler is {_place(route.endpoint)}; {fix}."
    )


def _place(handler: Any) -> str:
    function = unwrap(handler)
    code = getattr(function, "__code__", None)
    name = getattr(function, "__qualname__", repr(function))
    return name if code is None else f"{name} in {code.co_filename}, line {code.co_firstlineno}"
