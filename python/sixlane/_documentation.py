"""The routes that serve the OpenAPI document and the pages that show it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from sixlane._lazy import lazy_module

if TYPE_CHECKING:
    from sixlane._run import json_answer
    from sixlane.openapi import assets, docs
else:
    json_answer = lazy_module("sixlane._run.json_answer")
    assets = lazy_module("sixlane.openapi.assets")
    docs = lazy_module("sixlane.openapi.docs")


class DocumentedApplication(Protocol):
    """What the documentation needs of an application."""

    title: str
    openapi_url: str | None
    docs_url: str | None
    redoc_url: str | None
    root_path_in_servers: bool
    swagger_ui_oauth2_redirect_url: str | None
    swagger_ui_init_oauth: dict[str, Any] | None
    swagger_ui_parameters: dict[str, Any] | None

    def openapi(self) -> dict[str, Any]: ...

    def add_route(self, path: str, route: Any, *, include_in_schema: bool) -> None: ...


def add_documentation_routes(app: DocumentedApplication, module: str) -> None:
    """Declare the document and the pages that are not turned off.

    Nothing of them is imported before one is asked for.

    Args:
        app: The application.
        module: The application's module, where somebody may put a function of their own for a
            page.
    """
    openapi_url = app.openapi_url
    if not openapi_url:
        return

    async def openapi(request: Request) -> JSONResponse:
        return json_answer.answer_plain(_document_at(app, _root_path(request)))

    app.add_route(openapi_url, openapi, include_in_schema=False)
    # Beside the document, so that whatever forwards requests for it forwards these too.
    assets_url = openapi_url.rpartition("/")[0] + "/docs-assets"
    if app.docs_url:
        _add_swagger_ui(app, app.docs_url, assets_url, module)
    if app.redoc_url:
        _add_redoc(app, app.redoc_url, assets_url, module)
    if app.docs_url or app.redoc_url:

        async def documentation_asset(request: Request) -> Response:
            return await assets.serve_asset(request)

        app.add_route(f"{assets_url}/{{name:path}}", documentation_asset, include_in_schema=False)


def _add_swagger_ui(
    app: DocumentedApplication, docs_url: str, assets_url: str, module: str
) -> None:
    async def swagger_ui_html(request: Request) -> HTMLResponse:
        root_path = _root_path(request)
        redirect_url = app.swagger_ui_oauth2_redirect_url
        files = docs.swagger_ui_assets(root_path + assets_url)
        return _page_function(module, "get_swagger_ui_html", **files)(
            openapi_url=f"{root_path}{app.openapi_url}",
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=root_path + redirect_url if redirect_url else redirect_url,
            init_oauth=app.swagger_ui_init_oauth,
            swagger_ui_parameters=app.swagger_ui_parameters,
        )

    async def swagger_ui_redirect(request: Request) -> HTMLResponse:
        return _page_function(module, "get_swagger_ui_oauth2_redirect_html")()

    app.add_route(docs_url, swagger_ui_html, include_in_schema=False)
    redirect_url = app.swagger_ui_oauth2_redirect_url
    if redirect_url:
        app.add_route(redirect_url, swagger_ui_redirect, include_in_schema=False)


def _add_redoc(app: DocumentedApplication, redoc_url: str, assets_url: str, module: str) -> None:
    async def redoc_html(request: Request) -> HTMLResponse:
        root_path = _root_path(request)
        files = docs.redoc_assets(root_path + assets_url)
        return _page_function(module, "get_redoc_html", with_google_fonts=False, **files)(
            openapi_url=f"{root_path}{app.openapi_url}", title=f"{app.title} - ReDoc"
        )

    app.add_route(redoc_url, redoc_html, include_in_schema=False)


def _page_function(module: str, name: str, **files: Any) -> Callable[..., HTMLResponse]:
    """Return the function that makes a page.

    One that somebody has put in its place is called as FastAPI calls it: most of them name files of
    their own.
    """
    own = getattr(docs, name)
    current: Callable[..., HTMLResponse] = vars(sys.modules[module]).get(name, own)
    return partial(own, **files) if current is own else current


def _root_path(request: Request) -> str:
    root_path: str = request.scope.get("root_path", "")
    return root_path.rstrip("/")


def _document_at(app: DocumentedApplication, root_path: str) -> dict[str, Any]:
    """Return the document, with the path a proxy has stripped as its first server."""
    document = app.openapi()
    servers = document.get("servers", [])
    known = {server.get("url") for server in servers}
    if not root_path or not app.root_path_in_servers or root_path in known:
        return document
    return {**document, "servers": [{"url": root_path}, *servers]}
