"""Work that goes on after the answer."""

from sixlane import BackgroundTasks, FastAPI

app = FastAPI()
outbox: list[str] = []


def send_mail(address: str) -> None:
    """Stand for what takes long; a plain function runs in a thread."""
    outbox.append(address)


@app.post("/invitations/{address}", status_code=202)
async def invite(address: str, tasks: BackgroundTasks) -> dict[str, str]:
    """Answer first, send then."""
    tasks.add_task(send_mail, address)
    return {"status": "accepted"}
