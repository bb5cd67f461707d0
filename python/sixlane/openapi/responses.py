"""The answers of an operation: the successful one, those declared beside it, and the automatic 422.

The order of keys is the order in which FastAPI adds them.
"""

from __future__ import annotations

import inspect
from copy import deepcopy
from functools import lru_cache
from http.client import responses as reason_phrases
from typing import Any

from starlette.responses import JSONResponse

from sixlane._compile.checks import STATUS_RANGES, Site, check_answer_codes
from sixlane._routing.route import APIRoute
from sixlane._run.status import allows_body
from sixlane.openapi.constants import REF_PREFIX
from sixlane.openapi.merging import merge_into
from sixlane.openapi.schemas import FieldSchemas
from sixlane.openapi.streams import make_stream_content

VALIDATION_ERROR: dict[str, Any] = {
    "title": "ValidationError",
    "type": "object",
    "properties": {
        "loc": {
            "title": "Location",
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
        },
        "msg": {"title": "Message", "type": "string"},
        "type": {"title": "Error Type", "type": "string"},
        "input": {"title": "Input"},
        "ctx": {"title": "Context", "type": "object"},
    },
    "required": ["loc", "msg", "type"],
}
"""One error of a 422 answer."""

VALIDATION_ERROR_RESPONSE: dict[str, Any] = {
    "title": "HTTPValidationError",
    "type": "object",
    "properties": {
        "detail": {
            "title": "Detail",
            "type": "array",
            "items": {"$ref": REF_PREFIX + "ValidationError"},
        }
    },
}
"""The body of a 422 answer."""


def make_responses(route: APIRoute, schemas: FieldSchemas) -> dict[str, Any]:
    """Describe the successful answer and those the route declares beside it."""
    check_answer_codes(Site(route.endpoint, route.path), route.responses)
    compiled = route.compiled
    success: dict[str, Any] = {"description": route.response_description}
    status_code = compiled.status_code
    if status_code is None or allows_body(status_code):
        content = make_stream_content(compiled, schemas) or _make_content(route, schemas)
        if content:
            success["content"] = content
    if status_code is None:
        status_code = _default_status(compiled.response_class)  # type: ignore[arg-type]  # a class
    answers = {str(status_code): success}
    for declared_code, declared in route.responses.items():
        key = str(declared_code).upper()
        answer = answers.setdefault("default" if key == "DEFAULT" else key, {})
        description = declared.get("description") or answer.get("description")
        merge_into(answer, _declared_answer(route, declared_code, schemas))
        answer["description"] = description or _status_text(key)
    return answers


def add_validation_answer(answers: dict[str, Any]) -> bool:
    """Add the 422 answer, unless the route declares one that covers it; tell whether it did."""
    if not answers.keys().isdisjoint(("422", "4XX", "default")):
        return False
    schema = {"$ref": REF_PREFIX + "HTTPValidationError"}
    answers["422"] = {
        "description": "Validation Error",
        "content": {"application/json": {"schema": schema}},
    }
    return True


def _make_content(route: APIRoute, schemas: FieldSchemas) -> dict[str, Any]:
    media_type = route.compiled.response_class.media_type
    return {media_type: {"schema": _success_schema(route, schemas)}} if media_type else {}


def _success_schema(route: APIRoute, schemas: FieldSchemas) -> dict[str, Any]:
    compiled = route.compiled
    if not _is_json(compiled.response_class):
        return {"type": "string"}
    return schemas.schema_of(compiled.response_field) if compiled.response_field else {}


def _declared_answer(
    route: APIRoute, status_code: int | str, schemas: FieldSchemas
) -> dict[str, Any]:
    declared: dict[str, Any] = deepcopy(
        {name: value for name, value in route.responses[status_code].items() if name != "model"}
    )
    field = route.compiled.response_fields.get(status_code)
    if field is not None:
        media_type = route.compiled.response_class.media_type or "application/json"
        content = declared.setdefault("content", {}).setdefault(media_type, {})
        merge_into(content.setdefault("schema", {}), schemas.schema_of(field))
    return declared


def _status_text(code: str) -> str:
    known = STATUS_RANGES.get(code) or reason_phrases.get(int(code))
    return known or "Additional Response"


def _is_json(response_class: Any) -> bool:
    return isinstance(response_class, type) and issubclass(response_class, JSONResponse)


@lru_cache
def _default_status(response_class: Any) -> int:
    parameter = inspect.signature(response_class.__init__).parameters.get("status_code")
    declared = parameter.default if parameter is not None else None
    return declared if isinstance(declared, int) else 200
