"""Further applications whose documents are compared: forms, and path items that no model takes."""
# ruff: noqa: C901 - a builder declares many handlers

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, Field

from .models import Cat, Color, Dog, Kind, Part


def forms(framework: Any) -> Any:
    """Forms of fields, models and files, declared once and several times."""
    app = framework.FastAPI()
    Body, Depends, File, Form = framework.Body, framework.Depends, framework.File, framework.Form

    async def as_text(x: Annotated[str, Form()]) -> None: ...

    async def renamed(text_of_x: Annotated[str, Form(alias="x")]) -> None: ...

    async def as_model(cat: Annotated[Cat, Form()]) -> None: ...

    async def as_both(
        x: Annotated[int, Form(description="Both")], cat: Annotated[None, Depends(as_model)]
    ) -> None: ...

    @app.post("/fields")
    async def fields(
        name: Annotated[str, Form(alias="full-name")], color: Annotated[Color, Form()] = Color.red
    ) -> None: ...

    @app.post("/model")
    async def model(cat: Annotated[Cat, Form(title="The cat")]) -> None: ...

    @app.post("/beside")
    async def beside(
        cat: Annotated[Cat, Form()],
        full_name: Annotated[str, Form(alias="name")],
        part_of_it: Annotated[Part, Body()],
        own: Annotated[Part, Body(title="Own")],
        scan: framework.UploadFile | None = None,
    ) -> None: ...

    @app.post("/files")
    async def files(
        data: Annotated[bytes, File()],
        several: Annotated[list[bytes], File(description="Several")],
        pet: Annotated[Cat | Dog | None, File()] = None,
    ) -> None: ...

    @app.post("/file-model")
    async def file_model(cat: Annotated[Cat, File(description="A cat")]) -> None: ...

    @app.post("/optional")
    async def optional(
        cat: Annotated[Cat | None, Form()] = None, dog: Annotated[Dog | None, Form()] = None
    ) -> None: ...

    @app.post("/default")
    async def default(pet: Annotated[Cat | Dog, Form()] = None) -> None: ...

    @app.post("/twice")
    async def twice(x: Annotated[int, Form()], a: Annotated[None, Depends(as_text)]) -> None: ...

    @app.post("/thrice")
    async def thrice(
        a: Annotated[None, Depends(as_text)], b: Annotated[None, Depends(renamed)]
    ) -> None: ...

    @app.post("/twice-beside")
    async def twice_beside(
        a: Annotated[None, Depends(as_both)],
        b: Annotated[None, Depends(as_model)],
        c: Annotated[None, Depends(as_text)],
        d: Annotated[None, Depends(as_text, use_cache=False)],
        x: Annotated[int, Form()] = 1,
    ) -> None: ...

    return app


def path_items(framework: Any) -> Any:
    """Path items in the models' order, and those that have a value of another type."""
    app = framework.FastAPI()

    def declare(path: str, **options: Any) -> None:
        @app.post(path, **options)
        async def operation(part: Part) -> list[Cat]: ...

    declare("/plain", deprecated=True, responses={404: {"model": dict[str, Dog]}})
    declare("/tags", tags=[Color.red])
    declare("/enum-tags", tags=[Kind.small])
    declare("/file", responses={400: _answer({"type": "file", "maxLength": 3, "title": "F"})})
    declare("/required", responses={400: _answer({"required": True, "type": "string"})})
    declare("/any", responses={400: _answer({"type": "object", "additionalProperties": True})})
    declare("/limits", responses={400: _answer({"type": ["integer", "null"], "minimum": 1})})
    declare(
        "/extra", openapi_extra={"x-at": dt.date(2020, 1, 2), "servers": [{"url": "https://A.b"}]}
    )
    declare("/refer", openapi_extra={"parameters": [{"$ref": "#/components/parameters/p"}]})
    declare("/docs", openapi_extra={"externalDocs": {"url": "https://A.example"}})
    declare("/docs-of-summary", openapi_extra={"summary": 3})
    encoding = {"encoding": {"size": {"style": "form", "contentType": "text/plain"}}}
    declare("/encoding", openapi_extra={"requestBody": {"content": {"application/json": encoding}}})
    declare(
        "/links",
        responses={
            201: {
                "links": {"next": {"server": {"url": "/"}, "operationId": "x"}},
                "headers": {"X-A": {"schema": {"type": "string"}, "description": "A"}},
            },
            202: {"links": {"next": {"operationId": 3, "description": "Next"}}},
        },
    )

    @app.patch("/methods")
    @app.delete("/methods")
    @app.get("/methods")
    async def several_methods() -> Annotated[list[int], "own"]: ...

    callback = framework.APIRouter()

    @callback.put("{$request.body#/url}")
    async def called(part: Part) -> dict[str, Part]: ...

    @app.post("/callbacks", callbacks=callback.routes, deprecated=True)
    async def call(part: Part) -> set[int]: ...

    return app


def numbers(framework: Any) -> Any:
    """Infinity and NaN, which JSON has no words for, wherever a user may write a value."""
    app = framework.FastAPI()
    unending, undefined = float("inf"), float("nan")

    class Measures(BaseModel):
        upper: float = unending
        lower: list[float] = [undefined]
        named: dict[str, float] = {"a": undefined, "b": 1.0}
        bounded: float = Field(1, le=unending)

    @app.post("/measures")
    async def create(measures: Measures) -> Measures: ...

    @app.get(
        "/values",
        openapi_extra={"x-a": unending, "x-b": [unending], "x-c": {"a": undefined}},
        responses={404: {"content": {"application/json": {"example": {"a": undefined}}}}},
    )
    async def read(
        limit: float = unending,
        least: Annotated[float, framework.Query(ge=-unending, examples=[undefined, 1])] = 1,
        shown: Annotated[
            float, framework.Header(openapi_examples={"a": {"value": unending}})
        ] = undefined,
    ) -> None: ...

    return app


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {"content": {"application/json": {"example": 1, "schema": schema}}, "description": "A"}


MORE_BUILDERS: dict[str, Callable[[Any], Any]] = {
    "forms": forms,
    "numbers": numbers,
    "path_items": path_items,
}
