"""Starlette's `GZipMiddleware`, where FastAPI's users import it from."""

from starlette.middleware.gzip import GZipMiddleware

__all__ = ["GZipMiddleware"]
