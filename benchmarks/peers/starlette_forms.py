"""Starlette: the form and the upload, converted by hand."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


async def register(request: Request) -> Response:
    async with request.form() as form:
        try:
            values = {
                "name": form["name"],
                "email": form["email"],
                "city": form["city"],
                "age": int(form["age"]),
                "newsletter": {"true": True, "false": False}[form["newsletter"]],
            }
        except (KeyError, ValueError) as error:
            return JSONResponse({"detail": str(error)}, 422)
    return JSONResponse(values)


async def upload(request: Request) -> Response:
    async with request.form() as form:
        return JSONResponse({"size": len(await form["file"].read())})


app = Starlette(
    routes=[
        Route("/form", register, methods=["POST"]),
        Route("/upload", upload, methods=["POST"]),
    ]
)
