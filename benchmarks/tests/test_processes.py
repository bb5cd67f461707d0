import os
from pathlib import Path

import pytest
from bench.processes import (
    find_session_processes,
    parse_run_time_ns,
    parse_session,
    read_cpu_time_ns,
    read_resident_bytes,
)


def write_process(proc: Path, process: int, *, session: int, thread_times_ns: list[int]) -> None:
    folder = proc / str(process)
    for thread, time_ns in enumerate(thread_times_ns, start=process):
        (folder / "task" / str(thread)).mkdir(parents=True)
        (folder / "task" / str(thread) / "schedstat").write_text(f"{time_ns} 88 3\n")
    (folder / "stat").write_text(f"{process} (a ) b) S 1 {process} {session} 0 -1 4194304\n")
    (folder / "statm").write_text("900 25 8 1 0 30 0\n")


def test_the_run_time_is_the_first_number() -> None:
    assert parse_run_time_ns("1234567 89 10\n") == 1234567


@pytest.mark.parametrize("command", ["nginx", "a b", "x) S 9 9 9 (y"])
def test_the_session_is_found_behind_any_command(command: str) -> None:
    assert parse_session(f"12 ({command}) S 1 12 77 0 -1") == 77


def test_the_processes_of_a_session_are_found(tmp_path: Path) -> None:
    write_process(tmp_path, 30, session=30, thread_times_ns=[1])
    write_process(tmp_path, 31, session=30, thread_times_ns=[1])
    write_process(tmp_path, 40, session=40, thread_times_ns=[1])
    (tmp_path / "self").mkdir()
    assert find_session_processes(30, tmp_path) == [30, 31]


def test_the_time_of_all_threads_counts(tmp_path: Path) -> None:
    write_process(tmp_path, 30, session=30, thread_times_ns=[100, 20])
    write_process(tmp_path, 40, session=30, thread_times_ns=[3])
    assert read_cpu_time_ns([30, 40], tmp_path) == 123


def test_a_thread_that_ended_counts_nothing(tmp_path: Path) -> None:
    write_process(tmp_path, 30, session=30, thread_times_ns=[100, 20])
    (tmp_path / "30" / "task" / "31" / "schedstat").unlink()
    assert read_cpu_time_ns([30], tmp_path) == 100


def test_the_memory_of_all_processes_counts(tmp_path: Path) -> None:
    write_process(tmp_path, 30, session=30, thread_times_ns=[1])
    write_process(tmp_path, 31, session=30, thread_times_ns=[1])
    assert read_resident_bytes([30, 31], tmp_path) == 50 * os.sysconf("SC_PAGE_SIZE")


def test_this_very_process_can_be_read() -> None:
    assert os.getpid() in find_session_processes(os.getsid(0))
    assert read_cpu_time_ns([os.getpid()]) > 0
    assert read_resident_bytes([os.getpid()]) > 2**20
