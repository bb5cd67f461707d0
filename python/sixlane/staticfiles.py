"""Files served from a directory; Starlette's own class."""

from starlette.staticfiles import StaticFiles

__all__ = ["StaticFiles"]
