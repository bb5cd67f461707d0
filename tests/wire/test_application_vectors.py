"""What a client may send to trouble an application: JSON, paths, ranges, queries and cookies.

Each row has the outcome that is held; where two are allowed, the entrances differ: a server may
refuse a target that an application, called in process, still takes.
"""

import gzip
from pathlib import Path
from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import Body, FastAPI, Request, Response
from sixlane.staticfiles import StaticFiles

JSON_TYPE = {"content-type": "application/json"}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """Echo what is sent, beside a folder of files with secrets around it."""
    folder = tmp_path / "static"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/index.html").write_text("index")
    (folder / "file").write_bytes(b"x" * 100_000)
    (tmp_path / "static_secret").mkdir()
    for secret in ("secret", "static_secret/secret"):
        (tmp_path / secret).write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    app = FastAPI()
    app.mount("/static", StaticFiles(directory=folder, html=True))

    @app.post("/json")
    async def echo(body: Annotated[Any, Body()]):  # type: ignore[no-untyped-def]
        return body

    @app.get("/header")
    async def set_header(value: str) -> Response:
        return Response("text", headers={"x-value": value})

    @app.get("/slash/")
    async def slash() -> int:
        return 1

    @app.get("/item/{name:path}/")
    async def item(name: str) -> str:
        return name

    @app.get("/query")
    async def count(request: Request) -> int:
        return len(request.query_params)

    @app.get("/cookies")
    async def cookies(request: Request) -> dict[str, str]:
        return request.cookies

    return app


@pytest.mark.parametrize(
    ("sent", "status", "answer"),
    [
        pytest.param(b"[" * 100_000, 400, None, id="J01-depth"),
        pytest.param(b"1" * 5_000, 400, None, id="J02-long-integer"),
        pytest.param(b"NaN", 200, b"null", id="J03-nan"),
        pytest.param(b"[-Infinity]", 200, b"[null]", id="J03-infinity"),
        pytest.param(b"1e999", 200, b"null", id="J04-overflow"),
        pytest.param(b'{"a":1,"a":2}', 200, b'{"a":2}', id="J05-the-last-key-wins"),
        pytest.param(b'"\xff"', 400, None, id="J06-invalid-utf-8"),
        pytest.param(b'"\\ud800"', 200, b'"\\ud800"', id="J07-lone-surrogate"),
        pytest.param(b'{"\\udfff":1e999}', 200, b'{"\\udfff":null}', id="J07-in-a-key"),
        pytest.param('"hi"'.encode("utf-16"), 200, b'"hi"', id="J08-utf-16-is-accepted"),
        pytest.param(b"1 x", 422, None, id="J09-trailing-bytes"),
        pytest.param(b"", 422, None, id="J10-empty"),
        pytest.param(b'"\\u0000"', 200, b'"\\u0000"', id="J11-nul"),
        pytest.param(gzip.compress(b"1", mtime=0), 400, None, id="J12-compressed-untold"),
    ],
)
def test_json(
    open_client: OpenClient, app: FastAPI, sent: bytes, status: int, answer: bytes | None
) -> None:
    """What a handler echoes is answered, even where JSON has no form for it."""
    response = open_client(app).post("/json", content=sent, headers=JSON_TYPE)
    assert response.status_code == status
    assert answer is None or response.content == answer


@pytest.mark.parametrize(
    "body", [gzip.compress(b"1", mtime=0), b"no gzip"], ids=["J12-compressed", "J12-in-name-only"]
)
def test_compressed_json_is_refused(open_client: OpenClient, app: FastAPI, body: bytes) -> None:
    """The answer tells which codings are taken."""
    headers = {**JSON_TYPE, "content-encoding": "gzip"}
    response = open_client(app).post("/json", content=body, headers=headers)
    assert (response.status_code, response.headers["accept-encoding"]) == (415, "identity")


@pytest.mark.parametrize("value", ["a%0d%0aX-Evil:%201", "a%00b"], ids=["H01-crlf", "H02-nul"])
def test_header_values_never_split_an_answer(
    open_client: OpenClient, app: FastAPI, value: str
) -> None:
    """No value adds a header: the engine answers 500, in process it stays whole."""
    response = open_client(app, raise_server_exceptions=False).get(f"/header?value={value}")
    assert "x-evil" not in response.headers
    assert response.status_code in {200, 500}


@pytest.mark.parametrize(
    ("path", "statuses", "location"),
    [
        pytest.param("/slash", {307}, "http://host/slash/", id="R01-slash"),
        pytest.param("//evil.com/slash", {404}, None, id="R03-authority"),
        pytest.param("/item//evil.com", {307}, "http://host/item//evil.com/", id="R04-inside"),
        pytest.param("/item/%0d%0aX:1", {404}, None, id="R05-crlf"),
        pytest.param("/static/../secret", {404}, None, id="S01-parent"),
        pytest.param("/static/%2e%2e/secret", {404}, None, id="S02-escaped-dots"),
        pytest.param("/static/..%2fsecret", {404}, None, id="S03-escaped-slash"),
        pytest.param("/static/..%5csecret", {404}, None, id="S04-escaped-backslash"),
        pytest.param("/static/%00", {400, 404}, None, id="S05-nul"),
        pytest.param("/static//etc/passwd", {404}, None, id="S06-absolute"),
        pytest.param("/static/link", {404}, None, id="S07-link-out"),
        pytest.param("/static/" + "a" * 5_000, {404}, None, id="S08-long-name"),
        pytest.param("/static/sub", {307}, "http://host/static/sub/", id="S09-folder"),
        pytest.param("/static/../static_secret/secret", {404}, None, id="sibling-folder"),
        pytest.param("/static/%ff", {404}, None, id="invalid-utf-8"),
        pytest.param("/query?%zz%ff", {200}, None, id="Q02-invalid-escapes"),
        pytest.param(
            "/query?" + "&".join(f"a{index}=1" for index in range(5_000)),
            {200, 414},
            None,
            id="Q01-many-parameters",
        ),
    ],
)
def test_targets(
    open_client: OpenClient, app: FastAPI, path: str, statuses: set[int], location: str | None
) -> None:
    """No path leaves its folder or its origin."""
    client = open_client(app, follow_redirects=False)
    response = client.get("http://host" + path)
    assert response.status_code in statuses
    assert response.headers.get("location") == location


@pytest.mark.parametrize(
    ("ranges", "status", "size"),
    [
        pytest.param("0-0," * 999 + "1-1", 200, 100_000, id="S10-a-thousand"),
        pytest.param("0-," * 999 + "0-", 200, 100_000, id="S11-overlapping"),
        pytest.param("-0", 416, 0, id="S12-empty-suffix"),
        pytest.param("9999999-", 416, 0, id="S13-beyond-the-end"),
        pytest.param("abc", 400, None, id="S14-no-range"),
        pytest.param("5-2", 400, None, id="S15-reversed"),
        pytest.param("1" * 5_000 + "-", 400, None, id="long-number"),
        pytest.param("\xb2-", 400, None, id="superscript-digit"),
    ],
)
def test_ranges(
    open_client: OpenClient, app: FastAPI, ranges: str, status: int, size: int | None
) -> None:
    """A range never costs more than the file."""
    headers = {b"range": b"bytes=" + ranges.encode("latin-1")}
    response = open_client(app).get("/static/file", headers=headers)
    assert response.status_code == status
    assert size is None or len(response.content) == size
    if status == 416:
        assert response.headers["content-range"] == "bytes */100000"


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        pytest.param(["a=1; a=2"], {"a": "2"}, id="K02-the-last-wins"),
        pytest.param(['a="x; b=1"; c=2'], {"a": '"x', "b": '1"', "c": "2"}, id="K03-quotes"),
        pytest.param(["a=1", "b=2"], {"a": "1", "b": "2"}, id="K04-two-lines"),
        pytest.param(['a="' + r"\012" * 7_500 + '"'], {"a": "\n" * 7_500}, id="K05-escapes"),
        pytest.param(
            ["=__Host-a=1; b=2"],
            {"b": "2"},
            id="K01-nameless",
        ),
    ],
)
def test_cookies(
    open_client: OpenClient, app: FastAPI, lines: list[str], read: dict[str, str]
) -> None:
    """Cookies are split at semicolons alone."""
    headers = [("cookie", line) for line in lines]
    assert open_client(app).get("/cookies", headers=headers).json() == read
