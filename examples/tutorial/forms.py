"""What an HTML form sends: fields and files."""

from typing import Annotated

from pydantic import BaseModel

from sixlane import FastAPI, File, Form, UploadFile

app = FastAPI()


class Message(BaseModel):
    """All fields of a form in one model."""

    subject: str
    text: str = ""


@app.post("/messages")
async def send(message: Annotated[Message, Form()]) -> Message:
    """Take an urlencoded form."""
    return message


@app.post("/avatar")
async def upload(file: UploadFile, title: Annotated[str, Form()] = "") -> dict[str, object]:
    """Take a file beside a field; a large one lies on the disk, not in memory."""
    return {"name": file.filename, "bytes": len(await file.read()), "title": title}


@app.post("/digest")
async def measure(data: Annotated[bytes, File()]) -> int:
    """Take a small file's bytes at once."""
    return len(data)
