"""The document, beside FastAPI's for the same application."""

import copy
import importlib
import json
import warnings
from typing import Annotated, Any

import msgspec
import pytest
from pydantic import create_model
from support.program import run_program

import sixlane
from sixlane.testclient import TestClient

from .applications import BUILDERS
from .more_applications import MORE_BUILDERS


class Line(msgspec.Struct, rename="camel"):
    product_id: int
    count: Annotated[int, msgspec.Meta(ge=1)] = 1


class Order(msgspec.Struct):
    """What a customer wants."""

    lines: list[Line]
    first: Line | None = None
    paid: bool = False


LineModel = create_model("Line", model=(bool, ...))


def document(package: str, name: str) -> Any:
    """Make the document of one of the applications."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (BUILDERS | MORE_BUILDERS)[name](importlib.import_module(package)).openapi()


def lines(value: Any) -> list[str]:
    """Spell a document out."""
    return json.dumps(value, indent=1).splitlines()


@pytest.mark.parametrize("name", BUILDERS | MORE_BUILDERS)
def test_document_equals_the_reference(name: str) -> None:
    """It is the reference's, down to the order of keys and whether a limit is 1 or 1.0."""
    assert lines(document("sixlane", name)) == lines(document("fastapi", name))


def test_document_shares_nothing() -> None:
    """Editing one place of the document leaves the others, and the application, alone."""
    extra = {"x-own": {"list": [1]}}
    app = sixlane.FastAPI(responses={404: {"description": "None", "content": {}}})

    @app.get("/a", openapi_extra=extra)
    @app.get("/b", openapi_extra=extra)
    def read(q: int) -> None: ...

    made = app.openapi()
    before = copy.deepcopy(made)
    first, second = made["paths"]["/a"]["get"], made["paths"]["/b"]["get"]
    for key in ("x-own", "responses", "parameters"):
        first[key].clear()
    assert second == before["paths"]["/b"]["get"]
    app.openapi_schema = None
    assert app.openapi() == before
    assert extra == {"x-own": {"list": [1]}}


def test_document_is_made_without_the_models() -> None:
    """The models of the specification's objects are not needed, and take long to import."""
    code = (
        "import sys, sixlane; app = sixlane.FastAPI(openapi_tags=[{'name': 'a'}])\n"
        "@app.post('/')\n"
        "def read(q: int, names: list[str]) -> int: ...\n"
        "assert app.openapi()['paths']\n"
        "assert 'sixlane.openapi.models' not in sys.modules"
    )
    run_program(code)


def test_duplicate_operation_id_is_reported() -> None:
    """Two operations of one id are named, since generated clients cannot tell them apart."""
    app = sixlane.FastAPI()

    @app.get("/a", operation_id="same")
    @app.get("/b", operation_id="same")
    def read() -> None: ...

    with pytest.warns(UserWarning, match="Duplicate Operation ID same for function read at .*py"):
        app.openapi()


def test_documents_of_structs() -> None:
    """Types of msgspec have components in the style of Pydantic's."""
    app = sixlane.FastAPI()

    @app.post("/orders")
    def order(order: Order, note: Annotated[str, sixlane.Query()]) -> list[Line]: ...

    @app.get("/models")
    def model() -> LineModel: ...

    made = app.openapi()
    operation = made["paths"]["/orders"]["post"]
    component = "#/components/schemas/"
    assert operation["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": component + "Order"}}},
    }
    assert operation["responses"]["200"]["content"]["application/json"]["schema"] == {
        "type": "array",
        "items": {"$ref": component + "Line_struct"},
        "title": "Response Order Orders Post",
    }
    schemas = made["components"]["schemas"]
    assert schemas["Line"]["properties"] == {"model": {"type": "boolean", "title": "Model"}}
    assert schemas["Line_struct"]["required"] == ["productId"]
    assert schemas["Order"] == {
        "title": "Order",
        "description": "What a customer wants.",
        "type": "object",
        "required": ["lines"],
        "properties": {
            "lines": {
                "title": "Lines",
                "type": "array",
                "items": {"$ref": component + "Line_struct"},
            },
            "first": {"anyOf": [{"$ref": component + "Line_struct"}, {"type": "null"}]},
            "paid": {"title": "Paid", "type": "boolean", "default": False},
        },
    }


def test_members_of_a_body_may_be_structs() -> None:
    """Types of msgspec stand beside others in one body, with their defaults."""
    app = sixlane.FastAPI()

    @app.post("/")
    def send(line: Line, lines: list[Line] = [], note: Annotated[str, sixlane.Body()] = "") -> int:  # noqa: B006
        return line.product_id + len(lines) + len(note)

    component = "#/components/schemas/Line"
    assert app.openapi()["components"]["schemas"]["Body_send__post"] == {
        "title": "Body_send__post",
        "type": "object",
        "required": ["line"],
        "properties": {
            "line": {"$ref": component},
            "lines": {
                "title": "Lines",
                "type": "array",
                "items": {"$ref": component},
                "default": [],
            },
            "note": {"title": "Note", "type": "string", "default": ""},
        },
    }
    body = {"line": {"productId": 40}, "lines": [{"productId": 1}], "note": "a"}
    assert TestClient(app).post("/", json=body).json() == 42


def test_answer_of_no_status_is_refused() -> None:
    """A key that is neither a status nor a range of them is named, with its path."""
    app = sixlane.FastAPI()

    @app.get("/a", responses={"hello": {"description": "Hello"}})
    def read() -> None: ...

    for find in (app.check_declarations, app.openapi):
        with pytest.raises(ValueError, match=rf"(?s)'hello' in responses is no .*{__file__}.*fix:"):
            find()
