"""Starlette: GET /json behind CORSMiddleware."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def read_json(request: Request) -> Response:
    return JSONResponse({"message": "Hello, World!"})


app = Starlette(
    routes=[Route("/json", read_json)],
    middleware=[Middleware(CORSMiddleware, allow_origins=["https://shop.example"])],
)
