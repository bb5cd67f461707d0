"""Multipart forms: files, texts beside them, and what browsers and odd clients make of them."""

from collections.abc import Iterator
from importlib import import_module
from random import Random
from typing import Annotated, Any

from pydantic import ConfigDict, create_model

from differential.exchange import Request

CRLF = b"\r\n"
BOUNDARY = b"boundary-1.2_3"
MULTIPART = b"multipart/form-data; boundary=" + BOUNDARY

WHOLE = 1024 * 1024 + 64 * 1024
"""The longest body that is taken apart natively."""


def build(framework: str, _events: list[str]) -> Any:
    """Make the app."""
    web = import_module(framework)
    app = web.FastAPI()
    file_type = web.UploadFile

    @app.post("/file")
    async def file(file: file_type) -> Any:
        content = await file.read()
        return [*_describe(file), content.hex()[:2000], file.file.read().hex()]

    @app.post("/changed")
    async def change(file: file_type) -> Any:
        before = len(await file.read())
        await file.write(b"more")
        await file.seek(2)
        return [before, file.size, (await file.read()).hex()[-40:]]

    @app.post("/optional")
    def optional(file: file_type | None = None, note: Annotated[str, web.Form()] = "none") -> Any:
        return [file and _describe(file), file and file.file.read().hex()[:2000], note]

    @app.post("/several")
    async def several(
        file: list[file_type],
        note: Annotated[int, web.Form()] = 1,
        tags: Annotated[list[str] | None, web.Form()] = None,
    ) -> Any:
        return [[_describe(each) for each in file], note, tags]

    @app.post("/texts/{size}")
    async def texts(
        size: int,
        note: Annotated[str, web.Form(max_length=9)],
        rate: Annotated[float, web.Form()] = 0.5,
        file: Annotated[str | None, web.Form()] = None,
    ) -> Any:
        return [size, note, rate, file]

    _add_models(app, web)
    _add_endings(app, web)
    return app


def _add_models(app: Any, web: Any) -> None:
    file_type = web.UploadFile
    single = create_model("Single", note=str, file=file_type)
    several = create_model(
        "Several",
        __config__=ConfigDict(extra="forbid"),
        note=(int, 1),
        file=list[file_type],
    )
    content = create_model(
        "Content", __config__=ConfigDict(extra="allow"), file=(bytes | None, None)
    )

    @app.post("/models/single")
    async def read_single(data: Annotated[single, web.File()]) -> Any:
        return [data.note, _describe(data.file), (await data.file.read()).hex()[:2000]]

    @app.post("/models/several")
    def read_several(data: Annotated[several, web.File()]) -> Any:
        return [data.note, [_describe(each) for each in data.file]]

    @app.post("/models/content")
    async def read_content(data: Annotated[content, web.File()]) -> Any:
        return [data.file, sorted(data.model_extra)]

    @app.post("/models/optional")
    async def read_optional(data: Annotated[single | None, web.File()] = None) -> Any:
        return data and [data.note, _describe(data.file)]

    @app.post("/models/union")
    async def read_union(data: Annotated[single | several, web.File()]) -> Any:
        return [type(data).__name__, sorted(data.model_fields_set)]

    @app.post("/models/beside")
    async def read_beside(
        data: Annotated[single, web.File()],
        tags: Annotated[list[str] | None, web.Form()] = None,
        file: file_type | None = None,
    ) -> Any:
        return [data.note, _describe(data.file), tags, file and _describe(file)]


def _add_endings(app: Any, web: Any) -> None:
    file_type = web.UploadFile
    responses = import_module("starlette.responses")
    limited = web.APIRouter(form_limits={"max_fields": 1, "max_files": 1, "max_part_size": 9})

    @limited.post("/limited")
    async def read_limited(file: file_type, note: Annotated[str, web.Form()] = "") -> Any:
        return [_describe(file), note]

    @app.post("/response")
    async def respond(file: file_type) -> Any:
        return responses.PlainTextResponse(await file.read(3))

    @app.post("/raises")
    async def fail(file: file_type) -> Any:
        raise web.HTTPException(418, str(file.filename))

    @app.post("/undumpable")
    async def answer_with_file(file: file_type) -> Any:
        return {file.filename: {1, 2}}

    app.include_router(limited)


def _describe(file: Any) -> list[Any]:
    return [file.filename, file.content_type, file.size, sorted(file.headers.items())]


_PATHS = (
    "/file", "/changed", "/optional", "/several", "/texts/3", "/limited", "/response", "/raises",
    "/undumpable", "/models/single", "/models/several", "/models/content", "/models/optional",
    "/models/union", "/models/beside",
)  # fmt: skip
_NAMES = (b"file", b"file", b"file", b"note", b"note", b"tags", b"rate", b"caf\xc3\xa9", b"")
_FILENAMES = (
    b"a.txt", b"a b;c.txt", b"", b"caf\xc3\xa9.txt", b"\xff", b"C:\\\\a.txt", b"a\\\"b", b"%22",
    b"sub/x", b"a'b", b"filename", b" ", b"a=b",
)  # fmt: skip
_CONTENTS = (
    b"", b"hello", b"\r\n", b"\r\n--", CRLF + b"--" + BOUNDARY[:-1], b"\x00\xff", b"1", b"2.5",
    b"caf\xc3\xa9", b"caf\xe9", b"-" * 30, b"\r" * 5, b"x" * 300, b"--" + BOUNDARY + b"--",
    CRLF + b"--" + BOUNDARY + b"x",
)  # fmt: skip
_DISPOSITIONS = (
    b'form-data; filename="b"; name="file"', b'form-data;name="file";filename="b"',
    b"form-data; name=file; filename=b", b'FORM-DATA; name="file"; filename="b"',
    b'form-data; name="note"; name="file"; filename="b"', b'attachment; name="file"; filename="b"',
    b"form-data; name=\"file\"; filename*=utf-8''%61", b'form-data; Name="file"; filename="b"',
    b'form-data; name="file" ; filename="b"', b'form-data; name="file"; filename="b"; x=y',
    b'form-data; name="file"; filename="b";', b'form-data; name="file', b"form-data",
    b'form-data; name="file"; filename="b" ',
)  # fmt: skip
_TYPES = (
    b'multipart/form-data; boundary="' + BOUNDARY + b'"',
    b"multipart/form-data;boundary=" + BOUNDARY,
    b"Multipart/Form-Data; boundary=" + BOUNDARY, MULTIPART + b"; charset=latin-1",
    b"multipart/form-data; charset=utf-8; boundary=" + BOUNDARY, b"multipart/mixed; boundary=x",
    b"multipart/form-data; boundary=other", b"multipart/form-data; boundary=",
    b"multipart/form-data; boundary=a b",
)  # fmt: skip


def requests() -> Iterator[Request]:
    """Make forms by chance, and those that are at a limit."""
    random = Random(11)
    for path in _PATHS:
        for _ in range(40):
            parts = [_make_part(random) for _ in range(random.choice((1, 1, 2, 3, 5)))]
            yield _form(path, parts, chunked=random.random() < 0.1)
    usual = _part(b'form-data; name="file"; filename="b"', b"hello")
    for disposition in _DISPOSITIONS:
        yield _form("/file", [_part(disposition, b"hello")])
    for media_type in _TYPES:
        yield _form("/file", [usual], media_type)
    twice = b'form-data; name="file"\r\nContent-Disposition: form-data; name="file"; filename="b"'
    yield _form("/file", [_part(twice, b"hello")])
    for count in (1000, 1001):
        yield _form("/several", [usual] * count)
        yield _form("/several", [usual, *[_part(b'form-data; name="note"', b"1")] * count])
    for size in (1024 * 1024, 1024 * 1024 + 1, WHOLE - 500, WHOLE):
        content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
        for path in ("/file", "/changed"):
            yield _form(path, [_part(b'form-data; name="file"; filename="b"', content)])
        yield _form("/texts/1", [_part(b'form-data; name="note"', b"x" * size)])


def _make_part(random: Random) -> bytes:
    name, content = random.choice(_NAMES), random.choice(_CONTENTS)
    disposition = b'form-data; name="' + name + b'"'
    if name == b"file" or random.random() < 0.1:
        filename = b"a.txt" if random.random() < 0.5 else random.choice(_FILENAMES)
        disposition += b'; filename="' + filename + b'"'
    return _part(disposition, content, typed=random.random() < 0.5)


def _part(disposition: bytes, content: bytes, *, typed: bool = True) -> bytes:
    lines = b"Content-Disposition: " + disposition + CRLF
    if typed:
        lines += b"Content-Type: text/plain\r\n"
    return b"--" + BOUNDARY + CRLF + lines + CRLF + content + CRLF


def _form(
    path: str, parts: list[bytes], media_type: bytes = MULTIPART, *, chunked: bool = False
) -> Request:
    body = b"".join(parts) + b"--" + BOUNDARY + b"--" + CRLF
    return Request("POST", path, None, (("content-type", media_type),), body, chunked)
