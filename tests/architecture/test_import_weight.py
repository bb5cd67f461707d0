"""What importing the package does not bring along."""

import pytest
from support.program import modules_after

HEAVY = [
    "typer", "rich", "watchfiles", "click", "msgspec", "uvloop", "fastapi", "jinja2",
    "starlette.testclient", "starlette.templating",
    "sixlane._serve", "sixlane.openapi", "sixlane.security", "sixlane.testclient",
    "opentelemetry", "sixlane.telemetry",
]  # fmt: skip
"""Needed by the command line, by the docs, by tests or by some apps only."""


@pytest.mark.parametrize("statement", ["import sixlane", "from sixlane import FastAPI"])
def test_importing_sixlane_stays_light(statement: str) -> None:
    """Neither the package nor its application class imports what declaring an app does not need."""
    loaded = modules_after(statement)
    assert [name for name in HEAVY if name in loaded] == []


def test_planning_plain_handlers_needs_no_validation_library() -> None:
    """Texts, numbers and truth values are planned without Pydantic and without the solver."""
    program = (
        "from sixlane import FastAPI\n"
        "app = FastAPI()\n"
        "@app.get('/items/{item_id}')\n"
        "async def read_item(item_id: int, q: str | None = None, limit: int = 10): ...\n"
        "app.planned_routes()"
    )
    loaded = modules_after(program)
    heavy = ["pydantic", "pydantic_core", "sixlane._run.solve", "sixlane._compile.dependant"]
    assert [name for name in heavy if name in loaded] == []


def test_serving_without_telemetry_imports_nothing_of_it() -> None:
    """Neither a lifespan nor a request, a background task's included, brings OpenTelemetry."""
    program = (
        "from sixlane import BackgroundTasks, FastAPI\n"
        "from sixlane.telemetry import get_telemetry_data\n"
        "from sixlane.testclient import TestClient\n"
        "app = FastAPI()\n"
        "@app.get('/')\n"
        "def handler(background: BackgroundTasks): background.add_task(get_telemetry_data)\n"
        "with TestClient(app) as client: client.get('/')"
    )
    loaded = modules_after(program)
    assert [name for name in loaded if name.partition(".")[0] == "opentelemetry"] == []
