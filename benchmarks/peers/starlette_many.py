"""Five hundred Starlette routes with a typed path parameter."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route


def build_route(number: int) -> Route:
    async def read_service(request: Request) -> Response:
        return JSONResponse({"service": number, "item_id": request.path_params["item_id"]})

    return Route(f"/services/{number}/{{item_id:int}}", read_service)


app = Starlette(routes=[build_route(number) for number in range(500)])
