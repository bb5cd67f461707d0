"""The request a handler may ask for; Starlette's own classes."""

from starlette.requests import HTTPConnection, Request

__all__ = ["HTTPConnection", "Request"]
