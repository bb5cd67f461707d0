"""Files from a folder: an API with a page in front."""

from pathlib import Path

from sixlane import FastAPI
from sixlane.staticfiles import StaticFiles

here = Path(__file__).parent

app = FastAPI()


@app.get("/api/items")
async def list_items() -> list[str]:
    """Routes go before the front end, wherever they are declared."""
    return ["Trowel"]


app.mount("/static", StaticFiles(directory=here / "site"))
app.frontend("/", directory=here / "site")
