"""SQLModel: tables and models of requests in one, on PostgreSQL."""

import os
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Query
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Field, Relationship, Session, SQLModel, create_engine, select, text
from sqlmodel.ext.asyncio.session import AsyncSession
from support.client import OpenClient

URL = "postgresql+psycopg://postgres@127.0.0.1:5432/test"
SCHEMA = f"ecosystem_{os.getpid()}"
"""Of this run alone, so that runs side by side do not meet."""


class ShelfFields(SQLModel):
    """What is said of a shelf."""

    label: str = Field(index=True, min_length=1)


class Shelf(ShelfFields, table=True):
    """A row of the table of shelves."""

    id: int | None = Field(default=None, primary_key=True)
    books: list["Book"] = Relationship(back_populates="shelf")


class BookFields(SQLModel):
    """What is said of a book."""

    title: str = Field(index=True)
    pages: int | None = Field(default=None, gt=0)
    shelf_id: int | None = Field(default=None, foreign_key="shelf.id")


class Book(BookFields, table=True):
    """A row of the table of books; what was paid for it stays in the house."""

    id: int | None = Field(default=None, primary_key=True)
    paid: int
    shelf: Shelf | None = Relationship(back_populates="books")


class BookCreate(BookFields):
    """A book that somebody brings."""

    paid: int


class BookPublic(BookFields):
    """A book as anybody sees it."""

    id: int


class BookUpdate(SQLModel):
    """What may be changed of a book; nothing has to be."""

    title: str | None = None
    pages: int | None = None
    shelf_id: int | None = None


class ShelfPublic(ShelfFields):
    """A shelf as anybody sees it."""

    id: int


class BookWithShelf(BookPublic):
    """A book and where it stands."""

    shelf: ShelfPublic | None = None


class ShelfWithBooks(ShelfPublic):
    """A shelf and what stands on it."""

    books: list[BookPublic] = []


def open_session() -> Iterator[Session]:
    """A session of the request's own; the application says of which database."""
    raise NotImplementedError
    yield


async def open_async_session() -> AsyncIterator[AsyncSession]:
    """The same for handlers that wait."""
    raise NotImplementedError
    yield


InSession = Annotated[Session, Depends(open_session)]
InAsyncSession = Annotated[AsyncSession, Depends(open_async_session)]
router = APIRouter()


@router.post("/shelves/", response_model=ShelfPublic)
def create_shelf(shelf: ShelfFields, session: InSession) -> Any:
    """Put up a shelf."""
    row = Shelf.model_validate(shelf)
    session.add(row)
    session.commit()
    session.refresh(row)
    return row


@router.get("/shelves/{shelf_id}", response_model=ShelfWithBooks)
def read_shelf(shelf_id: int, session: InSession) -> Any:
    """Show a shelf with its books, which the relationship loads while the answer is made."""
    return _found(session.get(Shelf, shelf_id))


@router.post("/books/", response_model=BookPublic, status_code=201)
def create_book(book: BookCreate, session: InSession) -> Any:
    """Take in a book."""
    row = Book.model_validate(book)
    session.add(row)
    session.commit()
    session.refresh(row)
    return row


@router.get("/books/", response_model=list[BookPublic])
def list_books(
    session: InSession, offset: int = 0, limit: Annotated[int, Query(le=100)] = 100
) -> Any:
    """Show some books."""
    return session.exec(select(Book).order_by(Book.title).offset(offset).limit(limit)).all()


@router.get("/books/{book_id}", response_model=BookWithShelf)
def read_book(book_id: int, session: InSession) -> Any:
    """Show a book and its shelf."""
    return _found(session.get(Book, book_id))


@router.patch("/books/{book_id}", response_model=BookPublic)
def update_book(book_id: int, change: BookUpdate, session: InSession) -> Any:
    """Change what is given."""
    row = _found(session.get(Book, book_id))
    row.sqlmodel_update(change.model_dump(exclude_unset=True))
    session.add(row)
    session.commit()
    session.refresh(row)
    return row


@router.delete("/books/{book_id}")
def delete_book(book_id: int, session: InSession) -> dict[str, bool]:
    """Give a book away."""
    session.delete(_found(session.get(Book, book_id)))
    session.commit()
    return {"ok": True}


@router.get("/count")
async def count_books(session: InAsyncSession) -> int:
    """Count the books, by a session that waits."""
    return len((await session.exec(select(Book.id))).all())


def _found(row: Any) -> Any:
    if row is None:
        raise HTTPException(404, "there is no such row")
    return row


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """The database, in a schema that is dropped at the end."""
    administration = create_engine(URL, poolclass=NullPool)
    try:
        with administration.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {SCHEMA}"))
    except OperationalError as error:
        pytest.skip(f"no PostgreSQL answers on 127.0.0.1:5432: {error.orig}")
    engine = create_engine(URL, connect_args={"options": f"-csearch_path={SCHEMA}"})
    try:
        yield engine
    finally:
        engine.dispose()
        with administration.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {SCHEMA} CASCADE"))


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    """The library, with empty tables."""
    SQLModel.metadata.drop_all(engine)
    SQLModel.metadata.create_all(engine)

    def open_real_session() -> Iterator[Session]:
        with Session(engine) as session:
            yield session

    waiting: AsyncEngine = create_async_engine(
        URL, poolclass=NullPool, connect_args={"options": f"-csearch_path={SCHEMA}"}
    )

    async def open_real_async_session() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(waiting) as session:
            yield session

    app = FastAPI()
    app.include_router(router)
    app.dependency_overrides[open_session] = open_real_session
    app.dependency_overrides[open_async_session] = open_real_async_session
    return app


def test_a_row_is_created_read_changed_and_deleted(app: FastAPI, open_client: OpenClient) -> None:
    """The four jobs of a database behind an API; what is not public does not come out."""
    with open_client(app) as client:
        created = client.post("/books/", json={"title": "Middlemarch", "paid": 7, "pages": 880})
        assert created.status_code == 201
        book = created.json()
        assert book == {"id": book["id"], "title": "Middlemarch", "pages": 880, "shelf_id": None}

        changed = client.patch(f"/books/{book['id']}", json={"pages": 904})
        assert changed.json() == {**book, "pages": 904}
        assert client.get(f"/books/{book['id']}").json() == {**book, "pages": 904, "shelf": None}

        assert client.delete(f"/books/{book['id']}").json() == {"ok": True}
        assert client.get(f"/books/{book['id']}").status_code == 404


def test_relationships_load_into_the_answer(app: FastAPI, open_client: OpenClient) -> None:
    """Rows of another table are read while the response model takes the row."""
    with open_client(app) as client:
        shelf = client.post("/shelves/", json={"label": "novels"}).json()
        book = {"title": "Emma", "paid": 3, "shelf_id": shelf["id"]}
        emma = client.post("/books/", json=book).json()

        assert client.get(f"/books/{emma['id']}").json() == {**emma, "shelf": shelf}
        assert client.get(f"/shelves/{shelf['id']}").json() == {**shelf, "books": [emma]}


def test_lists_come_in_pages(app: FastAPI, open_client: OpenClient) -> None:
    """Query parameters become OFFSET and LIMIT."""
    with open_client(app) as client:
        for title in ("Persuasion", "Emma", "Shirley"):
            client.post("/books/", json={"title": title, "paid": 1})
        page = client.get("/books/", params={"offset": 1, "limit": 1}).json()
        assert [book["title"] for book in page] == ["Persuasion"]
        assert client.get("/books/", params={"limit": 101}).status_code == 422
        assert client.get("/count").json() == 3


def test_fields_of_a_table_validate_requests(app: FastAPI, open_client: OpenClient) -> None:
    """A constraint stands in one place, and a request that breaks it is answered 422."""
    with open_client(app) as client:
        refused = client.post("/books/", json={"title": "Emma", "pages": 0})
    assert refused.status_code == 422
    assert [(error["loc"], error["type"]) for error in refused.json()["detail"]] == [
        (["body", "pages"], "greater_than"),
        (["body", "paid"], "missing"),
    ]


def test_the_document_shows_the_public_models(app: FastAPI, open_client: OpenClient) -> None:
    """The OpenAPI document names what is read and written, and no table."""
    with open_client(app) as client:
        schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert {"BookCreate", "BookPublic", "BookUpdate", "BookWithShelf"} <= schemas.keys()
    assert "Book" not in schemas
    assert schemas["BookCreate"]["required"] == ["title", "paid"]
