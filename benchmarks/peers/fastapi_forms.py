"""A form of five fields, and the upload of a file. Sixlane serves this very file."""

from typing import Annotated

from fastapi import FastAPI, Form, UploadFile

app = FastAPI()


@app.post("/form")
async def register(
    name: Annotated[str, Form()],
    email: Annotated[str, Form()],
    city: Annotated[str, Form()],
    age: Annotated[int, Form()],
    newsletter: Annotated[bool, Form()],
):
    return {"name": name, "email": email, "city": city, "age": age, "newsletter": newsletter}


@app.post("/upload")
async def upload(file: UploadFile):
    return {"size": len(await file.read())}
