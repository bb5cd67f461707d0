"""The documentation pages and the files they are made of; tests/browser looks at them."""

import inspect
import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from sixlane import FastAPI
from sixlane.openapi import assets
from sixlane.openapi.docs import (
    get_redoc_html,
    get_swagger_ui_html,
    get_swagger_ui_oauth2_redirect_html,
)
from sixlane.testclient import TestClient

pytestmark = pytest.mark.skipif(
    not (Path(assets.__file__).parent / "bundled").is_dir(),
    reason="the pages' files are not here: run `make build`",
)

FILES = {
    "swagger-ui-dist@5/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui-dist@5/swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-dist@5/favicon-32x32.png": "image/png",
    "redoc@2/bundles/redoc.standalone.js": "text/javascript; charset=utf-8",
}

EVIL = "</script><script>'\"&\u2028`${x}"


def body_of(response: Any) -> str:
    """The text of a page."""
    return bytes(response.body).decode()


def addresses(page: str) -> set[str]:
    """What a page loads."""
    return set(re.findall(r'(?:src|href|spec-url)="([^"]*)"', page))


@pytest.mark.parametrize("name", FILES)
def test_files_are_served_beside_the_document(name: str) -> None:
    """Each has its content type, and is sent once as long as it stays the same."""
    client = TestClient(FastAPI(openapi_url="/v1/openapi.json"))
    answer = client.get(f"/v1/docs-assets/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == FILES[name]
    assert answer.headers["cache-control"] == "no-cache"
    assert len(answer.content) > 500
    known = {"if-none-match": answer.headers["etag"]}
    assert client.get(f"/v1/docs-assets/{name}", headers=known).status_code == 304


@pytest.mark.parametrize("name", ["none.js", "../docs.py", "%2e%2e/docs.py", "redoc@2"])
def test_nothing_else_is_served(name: str) -> None:
    """Neither what is not there nor what lies outside."""
    client = TestClient(FastAPI())
    assert client.get(f"/docs-assets/{name}").status_code == 404


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
@pytest.mark.parametrize("root_path", ["", "/proxy"])
def test_pages_load_only_what_the_application_serves(page: str, root_path: str) -> None:
    """Every address begins where the application is, and answers 200."""
    app = FastAPI()
    client = TestClient(app, root_path=root_path)
    loaded = addresses(client.get(page).text)
    assert loaded
    for address in loaded:
        assert address.startswith(f"{root_path}/")
        assert client.get(address.removeprefix(root_path)).status_code == 200


@pytest.mark.parametrize("page", ["/docs", "/redoc"])
def test_pages_of_a_mounted_application_load_from_it(page: str) -> None:
    """The path of the mount is part of every address."""
    app = FastAPI(openapi_url=None)
    app.mount("/part", FastAPI())
    client = TestClient(app)
    text = client.get(f"/part{page}").text
    assert "/part/openapi.json" in text
    loaded = addresses(text)
    assert loaded
    assert {client.get(address).status_code for address in loaded} == {200}


def test_pages_turned_off_leave_no_files() -> None:
    """Without pages there is nothing to serve."""
    app = FastAPI(docs_url=None, redoc_url=None)
    assert [route.path for route in app.routes] == ["/openapi.json"]
    assert FastAPI(openapi_url=None).routes == []


def test_page_without_addresses_contains_its_parts() -> None:
    """A page somebody makes works wherever it is served, since it loads only the document."""
    swagger_ui = body_of(get_swagger_ui_html(openapi_url="/o.json", title="T"))
    redoc = body_of(get_redoc_html(openapi_url="/o.json", title="T", with_google_fonts=False))
    assert "SwaggerUIBundle=" in swagger_ui
    assert "Redoc=" in redoc
    for page in (swagger_ui, redoc):
        head = re.sub(r"<(script|style) data-source.*?</\1>", "", page, flags=re.DOTALL)
        assert {each for each in addresses(head) if not each.startswith("data:")} <= {"/o.json"}


def test_bundled_script_cannot_end_its_element() -> None:
    """What would end or confuse a script element is spelled otherwise in the bundles."""
    page = body_of(get_swagger_ui_html(openapi_url="/o.json", title="T"))
    (bundle,) = re.findall(r"<script data-source[^>]*>(.*?)</script>", page, flags=re.DOTALL)
    original = assets.read_asset(assets.SWAGGER_UI_SCRIPT).decode()
    assert "<!--" in original
    assert "<!--" not in bundle
    assert bundle.strip() == original.replace("<!--", r"\x3c!--").strip()


def test_addresses_given_are_kept() -> None:
    """Explicit addresses win over the files of the package."""
    page = body_of(
        get_swagger_ui_html(
            openapi_url="/o.json",
            title="T",
            swagger_js_url="https://cdn.example/a.js?a&b",
            swagger_css_url="/static/a.css",
            swagger_favicon_url="icon.png",
        )
    )
    assert addresses(page) == {"https://cdn.example/a.js?a&amp;b", "/static/a.css", "icon.png"}
    redoc = get_redoc_html(openapi_url="/o.json", title="T", redoc_js_url="/r.js")
    assert {"/r.js", "/o.json"} <= addresses(body_of(redoc))


def test_signatures_are_those_of_the_reference() -> None:
    """The same keyword parameters, optional where the reference's are."""
    reference = pytest.importorskip("fastapi.openapi.docs")
    for function in (get_swagger_ui_html, get_redoc_html, get_swagger_ui_oauth2_redirect_html):
        expected = inspect.signature(getattr(reference, function.__name__)).parameters
        own = inspect.signature(function).parameters
        empty = inspect.Parameter.empty
        assert {name: (each.kind, each.default is empty) for name, each in own.items()} == {
            name: (each.kind, each.default is empty) for name, each in expected.items()
        }


def test_values_cannot_leave_their_place() -> None:
    """Titles, addresses and settings are escaped for where they stand."""
    page = body_of(
        get_swagger_ui_html(
            openapi_url=EVIL,
            title=EVIL,
            swagger_js_url=EVIL,
            swagger_css_url=EVIL,
            swagger_favicon_url=EVIL,
            oauth2_redirect_url=EVIL,
            init_oauth={EVIL: EVIL},
            swagger_ui_parameters={EVIL: EVIL},
        )
    )
    redoc = body_of(
        get_redoc_html(openapi_url=EVIL, title=EVIL, redoc_js_url=EVIL, redoc_favicon_url=EVIL)
    )
    for text in (page, redoc):
        assert "</script><script>" not in text
    assert "<title>&lt;/script&gt;" in page
    (url,) = re.findall(r"^url: '(.*)',$", page, flags=re.MULTILINE)
    assert "'" not in url
    assert json.loads(f'"{url}"') == EVIL


def test_settings_lie_over_the_defaults() -> None:
    """Swagger UI gets the defaults, changed and extended by what is given."""
    app = FastAPI(
        swagger_ui_parameters={"deepLinking": False, "syntaxHighlight": {"theme": "obsidian"}},
        swagger_ui_init_oauth={"clientId": "me"},
    )
    page = TestClient(app).get("/docs").text
    assert '"deepLinking": false,' in page
    assert '"deepLinking": true' not in page
    assert '"syntaxHighlight": {"theme": "obsidian"},' in page
    assert '"dom_id": "#swagger-ui",' in page
    assert 'ui.initOAuth({"clientId": "me"})' in page
    assert "oauth2RedirectUrl: window.location.origin + '/docs/oauth2-redirect'," in page


def test_redirect_page_hands_the_answer_to_its_opener() -> None:
    """The landing page of OAuth2 loads nothing and runs Swagger UI's own script."""
    page = TestClient(FastAPI()).get("/docs/oauth2-redirect").text
    assert "window.opener.swaggerUIRedirectOauth2" in page
    assert addresses(page) == set()


def test_google_fonts_do_not_hold_the_page_up() -> None:
    """They are only asked for where somebody makes the page, and nothing waits for them."""
    fonts = "https://fonts.googleapis.com"
    made = body_of(get_redoc_html(openapi_url="/o.json", title="T", redoc_js_url="/r.js"))
    (element,) = re.findall(rf'<link [^>]*"{fonts}[^>]*>', made)
    assert 'media="print"' in element
    assert fonts not in TestClient(FastAPI()).get("/redoc").text


def test_missing_files_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A checkout where nothing was built says what to do."""
    assets.read_asset.cache_clear()
    monkeypatch.setattr(assets, "_FOLDER", tmp_path)
    with pytest.raises(assets.MissingAssetsError, match="run `make build`"):
        assets.read_asset(assets.ICON)


@pytest.mark.parametrize("package", ["fastapi", "sixlane"])
def test_functions_put_in_the_place_of_the_applications_own_are_called(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Applications name other files like this, which are theirs alone to give."""
    applications = import_module(f"{package}.applications")
    pages = import_module(f"{package}.openapi.docs")

    def swagger_ui(**given: Any) -> Any:
        return pages.get_swagger_ui_html(**given, swagger_js_url="/own.js")

    def redoc(**given: Any) -> Any:
        return pages.get_redoc_html(**given, redoc_js_url="/own-redoc.js")

    def document(**given: Any) -> dict[str, Any]:
        return {"openapi": "3.1.0", "info": {"title": given["title"], "version": "own"}}

    monkeypatch.setattr(applications, "get_swagger_ui_html", swagger_ui)
    monkeypatch.setattr(applications, "get_redoc_html", redoc)
    monkeypatch.setattr(applications, "get_openapi", document)
    client = TestClient(applications.FastAPI(title="Shop"))
    assert "/own.js" in addresses(client.get("/docs").text)
    assert "/own-redoc.js" in addresses(client.get("/redoc").text)
    assert client.get("/openapi.json").json()["info"] == {"title": "Shop", "version": "own"}
