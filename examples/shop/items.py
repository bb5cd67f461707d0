"""Items, for everybody."""

from sixlane import APIRouter

router = APIRouter(prefix="/items", tags=["items"])


@router.get("/")
async def list_items() -> list[str]:
    """List what there is."""
    return ["Trowel"]
