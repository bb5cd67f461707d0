"""The steps from a callable to its arguments, taken one by one as plug-ins do."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Annotated, Any

import anyio
import pytest
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from sixlane import BackgroundTasks, Cookie, Depends, Header, Path, Query, Security
from sixlane.dependencies.models import Dependant
from sixlane.dependencies.utils import (
    SolvedDependency,
    ensure_multipart_is_installed,
    get_dependant,
    get_flat_params,
    get_parameterless_sub_dependant,
    get_typed_annotation,
    get_typed_return_annotation,
    get_typed_signature,
    get_validation_alias,
    multipart_incorrect_install_error,
    multipart_not_installed_error,
    request_body_to_args,
    request_params_to_args,
    solve_dependencies,
)
from sixlane.routing import run_endpoint_function, serialize_response
from sixlane.security import APIKeyHeader


class Page(BaseModel):
    """Which part of a list."""

    size: int
    number: int = 1


def read_token(x_token: Annotated[str, Header()], session: Annotated[str, Cookie()] = "") -> str:
    """Read a header."""
    return x_token


def read_item(
    item_id: Annotated[int, Path()],
    page: Annotated[Page, Query()],
    token: Annotated[str, Depends(read_token)],
    q: Annotated[str | None, Query(alias="query")] = None,
) -> dict[str, Any]:
    """Read an item."""
    return {"item_id": item_id, "page": page, "token": token, "q": q}


def test_a_callable_is_taken_apart() -> None:
    """The lists of a dependant hold the parameters by where they come from."""
    dependant = get_dependant(path="/items/{item_id}", call=read_item, name="item")
    assert [field.name for field in dependant.path_params] == ["item_id"]
    assert [field.name for field in dependant.query_params] == ["page", "q"]
    assert [each.call for each in dependant.dependencies] == [read_token]
    assert (dependant.name, dependant.path) == ("item", "/items/{item_id}")


def test_flat_parameters_are_those_of_the_whole_tree() -> None:
    """A parameter model is listed by its fields."""
    dependant = get_dependant(path="/items/{item_id}", call=read_item)
    flat = [(field.name, field.alias) for field in get_flat_params(dependant)]
    assert flat == [
        ("item_id", "item_id"),
        ("size", "size"),
        ("number", "number"),
        ("q", "query"),
        ("x_token", "x-token"),
        ("session", "session"),
    ]


def test_a_field_has_the_names_that_plug_ins_read() -> None:
    """Declaration, default and aliases are there under FastAPI's names."""
    field = get_dependant(path="/items/{item_id}", call=read_item).query_params[1]
    assert (field.field_info.annotation, field.default, field.alias) == (str | None, None, "query")
    assert (field.validation_alias, get_validation_alias(field)) == ("query", "query")


def test_a_dependant_made_by_hand_derives_what_it_is() -> None:
    """The kind of call, the scopes and the key of shared results need not be given."""

    async def wait() -> Iterator[int]:
        yield 1

    scheme = APIKeyHeader(name="key")
    dependant = Dependant(
        call=wait,
        dependencies=[Dependant(call=scheme)],
        own_oauth_scopes=["own"],
        parent_oauth_scopes=["parent"],
    )
    assert dependant.cache_key == (wait, ("own", "parent"), "request")
    assert dependant.security_scopes == ["parent", "own"]
    assert dependant.dependencies[0].security_scheme is scheme
    assert not hasattr(dependant, "__dict__")


def test_a_dependency_nobody_reads_has_no_name() -> None:
    """Security scopes of its declaration are its own."""
    depends = Security(read_token, scopes=["items"])
    dependant = get_parameterless_sub_dependant(depends=depends, path="/")
    assert (dependant.name, dependant.own_oauth_scopes) == (None, ["items"])


def test_parameters_are_read_one_location_at_a_time() -> None:
    """Values come by parameter name, errors with the place on the wire."""
    fields = get_dependant(path="/items/{item_id}", call=read_item).query_params
    values, errors = request_params_to_args(fields, {"size": "5", "query": "a"})
    assert (values, errors) == ({"page": Page(size=5), "q": "a"}, [])
    _, errors = request_params_to_args(fields, {"size": "five"})
    assert [error["loc"] for error in errors] == [("query", "size")]


@pytest.mark.parametrize(
    ("body", "embeds", "values"),
    [
        pytest.param({"size": 5}, False, {"page": Page(size=5)}, id="whole"),
        pytest.param({"page": {"size": 5}}, True, {"page": Page(size=5)}, id="member"),
        pytest.param([], False, {"page": None}, id="wrong"),
    ],
)
def test_a_body_is_validated_by_hand(body: Any, embeds: bool, values: dict[str, Any]) -> None:
    """A single parameter is the whole body, or a member of it."""

    def create(page: Page) -> None: ...

    fields = get_dependant(path="/", call=create).body_params
    found, errors = anyio.run(request_body_to_args, fields, body, embeds)
    assert found == values
    assert bool(errors) is (values == {"page": None})


def test_dependencies_are_solved_by_hand() -> None:
    """Exits go to the stack that is given, results to the cache, headers to the response."""
    events: list[str] = []

    def open_store(tasks: BackgroundTasks) -> Iterator[str]:
        tasks.add_task(events.append, "task")
        yield "store"
        events.append("closed")

    def use(store: Annotated[str, Depends(open_store)], response: Response, q: int) -> str:
        response.headers["x-store"] = store
        return f"{store} {q}"

    dependant = get_dependant(path="/", call=use)

    async def solve() -> tuple[SolvedDependency, Any]:
        scope = {"type": "http", "query_string": b"q=1", "headers": [], "path_params": {}}
        async with AsyncExitStack() as exits:
            solved = await solve_dependencies(
                request=Request(scope),
                dependant=dependant,
                async_exit_stack=exits,
                embed_body_fields=False,
            )
            value = await run_endpoint_function(
                dependant=dependant, values=solved.values, is_coroutine=False
            )
            events.append("called")
        return solved, value

    solved, value = anyio.run(solve)
    assert value == "store 1"
    assert events == ["called", "closed"]
    assert solved.errors == []
    assert solved.response.headers["x-store"] == "store"
    assert solved.background_tasks is not None
    assert list(solved.dependency_cache.values()) == ["store"]


@pytest.mark.parametrize(
    ("options", "written"),
    [
        pytest.param({}, {"size": 1, "number": 1}, id="all"),
        pytest.param({"exclude_unset": True}, {"size": 1}, id="without-unset"),
        pytest.param({"dump_json": True}, b'{"size":1,"number":1}', id="as-json"),
        pytest.param({"is_coroutine": False}, {"size": 1, "number": 1}, id="in-a-thread"),
    ],
)
def test_a_result_is_serialized_by_hand(options: dict[str, Any], written: Any) -> None:
    """What the field validates is written with the options of the response model."""

    def list_pages(page: Page) -> None: ...

    field = get_dependant(path="/", call=list_pages).body_params[0]

    async def serialize() -> Any:
        return await serialize_response(field=field, response_content={"size": "1"}, **options)

    assert anyio.run(serialize) == written


def test_a_signature_is_read_with_its_annotations_evaluated() -> None:
    """Texts become types, a name that nobody defines a reference; what is returned is left out."""

    def handle(item_id: "int", missing: "Missing") -> "Page": ...  # type: ignore[name-defined] # noqa: F821

    signature = get_typed_signature(handle)
    parameters = signature.parameters
    assert signature.return_annotation is signature.empty
    assert parameters["item_id"].annotation is int
    assert "Missing" in repr(parameters["missing"].annotation)
    assert get_typed_return_annotation(get_dependant) is Dependant
    assert get_typed_annotation("None", {}) is None


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        pytest.param("multipart.__version__", multipart_not_installed_error, id="none"),
        pytest.param(
            "multipart.multipart.parse_options_header",
            multipart_incorrect_install_error,
            id="another-package",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:Please use `import python_multipart`")
def test_a_missing_form_parser_is_told(
    missing: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says whether nothing is installed or another package of the old name."""
    ensure_multipart_is_installed()
    monkeypatch.setattr("python_multipart.__version__", "0.0.12")
    ensure_multipart_is_installed()
    monkeypatch.delattr(missing)
    with pytest.raises(RuntimeError) as caught:
        ensure_multipart_is_installed()
    assert str(caught.value) == message
