"""The functions that declare parameters, and the classes they return."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any

import fastapi
import fastapi.params
import pytest

import sixlane
from sixlane import params
from sixlane.exceptions import FastAPIDeprecationWarning

PARAMETERS = ["Path", "Query", "Header", "Cookie", "Body", "Form", "File"]

OPTIONS: list[dict[str, Any]] = [
    {},
    {"alias": "a"},
    {"validation_alias": "v"},
    {"alias": "a", "validation_alias": None, "serialization_alias": "s"},
    {"title": None, "description": "d", "deprecated": True},
    {"gt": 1, "le": 2.0, "multiple_of": 2},
    {"min_length": 1, "max_length": 2, "pattern": "^a"},
    {"default_factory": list},
    {"strict": True, "validate_default": True, "union_mode": "left_to_right"},
    {"include_in_schema": False, "openapi_examples": {"x": {"value": 1}}},
]


@pytest.mark.parametrize("name", PARAMETERS)
def test_options_are_those_of_the_reference(name: str) -> None:
    """Every keyword FastAPI takes is taken, and no other."""
    reference = set(inspect.signature(getattr(fastapi, name)).parameters) - {"default"}
    declare = getattr(sixlane, name)
    for option in reference - {"example", "regex"}:
        if name == "Path" and option == "default_factory":
            continue
        declare(**{option: None if option != "convert_underscores" else True})
    with pytest.raises(TypeError, match="unexpected keyword argument 'other'"):
        declare(other=1)


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "+".join(options) or "none")
@pytest.mark.parametrize("name", PARAMETERS)
def test_declaration_equals_the_reference(name: str, options: dict[str, Any]) -> None:
    """Pydantic sees the same field, so that merging and schemas cannot differ."""
    mine, reference = getattr(sixlane, name)(**options), getattr(fastapi, name)(**options)
    assert mine.asdict()["attributes"] == reference.asdict()["attributes"]
    assert repr(mine.metadata) == repr(reference.metadata)
    assert mine._attributes_set == reference._attributes_set
    kept = {key: value for key, value in vars(reference).items() if key not in ("example", "in_")}
    assert {key: vars(mine)[key] for key in kept} == kept
    assert isinstance(mine, params.Param) == isinstance(reference, fastapi.params.Param)
    assert getattr(mine, "in_", None) == (
        params.ParamTypes(reference.in_.value) if hasattr(reference, "in_") else None
    )
    assert repr(mine) == repr(reference)


@pytest.mark.parametrize("declare", [sixlane.Query, sixlane.Header, sixlane.Body])
@pytest.mark.parametrize("option", ["regex", "example"])
def test_old_option_warns_at_the_line_of_its_user(declare: Callable[..., Any], option: str) -> None:
    """The warning points at the declaration, not at the framework."""
    with pytest.warns(FastAPIDeprecationWarning, match=f"`{option}` has been deprecated") as caught:
        declare(**{option: "a"})
    assert caught[0].filename == __file__


def test_dependency_is_hashable_and_equal_by_what_it_declares() -> None:
    """`Annotated` compares its metadata; declarations with their own limits stay apart."""
    assert params.Depends(print) == params.Depends(print)
    assert hash(params.Security(print, scopes=("a",))) == hash(
        params.Security(print, scopes=("a",))
    )
    limited = params.Depends(print, max_concurrency=2)
    assert limited != params.Depends(print, max_concurrency=2)
    assert dataclasses.replace(limited, use_cache=False).concurrency is limited.concurrency
    changed = dataclasses.replace(limited, max_concurrency=3).concurrency
    assert changed is not None
    assert changed.max_concurrency == 3


@pytest.mark.parametrize("limit", [0, -1, True, 1.5])
def test_limit_must_be_a_positive_integer(limit: Any) -> None:
    """Nothing could run otherwise."""
    with pytest.raises(ValueError, match="max_concurrency must be a positive integer or None"):
        sixlane.Depends(print, max_concurrency=limit)
