"""The steps from a callable to its arguments, one by one, for tools that take them themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic_core import PydanticUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from sixlane import params
from sixlane._compile import form_parser
from sixlane._compile.body import compile_body_field, list_body_fields
from sixlane._compile.checks import Site
from sixlane._compile.dependant import (
    Dependant,
    DependencyPlace,
    compile_declared,
    compile_dependency,
    walk_dependants,
)
from sixlane._compile.field import Field
from sixlane._compile.parameter import analyze_parameter, find_injected, strip_annotated
from sixlane._compile.protocol import ErrorList
from sixlane._compile.signature import EMPTY, evaluate_annotation, read_signature
from sixlane._compile.stream import ITERABLES
from sixlane._reexports import reexported_names
from sixlane._routing.place import find_place
from sixlane._run.exchange import FUNCTION_EXITS_SCOPE_KEY, REQUEST_EXITS_SCOPE_KEY
from sixlane._run.extract import Values, read_body, read_parameters
from sixlane._run.extract_form import read_form
from sixlane._run.limit import ConcurrencyLimit
from sixlane._run.solve import SolveState, solve
from sixlane.background import BackgroundTasks
from sixlane.types import DependencyCacheKey
from sixlane.utils import get_path_param_names

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

__all__ = [
    "ParamDetails",
    "SolvedDependency",
    "add_non_field_param_to_dependency",
    "add_param_to_fields",
    "analyze_param",
    "ensure_multipart_is_installed",
    "get_dependant",
    "get_flat_params",
    "get_parameterless_sub_dependant",
    "get_path_param_names",
    "get_stream_item_type",
    "get_typed_annotation",
    "get_typed_return_annotation",
    "get_typed_signature",
    "get_validation_alias",
    "multipart_incorrect_install_error",
    "multipart_not_installed_error",
    "request_body_to_args",
    "request_params_to_args",
    "solve_dependencies",
]

multipart_not_installed_error = form_parser.NOT_INSTALLED
multipart_incorrect_install_error = form_parser.OTHER_INSTALLED

_PARAMETERS = ("path", "query", "header", "cookie")
"""Where parameters come from that are not in the body, in the document's order."""


def ensure_multipart_is_installed() -> None:
    """Refuse forms where the package that parses them is missing.

    Raises:
        RuntimeError: It is.
    """
    form_parser.check_form_parser()


def get_typed_signature(call: Callable[..., Any]) -> inspect.Signature:
    """Read a callable's parameters, with annotations evaluated as far as their names exist.

    The return annotation is left out, so that a wrapper that shows this signature has none.
    """
    return read_signature(call).replace(return_annotation=EMPTY)


def get_typed_annotation(annotation: Any, globalns: dict[str, Any]) -> Any:
    """Evaluate an annotation that is text.

    Args:
        annotation: The annotation; returned as it is if it is no text.
        globalns: The names it may use.
    """
    return evaluate_annotation(annotation, globalns)


def get_typed_return_annotation(call: Callable[..., Any]) -> Any:
    """Read what a callable is annotated to return; None where it does not say."""
    returned = read_signature(call).return_annotation
    return None if returned is EMPTY else returned


def get_stream_item_type(annotation: Any) -> Any | None:
    """Return what a handler yields by its return annotation; None where it does not yield."""
    if get_origin(annotation) not in ITERABLES:
        return None
    return (*get_args(annotation), Any)[0]


@dataclass(frozen=True)
class ParamDetails:
    """What a parameter is; the last two are None for one that is given an object of the request.

    Attributes:
        type_annotation: Its type; Any where there is no annotation.
        depends: The dependency whose result it is given.
        field: The value it is given.
    """

    type_annotation: Any
    depends: params.Depends | None
    field: Field | None


class _CallersSite(Site):
    """A parameter that stands in no callable: its place is where somebody asks about it."""

    def describe(self) -> str:
        return f"{find_place()} (parameter {self.parameter!r})"


def analyze_param(
    *, param_name: str, annotation: Any, value: Any, path_param_names: set[str]
) -> ParamDetails:
    """Decide what a parameter is.

    Args:
        param_name: Name of the parameter.
        annotation: Its annotation, evaluated; `inspect.Signature.empty` if there is none.
        value: What stands behind "="; `inspect.Signature.empty` if nothing.
        path_param_names: Names of the parameters in the route's path.

    Raises:
        DeclarationError: The declaration contradicts itself or cannot work.
    """
    parameter = inspect.Parameter(
        param_name, inspect.Parameter.KEYWORD_ONLY, default=value, annotation=annotation
    )
    site = _CallersSite(analyze_param, "", param_name)
    meaning = analyze_parameter(site, parameter, frozenset(path_param_names))
    return ParamDetails(strip_annotated(annotation), meaning.depends, meaning.field)


def add_non_field_param_to_dependency(
    *, param_name: str, type_annotation: Any, dependant: Dependant
) -> bool | None:
    """Have a parameter given the object of the request that its type asks for.

    Args:
        param_name: Name of the parameter.
        type_annotation: Its type.
        dependant: The callable it is a parameter of; changed.

    Returns:
        True; None if the type asks for no such object.
    """
    injected = find_injected(type_annotation)
    if injected is None:
        return None
    setattr(dependant, f"{injected.value}_param_name", param_name)
    return True


def add_param_to_fields(*, field: Field, dependant: Dependant) -> None:
    """Add a path, query, header or cookie parameter to those of a callable.

    Args:
        field: The parameter.
        dependant: The callable; changed.
    """
    assert field.location in _PARAMETERS, f"{field.name!r} is no parameter outside of the body"
    getattr(dependant, f"{field.location}_params").append(field)


def get_dependant(
    *,
    path: str,
    call: Callable[..., Any],
    name: str | None = None,
    own_oauth_scopes: list[str] | None = None,
    parent_oauth_scopes: list[str] | None = None,
    use_cache: bool = True,
    scope: Literal["function", "request"] | None = None,
    concurrency: ConcurrencyLimit | None = None,
) -> Dependant:
    """Take a callable apart, with everything it depends on.

    Args:
        path: Path of the route, whose parameters are not looked for in the query.
        call: The callable.
        name: The parameter its result is given to.
        own_oauth_scopes: Security scopes declared with it.
        parent_oauth_scopes: Security scopes of those that need it.
        use_cache: Whether uses within a request share one result.
        scope: When a generator ends.
        concurrency: Limit on calls at the same time.

    Raises:
        DeclarationError: A parameter is declared wrongly.
    """
    declared = Dependant(
        call=call,
        name=name,
        path=path,
        for_websocket=None,
        use_cache=use_cache,
        scope=scope,
        concurrency=concurrency,
        own_oauth_scopes=list(own_oauth_scopes or ()),
        parent_oauth_scopes=list(parent_oauth_scopes or ()),
    )
    return compile_declared(declared)


def get_parameterless_sub_dependant(*, depends: params.Depends, path: str) -> Dependant:
    """Take a dependency apart whose result nobody reads.

    Args:
        depends: Names a callable.
        path: Path of the route.
    """
    return compile_dependency(DependencyPlace(None, depends, for_websocket=None), path)


def get_flat_params(dependant: Dependant) -> list[Field]:
    """List the path, query, header and cookie parameters of a whole tree.

    Those of a parameter model are listed in its place.
    """
    dependants = list(walk_dependants(dependant))
    declared = [
        field
        for location in _PARAMETERS
        for each in dependants
        for field in getattr(each, f"{location}_params")
    ]
    return [flat for field in declared for flat in (field.members or [field])]


def get_validation_alias(field: Field) -> str:
    """Return the name under which a parameter is looked for."""
    return field.aliases[0][0]


def request_params_to_args(
    fields: Sequence[Field], received_params: Mapping[str, Any]
) -> tuple[Values, ErrorList]:
    """Read and validate the parameters of one location.

    Args:
        fields: The parameters.
        received_params: Path parameters, query parameters, headers or cookies.

    Returns:
        What is valid, by parameter name, and the errors about the rest.
    """
    values: Values = {}
    errors: ErrorList = []
    read_parameters(fields, received_params, values, errors)
    return values, errors


async def request_body_to_args(
    body_fields: list[Field], received_body: Any, embed_body_fields: bool
) -> tuple[Values, ErrorList]:
    """Validate the body parameters of one callable.

    Args:
        body_fields: The parameters.
        received_body: Decoded JSON; bytes if it was not JSON; undefined if there is none.
        embed_body_fields: Whether they are members of an object.
    """
    values: Values = {}
    errors: ErrorList = []
    if isinstance(received_body, FormData):
        await read_form(body_fields, received_body, values, errors)
    elif body_fields:
        read_body(body_fields, received_body, embed=embed_body_fields, values=values, errors=errors)
    return values, errors


@dataclass
class SolvedDependency:
    """What solving a tree comes to.

    Attributes:
        values: Arguments of the callable, by parameter name; not complete where there are errors.
        errors: What is wrong with the request.
        background_tasks: Tasks that something in the tree has added; None if nothing asked.
        response: What headers, cookies and the status were set on.
        dependency_cache: The results that are shared.
    """

    values: Values
    errors: ErrorList
    background_tasks: BackgroundTasks | None
    response: Response
    dependency_cache: dict[DependencyCacheKey, Any]


async def solve_dependencies(
    *,
    request: Request,
    dependant: Dependant,
    body: Any = PydanticUndefined,
    background_tasks: BackgroundTasks | None = None,
    response: Response | None = None,
    dependency_overrides_provider: Any = None,
    dependency_cache: dict[DependencyCacheKey, Any] | None = None,
    async_exit_stack: AsyncExitStack,
    embed_body_fields: bool,
) -> SolvedDependency:
    """Find the arguments of a callable for a request, and call what it depends on.

    Args:
        request: The request.
        dependant: The callable, from `get_dependant`.
        body: Decoded JSON; bytes if it was not JSON; undefined if there is none.
        background_tasks: Where tasks are added; made at the first use if absent.
        response: What headers, cookies and the status are set on; made if absent.
        dependency_overrides_provider: Object whose `dependency_overrides` replace dependencies.
        dependency_cache: Results from before, which are not worked out again; added to.
        async_exit_stack: Takes the exits of `yield` dependencies, outside a path operation.
        embed_body_fields: Whether body parameters are members of a JSON object.
    """
    for key in (REQUEST_EXITS_SCOPE_KEY, FUNCTION_EXITS_SCOPE_KEY):
        request.scope.setdefault(key, async_exit_stack)
    state = SolveState(
        connection=request,
        body=body,
        embed_body=embed_body_fields,
        overrides_provider=dependency_overrides_provider,
        results={} if dependency_cache is None else dependency_cache,
        response=response,
        background_tasks=background_tasks,
    )
    values, errors = await solve(state, dependant)
    return SolvedDependency(
        values, errors, state.background_tasks, state.use_response(), state.results
    )


def _get_flat_body_params(dependant: Dependant) -> list[Field]:
    """List the body parameters of a whole tree; a plug-in for pagination takes it from here."""
    return list_body_fields(dependant)


def _get_body_field(
    *, body_params: list[Field], name: str, embed_body_fields: bool
) -> Field | None:
    """Make the field of a whole body; a plug-in for pagination takes it from here."""
    return compile_body_field(body_params, name, embed=embed_body_fields)
