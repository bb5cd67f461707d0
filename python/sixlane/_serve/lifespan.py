"""The server's side of the ASGI lifespan protocol (ASGI specification, lifespan 2.0)."""

from __future__ import annotations

import asyncio
from typing import Any

from sixlane._serve.failure import LifespanFailure
from sixlane._serve.host import CANCEL_PATIENCE_S, ASGIApplication
from sixlane._serve.logs import error_log


class Lifespan:
    """Runs an application's start-up and shut-down.

    An application that raises before it answers the start-up event does not support the protocol
    and is served without it, as uvicorn's `--lifespan auto` does.

    Attributes:
        state: What the application put into the lifespan state; every request gets a copy.
    """

    def __init__(self, app: ASGIApplication) -> None:
        self.state: dict[str, Any] = {}
        self._app = app
        self._events: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        self._started = asyncio.Event()
        self._ended = asyncio.Event()
        self._failed = False
        self._cancelled = False
        self._task: asyncio.Task[None] | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing of the application's lifespan runs any more."""
        return self._task is None or self._task.done()

    async def start(self, stopped: asyncio.Event) -> bool:
        """Waits for the application's start-up.

        Args:
            stopped: Cancels a start-up that has not ended when it is set.

        Returns:
            Whether the application has started; False where it was cancelled.

        Raises:
            LifespanFailure: The application said that it failed; its reason has been logged.
        """
        error_log.info("Waiting for application startup.")
        self._events.put_nowait({"type": "lifespan.startup"})
        self._task = asyncio.create_task(self._run(), name="sixlane-lifespan")
        await _wait_for_either(self._started, stopped)
        if not self._started.is_set():
            await self._cancel(self._task)
            return False
        if self._failed:
            raise LifespanFailure
        return True

    async def stop(self) -> None:
        """Waits for the application's shut-down; a failure is logged, as nothing can undo it."""
        if self._task is None or self._task.done():
            return
        error_log.info("Waiting for application shutdown.")
        self._events.put_nowait({"type": "lifespan.shutdown"})
        await self._ended.wait()
        await self._task
        if not self._failed:
            error_log.info("Application shutdown complete.")

    async def _cancel(self, task: asyncio.Task[None]) -> None:
        error_log.info("Stopped during application startup.")
        self._cancelled = True
        task.cancel()
        await asyncio.wait([task], timeout=CANCEL_PATIENCE_S)
        if not task.done():
            error_log.warning(
                "The application's startup did not end within %d s of being cancelled and is left",
                CANCEL_PATIENCE_S,
            )

    async def _run(self) -> None:
        scope = {
            "type": "lifespan",
            "asgi": {"version": "3.0", "spec_version": "2.0"},
            "state": self.state,
        }
        try:
            await self._app(scope, self._events.get, self._send)
        except BaseException as error:  # noqa: BLE001  signals do not come as exceptions here
            self._record(error)
        finally:
            self._started.set()
            self._ended.set()

    def _record(self, error: BaseException) -> None:
        if self._failed:
            # The application raises again what it has just reported.
            return
        if self._started.is_set() or self._cancelled:
            error_log.error("Exception in the lifespan", exc_info=error)
        else:
            error_log.debug("The application does not support lifespan: %r", error)

    async def _send(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "lifespan.startup.complete":
                self._started.set()
                if self._cancelled:
                    # It took no notice of being cancelled: it is to clean up all the same.
                    self._events.put_nowait({"type": "lifespan.shutdown"})
            case "lifespan.startup.failed":
                self._fail("start-up", message)
                self._started.set()
            case "lifespan.shutdown.complete":
                self._ended.set()
            case "lifespan.shutdown.failed":
                self._fail("shut-down", message)
                self._ended.set()

    def _fail(self, phase: str, message: dict[str, Any]) -> None:
        self._failed = True
        if self._cancelled:
            error_log.debug("Lifespan %s failed, cancelled\n%s", phase, message.get("message", ""))
        else:
            error_log.error("Lifespan %s failed\n%s", phase, message.get("message", ""))


async def _wait_for_either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (one, other)]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
