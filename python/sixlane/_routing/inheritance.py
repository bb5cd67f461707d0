"""What a router hands down to the routes inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.responses import JSONResponse

from sixlane._routing.arguments import wrong_argument
from sixlane._routing.identifier import generate_unique_id
from sixlane.datastructures import Default, DefaultPlaceholder
from sixlane.exceptions import DeclarationAssertionError

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from sixlane.params import Depends

T = TypeVar("T")

_JSON_BY_DEFAULT = Default(JSONResponse)
_ID_BY_DEFAULT = Default(generate_unique_id)
_STRICT_BY_DEFAULT = Default(True)  # noqa: FBT003  it is the value


def first_given(*values: T) -> T:
    """Return the first value somebody chose, innermost first; the first default if nobody did."""
    for value in values:
        if not isinstance(value, DefaultPlaceholder):
            return value
    return values[0]


def first_limit(*limits: int | None) -> int | None:
    """Return the first limit that is not None, innermost first."""
    for limit in limits:
        if limit is not None:
            return limit
    return None


class Inheritance(SimpleNamespace):
    """The options that reach a route from the routers and inclusions around it.

    Every level of nesting is one of these; `around` puts an outer level around an inner one. It is
    no dataclass, because making one takes a hundredth of the time that importing Sixlane may take.
    """

    prefix: str
    tags: list[str | Enum]
    dependencies: list[Depends]
    responses: dict[int | str, dict[str, Any]]
    callbacks: list[BaseRoute]
    deprecated: bool | None
    include_in_schema: bool
    response_class: type[Response]
    generate_unique_id_function: Callable[[Any], str]
    strict_content_type: bool
    max_body_size: int | None
    form_limits: dict[str, int]
    dependency_overrides_provider: Any

    @classmethod
    def from_options(cls, prefix: str, options: Mapping[str, Any]) -> Inheritance:
        """Read one level from the options given to a router, an inclusion or a route."""
        return cls(prefix=prefix, **read_inherited(options))

    def around(self, inner: Inheritance) -> Inheritance:
        """Combine two levels: lists concatenate outer first, single values are the innermost's.

        Only the dependency overrides are the outermost's: they belong to the application.
        """
        prefix = self.prefix + inner.prefix
        return Inheritance(prefix=prefix, **combine_inherited(vars(self), vars(inner)))

    def as_options(self) -> dict[str, Any]:
        """Return everything but the prefix as the options of a route."""
        options = vars(self).copy()
        del options["prefix"]
        return options


def read_inherited(options: Mapping[str, Any]) -> dict[str, Any]:
    """Read what routes have from the routers around them, by name, with defaults.

    Lists and mappings are copied: what a user does to them later changes nothing here.
    """
    given = options.get
    response_class = given("response_class")
    # Asking a placeholder whether it is empty costs more than all else here, and it is not.
    if not isinstance(response_class, DefaultPlaceholder):
        response_class = response_class or given("default_response_class") or _JSON_BY_DEFAULT
    make_unique_id = given("generate_unique_id_function")
    if not isinstance(make_unique_id, DefaultPlaceholder):
        make_unique_id = make_unique_id or _ID_BY_DEFAULT
    return {
        "tags": list(given("tags") or ()),
        "dependencies": list(given("dependencies") or ()),
        "responses": dict(given("responses") or ()),
        "callbacks": list(given("callbacks") or ()),
        "deprecated": given("deprecated"),
        "include_in_schema": bool(options.get("include_in_schema", True)),
        "response_class": response_class,
        "generate_unique_id_function": make_unique_id,
        "strict_content_type": given("strict_content_type", _STRICT_BY_DEFAULT),
        "max_body_size": given("max_body_size"),
        "form_limits": dict(given("form_limits") or ()),
        "dependency_overrides_provider": given("dependency_overrides_provider"),
    }


def combine_inherited(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> dict[str, Any]:
    """Combine what `read_inherited` has read of two levels; see `Inheritance.around`."""
    return {
        "tags": [*outer["tags"], *inner["tags"]],
        "dependencies": [*outer["dependencies"], *inner["dependencies"]],
        "responses": {**outer["responses"], **inner["responses"]},
        "callbacks": [*outer["callbacks"], *inner["callbacks"]],
        "deprecated": inner["deprecated"] or outer["deprecated"],
        "include_in_schema": outer["include_in_schema"] and inner["include_in_schema"],
        "response_class": first_given(inner["response_class"], outer["response_class"]),
        "generate_unique_id_function": first_given(
            inner["generate_unique_id_function"], outer["generate_unique_id_function"]
        ),
        "strict_content_type": first_given(
            inner["strict_content_type"], outer["strict_content_type"]
        ),
        "max_body_size": first_limit(inner["max_body_size"], outer["max_body_size"]),
        "form_limits": {**outer["form_limits"], **inner["form_limits"]},
        "dependency_overrides_provider": outer["dependency_overrides_provider"],
    }


def check_prefix(prefix: str) -> None:
    """Refuse a prefix that would not join with paths that begin with a slash.

    Raises:
        DeclarationAssertionError: It does not begin with "/", or ends with one.
    """
    if not prefix:
        return
    if not prefix.startswith("/"):
        raise wrong_argument(
            f"A path prefix must start with '/': {prefix!r}",
            f"write prefix={'/' + prefix.rstrip('/')!r}",
            DeclarationAssertionError,
        )
    if prefix.endswith("/"):
        raise wrong_argument(
            f"A path prefix must not end with '/', as the routes will start with '/': {prefix!r}",
            f"write prefix={prefix.rstrip('/')!r}",
            DeclarationAssertionError,
        )
