"""A pytest plugin that sends the suite's test clients over the transport of the run."""

from __future__ import annotations

import os
from functools import partialmethod
from importlib import import_module

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Have test clients that are not told otherwise use the transport.

    Imported only here: pytest has to see first what it rewrites, anyio's plugin for one.
    """
    client = import_module("sixlane.testclient").TestClient
    transport = os.environ["CONFORMANCE_TRANSPORT"]
    client.__init__ = partialmethod(client.__init__, transport=transport)
