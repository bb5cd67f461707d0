"""GET /json behind a middleware that is a function."""

from fastapi import FastAPI, Request

app = FastAPI()


@app.middleware("http")
async def name_server(request: Request, call_next):
    response = await call_next(request)
    response.headers["x-served-by"] = "bench"
    return response


@app.get("/json")
async def read_json():
    return {"message": "Hello, World!"}
