"""The end of a process in which a stop has left threads running."""

import atexit
import logging
import os
import sys
import threading
from contextlib import suppress

from sixlane._serve.logs import error_log


def leave_threads(status: int) -> None:
    """End the process now if the interpreter would wait for threads; else return.

    The interpreter waits at its end for threads that are not daemons, such as anyio's and those of
    executors, however long what they run takes. Functions registered with `atexit` are called.

    Args:
        status: The exit status.
    """
    waited_for = [
        thread
        for thread in threading.enumerate()
        if not thread.daemon and thread is not threading.main_thread()
    ]
    if not waited_for:
        return
    names = ", ".join(thread.name for thread in waited_for)
    error_log.warning("The process ends while threads run: %s", names)
    atexit._run_exitfuncs()  # noqa: SLF001  nothing public runs them and leaves the threads
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)
