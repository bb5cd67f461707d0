"""Names for HTTP status codes and WebSocket close codes; Starlette's own."""

from typing import Any

from starlette import status as _status
from starlette.status import *  # noqa: F403


def __getattr__(name: str) -> Any:
    """Read the names Starlette has deprecated, with its warning."""
    return getattr(_status, name)
