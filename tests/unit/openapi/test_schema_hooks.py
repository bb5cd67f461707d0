"""What makes the schemas of members itself takes part in the document."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, ConfigDict, GetPydanticSchema, WithJsonSchema
from typing_extensions import TypedDict

from sixlane import FastAPI

calls: Counter[str] = Counter()


def count(name: str) -> GetPydanticSchema:
    """Make a hook that counts its calls and leaves the schema as it is."""

    def hook(annotation: Any, handler: Callable[[Any], Any]) -> Any:
        calls[name] += 1
        return handler(annotation)

    return GetPydanticSchema(hook)


class Opaque:
    """No type that Pydantic knows."""


@dataclass
class Point:
    x: int


class Options(TypedDict):
    deep: bool


class Leaf(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True, title="A leaf")

    number: Annotated[int, count("number")]
    parent: "Leaf | None" = None
    point: Annotated[Point, count("point")] = Point(1)
    options: Annotated[Options, count("options")] = {"deep": True}
    opaque: Annotated[Opaque | None, count("opaque"), WithJsonSchema({"type": "null"})] = None
    numbers: list[Annotated[int, count("item")]] = []


class Tree(BaseModel):
    first: Leaf
    others: list[Leaf] = []
    cousin: Annotated[Leaf | None, count("cousin")] = None


HOOKS = {"number", "point", "options", "opaque", "item", "cousin"}


@pytest.mark.parametrize("separate", [False, True])
@pytest.mark.parametrize("routes", [1, 10])
def test_schema_hooks_are_called_once_for_each_document(*, separate: bool, routes: int) -> None:
    """FastAPI calls them, too, as often for ten routes as for one."""
    app = FastAPI(separate_input_output_schemas=separate)

    async def plant(tree: Tree) -> Tree:
        return tree

    for index in range(routes):
        app.post(f"/trees/{index}")(plant)
    calls.clear()
    app.openapi()
    assert calls == dict.fromkeys(HOOKS, 1)
    app.openapi()
    assert calls == dict.fromkeys(HOOKS, 1)
