"""Five hundred Flask routes with a typed path parameter."""

from flask import Flask

app = Flask(__name__)


def add_route(number: int) -> None:
    @app.get(f"/services/{number}/<int:item_id>", endpoint=f"read_{number}")
    def read_service(item_id: int):
        return {"service": number, "item_id": item_id}


for number in range(500):
    add_route(number)
