"""Five hundred routes, each with a typed path parameter; BENCH_ROUTES builds another number."""

import os
import time

from fastapi import FastAPI

# What came before is the import's; the log has it.
print(f"declaring after {time.process_time_ns()} ns of CPU", flush=True)

app = FastAPI()


def add_route(number: int) -> None:
    @app.get(f"/services/{number}/{{item_id}}", name=f"read_{number}")
    async def read_service(item_id: int):
        return {"service": number, "item_id": item_id}


for number in range(int(os.environ.get("BENCH_ROUTES", "500"))):
    add_route(number)
