"""The limits that hold for a form: the route's own, and those around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.types import Scope

MOST_OF_A_KIND = 1000
"""The fields, and the files, that Starlette's `Request.form` takes where nothing else is said."""

PART_BYTES = 1024 * 1024
"""The longest text among files that it takes then."""

FORM_LIMITS_SCOPE_KEY = "sixlane.form_limits"
"""The limits of the routers around a route that does not know them: the engine leaves a form to the
solver where there are any."""


def find_form_limits(own: Mapping[str, Any], scope: Scope) -> Mapping[str, Any]:
    """Add what a route's limits leave open, from what is around it.

    Args:
        own: The route's own limits.
        scope: The request's scope.
    """
    around = scope.get(FORM_LIMITS_SCOPE_KEY)
    return {**around, **own} if around else own
