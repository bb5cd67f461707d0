"""The API as a Flask application."""

from typing import Any

from flask import Blueprint, Flask, Response, abort, g, jsonify, request

app = Flask(__name__)
notes: dict[int, str] = {1: "water the roses"}
api = Blueprint("notes", __name__, url_prefix="/notes")


@app.before_request
def find_user() -> None:
    """Keep who asks where handlers find it."""
    g.user = request.headers.get("X-User", "nobody")


@app.errorhandler(404)
def answer_missing(_error: Exception) -> tuple[Response, int]:
    """Answer in JSON."""
    return jsonify(detail="Not Found"), 404


@api.get("/")
def list_notes() -> Any:
    """Read the query by hand."""
    limit = request.args.get("limit", default=10, type=int)
    return jsonify(user=g.user, notes=list(notes.values())[:limit])


@api.get("/<int:number>")
def read_note(number: int) -> Any:
    """Take a value from the path."""
    if number not in notes:
        abort(404)
    return jsonify(text=notes[number])


@api.post("/")
def create_note() -> Any:
    """Read and check the body by hand."""
    body = request.get_json()
    if not isinstance(body.get("text"), str):
        abort(400)
    notes[max(notes) + 1] = body["text"]
    return jsonify(number=max(notes)), 201


app.register_blueprint(api)
