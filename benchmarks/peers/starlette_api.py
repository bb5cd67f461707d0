"""Starlette: no validation of its own, so the handlers convert by hand, as its users do."""

import asyncio

from models import Item
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def read_json(request: Request) -> Response:
    return JSONResponse({"message": "Hello, World!"})


async def read_item(request: Request) -> Response:
    try:
        item_id = int(request.path_params["item_id"])
        limit = int(request.query_params.get("limit", "10"))
        q = request.query_params["q"]
    except (ValueError, KeyError) as error:
        return JSONResponse({"detail": f"item_id, q or limit: {error}"}, 422)
    return JSONResponse({"item_id": item_id, "q": q, "limit": limit})


async def create_item(request: Request) -> Response:
    try:
        item = Item.model_validate_json(await request.body())
    except ValidationError as error:
        return Response(error.json(), 422, media_type="application/json")
    return Response(item.model_dump_json(), media_type="application/json")


def read_sync(request: Request) -> Response:
    return JSONResponse({"message": "Hello, World!"})


async def read_wait(request: Request) -> Response:
    await asyncio.sleep(0)
    return JSONResponse({"message": "Hello, World!"})


app = Starlette(
    routes=[
        Route("/json", read_json),
        Route("/items/{item_id}", read_item),
        Route("/items", create_item, methods=["POST"]),
        Route("/sync", read_sync),
        Route("/wait", read_wait),
    ]
)
