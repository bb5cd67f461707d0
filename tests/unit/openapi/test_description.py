"""What an application says about itself in its document, beside FastAPI."""

import importlib
import json
from typing import Any

import pytest
from pydantic import ValidationError

DESCRIPTIONS: dict[str, dict[str, Any]] = {
    "contact's URL as number": {"contact": {"url": 5}},
    "contact's URL as text that is none": {"contact": {"url": "nobody"}},
    "contact with extension": {"contact": {"url": "https://Example.com", "x-a": 1}},
    "contact as text": {"contact": "we"},
    "license without name": {"license_info": {"url": "https://example.com"}},
    "license": {"license_info": {"url": "https://example.com", "name": "MIT"}},
    "summary as number": {"summary": 5},
    "title as number": {"title": 5},
    "version as number": {"version": 1},
    "tag without name": {"openapi_tags": [{"nme": "x"}]},
    "tag of a number": {"openapi_tags": [{"name": 5}]},
    "tags as object": {"openapi_tags": {"name": "x"}},
    "tags as tuple": {"openapi_tags": ({"name": "x", "description": "d"},)},
    "tag's documentation without URL": {
        "openapi_tags": [{"name": "x", "externalDocs": {"a": "b"}}]
    },
    "tag's documentation": {
        "openapi_tags": [{"externalDocs": {"url": "http://a.b", "description": "d"}, "name": "x"}]
    },
    "server without URL": {"servers": [{"description": "x"}]},
    "server's URL as number": {"servers": [{"url": 5}]},
    "server's variable without default": {
        "servers": [{"url": "/{p}", "variables": {"p": {"enum": ["x"]}}}]
    },
    "server's variable without choices": {
        "servers": [{"url": "/{p}", "variables": {"p": {"enum": [], "default": "x"}}}]
    },
    "server's variable": {
        "servers": [{"variables": {"p": {"default": "x", "enum": ["x"]}}, "url": "/{p}"}]
    },
    "documentation's text as number": {
        "openapi_external_docs": {"url": "https://x.y", "description": 3}
    },
    "documentation": {"openapi_external_docs": {"description": "d", "url": "https://x.y"}},
}


def describe(package: str, options: dict[str, Any]) -> str:
    """Write an application's document, or why there is none."""
    try:
        return json.dumps(importlib.import_module(package).FastAPI(**options).openapi())
    except ValidationError as error:
        return str(error)


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_description_is_taken_or_refused_as_by_the_reference(name: str) -> None:
    """With the same words; a reader of the document can rely on what OpenAPI says."""
    options = DESCRIPTIONS[name]
    assert describe("sixlane", options) == describe("fastapi", options)
