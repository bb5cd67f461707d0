"""Answers other than the usual one."""

from sixlane import FastAPI, HTTPException, Request
from sixlane.responses import JSONResponse

app = FastAPI()


class OutOfStockError(Exception):
    """Raised anywhere below a handler."""

    def __init__(self, name: str) -> None:
        self.name = name


@app.exception_handler(OutOfStockError)
async def answer_out_of_stock(_request: Request, error: OutOfStockError) -> JSONResponse:
    """Turn the application's own exception into an answer."""
    return JSONResponse({"detail": f"{error.name} is sold out"}, status_code=409)


@app.get("/items/{item_id}")
async def read_item(item_id: int) -> dict[str, int]:
    """Refuse an item that is not there."""
    if item_id > 9:
        raise HTTPException(404, "No such item", headers={"x-highest": "9"})
    return {"item_id": item_id}


@app.post("/orders/{name}")
async def order(name: str) -> None:
    """Fail in a way that the handler above answers."""
    raise OutOfStockError(name)
