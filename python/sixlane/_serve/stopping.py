"""A graceful stop of a host, told step by step as uvicorn tells it."""

from __future__ import annotations

import asyncio
import time

from sixlane._serve.host import CANCEL_PATIENCE_S, EngineHost
from sixlane._serve.logs import error_log


async def stop_host(host: EngineHost, grace_s: float, hurried: asyncio.Event) -> bool:
    """Answer what is in flight, cancel what does not end in time, and close the host.

    Args:
        host: What serves.
        grace_s: Seconds that requests and background tasks may take.
        hurried: Ends that time when it is set.

    Returns:
        Whether all of it ended in time. If not, worker threads may still run.
    """
    deadline = time.monotonic() + grace_s
    await host.drain()
    if host.connections():
        error_log.info("Waiting for connections to close. (CTRL+C to force quit)")
    in_time = await host.wait_while(host.has_connections, grace_s, hurried)
    if in_time and host.running():
        error_log.info("Waiting for background tasks to complete. (CTRL+C to force quit)")
        in_time = await host.wait_while(host.is_busy, deadline - time.monotonic(), hurried)
    if not in_time:
        await _cancel(host, hurried)
    await host.close()
    return in_time


async def _cancel(host: EngineHost, hurried: asyncio.Event) -> None:
    tasks = host.running() - host.running_in_threads()
    if tasks:
        reason = "forced" if hurried.is_set() else "timeout graceful shutdown exceeded"
        error_log.error("Cancel %d running task(s), %s", tasks, reason)
    await host.cancel_running()
    threads = host.running_in_threads()
    tasks = host.running() - threads
    if tasks:
        error_log.warning(
            "%d cancelled task(s) did not end within %d s and are left", tasks, CANCEL_PATIENCE_S
        )
    if threads:
        error_log.warning("%d call(s) in threads cannot be cancelled and are left", threads)
