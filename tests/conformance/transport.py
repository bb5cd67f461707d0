"""A pytest plugin that sends the suite's test clients over the transport of the run."""

from __future__ import annotations

import os
from functools import wraps
from importlib import import_module
from typing import Any

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Have test clients that are not told otherwise use the transport.

    Imported only here: pytest has to see first what it rewrites, anyio's plugin for one.
    """
    client = import_module("sixlane.testclient").TestClient
    transport = os.environ["CONFORMANCE_TRANSPORT"]
    declared = client.__init__

    @wraps(declared)
    def initialize(self: Any, *arguments: Any, **options: Any) -> None:
        # The engine lives in asyncio's event loop, as servers of asyncio do; there is no other way
        # than ASGI to an application in a loop of trio's.
        runs_in_asyncio = options.get("backend", "asyncio") == "asyncio"
        options.setdefault("transport", transport if runs_in_asyncio else "asgi")
        declared(self, *arguments, **options)

    client.__init__ = initialize
