"""GET /json behind CORSMiddleware, asked by a page of the origin that is allowed."""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["https://shop.example"])


@app.get("/json")
async def read_json():
    return {"message": "Hello, World!"}
