"""Where in the user's code a declaration stands."""

import sys

_FRAMEWORK = (__package__.partition(".")[0], "starlette")


def find_place() -> str:
    """Tell file and line of the call into the framework that is running."""
    frame = sys._getframe(1)  # noqa: SLF001 - the only way to the caller without its whole stack
    while frame.f_back is not None and _is_framework(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}, line {frame.f_lineno}"


def _is_framework(module: str) -> bool:
    return module.partition(".")[0] in _FRAMEWORK
