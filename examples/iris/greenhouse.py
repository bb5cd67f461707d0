"""`GET /greenhouse/`: three slow calls, awaited at once."""

import asyncio
import time

from pydantic import BaseModel, Field

from sixlane import APIRouter

router = APIRouter(tags=["greenhouse"])

ANSWER_TIME_S = 0.3


class Report(BaseModel):
    """What the sensors say."""

    temperature_celsius: float
    humidity_percent: float
    light_lux: float
    took_s: float = Field(description="Seconds it took to ask all three")


async def ask_sensor(reading: float) -> float:
    """Ask a sensor; the wait stands for the network."""
    await asyncio.sleep(ANSWER_TIME_S)
    return reading


@router.get("/greenhouse/")
async def read_greenhouse() -> Report:
    """Ask three sensors at once: it takes as long as the slowest, not as long as all together."""
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        temperature = group.create_task(ask_sensor(21.5))
        humidity = group.create_task(ask_sensor(62.0))
        light = group.create_task(ask_sensor(11_300.0))
    return Report(
        temperature_celsius=temperature.result(),
        humidity_percent=humidity.result(),
        light_lux=light.result(),
        took_s=round(time.perf_counter() - started, 3),
    )
