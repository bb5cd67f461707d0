"""Handlers solved and answered by the interpreter alone."""

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic_core import PydanticUndefined
from starlette.requests import Request

from sixlane._compile.dependant import compile_handler
from sixlane._run.exchange import FUNCTION_EXITS_SCOPE_KEY, REQUEST_EXITS_SCOPE_KEY
from sixlane._run.solve import SolveState, solve

Header = tuple[str, str]


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio only."""
    return "asyncio"


def make_request(
    query: str = "",
    headers: Iterable[Header] = (),
    path: dict[str, Any] | None = None,
    body: bytes = b"",
) -> Request:
    """Make a request as an ASGI server describes one."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
        "path_params": path or {},
    }
    return Request(scope, receive)


class Solver:
    """Solves handlers for one request, and runs their exits.

    Attributes:
        values: The arguments found last.
        errors: The validation errors found last.
        state: The request as it was left.
    """

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.errors: list[dict[str, Any]] = []
        self.state: SolveState | None = None

    async def __call__(
        self,
        handler: Callable[..., Any],
        request: Request | None = None,
        *,
        overrides: dict[Any, Any] | None = None,
        body: Any = PydanticUndefined,
        path: str = "/",
    ) -> dict[str, Any]:
        """Find a handler's arguments."""
        request = request or make_request()
        provider = SimpleNamespace(dependency_overrides=overrides or {})
        async with AsyncExitStack() as request_exits, AsyncExitStack() as function_exits:
            request.scope[REQUEST_EXITS_SCOPE_KEY] = request_exits
            request.scope[FUNCTION_EXITS_SCOPE_KEY] = function_exits
            dependant = compile_handler(handler, path)
            self.state = SolveState(request, body, embed_body=False, overrides_provider=provider)
            self.values, self.errors = await solve(self.state, dependant)
        return self.values


@pytest.fixture
def solver() -> Solver:
    """A solver for one test."""
    return Solver()
