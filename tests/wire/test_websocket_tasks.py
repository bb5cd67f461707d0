"""A WebSocket's application runs in one task, however its waits for messages are ended."""

import asyncio
import contextlib
import gc
import sys
import threading
import time
import types
from collections.abc import Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Any, Literal

import anyio
import anyio.lowlevel
import pytest
from support.engine import RunningEngine, both_loops
from support.one_handler import current
from support.raw_client import Client
from support.websocket_client import WebSocketClient

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Serve = Callable[[Receive, Send], Awaitable[None]]

seen: ContextVar[int] = ContextVar("seen", default=0)


def accepting(serve: Serve) -> Callable[..., Awaitable[None]]:
    """Make an app that accepts and leaves the rest to `serve`; it answers HTTP with nothing."""

    async def app(scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await receive()
        await send({"type": "websocket.accept"})
        await serve(receive, send)

    return app


async def say(send: Send, *words: object) -> None:
    """Send words as one message."""
    await send({"type": "websocket.send", "text": " ".join(map(str, words))})


async def a_bare_turn() -> None:
    """Wait for the loop's next turn."""
    await asyncio.sleep(0)


async def a_timer() -> None:
    """Wait for a timer."""
    await asyncio.sleep(0.001)


async def a_child_task() -> None:
    """Wait for another task."""
    await asyncio.create_task(asyncio.sleep(0))


async def a_checkpoint() -> None:
    """Wait as anyio does."""
    await anyio.lowlevel.checkpoint()


async def a_future_that_is_done() -> None:
    """Wait for what is there already."""
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    await future


async def nothing() -> None:
    """Wait for nothing."""


@pytest.mark.parametrize(
    "between",
    [nothing, a_bare_turn, a_timer, a_child_task, a_checkpoint, a_future_that_is_done],
    ids=lambda wait: wait.__name__,
)
def test_task_and_context_stay_whatever_is_awaited_between_messages(
    between: Callable[[], Awaitable[None]],
) -> None:
    """What a message has set is there at the next, and the task is the same."""

    async def serve(receive: Receive, send: Send) -> None:
        first = current()
        while (message := await receive())["type"] == "websocket.receive":
            seen.set(seen.get() + 1)
            await between()
            await say(send, message["text"], seen.get(), current() is first)
            await between()

    with RunningEngine(accepting(serve)) as engine:
        with WebSocketClient(engine.port) as one, WebSocketClient(engine.port) as other:
            for count in range(1, 6):
                for client in (one, other):
                    client.send_text("word")
                    assert str(client.read_frame()) == f"text:word {count} True"
            one.send_close(1000)
            other.send_close(1000)
        engine.wait_until_idle()


async def hear_of_the_cancellation(wait: Awaitable[object], receive: Receive, send: Send) -> None:
    """Tell that a wait was cancelled, then go on with the next message."""
    try:
        await wait
    except asyncio.CancelledError:
        current().uncancel()
        await say(send, "cancelled")
    await say(send, (await receive())["text"])


async def cancel_by_itself(receive: Receive, send: Send) -> None:
    """Ask for its own cancellation, which comes at the next wait."""
    message = await receive()
    current().cancel()
    await say(send, message["text"])
    await hear_of_the_cancellation(receive(), receive, send)


async def cancel_by_itself_and_wait_for_another(receive: Receive, send: Send) -> None:
    """Ask for its own cancellation, which comes at a wait for something else."""
    message = await receive()
    current().cancel()
    await say(send, message["text"])
    await hear_of_the_cancellation(asyncio.sleep(60), receive, send)


async def run_into_a_timeout(receive: Receive, send: Send) -> None:
    """Give up the wait for a message."""
    await say(send, (await receive())["text"])
    try:
        async with asyncio.timeout(0.01):
            await receive()
    except TimeoutError:
        await say(send, "cancelled")
    async with asyncio.timeout(60):
        await say(send, (await receive())["text"])


async def move_on(receive: Receive, send: Send) -> None:
    """Give up the wait for a message in anyio's way."""
    await say(send, (await receive())["text"])
    with anyio.move_on_after(0.01) as scope:
        await receive()
    await say(send, "cancelled" if scope.cancelled_caught else "not cancelled")
    await say(send, (await receive())["text"])


async def fail_in_a_group(receive: Receive, send: Send) -> None:
    """Have a child's failure end the wait for a message."""

    async def fail() -> None:
        await asyncio.sleep(0.001)
        raise LookupError

    await say(send, (await receive())["text"])
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            await receive()
    except* LookupError:
        await say(send, "cancelled")
    await say(send, (await receive())["text"])


async def be_cancelled_by_a_timer(receive: Receive, send: Send) -> None:
    """Have somebody else end the wait for a message."""
    await say(send, (await receive())["text"])
    asyncio.get_running_loop().call_later(0.001, current().cancel)
    await hear_of_the_cancellation(receive(), receive, send)


async def let_a_child_wait(receive: Receive, send: Send) -> None:
    """Have another task wait for a message, and give up."""
    await say(send, (await receive())["text"])
    child = asyncio.ensure_future(receive())
    done, _ = await asyncio.wait([child], timeout=0.01)
    assert not done
    child.cancel()
    await asyncio.wait([child])
    await say(send, "cancelled" if child.cancelled() else "not cancelled")
    await say(send, (await asyncio.ensure_future(receive()))["text"])


@both_loops
@pytest.mark.parametrize(
    "serve",
    [
        cancel_by_itself,
        cancel_by_itself_and_wait_for_another,
        run_into_a_timeout,
        move_on,
        fail_in_a_group,
        be_cancelled_by_a_timer,
        let_a_child_wait,
    ],
    ids=lambda serve: serve.__name__,
)
def test_a_wait_that_is_cancelled_loses_no_message(
    serve: Serve, loop: Literal["asyncio", "uvloop"]
) -> None:
    """The cancellation arrives where asyncio puts it, and what comes afterwards is read."""
    with RunningEngine(accepting(serve), loop=loop) as engine:
        for _ in range(3):
            with WebSocketClient(engine.port) as client:
                client.send_text("first")
                assert str(client.read_frame()) == "text:first"
                assert str(client.read_frame()) == "text:cancelled"
                client.send_text("second")
                assert str(client.read_frame()) == "text:second"
                assert client.read_close() == (1000, "")
                client.send_close(1000)
        engine.wait_until_idle()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="tasks begin eagerly from CPython 3.12 on")
def test_a_child_that_begins_eagerly_waits_for_itself() -> None:
    """Its cancellation in the step that began it is not that of the application."""

    async def serve(receive: Receive, send: Send) -> None:
        await say(send, (await receive())["text"])
        asyncio.get_running_loop().set_task_factory(getattr(asyncio, "eager_task_factory"))  # noqa: B009
        try:
            await receive()
            child = asyncio.ensure_future(passed_on(receive))
            child.cancel()
            await asyncio.wait([child])
        finally:
            asyncio.get_running_loop().set_task_factory(None)
        await say(send, "cancelled" if child.cancelled() else "not cancelled")
        await say(send, (await receive())["text"])

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        client.send_text("first")
        assert str(client.read_frame()) == "text:first"
        client.send_text("second")
        assert str(client.read_frame()) == "text:cancelled"
        client.send_text("third")
        assert str(client.read_frame()) == "text:third"
        assert engine.failures == []


async def passed_on(receive: Receive) -> dict[str, Any]:
    """Wait for a message by a coroutine of one's own."""
    return await receive()


def test_several_tasks_may_wait_for_messages() -> None:
    """Each message goes to one of them."""

    async def serve(receive: Receive, send: Send) -> None:
        async def answer(name: str) -> None:
            await say(send, (await receive())["text"], name)

        await say(send, (await receive())["text"], "alone")
        async with asyncio.TaskGroup() as group:
            group.create_task(answer("one of two"))
            group.create_task(answer("one of two"))
        await say(send, (await receive())["text"], "alone")

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        for number, name in enumerate(["alone", "one of two", "one of two", "alone"]):
            client.send_text(str(number))
            assert str(client.read_frame()) == f"text:{number} {name}"
        assert client.read_close() == (1000, "")


def test_a_message_may_be_passed_on_to_another_connection() -> None:
    """One connection's application sends on another's, whose own waits meanwhile."""
    members: list[Send] = []

    async def serve(receive: Receive, send: Send) -> None:
        members.append(send)
        await say(send, "ready")
        while (message := await receive())["type"] == "websocket.receive":
            for member in members:
                await say(member, message["text"])
        members.remove(send)

    with RunningEngine(accepting(serve)) as engine:
        with WebSocketClient(engine.port) as one, WebSocketClient(engine.port) as other:
            for client in (one, other):
                assert str(client.read_frame()) == "text:ready"
            for sender in (one, other, one):
                sender.send_text("hello")
                for client in (one, other):
                    assert str(client.read_frame()) == "text:hello"
            one.send_close(1000)
            other.send_close(1000)
        engine.wait_until_idle()


def test_a_failure_after_some_messages_is_logged_and_closes() -> None:
    """The client hears 1011, and the loop has no current task left over."""

    async def serve(receive: Receive, send: Send) -> None:
        await say(send, (await receive())["text"])
        await receive()
        raise LookupError("after two")

    async def look() -> bool:
        loop = asyncio.get_running_loop()
        found = loop.create_future()
        loop.call_soon(lambda: found.set_result(asyncio.current_task() is None))
        return bool(await found)

    with RunningEngine(accepting(serve)) as engine:
        with WebSocketClient(engine.port) as client:
            client.send_text("first")
            assert str(client.read_frame()) == "text:first"
            client.send_text("second")
            assert client.read_close() == (1011, "")
            client.send_close(1011)
        with Client(engine.port) as client:
            assert client.ask("/").status == 204
        assert engine.run(look())
        engine.wait_until_idle()
        assert [str(failure.error) for failure in engine.failures] == ["after two"]


async def wait_for_a_child_that_is_watched(receive: Receive, send: Send) -> None:
    """Await a task that another one has begun to await."""

    async def watch(child: "asyncio.Task[int]") -> int:
        return await child

    await say(send, (await receive())["text"])
    await receive()
    child = asyncio.create_task(asyncio.sleep(0.01, 42))
    watcher = asyncio.create_task(watch(child))
    await say(send, await child, await watcher)


async def time_out_over_a_child_that_cleans_up(receive: Receive, send: Send) -> None:
    """Have a cancelled child finish before its parent goes on."""
    done: list[str] = []

    async def clean_up() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            done.append("cleaned")

    child = asyncio.ensure_future(clean_up())
    await asyncio.sleep(0)
    await say(send, (await receive())["text"])
    await receive()
    try:
        async with asyncio.timeout(0):
            await child
    except TimeoutError:
        await say(send, child.cancelled(), done)


async def be_cancelled_over_a_child_that_goes_on(receive: Receive, send: Send) -> None:
    """Have the result of a child that does not let itself be cancelled."""

    async def resist() -> str:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await asyncio.sleep(0.01)
        return "kept"

    child = asyncio.ensure_future(resist())
    await asyncio.sleep(0)
    await say(send, (await receive())["text"])
    await receive()
    current().cancel()
    await say(send, await child)


async def wait_twice_at_once(receive: Receive, send: Send) -> None:
    """Wait for two messages in one call."""
    await say(send, (await receive())["text"])
    await say(send, *[message["text"] for message in await asyncio.gather(receive(), receive())])


@types.coroutine
def wait_for_bare(future: Any) -> Iterator[Any]:
    """Wait for what a coroutine that was driven by hand has waited for."""
    yield future


async def wait_for(future: Any) -> None:
    """The same as a coroutine, which a task can be made of."""
    await wait_for_bare(future)


async def have_another_task_wait(receive: Receive, send: Send) -> None:
    """Give another task the future that the wait for a message has come to."""
    await say(send, (await receive())["text"])
    await asyncio.create_task(wait_for(next(receive().__await__())))
    await say(send, (await receive())["text"])


async def give_up_often(receive: Receive, send: Send) -> None:
    """Leave nothing behind of waits that were given up."""
    await say(send, (await receive())["text"])
    before = sum(type(each) is asyncio.Future for each in gc.get_objects())
    for _ in range(500):
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0):
                await receive()
    after = sum(type(each) is asyncio.Future for each in gc.get_objects())
    await say(send, after - before < 100)


@pytest.mark.parametrize(
    ("serve", "heard"),
    [
        (wait_for_a_child_that_is_watched, "42 42"),
        (time_out_over_a_child_that_cleans_up, "True ['cleaned']"),
        (be_cancelled_over_a_child_that_goes_on, "kept"),
        (wait_twice_at_once, "second third"),
        (have_another_task_wait, "second"),
        (give_up_often, "True"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_waits_are_those_of_any_task(serve: Serve, heard: str) -> None:
    """What asyncio promises of tasks that wait for each other holds between messages too."""
    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        client.send_text("first")
        assert str(client.read_frame()) == "text:first"
        client.send_text("second")
        client.send_text("third")
        assert str(client.read_frame()) == f"text:{heard}"


def test_a_message_is_out_before_the_application_goes_on() -> None:
    """It does not wait for what blocks the loop after it."""
    free = threading.Event()

    async def serve(receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            await say(send, message["text"])
            free.wait()

    with RunningEngine(accepting(serve)) as engine, WebSocketClient(engine.port) as client:
        for text in ("first", "second"):
            free.clear()
            client.send_text(text)
            try:
                assert str(client.read_frame()) == f"text:{text}"
            finally:
                free.set()


def test_a_handler_that_blocks_leaves_the_client_its_time() -> None:
    """A deadline begins where the handler sets it, not where its turn began."""

    async def serve(receive: Receive, send: Send) -> None:
        await say(send, (await receive())["text"])
        await receive()
        before = time.monotonic()
        while time.monotonic() < before + 1.6:
            pass
        await send({"type": "websocket.close"})
        await receive()

    limits = {"websocket_close_timeout": 1.5}
    with RunningEngine(accepting(serve), limits=limits) as engine:
        with WebSocketClient(engine.port) as client:
            client.send_text("first")
            assert str(client.read_frame()) == "text:first"
            client.send_text("second")
            assert client.read_close() == (1000, "")
            begun = time.monotonic()
            assert client.read_frames() == []
            assert time.monotonic() - begun > 0.5
        engine.wait_until_idle()
