"""Definitions get the names that Pydantic's own generator gives them."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from pydantic import BaseModel, Field, TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from sixlane.openapi.naming import NamingGenerator


def make_models(random: Random) -> Iterator[type[BaseModel]]:
    """Make models of which some have a name, some schemas, and some both in common."""
    made: list[type[BaseModel]] = []
    for _ in range(random.randint(2, 9)):
        module = random.choice(("a", "b", "a.b"))
        name = random.choice(("Item", "User", "a__Item"))
        fields: dict[str, Any] = {"size": (int, random.choice((1, 2)))}
        if random.random() < 0.4:
            fields["strict"] = (bytes, Field(validation_alias="in", serialization_alias="out"))
        if made and random.random() < 0.7:
            fields["inner"] = (list[random.choice(made)], ...)  # type: ignore[misc]
        model = create_model(name, __module__=module, **fields)
        made.append(model)
        yield model


@pytest.mark.parametrize("seed", range(40))
def test_names_are_those_of_pydantic(seed: int) -> None:
    """Also where models of one name are equal, or get equal by the names of what is in them."""
    models = list(make_models(Random(seed)))
    modes: tuple[JsonSchemaMode, JsonSchemaMode] = ("validation", "serialization")
    inputs: Any = [
        ((index, mode), mode, TypeAdapter(model).core_schema)
        for index, model in enumerate(models)
        for mode in modes
    ]
    ours, theirs = NamingGenerator(), GenerateJsonSchema()
    assert ours.generate_definitions(inputs) == theirs.generate_definitions(inputs)
