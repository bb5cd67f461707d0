"""Handlers of plain parameters: what is read of them without the compiler of all others."""

import functools
from collections.abc import Callable, Generator
from typing import Annotated, Any, Optional

import pytest

from sixlane._compile.plain import read_plain_parameters
from sixlane.params import Query
from sixlane.routing import APIRoute


async def _of_each_type(item_id: int, text: str, price: float, flag: bool) -> None: ...


def _with_defaults(item_id: int = 3, q: str | None = None, rate: float = 0.5) -> None: ...


async def _older_unions(item_id: Optional[int], limit: Optional[int] = 1) -> None: ...  # noqa: UP045


async def _query_before_path(q: str, item_id: str) -> None: ...


def _without_parameters() -> None: ...


async def _with_true_as_integer(item_id: int, limit: int = True) -> None: ...


PLAIN = [
    _of_each_type, _with_defaults, _older_unions, _query_before_path, _without_parameters,
    _with_true_as_integer,
]  # fmt: skip


@pytest.mark.parametrize("handler", PLAIN)
def test_plain_parameters_are_those_the_compiler_finds(handler: Callable[..., Any]) -> None:
    """Names, places, types and defaults are the same as in the compiled dependant."""
    route = APIRoute("/items/{item_id}", handler)
    assert route.plain_parameters is not None
    found = {
        (each.name, each.location, each.annotation, each.required, repr(each.default))
        for each in route.plain_parameters
    }
    dependant = route.dependant
    compiled = {
        (
            field.name,
            field.location,
            field.annotation,
            field.required,
            repr(None if field.required else field.get_default()),
        )
        for field in [*dependant.path_params, *dependant.query_params]
    }
    assert found == compiled


def _returning_a_value(item_id: int) -> int:
    return item_id


def _unannotated(item_id) -> None: ...  # type: ignore[no-untyped-def]


def _declared(item_id: int, q: Annotated[str, Query(max_length=3)]) -> None: ...


def _declared_by_default(item_id: int, q: str = Query("a")) -> None: ...  # type: ignore[assignment]


def _by_keyword(item_id: int, *, q: str) -> None: ...


def _any_number(item_id: int, *q: str) -> None: ...


def _larger(item_id: int, tags: list[str]) -> None: ...


def _unhashable(item_id: Annotated[int, []]) -> None: ...


def _yielding(item_id: int) -> Generator[int]:  # type: ignore[type-arg]
    yield item_id


@functools.wraps(_without_parameters)
def _wrapping(item_id: int) -> None: ...


OTHERS = [
    _returning_a_value, _unannotated, _declared, _declared_by_default, _by_keyword, _any_number,
    _larger, _unhashable, _yielding, _wrapping, functools.partial(_without_parameters), print,
]  # fmt: skip


@pytest.mark.parametrize("handler", OTHERS)
def test_anything_else_is_left_to_the_compiler(handler: Callable[..., Any]) -> None:
    """Whatever may be wrong, or means more than a bare name, is looked at when it is declared."""
    assert read_plain_parameters(handler, {"item_id"}) is None


def test_options_that_need_the_compiler_are_compiled_at_once() -> None:
    """A response model, a dependency or a further answer is checked where it is declared."""
    assert APIRoute("/", _without_parameters, response_model=int).plain_parameters is None
    assert APIRoute("/", _without_parameters, responses={404: {}}).plain_parameters is None
