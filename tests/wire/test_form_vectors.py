"""What a client may send to trouble the parsers of forms."""

import encodings
from typing import Annotated, Any

import pytest
from support.client import OpenClient

from sixlane import FastAPI, Form, Request

DISPOSITION = b'Content-Disposition: form-data; name="f"'


def _part(head: bytes = DISPOSITION, content: bytes = b"v") -> bytes:
    return b"--b\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def _form(*parts: bytes) -> bytes:
    return b"".join(parts) + b"--b--\r\n"


FILE = DISPOSITION + b'; filename="x"'
EXTRA = DISPOSITION + b"\r\n"
MULTIPART = "multipart/form-data; boundary=b"
URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body", "status", "items"),
    [
        pytest.param(MULTIPART, _form(*[_part()] * 1001), 400, None, id="M01-fields"),
        pytest.param(MULTIPART, _form(*[_part(FILE)] * 1001), 400, None, id="M02-files"),
        pytest.param(
            MULTIPART, _form(_part(content=b"a" * 1_100_000)), 400, None, id="M03-long-field"
        ),
        pytest.param(URLENCODED, b"a=1&" * 200_000, 400, None, id="M04-urlencoded-fields"),
        pytest.param(
            MULTIPART,
            _form(_part(EXTRA + b"A: b\r\n" * 10_000 + b"A: b")),
            400,
            None,
            id="M05-heads",
        ),
        pytest.param(
            MULTIPART,
            _form(_part(EXTRA + b"A: " + b"b" * 1_000_000)),
            400,
            None,
            id="M06-long-head",
        ),
        pytest.param(
            "multipart/form-data; boundary=" + "b" * 5_000, _form(), 400, None, id="M07-boundary"
        ),
        pytest.param(
            MULTIPART,
            _part(),
            400,
            None,
            id="M08-truncated",
        ),
        pytest.param("multipart/form-data", _form(_part()), 400, None, id="M09-no-boundary"),
        pytest.param(
            MULTIPART, b"\r\n" * 1_500_000 + _form(_part()), 200, [["f", "v"]], id="M10-preamble"
        ),
        pytest.param(
            MULTIPART, _form(_part()) + b"x" * 3_000_000, 200, [["f", "v"]], id="M11-epilogue"
        ),
        pytest.param(
            MULTIPART,
            _form(_part(DISPOSITION + b'; filename="../../etc/passwd"')),
            200,
            [["f", "passwd", 1]],
            id="M12-path",
        ),
        pytest.param(
            MULTIPART,
            _form(_part(DISPOSITION + b"; filename=\"safe.txt\"; filename*=UTF-8''evil")),
            200,
            [["f", "safe.txt", 1]],
            id="M13-the-plain-name-wins",
        ),
        pytest.param(
            MULTIPART, _form(_part(b"Content-Disposition: form-data")), 400, None, id="M14-no-name"
        ),
        pytest.param(
            MULTIPART,
            _form(_part(EXTRA + b"Content-Type: text/plain; charset=utf-16", b"v\0")),
            200,
            [["f", "v\0"]],
            id="M15-charset-of-a-part",
        ),
        pytest.param(MULTIPART, b"no form at all", 400, None, id="M16-no-form"),
        pytest.param(
            MULTIPART,
            _form(_part(FILE, b"\r" + b"a" * 3_000_000)),
            200,
            [["f", "x", 3_000_001]],
            id="M17-carriage-return",
        ),
        pytest.param(
            URLENCODED, b"a;" * 300_000 + b"=1", 200, [["a;" * 300_000, "1"]], id="M18-semicolons"
        ),
        pytest.param(
            MULTIPART,
            _form(_part(content=b"\xff\xfe")),
            200,
            [["f", "\xff\xfe"]],
            id="M19-latin-1-where-it-is-no-utf-8",
        ),
        pytest.param(
            MULTIPART + "; a=b" * 3_000, _form(_part()), 200, [["f", "v"]], id="M20-parameters"
        ),
    ],
)
def test_forms(
    open_client: OpenClient, content_type: str, body: bytes, status: int, items: list[Any] | None
) -> None:
    """A form within the limits is read as it was sent, any other refused."""
    app = FastAPI()

    @app.post("/form")
    async def read(request: Request) -> list[Any]:
        async with request.form() as form:
            return [_describe(name, value) for name, value in form.multi_items()]

    headers = {"content-type": content_type}
    response = open_client(app).post("/form", content=body, headers=headers)
    assert response.status_code == status
    assert items is None or response.json() == items


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "hex", "?"])
def test_what_is_no_character_set_is_latin_1(open_client: OpenClient, charset: str) -> None:
    """Python's other codecs are not the client's: some fail otherwise, or take quadratic time."""
    app = FastAPI()

    @app.post("/form")
    async def read(request: Request) -> list[Any]:
        async with request.form() as form:
            return [_describe(name, value) for name, value in form.multi_items()]

    body = _form(_part(content=b"xn--999\\-\xe9"))
    headers = {"content-type": f"{MULTIPART}; charset={charset}"}
    response = open_client(app).post("/form", content=body, headers=headers)
    assert (response.status_code, response.json()) == (200, [["f", "xn--999\\-\xe9"]])


def test_names_of_character_sets_are_not_kept(open_client: OpenClient) -> None:
    """A client cannot fill the memory with names that there are no codecs for."""
    app = FastAPI()

    @app.post("/form")
    async def read(f: Annotated[str, Form()]) -> str:
        return f

    client = open_client(app)
    kept = dict(encodings._cache)  # type: ignore[attr-defined]
    for number in range(3):
        headers = {"content-type": f"{MULTIPART}; charset=none-{number}"}
        assert client.post("/form", content=_form(_part()), headers=headers).json() == "v"
    assert encodings._cache.keys() == kept.keys()  # type: ignore[attr-defined]


def _describe(name: str, value: Any) -> list[Any]:
    return [name, value] if isinstance(value, str) else [name, value.filename, value.size]
