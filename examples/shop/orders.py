"""Orders, for staff."""

from sixlane import APIRouter

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("/")
async def list_orders() -> list[int]:
    """List the numbers of all orders."""
    return [1, 2]
