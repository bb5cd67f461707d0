"""Background tasks, each with a span of its own if their request is observed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from opentelemetry import context as otel_context

from sixlane.telemetry._api import OBSERVATION_CONTEXT_KEY
from sixlane.telemetry._observation import Observation


async def run_tasks(tasks: Iterable[Callable[[], Awaitable[Any]]]) -> None:
    """Run tasks one after the other."""
    observation: Any = otel_context.get_value(OBSERVATION_CONTEXT_KEY)
    for task in tasks:
        function = getattr(task, "func", None)
        if isinstance(observation, Observation) and function is not None:
            with observation.operation("background_task", function, may_answer=False):
                await task()
        else:
            await task()
