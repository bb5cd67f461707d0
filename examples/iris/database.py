"""The database, a SQLite file, and one session of it for each request."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, create_engine

from sixlane import Depends, Request


def connect(path: Path) -> Engine:
    """Open a database file, made with its tables where it is missing."""
    database = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(database)
    return database


def open_session(request: Request) -> Iterator[Session]:
    """Give a request its session; what it did not commit is undone when the request ends."""
    with Session(request.state.database) as session:
        yield session


DatabaseSession = Annotated[Session, Depends(open_session)]
