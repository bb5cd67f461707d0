"""Small functions that packages for FastAPI import from here."""

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from typing_extensions import deprecated

from sixlane._routing.identifier import generate_unique_id, make_identifier
from sixlane._routing.inheritance import first_given
from sixlane._run.status import allows_body
from sixlane.exceptions import FastAPIDeprecationWarning
from sixlane.openapi.merging import merge_into

__all__ = [
    "deep_dict_update",
    "generate_operation_id_for_path",
    "generate_unique_id",
    "get_path_param_names",
    "get_value_or_default",
    "is_body_allowed_for_status_code",
]

T = TypeVar("T")

_IN_BRACES = re.compile(r"{(.*?)}")


def is_body_allowed_for_status_code(status_code: int | str | None) -> bool:
    """Tell whether an answer may have a body.

    Args:
        status_code: A number, also as text; a range such as "4XX", "default" and None may.
    """
    return not str(status_code).isdigit() or allows_body(int(str(status_code)))


def get_path_param_names(path: str) -> set[str]:
    """List what stands in braces in a path."""
    return set(_IN_BRACES.findall(path))


def get_value_or_default(first_item: T, *extra_items: T) -> T:
    """Return the first value that is not a `Default`; the first one where all are."""
    return first_given(first_item, *extra_items)


def deep_dict_update(main_dict: dict[Any, Any], update_dict: Mapping[Any, Any]) -> None:
    """Merge deeply: dictionaries are merged, lists are joined, anything else is replaced.

    Args:
        main_dict: Changed in place.
        update_dict: Wins; not changed.
    """
    merge_into(main_dict, dict(update_dict))


@deprecated("use generate_unique_id()", category=FastAPIDeprecationWarning)
def generate_operation_id_for_path(*, name: str, path: str, method: str) -> str:
    """Make an operation id of a name, a path and a method."""
    return make_identifier(name, path, method)
