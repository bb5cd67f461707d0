"""Every interpreter of a conformance run starts with this: `fastapi` is Sixlane in it."""

import os
from functools import partialmethod

import sixlane.alias  # noqa: F401

if os.environ.get("CONFORMANCE_TRANSPORT") == "engine":
    from sixlane.testclient import TestClient

    TestClient.__init__ = partialmethod(TestClient.__init__, transport="engine")  # type: ignore[assignment]
