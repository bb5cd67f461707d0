"""What the kernel says about a server: which processes it is, their CPU time and memory."""

import os
from collections.abc import Iterable
from pathlib import Path

PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def parse_session(stat: str) -> int:
    """Take the session id from a /proc/PID/stat line; the command in it may hold any character."""
    return int(stat.rpartition(")")[2].split()[3])


def parse_run_time_ns(schedstat: str) -> int:
    """Take the time on a CPU, in nanoseconds, from a schedstat line: its first number."""
    return int(schedstat.split(maxsplit=1)[0])


def find_session_processes(session: int, proc: Path = PROC) -> list[int]:
    """Find the processes of a session: a server started in its own, and all that it started."""
    found = []
    for entry in proc.iterdir():
        if not entry.name.isdigit():
            continue
        try:
            stat = (entry / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended since the folder was listed
        if parse_session(stat) == session:
            found.append(int(entry.name))
    return sorted(found)


def read_cpu_time_ns(processes: Iterable[int], proc: Path = PROC) -> int:
    """Sum the time that all threads of the processes have spent on a CPU, in nanoseconds.

    /proc/PID/schedstat would tell of the first thread alone.
    """
    total = 0
    for process in processes:
        for thread in (proc / str(process) / "task").iterdir():
            try:
                total += parse_run_time_ns((thread / "schedstat").read_text())
            except (FileNotFoundError, ProcessLookupError):
                continue  # the thread ended since the folder was listed
    return total


def read_resident_bytes(processes: Iterable[int], proc: Path = PROC) -> int:
    """Sum the resident memory of the processes; pages that they share count for each."""
    pages = 0
    for process in processes:
        pages += int((proc / str(process) / "statm").read_text().split()[1])
    return pages * _PAGE_BYTES
