"""Values from the path, the query and the body."""

from pydantic import BaseModel

from sixlane import FastAPI

app = FastAPI()


class Item(BaseModel):
    """What a client sends and gets."""

    name: str
    price: float
    tags: list[str] = []


@app.get("/items/{item_id}")
async def read_item(item_id: int, q: str | None = None, limit: int = 10) -> dict[str, object]:
    """Take `item_id` from the path, the rest from the query."""
    return {"item_id": item_id, "q": q, "limit": limit}


@app.put("/items/{item_id}")
async def replace_item(item_id: int, item: Item) -> Item:
    """Take the item from a JSON body, and answer with it."""
    return item
