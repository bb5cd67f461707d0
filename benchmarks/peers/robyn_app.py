"""Robyn: `python robyn_app.py APP PORT [its own options]`.

Its `const=True` is not used: such a route keeps one answer in Rust and runs no handler.
"""

import asyncio
import sys

from models import Item
from robyn import Robyn

# Robyn reads the command line itself and rejects words that it does not know.
APP = sys.argv.pop(1)
PORT = int(sys.argv.pop(1))

app = Robyn(__file__)


def add_api() -> None:
    @app.get("/json")
    async def read_json():
        return {"message": "Hello, World!"}

    @app.get("/items/:item_id")
    async def read_item(item_id: int, q: str, limit: int = 10):
        return {"item_id": item_id, "q": q, "limit": limit}

    @app.post("/items")
    async def create_item(item: Item):
        return item

    @app.get("/sync")
    def read_sync():
        return {"message": "Hello, World!"}

    @app.get("/wait")
    async def read_wait():
        await asyncio.sleep(0)
        return {"message": "Hello, World!"}


def add_many() -> None:
    def add_route(number: int) -> None:
        @app.get(f"/services/{number}/:item_id")
        async def read_service(item_id: int):
            return {"service": number, "item_id": item_id}

    for number in range(500):
        add_route(number)


{"api": add_api, "many": add_many}[APP]()
app.start(host="127.0.0.1", port=PORT)
