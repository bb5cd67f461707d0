"""What `sixlane.run` is given, held to what it means before anything is bound."""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Callable, Mapping
from typing import Any, get_args

from sixlane._engine import default_limits
from sixlane._serve.failure import ServeFailure
from sixlane._serve.settings import LogLevel, LoopName

LARGEST_TIMEOUT_S = 1_000_000
"""Eleven days; the system calls that wait take little more."""

_LARGEST_LIMIT = 2**64 - 1


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_number(value: object, most: float) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and 0 <= value <= most
    )


def _are_paths(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(each, str | os.PathLike) for each in value
    )


def _one_of(literal: Any) -> tuple[Callable[[Any], bool], str]:
    words = get_args(literal)
    return lambda value: value in words, f"one of {', '.join(map(repr, words))}"


_IS_SWITCH: tuple[Callable[[Any], bool], str] = (
    lambda value: isinstance(value, bool),
    "True or False",
)

ALLOWED: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "host": (lambda value: isinstance(value, str), "a string"),
    "port": (lambda value: _is_whole(value, 0, 65535), "a whole number from 0 to 65535"),
    "loop": _one_of(LoopName),
    "access_log": _IS_SWITCH,
    "log_level": _one_of(LogLevel),
    "root_path": (lambda value: isinstance(value, str), "a string"),
    "proxy_headers": _IS_SWITCH,
    "forwarded_allow_ips": (
        lambda value: value is None or isinstance(value, str),
        "a string of addresses separated by commas",
    ),
    "graceful_timeout_s": (
        lambda value: _is_number(value, LARGEST_TIMEOUT_S),
        f"a number of seconds from 0 to {LARGEST_TIMEOUT_S}",
    ),
    "backlog": (lambda value: _is_whole(value, 1, 2**31 - 1), "a whole number, 1 or more"),
    "limits": (
        lambda value: isinstance(value, Mapping) and all(isinstance(name, str) for name in value),
        "a mapping of limits by name",
    ),
    "workers": (lambda value: _is_whole(value, 1, 2**16), "a whole number, 1 or more"),
    "reload": _IS_SWITCH,
    "reload_dirs": (_are_paths, "a list of folders"),
}
"""Of each option of `RunOptions`: what it may be, and the words for that."""


def check_values(options: Mapping[str, Any]) -> None:
    """Refuse options whose values cannot be meant.

    Args:
        options: Those given; their names are known ones.

    Raises:
        ServeFailure: Names the option or the limit, its value, and what it may be.
    """
    for name, value in options.items():
        is_allowed, words = ALLOWED[name]
        if not is_allowed(value):
            raise ServeFailure(f"sixlane.run() got {name}={value!r}; it must be {words}.")
    for name, value in options.get("limits", {}).items():
        _check_limit(name, value)


def _check_limit(name: str, value: object) -> None:
    defaults = default_limits()
    if name not in defaults:
        close = difflib.get_close_matches(name, defaults, n=1)
        meant = f"Did you mean {close[0]!r}? " if close else ""
        raise ServeFailure(
            f"sixlane.run() got an unknown limit, {name!r}.",
            hint=f"{meant}The limits are: {', '.join(defaults)}.",
        )
    if isinstance(defaults[name], int):
        is_allowed, words = _is_whole(value, 0, _LARGEST_LIMIT), "a whole number, 0 or more"
    else:
        is_allowed = _is_number(value, LARGEST_TIMEOUT_S)
        words = f"a number of seconds from 0 to {LARGEST_TIMEOUT_S}"
    if not is_allowed:
        raise ServeFailure(f"sixlane.run() got the limit {name}={value!r}; it must be {words}.")
