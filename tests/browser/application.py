"""What the browser looks at."""

from typing import Annotated, Any

from pydantic import BaseModel

from sixlane import Depends, FastAPI, Query, Request
from sixlane.openapi.docs import get_redoc_html, get_swagger_ui_html
from sixlane.responses import HTMLResponse
from sixlane.security import HTTPBearer


class Item(BaseModel):
    """Something to sell."""

    name: str
    price: float = 1.5


app = FastAPI(title="Shop <b>&amp;", description="Sells *things*.")
part = FastAPI(title="Part", docs_url="/")
bearer = HTTPBearer()


@app.get("/items/{item_id}", tags=["items"])
async def read_item(item_id: int, q: Annotated[str | None, Query(max_length=9)] = None) -> Any:
    """Read one item."""
    return {"item_id": item_id, "q": q}


@app.post("/items", tags=["items"])
async def create_item(item: Item, token: Annotated[Any, Depends(bearer)]) -> Item:
    """Create an item."""
    return item


@part.get("/ping")
async def ping() -> str:
    """Answer."""
    return "pong"


@app.get("/own/swagger", include_in_schema=False)
async def own_swagger(request: Request) -> HTMLResponse:
    """A page somebody made, with nothing said of where the files are."""
    return get_swagger_ui_html(openapi_url="/openapi.json", title="Own")


@app.get("/own/redoc", include_in_schema=False)
async def own_redoc() -> HTMLResponse:
    """Likewise."""
    return get_redoc_html(openapi_url="/openapi.json", title="Own", with_google_fonts=False)


app.mount("/part", part)
