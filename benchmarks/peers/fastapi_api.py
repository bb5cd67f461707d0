"""The main app. Sixlane serves this very file with the one import line changed."""

import asyncio
from typing import Annotated

from fastapi import Depends, FastAPI
from models import Item

app = FastAPI()


@app.get("/json")
async def read_json():
    return {"message": "Hello, World!"}


@app.get("/typed")
async def read_typed() -> dict[str, str]:
    return {"message": "Hello, World!"}


@app.get("/items/{item_id}")
async def read_item(item_id: int, q: str, limit: int = 10):
    return {"item_id": item_id, "q": q, "limit": limit}


@app.post("/items")
async def create_item(item: Item) -> Item:
    return item


async def read_settings():
    return {"page_size": 20}


async def find_viewer(settings: Annotated[dict, Depends(read_settings)]):
    return {"name": "anna", "page_size": settings["page_size"]}


async def choose_page(viewer: Annotated[dict, Depends(find_viewer)], number: int = 1):
    return {"viewer": viewer["name"], "size": viewer["page_size"], "number": number}


@app.get("/deps")
async def read_page(page: Annotated[dict, Depends(choose_page)]):
    return page


@app.get("/sync")
def read_sync():
    return {"message": "Hello, World!"}


@app.get("/wait")
async def read_wait():
    await asyncio.sleep(0)
    return {"message": "Hello, World!"}
