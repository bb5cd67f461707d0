"""The deprecated JSON responses."""

import sys
from types import SimpleNamespace
from typing import Any

import pytest

from sixlane import responses
from sixlane._lazy import lazy_module
from sixlane.exceptions import FastAPIDeprecationWarning


@pytest.mark.parametrize(
    ("name", "module", "dumped", "body"),
    [
        ("ORJSONResponse", "orjson", b"by orjson", b"by orjson"),
        ("UJSONResponse", "ujson", "by ujson \xe4", "by ujson \xe4".encode()),
    ],
)
def test_deprecated_response_uses_its_package(
    monkeypatch: pytest.MonkeyPatch, name: str, module: str, dumped: Any, body: bytes
) -> None:
    """They warn, and still work where the package is installed."""
    fake = SimpleNamespace(
        OPT_NON_STR_KEYS=1, OPT_SERIALIZE_NUMPY=2, dumps=lambda content, **options: dumped
    )
    monkeypatch.setattr(responses, module, fake)

    with pytest.warns(FastAPIDeprecationWarning, match=f"{name} is deprecated"):
        response = getattr(responses, name)({})

    assert (response.body, response.media_type) == (body, "application/json")


@pytest.mark.parametrize(
    ("name", "module"), [("ORJSONResponse", "orjson"), ("UJSONResponse", "ujson")]
)
def test_deprecated_response_names_the_missing_package(
    monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    """Without the package, the error says which one."""
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(responses, module, lazy_module(module))

    with (
        pytest.warns(FastAPIDeprecationWarning),
        pytest.raises(ModuleNotFoundError, match=module),
    ):
        getattr(responses, name)({})
