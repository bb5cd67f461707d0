"""Starlette's `TrustedHostMiddleware`, where FastAPI's users import it from."""

from starlette.middleware.trustedhost import TrustedHostMiddleware

__all__ = ["TrustedHostMiddleware"]
