"""The public names and signatures of FastAPI, one by one."""

from fnmatch import fnmatchcase

import pytest
from support.surface import find_differences

NOT_THERE = {
    "fastapi.routing.*websocket_*": "WebSocket routes",
    "fastapi.dependencies.utils.get_stream_item_type": "handlers that yield",
}
"""Features that are not there; the names go with them."""

OTHER_WAY = {
    "fastapi.routing.RouteContext(*)": "made by `iter_route_contexts` alone",
    "fastapi.applications.FastAPI.*api_route(*)": "the application takes all that its router takes",
    "fastapi.dependencies.models.Dependant(*)": "by keyword alone; it knows how it is called",
    "fastapi.dependencies.utils.ParamDetails": "our analysis of a parameter has other steps",
    "fastapi.dependencies.utils.a*_param*": "as `ParamDetails`",
    "fastapi.openapi.utils.get_openapi_operation_request_body": "takes FastAPI's map of schemas",
    "fastapi.openapi.utils.get_openapi_path": "as `get_openapi_operation_request_body`",
    "fastapi.openapi.docs.get_*_html(*_url)": "the pages' files come with the package",
    "fastapi.security.oauth2.OAuth2(flows)": "made at the first use: the models are slow to import",
    "fastapi.encoders.*by_class_tuples": "classes are looked up without a second map",
    "fastapi.exceptions.*ErrorModel": "models without fields that nothing uses",
}
"""What is done otherwise, or not at all, and why."""

OWN_ANNOTATIONS = {
    "fastapi.applications.AppType": "a type variable",
    "fastapi.background.P": "a parameter specification",
    "fastapi.datastructures.DefaultType": "a type variable",
    "fastapi.types.ModelNameMap": "the type of a map that we do not have",
}
"""Names for annotations inside FastAPI."""

DIFFERENCES = NOT_THERE | OTHER_WAY | OWN_ANNOTATIONS


def test_public_names_and_signatures_are_fastapis() -> None:
    """What FastAPI defines or hands on in a public module is here, with its parameters."""
    found = find_differences("fastapi", "sixlane")
    unknown = {
        name: difference
        for name, difference in found.items()
        if not any(fnmatchcase(name, pattern) for pattern in DIFFERENCES)
    }
    assert unknown == {}


@pytest.mark.parametrize("pattern", DIFFERENCES)
def test_the_list_of_differences_has_no_dead_entries(pattern: str) -> None:
    """A difference that is gone leaves the list."""
    assert any(fnmatchcase(name, pattern) for name in find_differences("fastapi", "sixlane"))
