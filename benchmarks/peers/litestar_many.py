"""Five hundred Litestar routes with a typed path parameter."""

from litestar import Litestar, get
from litestar.handlers import HTTPRouteHandler


def build_route(number: int) -> HTTPRouteHandler:
    @get(f"/services/{number}/{{item_id:int}}", name=f"read_{number}")
    async def read_service(item_id: int) -> dict[str, int]:
        return {"service": number, "item_id": item_id}

    return read_service


app = Litestar([build_route(number) for number in range(500)], openapi_config=None)
