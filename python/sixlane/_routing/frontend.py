"""A directory of a built front end: where it is served, and when."""

from __future__ import annotations

import copy
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Match

from sixlane._lazy import lazy_module
from sixlane._routing.arguments import wrong_argument
from sixlane._routing.inheritance import Inheritance
from sixlane._routing.place import warn_at_place
from sixlane.exceptions import DeclarationAssertionError

if TYPE_CHECKING:
    import pathlib

    from starlette.types import ASGIApp, Receive, Scope, Send

    from sixlane._run import frontend as _frontend
    from sixlane.params import Depends
else:
    pathlib = lazy_module("pathlib")
    _frontend = lazy_module("sixlane._run.frontend")

FallbackFile = Literal["index.html", "404.html"]
Fallback = Literal["auto", "index.html", "404.html"] | None
"""What answers a path without a file; see `APIRouter.frontend`."""

_FALLBACKS = ("auto", *get_args(FallbackFile), None)


class Frontend(BaseRoute):
    """A directory whose files answer the requests below a path that no route takes.

    Attributes:
        path: Prefix of the answered paths, taken literally, without a slash at its end.
        directory: The directory.
        fallback: The file that answers a path without a file.
        dependencies: What runs before a file is looked for; the routers' around it.
        dependency_overrides_provider: The application, or what else has `dependency_overrides`.
        max_body_size: Most bytes of a request's body; None for no limit.
    """

    path: str
    dependencies: list[Depends]
    dependency_overrides_provider: Any
    max_body_size: int | None

    def __init__(
        self,
        path: str,
        *,
        directory: str | os.PathLike[str],
        fallback: Fallback,
        context: Inheritance,
    ) -> None:
        self.directory = directory
        self.fallback = fallback
        self.surround(context.around(Inheritance.from_options(path, {})))

    def within(self, context: Inheritance) -> Self:
        """Copy this front end as it is inside the routers around it."""
        effective = copy.copy(self)
        vars(effective).pop("app", None)
        whole = context.around(Inheritance.from_options(self.path, vars(self)))
        effective.surround(whole)
        return effective

    @property
    def path_format(self) -> str:
        """The paths it answers, as a route's; for traces."""
        return f"{self.path}/{{path}}"

    @cached_property
    def app(self) -> ASGIApp:
        """The front end as an ASGI application, its dependencies included."""
        return _frontend.frontend_application(self)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Tell whether a request's path lies below the prefix; whether there is a file, later."""
        path = get_route_path(scope)
        is_below = path == self.path or path.startswith(self.path + "/")
        return (Match.FULL if is_below and scope["type"] == "http" else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with a file, or 404."""
        await self.app(scope, receive, send)

    def surround(self, whole: Inheritance) -> None:
        """Take the path and the options that reach this front end.

        Raises:
            DeclarationError: A dependency is declared wrongly.
        """
        self.path = whole.prefix
        self.dependencies = whole.dependencies
        self.dependency_overrides_provider = whole.dependency_overrides_provider
        self.max_body_size = whole.max_body_size
        if self.dependencies:
            _ = self.app


def normalize_frontend_path(path: str) -> str:
    """Check the path of a front end and return it without slashes at its end.

    Raises:
        DeclarationAssertionError: It does not begin with a slash, or is nothing but slashes.
    """
    stripped = path.rstrip("/") if isinstance(path, str) else ""
    if not stripped.startswith("/") and path != "/":
        raise wrong_argument(
            f"A frontend path must start with '/' and not be empty: {path!r}",
            "write frontend('/', ...), or frontend('/app', ...)",
            DeclarationAssertionError,
        )
    return stripped


def check_frontend_files(
    directory: str | os.PathLike[str], fallback: Fallback, *, check_dir: bool | Literal["auto"]
) -> None:
    """Refuse a directory that is not there, or lacks the fallback; see `APIRouter.frontend`.

    Raises:
        DeclarationAssertionError: A fallback nobody knows.
        DeclarationError: The directory, or its fallback file, does not exist.
    """
    if fallback not in _FALLBACKS:
        raise wrong_argument(
            f"fallback must be 'auto', 'index.html', '404.html' or None, not {fallback!r}",
            "leave it away for 'auto'",
            DeclarationAssertionError,
        )
    name = os.fspath(directory) if isinstance(directory, str | os.PathLike) else directory
    if not isinstance(name, str):
        raise wrong_argument(
            f"frontend() got directory={directory!r}, which is not a path",
            "pass the directory with the built files, such as directory='dist'",
        )
    if not check_dir:
        return
    is_development = os.environ.get("FASTAPI_ENV") == "development"
    only_warns = check_dir == "auto" and is_development
    if not name or not pathlib.Path(name).is_dir():
        place = pathlib.Path(name).absolute()
        what = f"frontend directory {name!r} does not exist: looked for at {place}"
        if not only_warns:
            raise wrong_argument(what, "build the front end first, or pass check_dir=False")
        warn_at_place(what, UserWarning)
    elif fallback in get_args(FallbackFile) and not only_warns:
        file = str(fallback)
        if not (pathlib.Path(name) / file).is_file():
            what = _frontend.missing_fallback(name, file)
            raise wrong_argument(what, "build it, or choose another fallback")
