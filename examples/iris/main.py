"""The application: `make run`, or `sixlane run examples/iris/main.py`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypedDict

from sqlalchemy import Engine

from iris import greenhouse, items, predict
from iris.database import connect
from iris.model import IrisModel
from iris.settings import data_folder
from sixlane import FastAPI
from sixlane.responses import RedirectResponse


class State(TypedDict):
    """What every request finds in `request.state`."""

    model: IrisModel
    database: Engine


@asynccontextmanager
async def lifespan(_app: FastAPI) -> AsyncIterator[State]:
    """Load the model and open the database before the first request; close it after the last."""
    folder = data_folder()
    database = connect(folder / "items.sqlite")
    yield {"model": IrisModel.load_or_train(folder), "database": database}
    database.dispose()


app = FastAPI(title="Iris", version="1.0.0", lifespan=lifespan)
app.include_router(predict.router)
app.include_router(items.router)
app.include_router(greenhouse.router)


@app.get("/", include_in_schema=False)
async def open_docs() -> RedirectResponse:
    """Send a browser to the pages on which the API can be tried."""
    return RedirectResponse("/docs")
