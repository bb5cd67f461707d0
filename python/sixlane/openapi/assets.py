"""The files of Swagger UI and ReDoc, which come with the package.

They are fetched when the package is built (`make build`) and kept beside this module, in folders
called as on the npm registry.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from sixlane.exceptions import FastAPIError

PACKAGED = "package:"
"""Begins an address that means a file of this folder rather than one on the network."""

SWAGGER_UI_SCRIPT = "swagger-ui-dist@5/swagger-ui-bundle.js"
SWAGGER_UI_STYLE = "swagger-ui-dist@5/swagger-ui.css"
SWAGGER_UI_REDIRECT = "swagger-ui-dist@5/oauth2-redirect.js"
REDOC_SCRIPT = "redoc@2/bundles/redoc.standalone.js"
ICON = "swagger-ui-dist@5/favicon-32x32.png"

_FOLDER = Path(__file__).parent / "bundled"


class MissingAssetsError(FastAPIError):
    """The package was put together without the files of the documentation pages."""


@cache
def read_asset(name: str) -> bytes:
    """Return the content of one of the files named above.

    Raises:
        MissingAssetsError: It is not there.
    """
    try:
        return (_FOLDER / name).read_bytes()
    except OSError:
        message = f"{_FOLDER / name} is missing: in a checkout of Sixlane, run `make build`"
        raise MissingAssetsError(message) from None


async def serve_asset(request: Request) -> Response:
    """Answer with the file that the path parameter "name" says, or 404.

    Browsers keep it and ask whether it is still the same, which costs an answer without body.
    """
    response = await _files().get_response(request.path_params["name"], request.scope)
    response.headers["cache-control"] = "no-cache"
    return response


def script_element(url: str) -> str:
    """Make the element that loads a script, or that is the script if it comes with the package."""
    if not url.startswith(PACKAGED):
        return f'<script src="{escape(url)}"></script>'
    # Neither may stand inside a script element; to JavaScript both spellings are the same.
    text = _read_text(url).replace("</script", r"\x3c/script").replace("<!--", r"\x3c!--")
    return f'<script data-source="{escape(url)}">\n{text}\n</script>'


def style_element(url: str) -> str:
    """Make the element that loads a style sheet, or that is the sheet."""
    if not url.startswith(PACKAGED):
        return f'<link rel="stylesheet" href="{escape(url)}">'
    text = _read_text(url).replace("</style", r"<\/style")
    return f'<style data-source="{escape(url)}">\n{text}\n</style>'


def icon_element(url: str) -> str:
    """Make the element that loads the icon of the browser's tab, or that has it inside."""
    if not url.startswith(PACKAGED):
        return f'<link rel="icon" href="{escape(url)}">'
    data = b64encode(read_asset(url.removeprefix(PACKAGED))).decode()
    return f'<link rel="icon" data-source="{escape(url)}" href="data:image/png;base64,{data}">'


def _read_text(url: str) -> str:
    return read_asset(url.removeprefix(PACKAGED)).decode()


@cache
def _files() -> StaticFiles:
    return StaticFiles(directory=_FOLDER, check_dir=False)
