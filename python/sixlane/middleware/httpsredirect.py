"""Starlette's `HTTPSRedirectMiddleware`, where FastAPI's users import it from."""

from starlette.middleware.httpsredirect import HTTPSRedirectMiddleware

__all__ = ["HTTPSRedirectMiddleware"]
