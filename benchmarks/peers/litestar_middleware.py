"""Litestar: GET /json behind one pure ASGI middleware."""

from litestar import Litestar, get
from served_by import ServedBy


@get("/json")
async def read_json() -> dict[str, str]:
    return {"message": "Hello, World!"}


app = Litestar([read_json], middleware=[ServedBy], openapi_config=None)
