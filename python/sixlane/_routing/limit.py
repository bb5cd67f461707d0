"""Limits of request bodies and forms: what a user may declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FORM_LIMITS = ("max_fields", "max_files", "max_part_size")
"""The limits of the form parser; Starlette's `Request.form` has their meanings and defaults."""


def check_body_size(max_body_size: int | None) -> None:
    """Refuse a `max_body_size` that is not a number of bytes.

    Raises:
        ValueError: It is neither None nor an integer >= 0.
    """
    if max_body_size is not None and not _is_count(max_body_size):
        message = f"max_body_size must be a non-negative integer or None, not {max_body_size!r}"
        raise ValueError(message)


def check_form_limits(form_limits: Mapping[str, Any] | None) -> None:
    """Refuse `form_limits` that are not limits of the form parser.

    Raises:
        ValueError: A name that is none of `FORM_LIMITS`, or a value that is no integer >= 0.
    """
    if form_limits is None:
        return
    if not isinstance(form_limits, Mapping):
        message = f"form_limits must be a dictionary with {_NAMES}, not {form_limits!r}"
        raise ValueError(message)
    for name, value in form_limits.items():
        if name not in FORM_LIMITS:
            message = f"form_limits has no {name!r}; there are {_NAMES}"
            raise ValueError(message)
        if not _is_count(value):
            message = f"form_limits: {name} must be a non-negative integer, not {value!r}"
            raise ValueError(message)


_NAMES = ", ".join(FORM_LIMITS)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
