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
_STRICT_BY_DEFAULT = Default(True)  # noqa: FBT003


def first_given(*values: T) -> T:
    """Return the first value somebody chose, innermost first; the first default if nobody did."""
    for value in values:
        if not isinstance(value, DefaultPlaceholder):
            return value
    return values[0]


def first_limit(*limits: int | None) -> int | None:
    """Return the first limit that is not None, innermost first."""
    return next((limit for limit in limits if limit is not None), None)


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
        return Inheritance(
            prefix=self.prefix + inner.prefix,
            tags=[*self.tags, *inner.tags],
            dependencies=[*self.dependencies, *inner.dependencies],
            responses={**self.responses, **inner.responses},
            callbacks=[*self.callbacks, *inner.callbacks],
            deprecated=inner.deprecated or self.deprecated,
            include_in_schema=self.include_in_schema and inner.include_in_schema,
            response_class=first_given(inner.response_class, self.response_class),
            generate_unique_id_function=first_given(
                inner.generate_unique_id_function, self.generate_unique_id_function
            ),
            strict_content_type=first_given(inner.strict_content_type, self.strict_content_type),
            max_body_size=first_limit(inner.max_body_size, self.max_body_size),
            form_limits={**self.form_limits, **inner.form_limits},
            dependency_overrides_provider=self.dependency_overrides_provider,
        )

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
    return {
        "tags": list(given("tags") or ()),
        "dependencies": list(given("dependencies") or ()),
        "responses": dict(given("responses") or ()),
        "callbacks": list(given("callbacks") or ()),
        "deprecated": given("deprecated"),
        "include_in_schema": given("include_in_schema") is not False,
        "response_class": (
            given("response_class") or given("default_response_class") or _JSON_BY_DEFAULT
        ),
        "generate_unique_id_function": given("generate_unique_id_function") or _ID_BY_DEFAULT,
        "strict_content_type": given("strict_content_type", _STRICT_BY_DEFAULT),
        "max_body_size": given("max_body_size"),
        "form_limits": dict(given("form_limits") or ()),
        "dependency_overrides_provider": given("dependency_overrides_provider"),
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
