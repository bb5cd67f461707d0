"""Flask: synchronous handlers in gunicorn's threads."""

from flask import Flask, Response, request
from models import Item

app = Flask(__name__)


@app.get("/json")
def read_json():
    return {"message": "Hello, World!"}


@app.get("/items/<int:item_id>")
def read_item(item_id: int):
    limit = request.args.get("limit", 10, type=int)
    return {"item_id": item_id, "q": request.args["q"], "limit": limit}


@app.post("/items")
def create_item():
    item = Item.model_validate_json(request.get_data())
    return Response(item.model_dump_json(), mimetype="application/json")


@app.get("/sync")
def read_sync():
    return {"message": "Hello, World!"}
