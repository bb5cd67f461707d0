"""The request that handlers and dependencies are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData
from starlette.requests import Request as StarletteRequest

from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    from sixlane._run import multipart as _multipart
    from sixlane._run import urlencoded as _urlencoded
else:
    _multipart = lazy_module("sixlane._run.multipart")
    _urlencoded = lazy_module("sixlane._run.urlencoded")


class Request(StarletteRequest):
    """A Starlette request that reads forms and cookies more strictly.

    A multipart form without its last boundary is refused: it has not come whole. A cookie without a
    name is dropped: it would stand for another one, such as `__Host-session` (RFC 6265bis section
    5.7).
    """

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name."""
        if not hasattr(self, "_cookies"):
            super().cookies.pop("", None)
        return self._cookies

    async def _get_form(self, **limits: Any) -> FormData:
        if self._form is None:
            self._form = await _multipart.read_multipart(self, limits)
        if self._form is None:
            self._form = await _urlencoded.read_urlencoded(self, limits)
        return await super()._get_form(**limits)
