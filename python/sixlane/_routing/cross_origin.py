"""What `CORSMiddleware` may be told, checked where it is added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sixlane._lazy import lazy_module
from sixlane._routing.arguments import check_middleware, wrong_argument

# Whoever adds the middleware has imported it.
_cors: Any = lazy_module("starlette.middleware.cors")

OPAQUE_ORIGIN = "null"
"""What a sandboxed frame, a local file or a redirect says (RFC 6454, section 7.1)."""


def check_added_middleware(middleware: Any, arguments: Any, options: Mapping[str, Any]) -> None:
    """Refuse middleware that could not be put around the application, or must not.

    `CORSMiddleware` answers any origin with its own name where "*" and credentials are allowed:
    each page on the web could then act with the user's cookies (Fetch, section "CORS protocol and
    credentials", forbids the "*" that was asked for). FastAPI serves such an application.

    Raises:
        DeclarationError: It does not take these arguments, or opens credentials to any page.
    """
    bound = check_middleware(middleware, arguments, options)
    if bound is None or not bound.arguments.get("allow_credentials"):
        return
    if middleware is not _cors.CORSMiddleware:
        return
    origins = bound.arguments.get("allow_origins", ())
    if "*" in origins:
        raise wrong_argument(
            "CORSMiddleware lets the pages of every origin send the user's credentials",
            "list the origins in allow_origins, or leave out allow_credentials",
        )
    pattern = bound.arguments.get("allow_origin_regex")
    if OPAQUE_ORIGIN in origins or (pattern and re.fullmatch(pattern, OPAQUE_ORIGIN)):
        raise wrong_argument(
            "CORSMiddleware lets the origin 'null' send the user's credentials, and every page can "
            "make itself a frame of that origin",
            "allow the origins by name, or by a pattern that begins with https://",
        )
