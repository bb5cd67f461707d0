"""What a declaration becomes: the classes behind `Query(...)`, `Depends(...)` and the others."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from inspect import Parameter, Signature
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Unpack

from pydantic.aliases import AliasChoices, AliasPath
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sixlane._keywords import check_options
from sixlane._parameter_options import (
    PARAMETER_DEFAULTS,
    UNSET,
    BodyOptions,
    FormOptions,
    HeaderOptions,
    ParameterOptions,
)
from sixlane._reexports import reexported_names
from sixlane._routing.arguments import wrong_argument
from sixlane._run.limit import ConcurrencyLimit
from sixlane._signature import option_parameters
from sixlane.exceptions import DeclarationAssertionError, FastAPIDeprecationWarning

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = [
    "Body",
    "Cookie",
    "Depends",
    "File",
    "Form",
    "Header",
    "Param",
    "ParamTypes",
    "Path",
    "Query",
    "Security",
]

_CALLER = 5
"""Frames from the warning up to the user's call of `sixlane.Query` or one of the others."""

_FIELD_OPTIONS = (
    "annotation",
    "default_factory",
    "alias_priority",
    "title",
    "description",
    "gt",
    "ge",
    "lt",
    "le",
    "min_length",
    "max_length",
    "discriminator",
    "strict",
    "validate_default",
    "union_mode",
    "fail_fast",
    "multiple_of",
    "allow_inf_nan",
    "max_digits",
    "decimal_places",
    "examples",
    "deprecated",
    "json_schema_extra",
)
"""The options that Pydantic's field has under the same name."""


class ParamTypes(Enum):
    """Where a parameter that is not part of the body lies in a request."""

    query = "query"
    header = "header"
    path = "path"
    cookie = "cookie"


class _AnnotatedOptions(ParameterOptions, total=False):
    annotation: Any


class _AnnotatedHeaderOptions(HeaderOptions, total=False):
    annotation: Any


class _AnnotatedFormOptions(FormOptions, total=False):
    annotation: Any


class _AnnotatedBodyOptions(BodyOptions, total=False):
    annotation: Any


class _DeclaredSignature:
    """What `inspect.signature` reads of a declaration's class: its options one by one."""

    def __get__(self, instance: object, owner: Any) -> Signature:
        if instance is not None or owner.__init__.__module__ != __name__:
            raise AttributeError("__signature__")
        default = ... if issubclass(owner, Path) else PydanticUndefined
        defaults = {**PARAMETER_DEFAULTS, **owner._own_options}  # noqa: SLF001  of a class here
        return Signature(
            [
                Parameter("default", Parameter.POSITIONAL_OR_KEYWORD, default=default),
                *option_parameters(owner._accepted, defaults, UNSET),  # noqa: SLF001
            ]
        )


class _Declared(FieldInfo):  # type: ignore[misc]
    """What all parameter declarations have beyond a field of Pydantic.

    Attributes:
        example: Deprecated single example; undefined if nobody gave one.
        include_in_schema: Whether the OpenAPI document shows it.
        openapi_examples: Named examples for the document.
    """

    example: Any
    include_in_schema: bool
    openapi_examples: dict[str, Any] | None

    _accepted: ClassVar[type]
    _own_options: ClassVar[dict[str, Any]] = {}
    """Options of this kind of declaration alone, kept as attributes, and their defaults."""

    __signature__: Any = _DeclaredSignature()

    def __init__(self, default: Any = PydanticUndefined, **options: Any) -> None:
        check_options(f"{type(self).__name__}()", options, self._accepted)
        options = {name: value for name, value in options.items() if value is not UNSET}
        super().__init__(default=default, **_field_arguments(options))
        self.example = options.get("example", PydanticUndefined)
        self.include_in_schema = options.get("include_in_schema", True)
        self.openapi_examples = options.get("openapi_examples")
        for name, own_default in self._own_options.items():
            setattr(self, name, options.get(name, own_default))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.default})"


class Param(_Declared):  # type: ignore[misc]
    """A parameter in the path, the query, a header or a cookie; see `ParameterOptions`.

    Attributes:
        in_: Where it lies; the query if a subclass does not say.
    """

    in_: ParamTypes | None = None

    _accepted: ClassVar[type] = _AnnotatedOptions

    if TYPE_CHECKING:

        def __init__(self, default: Any = ..., **options: Unpack[_AnnotatedOptions]) -> None: ...


class Path(Param):  # type: ignore[misc]
    """A part of the path; always required."""

    in_: ParamTypes | None = ParamTypes.path

    def __init__(self, default: Any = ..., **options: Unpack[_AnnotatedOptions]) -> None:
        if default is not ...:
            raise wrong_argument(
                "Path parameters cannot have a default value",
                f"write Path() without default={default!r}: the path always has a value",
                DeclarationAssertionError,
            )
        super().__init__(default, **options)


class Query(Param):  # type: ignore[misc]
    """A value of the query string, or all values of its name for a sequence."""

    in_: ParamTypes | None = ParamTypes.query


class Header(Param):  # type: ignore[misc]
    """A header, or all headers of its name for a sequence; see `HeaderOptions`."""

    in_: ParamTypes | None = ParamTypes.header
    convert_underscores: bool

    _accepted: ClassVar[type] = _AnnotatedHeaderOptions
    _own_options: ClassVar = {"convert_underscores": True}

    if TYPE_CHECKING:

        def __init__(
            self, default: Any = ..., **options: Unpack[_AnnotatedHeaderOptions]
        ) -> None: ...


class Cookie(Param):  # type: ignore[misc]
    """A cookie."""

    in_: ParamTypes | None = ParamTypes.cookie


class Body(_Declared):  # type: ignore[misc]
    """The body, or a member of it; see `BodyOptions`."""

    embed: bool | None
    media_type: str

    _accepted: ClassVar[type] = _AnnotatedBodyOptions
    _own_options: ClassVar = {"embed": None, "media_type": "application/json"}

    if TYPE_CHECKING:

        def __init__(
            self, default: Any = ..., **options: Unpack[_AnnotatedBodyOptions]
        ) -> None: ...


class Form(Body):  # type: ignore[misc]
    """A field of a form; see `FormOptions`."""

    _accepted: ClassVar[type] = _AnnotatedFormOptions
    _own_options: ClassVar = {"embed": None, "media_type": "application/x-www-form-urlencoded"}


class File(Form):  # type: ignore[misc]
    """A file of a multipart form; see `FormOptions`."""

    _own_options: ClassVar = {"embed": None, "media_type": "multipart/form-data"}


@dataclass(frozen=True)
class Depends:
    """A dependency: a callable whose result the handler, or another dependency, is given.

    Attributes:
        dependency: The callable; the class in the annotation if absent.
        use_cache: Whether all uses within a request share one result.
        scope: When the code after `yield` runs: "function" before the answer is sent, "request"
            after it.
        max_concurrency: Most calls at the same time, in one event loop, through this object.
    """

    dependency: Callable[..., Any] | None = None
    use_cache: bool = True
    scope: Literal["function", "request"] | None = None
    max_concurrency: int | None = field(default=None, kw_only=True)
    # A field, so that `dataclasses.replace` keeps it; compared by identity, so that `Annotated`
    # does not take two declarations with their own limits for the same.
    _concurrency: ConcurrencyLimit | None = field(default=None, repr=False, kw_only=True)

    def __post_init__(self) -> None:
        if self.scope not in (None, "function", "request"):
            message = f'scope must be "function", "request" or None, not {self.scope!r}'
            raise ValueError(message)
        limit = self.max_concurrency
        if limit is None:
            object.__setattr__(self, "_concurrency", None)
            return
        if type(limit) is not int or limit < 1:
            message = "max_concurrency must be a positive integer or None"
            raise ValueError(message)
        if self._concurrency is None or self._concurrency.max_concurrency != limit:
            object.__setattr__(self, "_concurrency", ConcurrencyLimit(limit))

    @property
    def concurrency(self) -> ConcurrencyLimit | None:
        """The limit that this declaration, and copies of it, count against."""
        return self._concurrency


@dataclass(frozen=True)
class Security(Depends):
    """A dependency that requires security scopes of itself and of all it depends on.

    Attributes:
        scopes: Names of the scopes; a dependency reads them from `SecurityScopes`.
    """

    scopes: Sequence[str] | None = None


def _field_arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a parameter's options into the arguments of Pydantic's field."""
    arguments = {name: options[name] for name in _FIELD_OPTIONS if name in options}
    arguments.setdefault("annotation", None)
    pattern = options.get("pattern")
    if options.get("regex") is not None:
        _warn_deprecated("`regex` has been deprecated, please use `pattern` instead")
        pattern = pattern or options["regex"]
    if "example" in options:
        _warn_deprecated("`example` has been deprecated, please use `examples` instead")
    if pattern:
        arguments["pattern"] = pattern
    if "alias" in options:
        arguments["alias"] = options["alias"]
    if not isinstance(options.get("alias"), str | None):
        message = f"alias must be a string, not {options['alias']!r}"
        raise TypeError(message)
    validation_alias = options.get("validation_alias")
    if not isinstance(validation_alias, str | AliasPath | AliasChoices | None):
        message = (
            "validation_alias must be a string, an AliasPath or AliasChoices, "
            f"not {validation_alias!r}"
        )
        raise TypeError(message)
    if validation_alias is not None or "alias" in options:
        arguments["validation_alias"] = validation_alias or options["alias"]
    serialization_alias = options.get("serialization_alias")
    if serialization_alias is None and isinstance(options.get("alias"), str):
        serialization_alias = options["alias"]
    if serialization_alias is not None or "serialization_alias" in options:
        arguments["serialization_alias"] = serialization_alias
    return arguments


def _warn_deprecated(message: str) -> None:
    warnings.warn(message, category=FastAPIDeprecationWarning, stacklevel=_CALLER)
