"""Litestar: typed handlers; its documentation asks to name `sync_to_thread` for `def` handlers."""

import asyncio

import structs
from litestar import Litestar, get, post
from litestar.di import Provide
from models import Item


@get("/json")
async def read_json() -> dict[str, str]:
    return {"message": "Hello, World!"}


@get("/items/{item_id:int}")
async def read_item(item_id: int, q: str, limit: int = 10) -> dict[str, int | str]:
    return {"item_id": item_id, "q": q, "limit": limit}


@post("/items", status_code=200)
async def create_item(data: Item) -> Item:
    return data


@post("/structs", status_code=200)
async def create_struct(data: structs.Item) -> structs.Item:
    return data


async def read_settings() -> dict[str, int]:
    return {"page_size": 20}


async def find_viewer(settings: dict[str, int]) -> dict[str, str | int]:
    return {"name": "anna", "page_size": settings["page_size"]}


async def choose_page(viewer: dict[str, str | int], number: int = 1) -> dict[str, str | int]:
    return {"viewer": viewer["name"], "size": viewer["page_size"], "number": number}


@get(
    "/deps",
    dependencies={
        "settings": Provide(read_settings),
        "viewer": Provide(find_viewer),
        "page": Provide(choose_page),
    },
)
async def read_page(page: dict[str, str | int]) -> dict[str, str | int]:
    return page


@get("/sync", sync_to_thread=True)
def read_sync() -> dict[str, str]:
    return {"message": "Hello, World!"}


@get("/wait")
async def read_wait() -> dict[str, str]:
    await asyncio.sleep(0)
    return {"message": "Hello, World!"}


app = Litestar(
    [read_json, read_item, create_item, create_struct, read_page, read_sync, read_wait],
    openapi_config=None,
)
