"""The least that is an API."""

from sixlane import FastAPI

app = FastAPI()


@app.get("/")
async def read_root() -> dict[str, str]:
    """Greet."""
    return {"message": "Hello"}
