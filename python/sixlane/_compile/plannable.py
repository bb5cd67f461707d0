"""What planning needs of applications and their routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from sixlane._run.failure import HandlingApplication
from sixlane._run.planned import PlannedRoute

if TYPE_CHECKING:
    from starlette.convertors import Convertor
    from starlette.middleware import Middleware
    from starlette.types import ASGIApp, Receive, Scope, Send

    from sixlane._compile.plain import PlainParameter
    from sixlane._compile.table import RouteTable


class PlannableRoute(PlannedRoute, Protocol):
    """What planning needs of an `APIRoute`."""

    plain_parameters: tuple[PlainParameter, ...] | None
    param_convertors: dict[str, Convertor[Any]]
    path_format: str
    status_code: int | None
    response_class: Any
    max_body_size: int | None
    is_open: bool

    @property
    def has_own_handler(self) -> bool: ...


class PlannableApplication(HandlingApplication, Protocol):
    """What planning needs of an application; it is called for what is not planned."""

    dependency_overrides: dict[Callable[..., Any], Callable[..., Any]]
    is_observed: bool
    user_middleware: list[Middleware]
    max_body_size: int | None

    def compiled_table(self) -> RouteTable: ...
    def surround(self, app: ASGIApp) -> ASGIApp: ...
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...
