"""An application, and its tests below."""

from typing import Annotated

from sixlane import Depends, FastAPI

app = FastAPI()


def read_clock() -> int:
    """Tell the hour; a test wants to choose it."""
    raise NotImplementedError("no clock is connected")


@app.get("/greeting")
async def greet(hour: Annotated[int, Depends(read_clock)]) -> str:
    """Greet by the hour."""
    return "Good morning" if hour < 12 else "Good afternoon"
