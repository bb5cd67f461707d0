"""Where in the user's code a declaration stands."""

import sys
from types import FrameType
from warnings import warn_explicit

_FRAMEWORK = (__package__.partition(".")[0], "starlette")


def find_place() -> str:
    """Tell file and line of the call into the framework that is running."""
    frame = _find_caller()
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def warn_at_place(message: str, category: type[Warning]) -> None:
    """Warn of the call into the framework that is running, at its file and line."""
    frame = _find_caller()
    module = frame.f_globals.get("__name__")
    registry = frame.f_globals.setdefault("__warningregistry__", {})
    warn_explicit(
        message, category, frame.f_code.co_filename, frame.f_lineno, module, registry=registry
    )


def _find_caller() -> FrameType:
    frame = sys._getframe(2)  # noqa: SLF001 - the only way to the caller without its whole stack
    while frame.f_back is not None and _is_framework(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return frame


def _is_framework(module: str) -> bool:
    return module.partition(".")[0] in _FRAMEWORK
