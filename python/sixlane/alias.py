"""Sixlane under FastAPI's name: importing this module makes `import fastapi` mean Sixlane.

Every submodule is the same module object under both names, so that classes are identical and a name
patched in one is patched in the other. Packages written for FastAPI run unmodified. Version checks,
`fastapi.__version__` and the distribution's metadata, see the FastAPI release whose behaviour
Sixlane has.

Import it before anything that imports FastAPI:

    import sixlane.alias
    import fastapi
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterable, Sequence
from email.message import Message
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

NAME = "fastapi"
"""The name that Sixlane answers to."""

VERSION = "0.165.0"
"""The release of FastAPI whose public API and behaviour Sixlane has."""

_TARGET = __package__
_ANY_DISTRIBUTION = importlib.metadata.DistributionFinder.Context()


def _target_name(name: str) -> str:
    return _TARGET + name.removeprefix(NAME)


class _AliasLoader(importlib.abc.InspectLoader):
    """Loads a module by handing out Sixlane's own."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just overwritten it with the alias's.
        module.__spec__ = self._spec

    def get_code(self, fullname: str) -> CodeType | None:
        """Give the code to `python -m fastapi`."""
        loader: Any = None if self._spec is None else self._spec.loader
        return None if loader is None else loader.get_code(_target_name(fullname))

    def get_source(self, fullname: str) -> str | None:
        loader: Any = None if self._spec is None else self._spec.loader
        return None if loader is None else loader.get_source(_target_name(fullname))

    def is_package(self, fullname: str) -> bool:
        return hasattr(self._module, "__path__")


class _AliasFinder(importlib.abc.MetaPathFinder):
    """Finds `fastapi` and what is below it, before any other finder."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != NAME and not fullname.startswith(f"{NAME}."):
            return None
        name = _target_name(fullname)
        try:
            if fullname.endswith(".__main__"):
                found = importlib.util.find_spec(name)
                if found is None:
                    return None
                module = importlib.util.module_from_spec(found)
            else:
                module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            return None
        loader = _AliasLoader(module)
        spec = importlib.util.spec_from_loader(
            fullname, loader, origin=getattr(module, "__file__", None)
        )
        if spec is not None and hasattr(module, "__path__"):
            spec.submodule_search_locations = list(module.__path__)
        return spec


class _AliasDistribution(importlib.metadata.Distribution):
    """The metadata that version checks ask for."""

    def read_text(self, filename: str) -> str | None:
        if filename != "METADATA":
            return None
        metadata = Message()
        metadata["Metadata-Version"] = "2.1"
        metadata["Name"] = NAME
        metadata["Version"] = VERSION
        return metadata.as_string()

    def locate_file(self, path: Any) -> Any:
        return Path(__file__).parent.parent / path


class _AliasDistributionFinder(importlib.metadata.DistributionFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return None

    def find_distributions(
        self,
        context: importlib.metadata.DistributionFinder.Context = _ANY_DISTRIBUTION,
    ) -> Iterable[importlib.metadata.Distribution]:
        if context.name is None or context.name.lower() == NAME:
            yield _AliasDistribution()


def install() -> None:
    """Make `fastapi` mean Sixlane from here on; called when this module is imported.

    Raises:
        ImportError: FastAPI itself has been imported already.
    """
    loaded = sys.modules.get(NAME)
    package = sys.modules[_TARGET]
    if loaded is package:
        return
    if loaded is not None:
        message = "fastapi has been imported already; import sixlane.alias before it"
        raise ImportError(message)
    sys.meta_path.insert(0, _AliasDistributionFinder())
    sys.meta_path.insert(0, _AliasFinder())
    package.__version__ = VERSION  # type: ignore[attr-defined]
    sys.modules[NAME] = package


install()
