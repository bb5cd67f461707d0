"""The functions that declare parameters and dependencies.

They are functions rather than the classes they return so that a type checker takes their result for
a value of the parameter's type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Unpack

from sixlane._lazy import lazy_module
from sixlane._parameter_options import (
    PARAMETER_DEFAULTS,
    UNSET,
    BodyOptions,
    FormOptions,
    HeaderOptions,
    ParameterOptions,
)
from sixlane._reexports import reexported_names
from sixlane._signature import Function, shows_options

if TYPE_CHECKING:
    from sixlane import params
else:
    params = lazy_module("sixlane.params")
    __getattr__ = reexported_names(__name__)

__all__ = ["Body", "Cookie", "Depends", "File", "Form", "Header", "Path", "Query", "Security"]


def _shows(options: type, **defaults: Any) -> Callable[[Function], Function]:
    return shows_options(options, {**PARAMETER_DEFAULTS, **defaults}, otherwise=UNSET)


@_shows(ParameterOptions)
def Path(default: Any = ..., **options: Unpack[ParameterOptions]) -> Any:  # noqa: N802
    """Declare a part of the path.

    Args:
        default: Accepted for symmetry with the others; a path parameter is always required.
        **options: See `ParameterOptions`.
    """
    return params.Path(default, **options)


@_shows(ParameterOptions)
def Query(default: Any = ..., **options: Unpack[ParameterOptions]) -> Any:  # noqa: N802
    """Declare a value of the query string; a sequence takes all values of its name.

    Args:
        default: The value where the request has none; required without one. With `Annotated`, the
            default goes behind "=" instead.
        **options: See `ParameterOptions`.
    """
    return params.Query(default, **options)


@_shows(HeaderOptions)
def Header(default: Any = ..., **options: Unpack[HeaderOptions]) -> Any:  # noqa: N802
    """Declare a header; a sequence takes all headers of its name.

    Args:
        default: As for `Query`.
        **options: See `HeaderOptions`.
    """
    return params.Header(default, **options)


@_shows(ParameterOptions)
def Cookie(default: Any = ..., **options: Unpack[ParameterOptions]) -> Any:  # noqa: N802
    """Declare a cookie.

    Args:
        default: As for `Query`.
        **options: See `ParameterOptions`.
    """
    return params.Cookie(default, **options)


@_shows(BodyOptions, media_type="application/json")
def Body(default: Any = ..., **options: Unpack[BodyOptions]) -> Any:  # noqa: N802
    """Declare the JSON body, or a member of it.

    Args:
        default: As for `Query`.
        **options: See `BodyOptions`.
    """
    return params.Body(default, **options)


@_shows(FormOptions, media_type="application/x-www-form-urlencoded")
def Form(default: Any = ..., **options: Unpack[FormOptions]) -> Any:  # noqa: N802
    """Declare a field of a form.

    Args:
        default: As for `Query`.
        **options: See `FormOptions`.
    """
    return params.Form(default, **options)


@_shows(FormOptions, media_type="multipart/form-data")
def File(default: Any = ..., **options: Unpack[FormOptions]) -> Any:  # noqa: N802
    """Declare a file of a multipart form.

    Args:
        default: As for `Query`.
        **options: See `FormOptions`.
    """
    return params.File(default, **options)


def Depends(  # noqa: N802
    dependency: Callable[..., Any] | None = None,
    *,
    use_cache: bool = True,
    scope: Literal["function", "request"] | None = None,
    max_concurrency: int | None = None,
) -> Any:
    """Declare a dependency: a callable whose result is given to the handler.

    Args:
        dependency: Any callable, with parameters and dependencies of its own; the class in the
            annotation if absent.
        use_cache: Whether all uses within a request share one result.
        scope: When the code after `yield` runs: "function" before the answer is sent, "request"
            after it. "request" if absent.
        max_concurrency: Most calls at the same time in one event loop; others wait, without
            keeping a thread. A dependency with `yield` counts until its exit has run. Share the
            object that is returned, in an `Annotated` alias, to share the limit.

    Raises:
        ValueError: `max_concurrency` is not a positive integer.
    """
    return params.Depends(dependency, use_cache, scope, max_concurrency=max_concurrency)


def Security(  # noqa: N802
    dependency: Callable[..., Any] | None = None,
    *,
    scopes: Sequence[str] | None = None,
    use_cache: bool = True,
) -> Any:
    """Declare a dependency that requires security scopes, shown in the OpenAPI document.

    Args:
        dependency: As for `Depends`.
        scopes: The scopes; a dependency reads those of the whole chain from `SecurityScopes`.
        use_cache: As for `Depends`.
    """
    return params.Security(dependency, scopes=scopes, use_cache=use_cache)
