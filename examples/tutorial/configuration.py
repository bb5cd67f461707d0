"""Settings from the environment, and what lives as long as the application."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypedDict

from sixlane import Depends, FastAPI, Request


@dataclass(frozen=True)
class Settings:
    """What the environment may change."""

    title: str


@cache
def read_settings() -> Settings:
    """Read the environment once."""
    return Settings(title=os.environ.get("SHOP_TITLE", "Shop"))


class State(TypedDict):
    """What every request finds in `request.state`."""

    stock: dict[str, int]


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
    """Run before the first request and, after `yield`, when the server has stopped."""
    stock = {"Trowel": 3}
    yield {"stock": stock}
    stock.clear()


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def read_shop(
    request: Request, settings: Annotated[Settings, Depends(read_settings)]
) -> dict[str, object]:
    """Show both."""
    return {"title": settings.title, "stock": request.state.stock}
