"""Put the parts of the application together."""

from shop import items, orders
from shop.access import check_key
from sixlane import Depends, FastAPI

app = FastAPI(title="Shop")
app.include_router(items.router)
app.include_router(orders.router, prefix="/staff", dependencies=[Depends(check_key)])
