"""Errors about the application's own declarations: what is wrong, where, and how to fix it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sixlane._compile.callable import locate_call
from sixlane.exceptions import (
    DeclarationAssertionError,
    DeclarationError,
    DeclarationValueError,
)

STATUS_RANGES = {
    "1XX": "Information",
    "2XX": "Success",
    "3XX": "Redirection",
    "4XX": "Client Error",
    "5XX": "Server Error",
    "DEFAULT": "Default Response",
}
"""What is said of a range of statuses that the application says nothing of."""


@dataclass(frozen=True, slots=True)
class Site:
    """The place of a declaration that is being compiled.

    Attributes:
        call: The handler or dependency.
        path: Path of the route it is compiled for.
        parameter: The parameter that is looked at; None for the callable as a whole.
    """

    call: Callable[..., Any]
    path: str
    parameter: str | None = None

    def error(
        self,
        what: str,
        fix: str,
        error_class: type[DeclarationError] = DeclarationAssertionError,
    ) -> DeclarationError:
        """Make the exception for a wrong declaration here.

        Args:
            what: What is wrong, as a sentence without its full stop.
            fix: What to write instead, likewise.
            error_class: FastAPI's class for this mistake; most are assertions there.
        """
        lines = [what, f"  where: {self.describe()}", f"  fix: {fix}"]
        return error_class("\n".join(lines))

    def describe(self) -> str:
        """Tell the place as file, line, function, path and parameter."""
        place = locate_call(self.call)
        file = f'File "{place["file"]}", line {place["line"]}, ' if place.get("file") else ""
        parameter = "" if self.parameter is None else f", parameter {self.parameter!r}"
        return f"{file}in {place['function']} (path {self.path!r}{parameter})"


def check_answer_codes(site: Site, codes: Iterable[int | str]) -> None:
    """Refuse additional responses of what is no status.

    Raises:
        DeclarationValueError: A key is neither a status nor a range of them.
    """
    for code in codes:
        key = str(code).upper()
        if key not in STATUS_RANGES and not key.isdecimal():
            raise site.error(
                f"{code!r} in responses is no status code",
                'write a status such as 404, a range such as "4XX", or "default"',
                DeclarationValueError,
            )
