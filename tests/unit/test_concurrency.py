"""Blocking context managers entered from coroutines."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import anyio.lowlevel
import pytest
from anyio import to_thread

from sixlane.concurrency import contextmanager_in_threadpool

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Run on asyncio only."""
    return "asyncio"


@contextmanager
def noting(notes: list[str], *, swallow: bool = False) -> Iterator[str]:
    """Note when and in which kind of thread the manager is entered and left."""

    def note(what: str) -> None:
        in_main = threading.current_thread() is threading.main_thread()
        notes.append(f"{what} in {'main' if in_main else 'worker'}")

    note("enter")
    try:
        yield "value"
    except ValueError:
        note("error")
        if not swallow:
            raise
    finally:
        note("leave")


async def test_manager_runs_in_worker_threads() -> None:
    """Neither entering nor leaving blocks the event loop."""
    notes: list[str] = []

    async with contextmanager_in_threadpool(noting(notes)) as value:
        assert value == "value"

    assert notes == ["enter in worker", "leave in worker"]


@pytest.mark.parametrize("swallow", [True, False])
async def test_manager_sees_the_exception(*, swallow: bool) -> None:
    """What is raised inside reaches the manager, which may swallow it."""
    notes: list[str] = []

    async def fail_inside() -> None:
        async with contextmanager_in_threadpool(noting(notes, swallow=swallow)):
            raise ValueError

    if swallow:
        await fail_inside()
    else:
        with pytest.raises(ValueError):  # noqa: PT011
            await fail_inside()
    assert notes == ["enter in worker", "error in worker", "leave in worker"]


async def test_manager_is_left_while_all_threads_are_taken() -> None:
    """A manager that others wait for can be left although they hold every thread."""
    limiter = to_thread.current_default_thread_limiter()
    notes: list[str] = []

    async with contextmanager_in_threadpool(noting(notes)):
        borrowers = [object() for _ in range(int(limiter.total_tokens))]
        for borrower in borrowers:
            await limiter.acquire_on_behalf_of(borrower)
    for borrower in borrowers:
        limiter.release_on_behalf_of(borrower)

    assert notes == ["enter in worker", "leave in worker"]


async def test_manager_is_left_when_cancelled() -> None:
    """Cancellation does not cut the leaving short."""
    notes: list[str] = []

    with anyio.CancelScope() as scope:
        async with contextmanager_in_threadpool(noting(notes)):
            scope.cancel()
            await anyio.lowlevel.checkpoint()

    assert notes == ["enter in worker", "leave in worker"]
