"""GET /json behind one pure ASGI middleware."""

from fastapi import FastAPI
from served_by import ServedBy

app = FastAPI()
app.add_middleware(ServedBy)


@app.get("/json")
async def read_json():
    return {"message": "Hello, World!"}
