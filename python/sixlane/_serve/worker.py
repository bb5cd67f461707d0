"""The main program of a worker process: `python -m sixlane._serve.worker DESCRIPTOR`."""

import dataclasses
import os
import signal
import sys
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

from sixlane._serve.console import show_failure
from sixlane._serve.failure import ServeFailure
from sixlane._serve.logs import configure_logging
from sixlane._serve.process import HELD_BACK, STARTED, Job
from sixlane._serve.serving import serve_target


def main() -> int:
    """Take the job from the lifeline and serve until a signal, or until the parent is gone.

    Returns:
        The exit status.
    """
    # Ctrl+C reaches the whole process group: what it means is the parent's to say.
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD_BACK)
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)  # noqa: FBT003  positional only
    lifeline: Connection[str, Job] = Connection(descriptor)
    try:
        job = lifeline.recv()
        sys.path[:] = job.search_path
        configure_logging(job.settings)
        threading.Thread(target=_follow_parent, args=(lifeline,), daemon=True).start()

        def report_start() -> None:
            with suppress(OSError):
                lifeline.send(STARTED)

        settings = dataclasses.replace(
            job.settings,
            on_started=report_start,
            stop_signals=(signal.SIGTERM,),
            ends_process=True,
        )
        return serve_target(
            job.target, [each.open() for each in job.listeners], settings, job.announcement
        )
    except ServeFailure as failure:
        show_failure(failure)
        return failure.status
    except EOFError:  # the parent ended before it gave a job
        return 0


def _follow_parent(lifeline: "Connection[str, Job]") -> None:
    with suppress(OSError, EOFError):
        lifeline.recv()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
