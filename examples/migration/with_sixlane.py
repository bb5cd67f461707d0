"""The API as a Sixlane application."""

from typing import Annotated

from pydantic import BaseModel

from sixlane import APIRouter, Depends, FastAPI, Header, HTTPException

app = FastAPI()
notes: dict[int, str] = {1: "water the roses"}
api = APIRouter(prefix="/notes")


class Note(BaseModel):
    """What a client sends and gets."""

    text: str


def find_user(x_user: Annotated[str, Header()] = "nobody") -> str:
    """Give who asks to the handlers that want to know."""
    return x_user


@api.get("/")
def list_notes(user: Annotated[str, Depends(find_user)], limit: int = 10) -> dict[str, object]:
    """Declare the query."""
    return {"user": user, "notes": list(notes.values())[:limit]}


@api.get("/{number}")
def read_note(number: int) -> Note:
    """Take a value from the path."""
    if number not in notes:
        raise HTTPException(404)
    return Note(text=notes[number])


@api.post("/", status_code=201)
def create_note(note: Note) -> dict[str, int]:
    """Declare the body."""
    notes[max(notes) + 1] = note.text
    return {"number": max(notes)}


app.include_router(api)
