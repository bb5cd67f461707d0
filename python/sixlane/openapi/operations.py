"""One path operation as the document shows it.

The order of keys is the order in which FastAPI adds them.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticUndefined

from sixlane._compile.field import Field
from sixlane._lazy import lazy_module
from sixlane._routing.route import APIRoute, describe_endpoint
from sixlane.openapi.constants import METHODS_WITH_BODY
from sixlane.openapi.forms import add_form_constraints
from sixlane.openapi.merging import merge_into
from sixlane.openapi.requirements import Requirements, ShownParameter, collect_requirements
from sixlane.openapi.responses import add_validation_answer, make_responses
from sixlane.openapi.schemas import FieldSchemas

_encoders = lazy_module("sixlane.encoders")


@dataclass
class OperationWriter:
    """Describes path operations, and remembers what the rest of the document needs of them.

    Attributes:
        schemas: The schemas of all fields of the document.
        requirements: Handler's route to what it needs, by identity of the route.
        operation_ids: Those used so far.
        security_schemes: Name to description of those met so far.
        validates: Whether an operation met so far has the automatic 422 answer.
    """

    schemas: FieldSchemas
    requirements: dict[int, Requirements]
    operation_ids: set[str] = field(default_factory=set)
    security_schemes: dict[str, dict[str, Any]] = field(default_factory=dict)
    validates: bool = False

    def path_item(self, route: APIRoute) -> dict[str, Any]:
        """Describe what each method of a route does; empty if the document leaves it out."""
        if not route.include_in_schema:
            return {}
        return {method.lower(): self._operation(route, method) for method in sorted(route.methods)}

    def _operation(self, route: APIRoute, method: str) -> dict[str, Any]:
        requirements = self.requirements[id(route)]
        operation = self.metadata(route)
        if requirements.security:
            operation["security"] = [
                {name: scopes} for name, scopes in requirements.security.items()
            ]
            self.security_schemes |= requirements.security_schemes
        if requirements.parameters:
            operation["parameters"] = self._parameters(requirements.parameters)
        body = route.compiled.body_field
        if body is not None and method in METHODS_WITH_BODY:
            operation["requestBody"] = self.request_body(body)
        if route.callbacks:
            operation["callbacks"] = {
                callback.name: {callback.path: self.path_item(callback)}
                for callback in route.callbacks
                if isinstance(callback, APIRoute)
            }
        answers = make_responses(route, self.schemas)
        operation["responses"] = answers
        if requirements.parameters or requirements.hidden or body is not None:
            self.validates |= add_validation_answer(answers)
        if route.openapi_extra:
            merge_into(operation, route.openapi_extra)
        return operation

    def metadata(self, route: APIRoute) -> dict[str, Any]:
        """Describe a route without its parameters, body and answers."""
        operation: dict[str, Any] = {}
        if route.tags:
            operation["tags"] = route.tags
        operation["summary"] = summarize(route)
        description = route.description
        if not description and route.original_route is not route:
            # As in FastAPI, a docstring may come after the declaration where a router is included.
            description = describe_endpoint(route.endpoint, None)
        if description:
            operation["description"] = description
        operation["operationId"] = self._operation_id(route)
        if route.deprecated:
            operation["deprecated"] = route.deprecated
        return operation

    def _operation_id(self, route: APIRoute) -> str:
        operation_id = route.operation_id or route.unique_id
        if operation_id in self.operation_ids:
            name = getattr(route.endpoint, "__name__", "<unnamed_endpoint>")
            file = getattr(route.endpoint, "__globals__", {}).get("__file__")
            place = f" at {file}" if file else ""
            message = f"Duplicate Operation ID {operation_id} for function {name}{place}"
            warnings.warn(message, stacklevel=1)
        self.operation_ids.add(operation_id)
        return operation_id

    def _parameters(self, parameters: list[ShownParameter]) -> list[dict[str, Any]]:
        """Describe parameters, one that is declared twice as the stricter declaration has it."""
        distinct: dict[tuple[str, str], ShownParameter] = {}
        for parameter in parameters:
            distinct[parameter.location, parameter.name] = parameter
        for parameter in parameters:
            if parameter.required:
                distinct[parameter.location, parameter.name] = parameter
        return [self._parameter(parameter) for parameter in distinct.values()]

    def _parameter(self, parameter: ShownParameter) -> dict[str, Any]:
        info = parameter.field.info
        described: dict[str, Any] = {
            "name": parameter.name,
            "in": parameter.location,
            "required": parameter.required,
            "schema": self.schemas.schema_of(parameter.field, parameter.alias),
        }
        if info.description:
            described["description"] = info.description
        described.update(_examples(info))
        if info.deprecated:
            described["deprecated"] = True
        return described

    def request_body(self, body: Field) -> dict[str, Any]:
        """Describe the whole body of a path operation."""
        info: Any = body.info
        schema = self.schemas.schema_of(body)
        if body.form_parts:
            add_form_constraints(self.schemas, schema, body)
        content = {"schema": schema, **_examples(info)}
        described: dict[str, Any] = {"required": True} if body.required else {}
        described["content"] = {info.media_type: content}
        return described


def summarize(route: APIRoute) -> str:
    """Return what a route says in a line, else its name in title case."""
    return route.summary or route.name.replace("_", " ").title()


def collect_fields(
    routes: list[APIRoute], requirements: dict[int, Requirements]
) -> Iterator[Field]:
    """Go through everything that has a schema in the document.

    Args:
        routes: Those the document is made of.
        requirements: Filled with what each route, and each of its callbacks, needs.
    """
    shown = [route for route in routes if route.include_in_schema]
    for route in shown:
        callbacks = [each for each in route.callbacks or () if isinstance(each, APIRoute)]
        yield from collect_fields(callbacks, requirements)
        requirements[id(route)] = collect_requirements(route.compiled.dependant)
    for route in shown:
        if route.compiled.body_field is not None:
            yield route.compiled.body_field
            yield from route.compiled.body_field.form_parts
    for route in shown:
        for answer in (route.compiled.response_field, route.compiled.item_field):
            if answer is not None:
                yield answer
        yield from route.compiled.response_fields.values()
    for route in shown:
        needs = requirements[id(route)]
        yield from (parameter.field for parameter in (*needs.parameters, *needs.hidden))


def _examples(info: Any) -> dict[str, Any]:
    named = getattr(info, "openapi_examples", None)
    if named:
        return {"examples": _encoders.jsonable_encoder(named)}
    single = getattr(info, "example", PydanticUndefined)
    if single is PydanticUndefined:
        return {}
    return {"example": _encoders.jsonable_encoder(single)}
