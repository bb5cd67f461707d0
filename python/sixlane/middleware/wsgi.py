"""Starlette's `WSGIMiddleware`, where FastAPI's users import it from."""

from starlette.middleware.wsgi import WSGIMiddleware

__all__ = ["WSGIMiddleware"]
