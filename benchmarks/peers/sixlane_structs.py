"""The msgspec twin of POST /items; FastAPI has no equivalent, so this file is Sixlane's own."""

from structs import Item

from sixlane import FastAPI

app = FastAPI()


@app.post("/structs")
async def create_item(item: Item) -> Item:
    return item
