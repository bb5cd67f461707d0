"""Dependencies that need each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sixlane._compile.analysis import analyze_call
from sixlane._compile.callable import locate_call
from sixlane._compile.checks import Site
from sixlane.exceptions import DeclarationError


@contextmanager
def refuse_cycles(site: Site, call: Callable[..., Any]) -> Iterator[None]:
    """Name the dependencies that need each other, where compiling a callable never ends.

    Args:
        site: The handler, for errors.
        call: The callable whose dependencies are compiled meanwhile.

    Raises:
        DeclarationError: A dependency needs itself, at once or by others.
    """
    try:
        yield
    except RecursionError:
        cycle = _find_cycle(call, site.path, [])
        if cycle is None:
            raise
        names = [locate_call(each)["function"] for each in cycle]
        raise Site(cycle[0], site.path).error(
            f"the dependency {names[0]} needs itself: {' needs '.join([*names, names[0]])}",
            "move what both need into a dependency of its own",
            DeclarationError,
        ) from None


def _find_cycle(
    call: Callable[..., Any], path: str, callers: list[Callable[..., Any]]
) -> list[Callable[..., Any]] | None:
    if call in callers:
        return callers[callers.index(call) :]
    for _, meaning in analyze_call(call, path).parameters:
        if meaning.depends is not None and meaning.depends.dependency is not None:
            cycle = _find_cycle(meaning.depends.dependency, path, [*callers, call])
            if cycle is not None:
                return cycle
    return None
