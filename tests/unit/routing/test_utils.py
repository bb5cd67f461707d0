"""The small questions that FastAPI answers in its module `utils`."""

from typing import Any

import pytest

from sixlane.datastructures import Default
from sixlane.exceptions import FastAPIDeprecationWarning, FastAPIError
from sixlane.utils import (
    create_model_field,
    deep_dict_update,
    generate_operation_id_for_path,
    get_path_param_names,
    get_value_or_default,
    is_body_allowed_for_status_code,
)


@pytest.mark.parametrize(
    ("status_code", "allows"),
    [
        (None, True), ("default", True), ("4XX", True), (200, True), ("200", True), (404, True),
        (100, False), (199, False), (204, False), ("204", False), (205, False), (304, False),
    ],
)  # fmt: skip
def test_some_statuses_allow_no_body(status_code: int | str | None, allows: bool) -> None:
    """1xx, 204, 205 and 304 do not; what is no status does."""
    assert is_body_allowed_for_status_code(status_code) is allows


def test_names_in_the_path_include_the_convertor() -> None:
    """What stands in the braces is taken whole."""
    assert get_path_param_names("/a/{b}/{c:path}") == {"b", "c:path"}


def test_dictionaries_are_merged_deeply() -> None:
    """Objects are merged, lists joined, other values replaced."""
    target: dict[str, Any] = {"a": [1], "b": {"c": 1, "d": [1]}, "e": 1}
    deep_dict_update(target, {"a": [2], "b": {"d": [2], "x": 0}, "e": {"q": 1}})
    assert target == {"a": [1, 2], "b": {"c": 1, "d": [1, 2], "x": 0}, "e": {"q": 1}}


def test_the_first_value_that_somebody_chose_wins() -> None:
    """Without one it is the first default."""
    assert get_value_or_default(Default(1), 3, 4) == 3
    first = Default(1)
    assert get_value_or_default(first, Default(2)) is first


def test_a_field_is_made_by_hand() -> None:
    """It validates, and has the default or the alias that was given."""
    field = create_model_field("limit", int, default=3, alias="max")
    assert (field.default, field.alias, field.validate("4", ("query",))) == (3, "max", (4, []))


def test_a_field_of_a_type_nobody_knows_is_refused() -> None:
    """The error names the type."""
    with pytest.raises(FastAPIError, match=r"Opaque.*cannot be|not a type that can be validated"):
        create_model_field("value", type("Opaque", (), {}))


def test_an_operation_id_of_before_is_deprecated() -> None:
    """It is still made of name, path and method."""
    with pytest.warns(FastAPIDeprecationWarning):
        made = generate_operation_id_for_path(name="read", path="/a/{b}", method="GET")
    assert made == "read_a__b__get"
