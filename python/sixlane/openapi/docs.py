"""The pages that show the document to people: Swagger UI and ReDoc.

Without addresses of their own they hold all they need: no request leaves for another host.
"""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from sixlane._lazy import lazy_module
from sixlane._reexports import reexported_names
from sixlane.openapi.assets import (
    ICON,
    PACKAGED,
    REDOC_SCRIPT,
    SWAGGER_UI_REDIRECT,
    SWAGGER_UI_SCRIPT,
    SWAGGER_UI_STYLE,
    icon_element,
    script_element,
    style_element,
)

if not TYPE_CHECKING:
    __getattr__ = reexported_names(__name__)

_encoders = lazy_module("sixlane.encoders")

swagger_ui_default_parameters: dict[str, Any] = {
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "showExtensions": True,
    "showCommonExtensions": True,
}
"""Settings of Swagger UI where nobody says otherwise."""

_NEW_LINE = "\n"
_GOOGLE_FONTS = "https://fonts.googleapis.com/css?family=Montserrat:300,400,700|Roboto:300,400,700"


def get_swagger_ui_html(
    *,
    openapi_url: str,
    title: str,
    swagger_js_url: str = PACKAGED + SWAGGER_UI_SCRIPT,
    swagger_css_url: str = PACKAGED + SWAGGER_UI_STYLE,
    swagger_favicon_url: str = PACKAGED + ICON,
    oauth2_redirect_url: str | None = None,
    init_oauth: dict[str, Any] | None = None,
    swagger_ui_parameters: dict[str, Any] | None = None,
) -> HTMLResponse:
    """Make the page of Swagger UI.

    Args:
        openapi_url: Where the page loads the document from.
        title: Title of the page.
        swagger_js_url: Where the page loads Swagger UI's script from. By default the page contains
            it, so that it works wherever it is served; the same goes for the next two.
        swagger_css_url: Its style sheet.
        swagger_favicon_url: The icon of the browser's tab.
        oauth2_redirect_url: Path where an OAuth2 server sends users back to, on this host.
        init_oauth: Settings of Swagger UI's OAuth2 client.
        swagger_ui_parameters: Settings of Swagger UI, over `swagger_ui_default_parameters`.
    """
    parameters = {**swagger_ui_default_parameters, **(swagger_ui_parameters or {})}
    settings = [f"url: {_quote(openapi_url)},"]
    settings += [f"{_to_script(name)}: {_to_script(value)}," for name, value in parameters.items()]
    if oauth2_redirect_url:
        redirect = f"window.location.origin + {_quote(oauth2_redirect_url)}"
        settings.append(f"oauth2RedirectUrl: {redirect},")
    sign_in = f"ui.initOAuth({_to_script(init_oauth)})" if init_oauth else ""
    head = [style_element(swagger_css_url), icon_element(swagger_favicon_url)]
    body = f"""<div id="swagger-ui"></div>
{script_element(swagger_js_url)}
<script>
const ui = SwaggerUIBundle({{
{_NEW_LINE.join(settings)}
presets: [
SwaggerUIBundle.presets.apis,
SwaggerUIBundle.SwaggerUIStandalonePreset
],
}})
{sign_in}
</script>"""
    return _page(title, head, body)


def get_redoc_html(
    *,
    openapi_url: str,
    title: str,
    redoc_js_url: str = PACKAGED + REDOC_SCRIPT,
    redoc_favicon_url: str = PACKAGED + ICON,
    with_google_fonts: bool = True,
) -> HTMLResponse:
    """Make the page of ReDoc.

    Args:
        openapi_url: Where the page loads the document from.
        title: Title of the page.
        redoc_js_url: Where the page loads ReDoc's script from. By default the page contains it, so
            that it works wherever it is served; the same goes for the icon.
        redoc_favicon_url: The icon of the browser's tab.
        with_google_fonts: Whether to ask Google for ReDoc's fonts. The page does not wait for the
            answer. The application's own page does not ask.
    """
    head = [icon_element(redoc_favicon_url), "<style>body { margin: 0; padding: 0 }</style>"]
    if with_google_fonts:
        # A sheet for printing holds nothing up; once it is there it counts for the screen too.
        head.append(
            f'<link rel="stylesheet" href="{_GOOGLE_FONTS}" media="print" onload="media=`all`">'
        )
    body = f"""<noscript>ReDoc needs JavaScript to show this page.</noscript>
<redoc spec-url="{escape(openapi_url)}"></redoc>
{script_element(redoc_js_url)}"""
    return _page(title, head, body)


def get_swagger_ui_oauth2_redirect_html() -> HTMLResponse:
    """Make the page that an OAuth2 server sends users of Swagger UI back to."""
    return _page("Swagger UI: OAuth2 Redirect", [], script_element(PACKAGED + SWAGGER_UI_REDIRECT))


def swagger_ui_assets(folder: str) -> dict[str, str]:
    """Address the parts of Swagger UI in the folder where an application serves them."""
    return {
        "swagger_js_url": f"{folder}/{SWAGGER_UI_SCRIPT}",
        "swagger_css_url": f"{folder}/{SWAGGER_UI_STYLE}",
        "swagger_favicon_url": f"{folder}/{ICON}",
    }


def redoc_assets(folder: str) -> dict[str, str]:
    """Address the parts of ReDoc in the folder where an application serves them."""
    return {"redoc_js_url": f"{folder}/{REDOC_SCRIPT}", "redoc_favicon_url": f"{folder}/{ICON}"}


def _page(title: str, head: list[str], body: str) -> HTMLResponse:
    return HTMLResponse(f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title, quote=False)}</title>
{_NEW_LINE.join(head)}
</head>
<body>
{body}
</body>
</html>
""")


def _to_script(value: Any) -> str:
    """Write a value as JavaScript that cannot end the script element it stands in."""
    text = json.dumps(_encoders.jsonable_encoder(value))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")


def _quote(text: str) -> str:
    """Write a text as JavaScript in single quotes."""
    inner = _to_script(text)[1:-1].replace("'", r"\u0027")
    return f"'{inner}'"
