"""The order item of models.py once more, as msgspec structures."""

import msgspec


class Maker(msgspec.Struct):
    """Who makes the item."""

    name: str
    country: str


class Dimensions(msgspec.Struct):
    """Outer measures in centimetres."""

    width: float
    height: float
    depth: float


class Item(msgspec.Struct, kw_only=True):
    """What POST /structs takes and answers."""

    name: str
    price: float
    tags: list[str] = []
    maker: Maker
    dimensions: Dimensions
    description: str | None = None
