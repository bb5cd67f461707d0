"""Generated call functions: a handler with its dependencies wired, ready for positional values.

The solver interprets a tree of dependants at every request. Where nothing unusual is declared, the
same tree is written out here once as the source of one function, which the engine calls with the
decoded values. The source is registered with `linecache`, so that tracebacks show it.
"""

from __future__ import annotations

import itertools
import linecache
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from sixlane._compile.callable import CallKind as DependantKind
from sixlane._compile.dependant import Dependant, walk_dependants
from sixlane._compile.field import Field
from sixlane._compile.plan import CallKind
from sixlane._compile.task_reach import may_reach_task
from sixlane.concurrency import run_in_threadpool

_serial = itertools.count(1)


class NotPlannable(Exception):  # noqa: N818  a decision, not an error: the solver serves the route
    """The declaration needs the interpreter; the message says what for."""


@dataclass(slots=True)
class CompiledCall:
    """A function to call with positional values.

    Attributes:
        call: The handler itself where it takes just its own values in order, else generated.
        kind: How it is run.
        values: What the positional parameters stand for: fields, or "request" for the Request.
    """

    call: Callable[..., Any]
    kind: CallKind
    values: list[Field | str]


@dataclass(slots=True)
class _Source:
    """The function while it is written."""

    in_thread: bool
    lines: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    values: list[Field | str] = field(default_factory=list)
    results: dict[Any, str] = field(default_factory=dict)
    reaches_task: bool = False

    def name_value(self, value: Field | str) -> str:
        """The parameter that carries this value; the Request is passed once."""
        if value == "request" and value in self.values:
            return f"value_{self.values.index(value)}"
        self.values.append(value)
        return f"value_{len(self.values) - 1}"

    def name_object(self, prefix: str, target: Any) -> str:
        """A global name for an object that the function calls."""
        name = f"{prefix}_{len(self.names)}"
        self.names[name] = target
        return name


def compile_call(
    dependant: Dependant, judged: Sequence[Field] = (), judge: Callable[..., Any] | None = None
) -> CompiledCall:
    """Writes the function for a route's tree.

    Args:
        dependant: The handler with its dependencies.
        judged: Values of the handler that are validated after its dependencies have run.
        judge: Takes and gives them, in that order.

    Raises:
        NotPlannable: Something in the tree is left to the solver.
    """
    in_thread = dependant.kind is DependantKind.FUNCTION
    source = _Source(in_thread)
    arguments = _write_arguments(source, dependant)
    if not dependant.dependencies and _takes_in_order(dependant, arguments):
        return CompiledCall(dependant.call, _kind(in_thread, dependant.call), list(source.values))
    if judged and judge is not None:
        _write_judging(source, [arguments[each.name] for each in judged], judge)
    _write_return(source, dependant, arguments)
    return CompiledCall(
        _build(source, dependant),
        "thread" if in_thread else ("coroutine" if source.reaches_task else "direct"),
        source.values,
    )


def _kind(in_thread: bool, call: Callable[..., Any]) -> CallKind:
    if in_thread:
        return "thread"
    return "coroutine" if may_reach_task(call) else "direct"


def _takes_in_order(dependant: Dependant, arguments: dict[str, str]) -> bool:
    """Whether calling the handler with its values in order is the same as by keyword."""
    code = getattr(dependant.call, "__code__", None)
    if code is None or code.co_posonlyargcount or hasattr(dependant.call, "__wrapped__"):
        return False
    return list(arguments) == list(code.co_varnames[: code.co_argcount][: len(arguments)])


def _write_arguments(source: _Source, dependant: Dependant) -> dict[str, str]:
    """Writes the calls of the dependencies; returns the expression for each keyword argument."""
    _check(dependant)
    arguments: dict[str, str] = {}
    for dependency in dependant.dependencies:
        result = _write_dependency(source, dependency)
        if dependency.name is not None:
            arguments[dependency.name] = result
    for each in itertools.chain(
        dependant.path_params,
        dependant.query_params,
        dependant.header_params,
        dependant.cookie_params,
        dependant.body_params,
    ):
        arguments[each.name] = source.name_value(each)
    for name in (dependant.request_param_name, dependant.http_connection_param_name):
        if name is not None:
            arguments[name] = source.name_value("request")
    return arguments


def _check(dependant: Dependant) -> None:
    for asked, what in (
        (dependant.response_param_name, "an injected Response"),
        (dependant.background_tasks_param_name, "BackgroundTasks"),
        (dependant.security_scopes_param_name, "SecurityScopes"),
        (dependant.websocket_param_name, "a WebSocket"),
        (dependant.concurrency, "a limit on concurrent calls"),
    ):
        if asked is not None:
            raise NotPlannable(what)


def _write_dependency(source: _Source, dependant: Dependant) -> str:
    if dependant.kind in {DependantKind.GENERATOR, DependantKind.ASYNC_GENERATOR}:
        raise NotPlannable("a dependency with yield")
    known = source.results.get(dependant.cache_key) if dependant.use_cache else None
    if known is not None:
        if any(not each.use_cache for each in walk_dependants(dependant)):
            # What is not shared is called again wherever the one that needs it is declared.
            raise NotPlannable("an unshared dependency of a shared one that is used again")
        return known
    arguments = _write_arguments(source, dependant)
    call = source.name_object("dependency", dependant.call)
    result = f"result_{len(source.lines)}"
    keywords = "".join(f", {name}={value}" for name, value in arguments.items())
    if dependant.kind is DependantKind.COROUTINE:
        if source.in_thread:
            raise NotPlannable("a coroutine dependency of a def endpoint")
        source.reaches_task = source.reaches_task or may_reach_task(dependant.call)
        source.lines.append(f"{result} = await {call}({keywords[2:]})")
    elif source.in_thread:
        # As in FastAPI each runs in a context of its own: what it sets is not for the handler.
        copied = source.name_object("copy_context", copy_context)
        source.lines.append(f"{result} = {copied}().run({call}{keywords})")
    else:
        source.reaches_task = True
        thread = source.name_object("run_in_threadpool", run_in_threadpool)
        source.lines.append(f"{result} = await {thread}({call}{keywords})")
    # The first result is the shared one; one that is not shared does not replace it.
    source.results.setdefault(dependant.cache_key, result)
    return result


def _write_judging(source: _Source, names: list[str], judge: Callable[..., Any]) -> None:
    if source.in_thread:
        raise NotPlannable("validators of the user's, which run in the event loop")
    source.reaches_task = True
    values = ", ".join(names)
    source.lines.append(f"{values}, = {source.name_object('judge', judge)}({values})")


def _write_return(source: _Source, dependant: Dependant, arguments: dict[str, str]) -> None:
    handler = source.name_object("handler", dependant.call)
    keywords = ", ".join(f"{name}={value}" for name, value in arguments.items())
    if source.in_thread:
        source.lines.append(f"return {handler}({keywords})")
    else:
        source.reaches_task = source.reaches_task or may_reach_task(dependant.call)
        source.lines.append(f"return await {handler}({keywords})")


def _build(source: _Source, dependant: Dependant) -> Callable[..., Any]:
    name = getattr(dependant.call, "__name__", type(dependant.call).__name__)
    parameters = ", ".join(f"value_{index}" for index in range(len(source.values)))
    prefix = "def" if source.in_thread else "async def"
    text = f"{prefix} call({parameters}):\n" + "".join(f"    {line}\n" for line in source.lines)
    filename = f"<sixlane call {next(_serial)} of {name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    code = _compile_source(text).replace(co_filename=filename)
    return FunctionType(code, source.names, "call")


@lru_cache(maxsize=1000)
def _compile_source(text: str) -> CodeType:
    """Compiles the one function of a text; routes of the same shape have the same text.

    The text holds only names of our own making and the handler's own keyword names.
    """
    module = compile(text, "<sixlane call>", "exec")
    return next(each for each in module.co_consts if isinstance(each, CodeType))
