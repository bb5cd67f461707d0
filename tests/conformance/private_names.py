"""A pytest plugin for private names of FastAPI that files of its suite import at their top.

Sixlane does not have them. Something has to stand for them while the files are read, so that the
tests in them which are content with public names run; whoever uses one fails.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import NoReturn

import pytest

_NAMES = {
    "fastapi._form_limits": ["_FormLimits"],
    "fastapi.dependencies.models": [
        "_get_cache_key",
        "_get_computed_scope",
        "_get_oauth_scopes",
        "_get_security_scheme",
        "_is_async_gen_callable",
        "_is_async_gen_callable_cached",
        "_is_coroutine_callable",
        "_is_coroutine_callable_cached",
        "_is_gen_callable",
        "_is_gen_callable_cached",
        "_is_security_scheme",
        "_uses_scopes",
    ],
    "fastapi.dependencies.utils": ["_read_file_bytes"],
    "fastapi.routing": [
        "_IncludedRouter",
        "_iter_included_route_candidates",
        "_restore_fastapi_scope_key",
    ],
}


class PrivateNameError(NotImplementedError):
    """A test of the suite has used a private name of FastAPI."""


class _PrivateName:
    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, *_: object, **__: object) -> NoReturn:
        message = f"uses the private {self._name}"
        raise PrivateNameError(message)


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Put something in the place of each name that is not there."""
    for path, names in _NAMES.items():
        try:
            module = import_module(path)
        except ModuleNotFoundError:
            module = sys.modules[path] = ModuleType(path)
        for name in names:
            if not hasattr(module, name):
                setattr(module, name, _PrivateName(f"{path}.{name}"))
