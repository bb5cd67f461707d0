"""What is worked out once and used for many routes, and when it must not be."""

import inspect
from typing import Annotated, Any

import annotated_types
from pydantic import Field

from sixlane import Query
from sixlane._compile.analysis import analyze_call
from sixlane._compile.dependant import compile_handler
from sixlane._compile.validator import make_validator


def test_callable_is_analyzed_once() -> None:
    """Routes that use a dependency share what was found out about it."""

    def dependency(q: int) -> int:
        return q

    assert analyze_call(dependency, "/a") is analyze_call(dependency, "/b")


def test_parameter_is_analyzed_anew_where_it_is_in_the_path() -> None:
    """The same function may take a value from the path here, from the query there."""

    def dependency(item: int) -> int:
        return item

    assert len(compile_handler(dependency, "/{item}").path_params) == 1
    assert len(compile_handler(dependency, "/").query_params) == 1


def test_changed_signature_is_read_anew() -> None:
    """Class-based views and the like set a signature after the first declaration."""

    def handler(**given: Any) -> None:
        """Take anything."""

    assert [field.name for field in compile_handler(handler, "/").query_params] == ["given"]
    parameter = inspect.Parameter("q", inspect.Parameter.KEYWORD_ONLY, annotation=int)
    handler.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]
    assert [field.name for field in compile_handler(handler, "/").query_params] == ["q"]
    del handler.__signature__  # type: ignore[attr-defined]
    handler.__annotations__["given"] = str
    assert compile_handler(handler, "/").query_params[0].annotation is str


def test_declaration_object_may_be_used_for_several_parameters() -> None:
    """A declaration is copied for each parameter, so that names do not spread."""
    common = Query(gt=1)

    def handler(first: int = common, second: int = common) -> None:
        """Take two."""

    assert [field.alias for field in compile_handler(handler, "/").query_params] == [
        "first",
        "second",
    ]
    assert common.alias is None
    assert common.annotation is None


def test_validators_of_the_same_type_are_shared() -> None:
    """Classes, containers of them and bounds by numbers are recognized."""
    bound = [annotated_types.Gt(1)]
    for annotation, metadata in [(int, []), (list[int] | None, []), (int, bound)]:
        assert make_validator(annotation, metadata, None) is make_validator(
            annotation, list(metadata), None
        )


def test_validators_that_could_differ_are_not_shared() -> None:
    """The order of a union decides, and so does the type of a bound that errors show."""
    pairs: list[tuple[Any, Any]] = [
        ((int | str, []), (str | int, [])),
        ((int, [annotated_types.Gt(1)]), (int, [annotated_types.Gt(1.0)])),
        ((int, []), (bool, [])),
        ((list[int], []), (list[str], [])),
        ((Annotated[int, Field(gt=1)], []), (Annotated[int, Field(gt=2)], [])),
    ]
    for first, second in pairs:
        assert make_validator(*first, None) is not make_validator(*second, None)
