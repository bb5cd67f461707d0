"""Answers in parts: what the document says of each value, by OpenAPI 3.2's `itemSchema`."""

from __future__ import annotations

from typing import Any

from sixlane._compile.route import CompiledRoute
from sixlane._compile.stream import StreamFormat
from sixlane.openapi.schemas import FieldSchemas
from sixlane.responses import EventSourceResponse


def make_stream_content(compiled: CompiledRoute, schemas: FieldSchemas) -> dict[str, Any]:
    """Describe what a handler yields, by media type; empty for an answer of another kind."""
    if not compiled.dependant.kind.is_generator:
        return {}
    item = compiled.item_field
    schema = None if item is None else schemas.schema_of(item)
    if compiled.stream is StreamFormat.JSON_LINES:
        return {"application/jsonl": {"itemSchema": schema or {}}}
    if compiled.stream is StreamFormat.EVENTS:
        return {EventSourceResponse.media_type: {"itemSchema": _event_schema(schema)}}
    return {}


def _event_schema(data_schema: dict[str, Any] | None) -> dict[str, Any]:
    """Describe an event: its data is JSON of the given schema, or a text that is left open."""
    data: dict[str, Any] = {"type": "string"}
    event: dict[str, Any] = {
        "type": "object",
        "properties": {
            "data": data,
            "event": {"type": "string"},
            "id": {"type": "string"},
            "retry": {"type": "integer", "minimum": 0},
        },
    }
    if data_schema is not None:
        data |= {"contentMediaType": "application/json", "contentSchema": data_schema}
        event["required"] = ["data"]
    return event
