"""ASGI middleware: the declaration class here, the bundled ones in the modules beside."""

from starlette.middleware import Middleware

__all__ = ["Middleware"]
