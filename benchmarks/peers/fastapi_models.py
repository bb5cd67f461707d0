"""Five hundred routes over a hundred models, with parameters and answers of their own."""

from fastapi import FastAPI
from pydantic import BaseModel, Field, create_model


class Address(BaseModel):
    """Where something is sent."""

    street: str
    city: str = Field(max_length=80)
    country: str = "NO"


app = FastAPI()

models = [
    create_model(
        f"Item{number}",
        name=(str, Field(min_length=1, description="What it is called")),
        size=(int, 3),
        tags=(list[str], []),
        address=(Address | None, None),
    )
    for number in range(100)
]


def add_route(number: int, model: type[BaseModel]) -> None:
    @app.post(f"/items/{number}/{{item_id}}", name=f"write_{number}", tags=[f"group {number % 20}"])
    async def write_item(item_id: int, item: model, q: str | None = None) -> model:
        return item


for number in range(500):
    add_route(number, models[number % len(models)])
