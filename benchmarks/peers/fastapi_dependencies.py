"""Ten dependencies; BENCH_OVERRIDE overrides an eleventh, which no route uses."""

import os
from typing import Annotated

from fastapi import Depends, FastAPI

app = FastAPI()


async def read_settings():
    return {"page_size": 20, "currency": "EUR"}


async def open_session(settings: Annotated[dict, Depends(read_settings)]):
    return {"settings": settings}


async def find_tenant(session: Annotated[dict, Depends(open_session)], tenant: str = "acme"):
    return tenant


async def find_viewer(
    session: Annotated[dict, Depends(open_session)], tenant: Annotated[str, Depends(find_tenant)]
):
    return {"name": "anna", "tenant": tenant}


async def read_rights(viewer: Annotated[dict, Depends(find_viewer)]):
    return {"read"}


async def choose_language(viewer: Annotated[dict, Depends(find_viewer)], language: str = "en"):
    return language


async def choose_currency(settings: Annotated[dict, Depends(read_settings)]):
    return settings["currency"]


async def choose_page(settings: Annotated[dict, Depends(read_settings)], number: int = 1):
    return {"number": number, "size": settings["page_size"]}


async def choose_order(order: str = "name"):
    return order


async def start_trace():
    return "trace"


async def read_clock():
    return 0


@app.get("/ten")
async def read_listing(
    viewer: Annotated[dict, Depends(find_viewer)],
    rights: Annotated[set, Depends(read_rights)],
    language: Annotated[str, Depends(choose_language)],
    currency: Annotated[str, Depends(choose_currency)],
    page: Annotated[dict, Depends(choose_page)],
    order: Annotated[str, Depends(choose_order)],
    trace: Annotated[str, Depends(start_trace)],
):
    return {
        "viewer": viewer["name"],
        "language": language,
        "currency": currency,
        "number": page["number"],
        "order": order,
        "readable": "read" in rights,
    }


if os.environ.get("BENCH_OVERRIDE"):
    app.dependency_overrides[read_clock] = start_trace
