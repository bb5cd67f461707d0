"""Making the OpenAPI document."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.routing import BaseRoute

from sixlane._compile.checks import STATUS_RANGES
from sixlane._compile.field import Field
from sixlane._lazy import lazy_module
from sixlane._reexports import reexported_names
from sixlane._routing.context import RouteContext, iter_route_contexts
from sixlane._routing.route import APIRoute
from sixlane.openapi import arrangement, path_items
from sixlane.openapi.operations import OperationWriter, collect_fields, summarize
from sixlane.openapi.plain import to_plain
from sixlane.openapi.requirements import Requirements
from sixlane.openapi.responses import VALIDATION_ERROR, VALIDATION_ERROR_RESPONSE
from sixlane.openapi.schemas import FieldSchemas
from sixlane.utils import generate_operation_id_for_path

if TYPE_CHECKING:
    from sixlane._compat import ModelNameMap
    from sixlane.openapi import models
else:
    models = lazy_module("sixlane.openapi.models")
    __getattr__ = reexported_names(__name__)

__all__ = [
    "generate_operation_id",
    "generate_operation_summary",
    "get_fields_from_routes",
    "get_openapi",
    "get_openapi_operation_metadata",
    "get_openapi_operation_request_body",
    "get_openapi_path",
    "status_code_ranges",
    "validation_error_definition",
    "validation_error_response_definition",
]

status_code_ranges = STATUS_RANGES
validation_error_definition = VALIDATION_ERROR
validation_error_response_definition = VALIDATION_ERROR_RESPONSE


def get_openapi(
    *,
    title: str,
    version: str,
    openapi_version: str = "3.1.0",
    summary: str | None = None,
    description: str | None = None,
    routes: Sequence[BaseRoute | RouteContext],
    webhooks: Sequence[BaseRoute | RouteContext] | None = None,
    tags: list[dict[str, Any]] | None = None,
    servers: list[dict[str, str | Any]] | None = None,
    terms_of_service: str | None = None,
    contact: dict[str, str | Any] | None = None,
    license_info: dict[str, str | Any] | None = None,
    separate_input_output_schemas: bool = True,
    external_docs: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Make the OpenAPI document of routes.

    Args:
        title: Title of the API.
        version: Version of the API.
        openapi_version: Version of OpenAPI that the document names; its content is 3.1's.
        summary: One line about the API.
        description: Text about the API, in Markdown.
        routes: Path operations; routes of other classes are left out.
        webhooks: Path operations that the API calls, their paths being names.
        tags: Order and description of the tags.
        servers: Where the API is served.
        terms_of_service: A URL.
        contact: "name", "url" and "email".
        license_info: "name" and "identifier" or "url".
        separate_input_output_schemas: Whether a model that reads otherwise than it writes has two
            schemas; otherwise the one it reads.
        external_docs: "url" and "description".

    Returns:
        Plain JSON values, shared with nothing: the document may be edited.

    Raises:
        pydantic.ValidationError: What is said about the API is not what OpenAPI has.
    """
    operations, called = _path_operations(routes), _path_operations(webhooks or ())
    requirements: dict[int, Requirements] = {}
    schemas = FieldSchemas(
        list(collect_fields([*operations, *called], requirements)),
        separate_input_output=separate_input_output_schemas,
    )
    writer = OperationWriter(schemas, requirements)
    paths = _write_paths(writer, operations)
    webhook_paths = _write_paths(writer, called)
    head = _arrange_head(
        {
            "openapi": openapi_version,
            "info": {
                "title": title,
                "summary": summary or None,
                "description": description or None,
                "termsOfService": terms_of_service or None,
                "contact": contact or None,
                "license": license_info or None,
                "version": version,
            },
            "servers": servers or None,
            "tags": tags or None,
            "externalDocs": external_docs or None,
        }
    )
    parts = {
        "openapi": head["openapi"],
        "info": head["info"],
        "servers": head.get("servers"),
        "paths": {path: path_items.path_item(item) for path, item in paths.items()},
        "webhooks": _arrange_webhooks(webhook_paths),
        "components": _write_components(writer),
        "tags": head.get("tags"),
        "externalDocs": head.get("externalDocs"),
    }
    return {name: part for name, part in parts.items() if part or name in ("info", "paths")}


def _arrange_head(head: dict[str, Any]) -> dict[str, Any]:
    try:
        arranged: dict[str, Any] = arrangement.head(head)
    except arrangement.MisfitError:
        # The models tell what is wrong, or read what is not plain.
        arranged = to_plain(models.OpenAPI(**head, paths={}))
    return arranged


def get_fields_from_routes(routes: Sequence[BaseRoute | RouteContext]) -> list[Field]:
    """List everything that has a schema in the document of routes.

    Args:
        routes: Path operations; routes of other classes are left out.
    """
    return list(collect_fields(_path_operations(routes), {}))


def generate_operation_id(*, route: APIRoute, method: str) -> str:
    """Return a path operation's id, else one of its name, path and method. Deprecated.

    Args:
        route: The path operation.
        method: One of its methods.
    """
    return route.operation_id or generate_operation_id_for_path(
        name=route.name, path=route.path_format, method=method
    )


def generate_operation_summary(*, route: APIRoute, method: str) -> str:
    """Return the document's line about a path operation.

    Args:
        route: The path operation.
        method: Not read: all methods of a route are summarized alike.
    """
    return summarize(route)


def get_openapi_operation_metadata(
    *, route: APIRoute, method: str, operation_ids: set[str]
) -> dict[str, Any]:
    """Describe a path operation without its parameters, body and answers.

    Args:
        route: The path operation.
        method: Not read: all methods of a route are described alike.
        operation_ids: Those used so far, of which the document warns; this one is added.
    """
    nothing = FieldSchemas([], separate_input_output=True)
    return OperationWriter(nothing, {}, operation_ids).metadata(route)


def get_openapi_operation_request_body(
    *,
    body_field: Field | None,
    model_name_map: ModelNameMap,
    field_mapping: FieldSchemas,
    separate_input_output_schemas: bool = True,
) -> dict[str, Any] | None:
    """Describe the whole body of a path operation; None if it has none.

    Args:
        body_field: The body, from the route.
        model_name_map: Not read: names follow from the fields.
        field_mapping: From `get_definitions`.
        separate_input_output_schemas: Not read: `get_definitions` has decided.
    """
    return OperationWriter(field_mapping, {}).request_body(body_field) if body_field else None


def get_openapi_path(
    *,
    route: APIRoute | RouteContext,
    operation_ids: set[str],
    model_name_map: ModelNameMap,
    field_mapping: FieldSchemas,
    separate_input_output_schemas: bool = True,
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Describe what each method of a route does.

    Args:
        route: The path operation.
        operation_ids: Those used so far, of which the document warns; these are added.
        model_name_map: Not read: names follow from the fields.
        field_mapping: From `get_definitions`, of the route's fields among others.
        separate_input_output_schemas: Not read: `get_definitions` has decided.

    Returns:
        The path's item, name to description of the security schemes, and name to schema of what the
        automatic 422 answer needs. The first is empty if the document leaves the route out.
    """
    requirements: dict[int, Requirements] = {}
    operations = _path_operations([route])
    deque(collect_fields(operations, requirements), maxlen=0)
    writer = OperationWriter(field_mapping, requirements, operation_ids)
    item = [writer.path_item(operation) for operation in operations]
    definitions = _validation_schemas() if writer.validates else {}
    return item[0] if item else {}, writer.security_schemes, definitions


def _validation_schemas() -> dict[str, Any]:
    """Return the components of the automatic 422 answer."""
    return {"ValidationError": VALIDATION_ERROR, "HTTPValidationError": VALIDATION_ERROR_RESPONSE}


def _path_operations(routes: Iterable[BaseRoute | RouteContext]) -> list[APIRoute]:
    effective = [context.effective for context in iter_route_contexts(routes)]
    return [route for route in effective if isinstance(route, APIRoute)]


def _write_paths(writer: OperationWriter, routes: Iterable[APIRoute]) -> dict[str, dict[str, Any]]:
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        item = writer.path_item(route)
        if item:
            paths.setdefault(route.path_format, {}).update(item)
    return paths


def _write_components(writer: OperationWriter) -> dict[str, Any]:
    schemas = dict(writer.schemas.components)
    if writer.validates:
        schemas |= _validation_schemas()
    components = {
        "schemas": {name: arrangement.component(schemas[name]) for name in sorted(schemas)},
        "securitySchemes": to_plain(writer.security_schemes),
    }
    return {name: part for name, part in components.items() if part}


def _arrange_webhooks(paths: dict[str, dict[str, Any]]) -> Any:
    """Put webhooks in the specification's order, which only the models know that far down."""
    if not paths:
        return None
    items = {name: models.PathItem.model_validate(to_plain(item)) for name, item in paths.items()}
    return to_plain(items)
