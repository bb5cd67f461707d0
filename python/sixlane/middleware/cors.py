"""Starlette's `CORSMiddleware`, where FastAPI's users import it from."""

from starlette.middleware.cors import CORSMiddleware

__all__ = ["CORSMiddleware"]
