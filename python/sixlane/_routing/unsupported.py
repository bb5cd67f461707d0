"""What may not be declared yet: refused where it is written, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sixlane._routing.place import find_place
from sixlane.exceptions import DeclarationError

_UNSUPPORTED_OPTIONS = {
    "telemetry": "traces and metrics are not written yet",
}


def unsupported(what: str, reason: str) -> DeclarationError:
    """Make the error for a declaration of a kind that is not there yet, naming its place."""
    return DeclarationError(
        f"{what} is not supported: {reason}. Declared in {find_place()}; remove it."
    )


def check_supported(options: Mapping[str, Any]) -> None:
    """Refuse the options whose feature is not there yet.

    Raises:
        DeclarationError: One of them is given and is not None.
    """
    for name, reason in _UNSUPPORTED_OPTIONS.items():
        if options.get(name) is not None:
            raise unsupported(f"{name}={options[name]!r}", reason)
