"""Work that runs after the answer has been sent."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from starlette import background

from sixlane._lazy import lazy_module
from sixlane._observable import OPENTELEMETRY
from sixlane._reexports import reexported_names

if TYPE_CHECKING:
    from sixlane.telemetry import _background as _observed_background
else:
    _observed_background = lazy_module("sixlane.telemetry._background")
    __getattr__ = reexported_names(__name__)

__all__ = ["BackgroundTasks"]


class BackgroundTasks(background.BackgroundTasks):
    """Functions that are called one after the other, once the answer has been sent."""

    async def __call__(self) -> None:
        """Call them; an exception of one keeps those behind it from being called."""
        if OPENTELEMETRY in sys.modules:
            await _observed_background.run_tasks(self.tasks)
        else:
            await super().__call__()
