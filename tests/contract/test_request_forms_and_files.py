"""Chapters "Form Data", "Form Models", "Request Files" and "Request Forms and Files"."""

from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, Literal

import pytest
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from starlette import formparsers
from starlette.background import BackgroundTask
from support.client import OpenClient

from sixlane import (
    APIRouter,
    Depends,
    FastAPI,
    File,
    Form,
    HTTPException,
    Request,
    Response,
    UploadFile,
)
from sixlane.routing import APIRoute
from sixlane.security import OAuth2PasswordRequestForm

Files = list[tuple[str, tuple[str | None, str | bytes] | tuple[str, str | bytes, str]]]


def missing(name: str) -> dict[str, Any]:
    """The error for a form field that is not there."""
    return {"type": "missing", "loc": ["body", name], "msg": "Field required", "input": None}


class Person(BaseModel):
    """A form with every kind of field."""

    kind: Literal["person"] = "person"
    name: str
    age: int = 18
    tags: list[str] = []


class Company(BaseModel):
    """Another one; it takes nothing that it does not know."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["company"]
    tax_number: Annotated[int, Field(validation_alias=AliasChoices("tax", "vat"))]


def make_app() -> FastAPI:
    """An app that takes forms in every way."""
    app = FastAPI()

    @app.post("/fields")
    async def fields(
        name: Annotated[str, Form(min_length=2)],
        age: Annotated[int | None, Form()] = None,
        tags: Annotated[list[str], Form()] = [],  # noqa: B006  FastAPI copies defaults
    ) -> Any:
        return [name, age, tags]

    @app.post("/model")
    def model(data: Annotated[Person, Form()]) -> Any:
        return data.model_dump(exclude_unset=True)

    @app.post("/optional")
    async def optional(data: Annotated[Person | None, Form()] = None) -> Any:
        return data

    @app.post("/union")
    async def union(data: Annotated[Person | Company, Form(discriminator="kind")]) -> Any:
        return data

    @app.post("/files")
    async def files(
        one: UploadFile,
        content: Annotated[bytes, File(alias="one")],
        more: Annotated[list[bytes] | None, File()] = None,
        note: Annotated[str, Form()] = "none",
    ) -> Any:
        return [
            one.filename,
            one.content_type,
            one.size,
            (await one.read()).decode(),
            content.decode(),
            more and [each.decode() for each in more],
            note,
        ]

    @app.post("/token")
    async def token(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Any:
        return [form.username, form.password, form.scopes]

    return app


@pytest.mark.parametrize(
    ("path", "form", "answer"),
    [
        ("/fields", {"name": "Ann", "age": "3", "tags": ["a", "b"]}, ["Ann", 3, ["a", "b"]]),
        ("/fields", {"name": ["A", "Bob"]}, ["Bob", None, []]),
        ("/fields", {"name": "Ann", "age": "", "tags": ""}, ["Ann", None, [""]]),
        ("/model", {"name": "Ann", "age": ""}, {"name": "Ann"}),
        ("/model", {"name": "Ann", "tags": ["", "b"]}, {"name": "Ann", "tags": ["", "b"]}),
        ("/optional", {}, None),
        ("/optional", {"unknown": "x"}, None),
        (
            "/optional",
            {"name": "Ann"},
            {"kind": "person", "name": "Ann", "age": 18, "tags": []},
        ),
        ("/union", {"kind": "company", "tax": "", "vat": "5"}, {"kind": "company", "tax": 5}),
        (
            "/union",
            {"kind": "person", "name": "Ann", "tags": "a"},
            {"kind": "person", "name": "Ann", "age": 18, "tags": ["a"]},
        ),
        (
            "/token",
            {"grant_type": "password", "username": "a", "password": "b", "scope": "x y"},
            ["a", "b", ["x", "y"]],
        ),
    ],
)
@pytest.mark.parametrize("multipart", [False, True], ids=["urlencoded", "multipart"])
def test_form_becomes_the_arguments(
    open_client: OpenClient, path: str, form: dict[str, Any], answer: Any, multipart: bool
) -> None:
    """An empty text counts as none, but not as an item of a list."""
    client = open_client(make_app())
    pairs = [
        (name, value)
        for name, values in form.items()
        for value in (values if isinstance(values, list) else [values])
    ]

    if multipart:
        reply = client.post(path, files=[(name, (None, value)) for name, value in pairs])
    else:
        reply = client.post(path, data=form)
    if path == "/union" and answer.get("tax"):
        answer = {"kind": "company", "tax_number": 5}
    assert (reply.status_code, reply.json()) == (200, answer)


@pytest.mark.parametrize(
    ("path", "form", "errors"),
    [
        ("/fields", {}, [missing("name")]),
        ("/fields", {"name": ""}, [missing("name")]),
        ("/model", {"age": "x"}, ["name", "age"]),
        ("/optional", {"age": "3"}, ["name"]),
        ("/union", {"kind": "other"}, [None]),
        ("/union", {"kind": "company", "tax": "1", "more": "2"}, ["company"]),
        ("/token", {"username": "a"}, ["password"]),
    ],
)
def test_wrong_form_is_refused(
    open_client: OpenClient, path: str, form: dict[str, str], errors: list[Any]
) -> None:
    """The errors name the fields, behind the branch of a union."""
    reply = open_client(make_app()).post(path, data=form)

    assert reply.status_code == 422
    detail = reply.json()["detail"]
    named = [[*error["loc"][1:], None][0] for error in detail]
    assert detail == errors or named == errors


def test_json_is_no_form(open_client: OpenClient) -> None:
    """A body of another kind has no fields."""
    reply = open_client(make_app()).post("/fields", json={"name": "Ann"})

    assert (reply.status_code, reply.json()) == (422, {"detail": [missing("name")]})


@pytest.mark.parametrize(
    ("files", "answer"),
    [
        (
            [("one", ("a.txt", b"hello", "text/plain"))],
            ["a.txt", "text/plain", 5, "hello", "hello", None, "none"],
        ),
        (
            [
                ("one", ("a.txt", b"", "text/plain")),
                ("more", ("b", b"1")),
                ("more", ("c", b"")),
                ("note", (None, "x")),
            ],
            ["a.txt", "text/plain", 0, "", "", ["1", ""], "x"],
        ),
    ],
)
def test_files_are_given_as_bytes_and_as_objects(
    open_client: OpenClient, files: Files, answer: list[Any]
) -> None:
    """Two parameters may take the same file: each reads it from its beginning."""
    reply = open_client(make_app()).post("/files", files=files)

    assert (reply.status_code, reply.json()) == (200, answer)


def test_empty_file_input_is_none(open_client: OpenClient) -> None:
    """A browser sends an empty file without a name where none was chosen."""
    body = (
        b'--b\r\nContent-Disposition: form-data; name="one"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"
    ).replace(b"\\\\r\\\\n", b"\r\n")
    reply = open_client(make_app()).post(
        "/files", content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )

    assert (reply.status_code, reply.json()) == (422, {"detail": [missing("one"), missing("one")]})


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"--b\r\nbroken", "multipart/form-data; boundary=b", "Invalid multipart data."),
        (
            b'--b\r\nContent-Disposition: form-data; name="one"; filename="a"\r\n\r\nx\r\n',
            "multipart/form-data; boundary=b",
            "Invalid multipart data.",
        ),
        (b"--b\r\n\r\n", "multipart/form-data; boundary=" + "b" * 257, "Invalid multipart data."),
        (
            b"--b\r\nA: 1\r\n\r\nx\r\n--b--",
            "multipart/form-data; boundary=b",
            'The Content-Disposition header field "name" must be provided.',
        ),
        (b"x", "multipart/form-data", "Missing boundary in multipart."),
    ],
)
def test_broken_multipart_is_a_bad_request(
    open_client: OpenClient, body: bytes, content_type: str, message: str | None
) -> None:
    """The client's bytes are the client's mistake."""
    reply = open_client(make_app()).post(
        "/files", content=body, headers={"content-type": content_type}
    )

    assert (reply.status_code, reply.json()) == (400, {"detail": message})


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        ({}, 200),
        ({"max_fields": 2}, 200),
        ({"max_fields": 1}, 400),
        ({"max_files": 0}, 200),
        ({"max_part_size": 2}, 400),
    ],
)
def test_form_limits_hold(open_client: OpenClient, limits: dict[str, int], status: int) -> None:
    """Each limit is the innermost's that names it."""
    app = FastAPI(form_limits={"max_fields": 9, "max_part_size": 3})
    router = APIRouter(form_limits=limits)

    @router.post("/")
    async def read(a: Annotated[str, Form()], b: Annotated[str, Form()]) -> str:
        return a + b

    app.include_router(router)
    client = open_client(app)

    form: Files = [("a", (None, "123")), ("b", (None, "4"))]
    assert client.post("/", files=form).status_code == status
    assert client.post("/", files=[("a", (None, "1234")), *form]).status_code == 400


@pytest.mark.parametrize("is_included", [False, True])
def test_form_limits_hold_in_what_is_mounted(open_client: OpenClient, is_included: bool) -> None:
    """A mounted application's own limits go before those around it."""
    mounted = FastAPI(form_limits={"max_part_size": 8})

    @mounted.post("/")
    async def read(a: Annotated[str, Form()], b: Annotated[str, Form()] = "") -> str:
        return a + b

    app = FastAPI(form_limits={"max_fields": 1, "max_part_size": 1})
    if is_included:
        router = APIRouter()
        router.mount("/mounted", mounted)
        app.include_router(router)
    else:
        app.mount("/mounted", mounted)
    app.mount("/below", FastAPI(routes=list(mounted.routes)))

    client = open_client(app)
    assert client.post("/mounted/", data={"a": "123456"}).json() == "123456"
    assert client.post("/mounted/", data={"a": "12345678"}).status_code == 400
    assert client.post("/mounted/", data={"a": "1", "b": "2"}).json() == {
        "detail": "Too many fields. Maximum number of fields is 1."
    }
    assert client.post("/below/", data={"a": "1", "b": "2"}).status_code == 400


def test_form_limits_hold_for_a_route_made_by_hand(open_client: OpenClient) -> None:
    """A path operation may be put into the list of routes, which gives it no options."""

    async def read(a: Annotated[str, Form()], b: Annotated[str, Form()] = "") -> str:
        return a + b

    app = FastAPI(form_limits={"max_fields": 1}, routes=[APIRoute("/", read, methods=["POST"])])

    client = open_client(app)
    assert client.post("/", data={"a": "1"}).json() == "1"
    assert client.post("/", data={"a": "1", "b": "2"}).status_code == 400


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        ({"max_parts": 1}, "form_limits has no 'max_parts'"),
        ({"max_files": -1}, "max_files must be a non-negative integer"),
        ({"max_fields": True}, "max_fields must be a non-negative integer"),
        (3, "form_limits must be a dictionary"),
    ],
)
def test_wrong_form_limits_are_refused(limits: Any, message: str) -> None:
    """At the declaration, wherever it is."""
    for declare in (
        lambda: FastAPI(form_limits=limits),
        lambda: APIRouter(form_limits=limits),
        lambda: FastAPI().include_router(APIRouter(), form_limits=limits),
        lambda: FastAPI().post("/", form_limits=limits)(make_app),
    ):
        with pytest.raises(ValueError, match=message):
            declare()


def test_files_on_disk_are_of_the_class_that_starlette_uses(
    open_client: OpenClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An application may put another class there, and finds its files closed afterwards."""
    made: list[Any] = []

    class CountedFile(SpooledTemporaryFile[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self)

    monkeypatch.setattr(formparsers, "SpooledTemporaryFile", CountedFile)
    app = FastAPI()

    @app.post("/")
    async def upload(file: UploadFile) -> int | None:
        return file.size

    with open_client(app) as client:
        content = b"a" * 2**21
        assert client.post("/", files={"file": ("a", content)}).json() == len(content)
    assert [file.closed for file in made] == [True]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts by /proc")
@pytest.mark.parametrize(("ending", "status"), [(b"--b--\r\n", 200), (b"", 400)])
def test_spooled_files_are_gone_afterwards(
    open_client: OpenClient, ending: bytes, status: int
) -> None:
    """A file that went to disk leaves no descriptor behind, whether its form is whole or not."""
    app = FastAPI()

    @app.post("/")
    async def upload(file: UploadFile) -> int | None:
        return file.size

    disposition = b'Content-Disposition: form-data; name="file"; filename="a"'
    body = b"--b\r\n" + disposition + b"\r\n\r\n" + b"a" * 2**21 + b"\r\n" + ending
    headers = {"content-type": "multipart/form-data; boundary=b"}
    with open_client(app) as client:
        assert client.post("/", content=body, headers=headers).status_code == status
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(3):
            client.post("/", content=body, headers=headers)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before


@pytest.mark.parametrize("ending", ["value", "response", "error", "background"])
def test_files_are_closed_when_the_request_is_over(open_client: OpenClient, ending: str) -> None:
    """However it ends; background tasks may still read them."""
    app = FastAPI()
    kept: list[UploadFile] = []
    read: list[bytes] = []

    async def read_again() -> None:
        await kept[0].seek(0)
        read.append(await kept[0].read())

    @app.post("/")
    async def upload(file: UploadFile) -> Any:
        kept.append(file)
        if ending == "error":
            raise HTTPException(418)
        if ending == "value":
            return file.size
        return Response(background=BackgroundTask(read_again) if ending == "background" else None)

    with open_client(app) as client:
        client.post("/", files={"file": ("a", b"hello")})
        client.post("/", files={"other": ("a", b"")})

    assert [file.file.closed for file in kept] == [True]
    assert read == ([b"hello"] if ending == "background" else [])


def test_received_file_behaves_as_a_spooled_one(open_client: OpenClient) -> None:
    """It can be written to, also beyond what stays in memory, and has a descriptor then."""
    app = FastAPI()

    @app.post("/")
    async def upload(file: UploadFile) -> Any:
        begin = await file.read(2)
        await file.seek(0)
        await file.write(b"J")
        file.file.seek(0, 2)
        await file.write(b"!" * 2**20)
        rolled = file.file.fileno() >= 0
        await file.seek(0)
        content = await file.read()
        return [begin.decode(), rolled, file.size, content[:6].decode(), len(content)]

    with open_client(app) as client:
        reply = client.post("/", files={"file": ("a", b"hello")})

    assert reply.json() == ["he", True, 5 + 1 + 2**20, "Jello!", 5 + 2**20]


@pytest.mark.parametrize(
    ("sent", "filename"),
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("photos/../../x", "x"),
        ("..", ""),
        ("a/..", ""),
        ("photos/2026/a.jpg", "photos/2026/a.jpg"),
        ("a..b", "a..b"),
        ("note: x", "note: x"),
        ("D:/private/x", "x"),
    ],
)
@pytest.mark.parametrize("by_hand", [False, True], ids=["declared", "by hand"])
def test_file_names_do_not_lead_out_of_a_folder(
    open_client: OpenClient, sent: str, filename: str, by_hand: bool
) -> None:
    """What climbs out is reduced to its last part; what was sent stands in the part's header."""
    app = FastAPI()

    @app.post("/declared")
    async def declared(file: UploadFile) -> list[str | None]:
        return [file.filename, file.headers["content-disposition"]]

    @app.post("/by-hand")
    async def read(request: Request) -> list[str | None]:
        async with request.form() as form:
            file = form["file"]
            assert isinstance(file, UploadFile)
            return [file.filename, file.headers["content-disposition"]]

    path = "/by-hand" if by_hand else "/declared"
    reply = open_client(app).post(path, files={"file": (sent, b"x")})

    assert reply.json() == [filename, f'form-data; name="file"; filename="{sent}"']
