"""What `inspect.signature` tells of functions whose options are keywords."""

import inspect
from typing import Any

import pytest
from support.program import run_program

from sixlane import APIRouter, FastAPI, Header, Query, params
from sixlane.routing import APIRoute


def test_a_bound_method_shows_its_options() -> None:
    """Each option is a parameter by keyword, with its default; `self` is left out."""
    parameters = inspect.signature(APIRouter().get).parameters
    assert next(iter(parameters)) == "path"
    assert parameters["response_description"].default == "Successful Response"
    assert parameters["status_code"].annotation == int | None
    assert parameters["tags"].kind is inspect.Parameter.KEYWORD_ONLY


def test_a_subclass_shows_what_it_takes_itself() -> None:
    """With an `__init__` of its own, a class does not show what its base takes."""

    class Mine(FastAPI):
        def __init__(self, title: str) -> None:
            super().__init__(title=title)

    class MyQuery(params.Query):  # type: ignore[misc]
        def __init__(self, name: str) -> None:
            super().__init__(alias=name)

    class Same(APIRoute):
        pass

    assert list(inspect.signature(Mine).parameters) == ["title"]
    assert list(inspect.signature(MyQuery).parameters) == ["name"]
    assert inspect.signature(Same) == inspect.signature(APIRoute)


def test_a_signature_can_be_changed_and_bound() -> None:
    """The late signature is a signature in all respects."""
    signature = inspect.signature(Query)
    bound = signature.bind(None, alias="q")
    bound.apply_defaults()
    assert bound.arguments["alias"] == "q"
    assert "title" not in signature.replace(parameters=[]).parameters
    assert str(inspect.signature(Header)).startswith("(default: 'Any' = Ellipsis, *, ")


@pytest.mark.parametrize(
    "declare", [params.Query, params.Header, params.Body, params.Form, params.File, params.Cookie]
)
def test_defaults_given_explicitly_are_as_good_as_none(declare: Any) -> None:
    """A plug-in that hands on all defaults of a signature declares the same."""
    signature = inspect.signature(declare)
    given = {name: each.default for name, each in signature.parameters.items()}
    assert given.pop("default") is not inspect.Parameter.empty
    explicit, plain = declare(**given), declare()
    names = ("alias", "title", "json_schema_extra", "examples", "metadata", "include_in_schema")
    assert [getattr(explicit, name) for name in names] == [getattr(plain, name) for name in names]


def test_signatures_are_made_when_they_are_looked_at() -> None:
    """Importing the package makes none."""
    program = (
        "from inspect import Signature\n"
        "from sixlane.routing import APIRouter\n"
        "late = APIRouter.get.__signature__\n"
        "try: Signature._parameters.__get__(late)\n"
        "except AttributeError: print('late')"
    )
    assert run_program(program) == "late\n"
