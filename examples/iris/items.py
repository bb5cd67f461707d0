"""`/items/`: create, read, replace and delete, kept in the database."""

from typing import Annotated

from sqlmodel import Field, SQLModel, col, select

from iris.database import DatabaseSession
from iris.refusals import MISSING, UNREADABLE
from sixlane import APIRouter, HTTPException, Path, Query, status

router = APIRouter(prefix="/items", tags=["items"])

LARGEST_ID = 2**63 - 1
"""SQLite's integers have 64 bits; a larger number is refused before it gets there."""


class ItemData(SQLModel):
    """What a client says of an item."""

    name: str = Field(min_length=1, max_length=80)
    price_cents: int = Field(ge=0, le=100_000_000, description="Price in cents")
    quantity: int = Field(default=0, ge=0, le=1_000_000, description="Pieces in stock")


class Item(ItemData, table=True):
    """An item as the database keeps it; the database numbers it."""

    id: int | None = Field(default=None, primary_key=True)


class NumberedItem(ItemData):
    """An item as clients see it."""

    id: int


ItemId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.post(
    "/",
    status_code=status.HTTP_201_CREATED,
    response_model=NumberedItem,
    responses=UNREADABLE,
)
def create_item(data: ItemData, session: DatabaseSession) -> Item:
    """Add an item."""
    item = Item.model_validate(data)
    session.add(item)
    session.commit()
    session.refresh(item)
    return item


@router.get("/", response_model=list[NumberedItem])
def list_items(
    session: DatabaseSession,
    offset: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Item]:
    """Show the items, the oldest first, some at a time."""
    page = select(Item).order_by(col(Item.id)).offset(offset).limit(limit)
    return list(session.exec(page))


@router.get("/{item_id}", response_model=NumberedItem, responses=MISSING)
def read_item(item_id: ItemId, session: DatabaseSession) -> Item:
    """Show one item."""
    return find_item(item_id, session)


@router.put("/{item_id}", response_model=NumberedItem, responses={**UNREADABLE, **MISSING})
def replace_item(item_id: ItemId, data: ItemData, session: DatabaseSession) -> Item:
    """Replace all that is said of an item."""
    item = find_item(item_id, session)
    item.sqlmodel_update(data)
    session.add(item)
    session.commit()
    session.refresh(item)
    return item


@router.delete("/{item_id}", status_code=status.HTTP_204_NO_CONTENT, responses=MISSING)
def delete_item(item_id: ItemId, session: DatabaseSession) -> None:
    """Remove an item."""
    session.delete(find_item(item_id, session))
    session.commit()


def find_item(item_id: int, session: DatabaseSession) -> Item:
    """Return the item of that number.

    Raises:
        HTTPException: 404, there is none.
    """
    item = session.get(Item, item_id)
    if item is None:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no item {item_id}")
    return item
