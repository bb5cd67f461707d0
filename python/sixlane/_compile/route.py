"""A path operation, compiled: everything about it that a request does not change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response

from sixlane import params
from sixlane._compile.analysis import analyze_call
from sixlane._compile.annotation import contains_struct, is_subclass
from sixlane._compile.body import compile_body_field, embeds, is_form, list_body_fields
from sixlane._compile.callable import CallKind, locate_call
from sixlane._compile.checks import Site
from sixlane._compile.dependant import Dependant, compile_handler, walk_dependants
from sixlane._compile.field import Field, response_field
from sixlane._compile.protocol import SerializeOptions
from sixlane._compile.stream import (
    JSON_FORMATS,
    StreamFormat,
    find_item_type,
    find_stream_format,
)
from sixlane._run.status import allows_body
from sixlane.datastructures import DefaultPlaceholder
from sixlane.exceptions import DeclarationError, EndpointContext


class RouteDeclaration(Protocol):
    """What `compile_route` reads of an `APIRoute`; see `RouteOptions` for the meanings."""

    path_format: str
    endpoint: Callable[..., Any]
    unique_id: str
    status_code: int | None
    dependencies: Sequence[params.Depends]
    responses: Mapping[int | str, Mapping[str, Any]]
    response_model: Any
    item_model: Any
    response_model_include: Any
    response_model_exclude: Any
    response_model_by_alias: bool
    response_model_exclude_unset: bool
    response_model_exclude_defaults: bool
    response_model_exclude_none: bool
    response_class: Any
    strict_content_type: Any
    dependency_overrides_provider: Any


@dataclass(slots=True)
class CompiledRoute:
    """What a request to a path operation walks.

    Attributes:
        dependant: The handler with all it needs.
        body_field: The whole body for the document; None where the handler takes none.
        embed_body: Whether body parameters are members of a JSON object.
        is_form: Whether the body is a form.
        strict_content_type: Whether a body without a content type stays bytes.
        status_code: Status of the answer; None for the response class's own.
        response_class: Class that makes the answer of a value.
        response_model: The type the answer is validated by; None for none.
        item_model: The type that each value of a stream is validated by; None for none.
        response_field: What validates and filters the answer; None without a response model.
        response_fields: The further answers of the document, by status code.
        stream: How the answer is written as a stream; None for an answer that is sent whole.
        item_field: What validates and filters each value of a stream; None for values of any type.
        dumps_json: Whether the answer is written as JSON by the response field itself, since nobody
            chose a response class.
        serialize_options: What is left out of the answer.
        overrides_provider: Object whose `dependency_overrides` replace dependencies; None for none.
        has_exits: Whether something is left to do when the request is over: the rest of a generator
            or of a stream, files of a form.
        location: Where the handler is written.
    """

    dependant: Dependant
    body_field: Field | None
    embed_body: bool
    is_form: bool
    strict_content_type: bool
    status_code: int | None
    response_class: type[Response]
    response_model: Any
    item_model: Any
    response_field: Field | None
    response_fields: dict[int | str, Field]
    stream: StreamFormat | None
    item_field: Field | None
    dumps_json: bool
    serialize_options: SerializeOptions
    overrides_provider: Any
    has_exits: bool
    location: EndpointContext = field(default_factory=EndpointContext)

    @property
    def is_coroutine(self) -> bool:
        """Whether the handler is awaited, rather than called in a worker thread."""
        return self.dependant.kind is CallKind.COROUTINE

    def endpoint_context(self, request: Request) -> EndpointContext:
        """Tell where the handler is written and which route was asked for, for exceptions."""
        mounted_at = request.scope.get("root_path", "").rstrip("/")
        path = f"{request.method} {mounted_at}{self.dependant.path}"
        return {**self.location, "path": path}


def compile_route(route: RouteDeclaration) -> CompiledRoute:
    """Compile a path operation from its options.

    Raises:
        DeclarationError: The handler, a dependency, a parameter or an option is declared wrongly.
            The message names file, line and fix; the class is FastAPI's where it has one.
    """
    site = Site(route.endpoint, route.path_format)
    response_fields = _compile_responses(site, route)
    dependant = compile_handler(route.endpoint, route.path_format, route.dependencies)
    stream = find_stream_format(site, dependant.kind, route.response_class)
    fields = list_body_fields(dependant)
    embed = embeds(fields)
    model, item = _find_models(route)
    main_field: Field | None = None
    if model:
        _check_body_allowed(site, route.status_code)
        _check_struct_options(site, route, model)
        main_field = response_field(site, model, f"Response_{route.unique_id}")
    item_field: Field | None = None
    if item is not None and stream in JSON_FORMATS:
        _check_struct_options(site, route, item)
        item_field = response_field(site, item, f"StreamItem_{route.unique_id}")
    return CompiledRoute(
        dependant=dependant,
        body_field=compile_body_field(fields, route.unique_id, embed=embed),
        embed_body=embed,
        is_form=is_form(fields),
        strict_content_type=bool(_settle(route.strict_content_type)),
        status_code=route.status_code,
        response_class=_settle(route.response_class),
        response_model=model,
        item_model=item,
        response_field=main_field,
        response_fields=response_fields,
        stream=stream,
        item_field=item_field,
        dumps_json=main_field is not None and isinstance(route.response_class, DefaultPlaceholder),
        serialize_options=_serialize_options(route),
        overrides_provider=route.dependency_overrides_provider,
        has_exits=is_form(fields)
        or any(each.kind.is_generator for each in walk_dependants(dependant)),
        location=locate_call(route.endpoint),
    )


def _settle(value: Any) -> Any:
    return value.value if isinstance(value, DefaultPlaceholder) else value


def _find_models(route: RouteDeclaration) -> tuple[Any, Any]:
    """Return the types of the answer and of each value of a stream; None where there is none.

    They are the response model that was chosen, else what the handler's return annotation says.
    """
    if not isinstance(route.response_model, DefaultPlaceholder):
        return route.response_model, route.item_model
    analysis = analyze_call(route.endpoint, route.path_format)
    item = find_item_type(analysis.returns) if analysis.kind.is_generator else None
    if item is not None:
        return None, item.validated
    return None if is_subclass(analysis.returns, Response) else analysis.returns, None


def _check_body_allowed(site: Site, status_code: int | str | None) -> None:
    if status_code is None or not str(status_code).isdigit() or allows_body(int(status_code)):
        return
    raise site.error(
        f"Status code {status_code} must not have a response body",
        "annotate the handler with -> None and pass no response_model, or choose another status",
    )


def _check_struct_options(site: Site, route: RouteDeclaration, model: Any) -> None:
    """Refuse what msgspec has no notion of."""
    refused = {
        "response_model_exclude_unset": route.response_model_exclude_unset,
        "response_model_exclude_defaults": route.response_model_exclude_defaults,
        "response_model_by_alias=False": not route.response_model_by_alias,
    }
    used = [option for option, is_used in refused.items() if is_used]
    if used and contains_struct(model):
        raise site.error(
            f"{used[0]} does not work with a msgspec.Struct",
            "declare the Struct with omit_defaults=True or rename=..., or use a Pydantic model",
            DeclarationError,
        )


def _compile_responses(site: Site, route: RouteDeclaration) -> dict[int | str, Field]:
    fields: dict[int | str, Field] = {}
    for status_code, response in route.responses.items():
        if not isinstance(response, dict):
            raise site.error(
                f"An additional response must be a dict, not {response!r}",
                f'write responses={{{status_code!r}: {{"model": ...}}}}',
            )
        model = response.get("model")
        if model:
            _check_body_allowed(site, status_code)
            name = f"Response_{status_code}_{route.unique_id}"
            fields[status_code] = response_field(site, model, name)
    return fields


def _serialize_options(route: RouteDeclaration) -> SerializeOptions:
    return SerializeOptions(
        include=route.response_model_include,
        exclude=route.response_model_exclude,
        by_alias=route.response_model_by_alias,
        exclude_unset=route.response_model_exclude_unset,
        exclude_defaults=route.response_model_exclude_defaults,
        exclude_none=route.response_model_exclude_none,
    )
