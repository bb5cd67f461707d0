"""What a parameter of a handler or a dependency is: a value, a dependency, an injected object."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, cast, get_args, get_origin

from pydantic import AliasChoices
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from starlette.background import BackgroundTasks
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from typing_inspection.typing_objects import is_typealiastype

from sixlane import params
from sixlane._compile.annotation import (
    find_model,
    is_scalar,
    is_scalar_sequence,
    is_subclass,
    is_upload,
)
from sixlane._compile.checks import Site
from sixlane._compile.constraint import check_constraints
from sixlane._compile.field import Field, FieldLocation, declare_field, merge_annotated
from sixlane._compile.form_parser import check_form_parser
from sixlane._compile.signature import EMPTY
from sixlane.exceptions import DeclarationError, DeclarationTypeError
from sixlane.security.scopes import SecurityScopes


class Injected(Enum):
    """The objects of a request that a parameter can ask for by its type."""

    REQUEST = "request"
    WEBSOCKET = "websocket"
    CONNECTION = "http_connection"
    RESPONSE = "response"
    BACKGROUND_TASKS = "background_tasks"
    SECURITY_SCOPES = "security_scopes"


_INJECTED_TYPES: tuple[tuple[type[Any], Injected], ...] = (
    (Request, Injected.REQUEST),
    (WebSocket, Injected.WEBSOCKET),
    (HTTPConnection, Injected.CONNECTION),
    (Response, Injected.RESPONSE),
    (BackgroundTasks, Injected.BACKGROUND_TASKS),
    (SecurityScopes, Injected.SECURITY_SCOPES),
)
"""By class, subclasses of `HTTPConnection` before it."""


@dataclass(frozen=True, slots=True)
class ParameterMeaning:
    """What a parameter turned out to be; exactly one of the first three is not None.

    Attributes:
        depends: The dependency whose result it is given.
        injected: The object it is given.
        field: The value it is given.
        has_default: Whether an injected object may be left out.
    """

    depends: params.Depends | None = None
    injected: Injected | None = None
    field: Field | None = None
    has_default: bool = False


@dataclass(slots=True)
class _Declaration:
    """A parameter while it is looked at.

    Attributes:
        annotation: The annotation as written, aliases of types resolved; Any if there is none.
        type: The same without `Annotated`.
        default: What stands behind "="; `EMPTY` if nothing.
        in_path: Whether the route's path has a parameter of this name.
    """

    site: Site
    name: str
    annotation: Any
    type: Any
    default: Any
    in_path: bool

    @property
    def required_or_default(self) -> Any:
        return PydanticUndefined if self.default is EMPTY else self.default


def analyze_parameter(
    site: Site, parameter: inspect.Parameter, path_names: frozenset[str]
) -> ParameterMeaning:
    """Decide what a parameter is.

    Args:
        site: The parameter's place, for errors.
        parameter: The parameter, its annotation evaluated.
        path_names: Names of the parameters in the route's path.

    Raises:
        DeclarationError: The declaration contradicts itself or cannot work.
    """
    is_by_position = parameter.kind is inspect.Parameter.POSITIONAL_ONLY
    if is_by_position and not _shows_a_signature(site.call):
        raise site.error(
            f"the parameter {parameter.name!r} can only be given by position",
            "remove the '/' behind it: parameters are given by name",
        )
    declaration = _read_declaration(site, parameter, path_names)
    marker = _find_marker(declaration)
    if isinstance(marker, params.Depends):
        return ParameterMeaning(depends=_complete_depends(declaration, marker))
    injected = find_injected(declaration.type)
    if injected is not None:
        if marker is not None:
            raise site.error(
                f"Cannot specify FastAPI annotation for type {declaration.type!r}",
                f"leave out {type(marker).__name__}(): the object is given because of its type",
            )
        has_default = declaration.default is not EMPTY
        return ParameterMeaning(injected=injected, has_default=has_default)
    info = _infer_info(declaration) if marker is None else marker
    return ParameterMeaning(field=_make_field(declaration, info, path_names))


def _shows_a_signature(call: Callable[..., Any]) -> bool:
    """Tell whether a signature was put on a callable, which may take by name what that shows."""
    shown = inspect.unwrap(call, stop=lambda each: hasattr(each, "__signature__"))
    return hasattr(shown, "__signature__")


def _read_declaration(
    site: Site, parameter: inspect.Parameter, path_names: frozenset[str]
) -> _Declaration:
    annotation = _resolve_annotation(parameter.annotation)
    return _Declaration(
        site=site,
        name=parameter.name,
        annotation=annotation,
        type=strip_annotated(annotation),
        default=parameter.default,
        in_path=parameter.name in path_names,
    )


def _resolve_annotation(annotation: Any) -> Any:
    """Look behind an alias of a type; Any where there is no annotation."""
    if is_typealiastype(annotation):
        annotation = annotation.__value__
    return Any if annotation is EMPTY else annotation


def strip_annotated(annotation: Any) -> Any:
    """Return the type in an annotation; Any where there is no annotation."""
    annotation = _resolve_annotation(annotation)
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _find_marker(declaration: _Declaration) -> FieldInfo | params.Depends | None:
    """Return the `Query(...)`, `Depends(...)` or the like of a parameter, wherever it stands."""
    annotated = _find_in_annotated(declaration.annotation)
    default = declaration.default
    if isinstance(default, params.Depends | FieldInfo):
        if annotated is not None:
            raise _declared_twice(declaration, annotated)
        if isinstance(default, params.Depends):
            return default
        info = copy(default)
        info.annotation = declaration.type
        return info
    if annotated is None or isinstance(annotated, params.Depends):
        return annotated
    return _complete_annotated(declaration, annotated)


def _declared_twice(
    declaration: _Declaration, annotated: FieldInfo | params.Depends
) -> DeclarationError:
    if not isinstance(declaration.default, params.Depends):
        both = "FastAPI annotations in `Annotated` and default value"
    elif isinstance(annotated, params.Depends):
        both = "`Depends` in `Annotated` and default value"
    else:
        both = "a FastAPI annotation in `Annotated` and `Depends` as a default value"
    return declaration.site.error(
        f"Cannot specify {both} together for {declaration.name!r}",
        "keep the one in `Annotated`, and put a plain default behind '='",
    )


def _find_in_annotated(annotation: Any) -> params.Param | params.Body | params.Depends | None:
    """Return the last declaration in an `Annotated`: later ones override earlier ones."""
    if get_origin(annotation) is not Annotated:
        return None
    markers = [
        item
        for item in get_args(annotation)[1:]
        if isinstance(item, params.Param | params.Body | params.Depends)
    ]
    return markers[-1] if markers else None


def _complete_annotated(declaration: _Declaration, info: FieldInfo) -> FieldInfo:
    """Join a declaration in `Annotated` with the default behind "="."""
    merged = merge_annotated(info, declaration.annotation)
    if merged.default is not PydanticUndefined:
        kind = type(merged).__name__
        raise declaration.site.error(
            f"`{kind}` default value cannot be set in `Annotated` for {declaration.name!r}. "
            "Set the default value with `=` instead.",
            f"write {declaration.name}: Annotated[..., {kind}()] = {merged.default!r}",
        )
    if declaration.default is not EMPTY and declaration.in_path:
        raise declaration.site.error(
            "Path parameters cannot have default values",
            f"remove the default of {declaration.name!r}, or the name from the path",
        )
    merged.default = declaration.required_or_default
    return merged


def _complete_depends(declaration: _Declaration, depends: params.Depends) -> params.Depends:
    """Take the class in the annotation for the dependency where none is named."""
    dependency = depends.dependency
    if dependency is None:
        if declaration.annotation is Any or not callable(declaration.type):
            raise declaration.site.error(
                f"`Depends()` without a dependency for {declaration.name!r}",
                "name a callable in Depends(), or annotate the parameter with a class",
            )
        return dataclasses.replace(depends, dependency=declaration.type)
    if not callable(dependency):
        raise declaration.site.error(
            f"the dependency of {declaration.name!r} is not callable: {dependency!r}",
            "pass the function itself to Depends(), without calling it",
        )
    return depends


def find_injected(annotation: Any) -> Injected | None:
    """Tell which object a type asks for; None for the type of a value."""
    for injected_type, injected in _INJECTED_TYPES:
        if is_subclass(annotation, injected_type):
            return injected
    return None


def _infer_info(declaration: _Declaration) -> FieldInfo:
    """Decide by path and type where an undeclared parameter comes from."""
    annotation, default = declaration.annotation, declaration.required_or_default
    info: FieldInfo
    if declaration.in_path:
        # A default is left out, not refused: the same dependency may serve routes without the name.
        info = params.Path(annotation=annotation)
    elif is_upload(declaration.type):
        info = params.File(default, annotation=annotation)
    elif is_scalar(declaration.type):
        info = params.Query(default, annotation=annotation)
    else:
        info = params.Body(default, annotation=annotation)
    if get_origin(annotation) is not Annotated:
        return info
    inferred = info.default
    info = merge_annotated(info, annotation)
    info.default = inferred
    if declaration.in_path:
        info.default_factory = None
    return info


def _make_field(declaration: _Declaration, info: FieldInfo, path_names: frozenset[str]) -> Field:
    """Complete a declaration, which is this parameter's own copy, and make the field."""
    site, name = declaration.site, declaration.name
    _check_info(declaration, info)
    if isinstance(info, params.Param) and info.in_ is None:
        info.in_ = params.ParamTypes.query
    _choose_path_alias(info, path_names)
    if not info.alias:
        converts = isinstance(info, params.Header) and info.convert_underscores
        info.alias = name.replace("_", "-") if converts else name
    location: FieldLocation = (
        cast("params.ParamTypes", info.in_).value if isinstance(info, params.Param) else "body"
    )
    field = declare_field(site, name, location, info)
    check_constraints(site, field)
    if isinstance(info, params.Path) and not is_scalar(field.annotation):
        raise site.error(
            "Path params must be of one of the supported types",
            f"give {name!r} the type of a single value, such as str, int, UUID or an Enum",
        )
    if isinstance(info, params.Query) and not _fits_query(field):
        raise site.error(
            f"Query parameter {name!r} must be one of the supported types",
            "use a single value, a sequence of them or a Pydantic model, or Body() instead",
        )
    return field


def _check_info(declaration: _Declaration, info: FieldInfo) -> None:
    site = declaration.site
    if declaration.in_path and not isinstance(info, params.Path):
        raise site.error(
            f"Cannot use `{type(info).__name__}` for path param {declaration.name!r}",
            "use Path(), or rename the parameter or the one in the path",
        )
    if isinstance(info, params.Form):
        check_form_parser()
    if info.default_factory is not None and info.default_factory_takes_validated_data:
        raise site.error(
            f"the default_factory of {declaration.name!r} has a parameter",
            "use a function without parameters",
            DeclarationError,
        )
    has_default = info.default is not PydanticUndefined and info.default is not ...
    if info.default_factory is not None and has_default:
        raise site.error(
            f"cannot specify both default and default_factory for {declaration.name!r}",
            f"keep one of them: remove either default_factory or the default {info.default!r}",
            DeclarationTypeError,
        )


def _choose_path_alias(info: FieldInfo, path_names: frozenset[str]) -> None:
    """Settle on the one of several aliases that is in the path."""
    choices = info.validation_alias
    if not isinstance(info, params.Path) or not isinstance(choices, AliasChoices):
        return
    if not all(isinstance(choice, str) for choice in choices.choices):
        return
    for choice in choices.choices:
        if choice in path_names:
            info.validation_alias = choice
            return


def _fits_query(field: Field) -> bool:
    annotation = field.annotation
    return (
        is_scalar(annotation)
        or is_scalar_sequence(annotation)
        or find_model(annotation) is not None
    )
