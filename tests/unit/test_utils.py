"""The functions of `utils` are FastAPI's: they run against both, with the same expectations."""

from importlib import import_module
from typing import Any

import pytest

from sixlane.exceptions import FastAPIError
from sixlane.utils import create_model_field


@pytest.fixture(params=["fastapi", "sixlane"])
def utils(request: pytest.FixtureRequest) -> Any:
    """The module, from the reference or from Sixlane."""
    return import_module(f"{request.param}.utils")


@pytest.mark.parametrize(
    ("status_code", "is_allowed"),
    [(None, True), ("default", True), ("4XX", True), (100, False), ("204", False), (200, True)],
)
def test_status_codes_allow_bodies(utils: Any, status_code: Any, is_allowed: bool) -> None:
    """Numbers, texts and ranges, as the keys of `responses`."""
    assert utils.is_body_allowed_for_status_code(status_code) is is_allowed


@pytest.mark.parametrize(
    ("path", "names"),
    [("/x", set()), ("/{a}/{b:path}", {"a", "b:path"}), ("/{a-b}{}", {"a-b", ""}), ("{", set())],
)
def test_names_stand_in_braces(utils: Any, path: str, names: set[str]) -> None:
    """Whatever they are."""
    assert utils.get_path_param_names(path) == names


def test_dictionaries_are_merged_deeply(utils: Any) -> None:
    """The second one wins, and lists are joined."""
    target = {"x": {"y": 1, "l": [1]}, "z": 1}
    utils.deep_dict_update(target, {"x": {"y": 2, "l": [2], "n": 3}, "z": {"q": 1}})
    assert target == {"x": {"y": 2, "l": [1, 2], "n": 3}, "z": {"q": 1}}


def test_first_value_that_is_no_default_is_taken(utils: Any) -> None:
    """Where all are defaults, it is the first."""
    default = import_module(utils.__package__ + ".datastructures").Default
    first, second = default(1), default(2)
    assert utils.get_value_or_default(first, second) is first
    assert utils.get_value_or_default(first, 3, 4) == 3


def test_old_operation_id_is_made_with_a_warning(utils: Any) -> None:
    """The function is deprecated."""
    with pytest.warns(UserWarning, match="generate_"):
        identifier = utils.generate_operation_id_for_path(name="a b", path="/{y}", method="GET")
    assert identifier == "a_b__y__get"


def test_a_field_is_made_by_hand() -> None:
    """It validates, and has the default or the alias that was given."""
    field = create_model_field("limit", int, default=3, alias="max")
    assert (field.default, field.alias, field.validate("4", loc=("query",))) == (3, "max", (4, []))


def test_a_field_of_a_type_nobody_knows_is_refused() -> None:
    """The error names the type."""
    with pytest.raises(FastAPIError, match=r"Opaque.* is not a type that can be validated"):
        create_model_field("value", type("Opaque", (), {}))
