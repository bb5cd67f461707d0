"""The example as a person starts it, twice."""

from pathlib import Path

import httpx2
from support.server import ServerProcess

MAIN = Path(__file__).resolve().parents[1] / "main.py"
ITEM = {"name": "Watering can", "price_cents": 2450, "quantity": 2}
FLOWER = {"sepal_length": 6.7, "sepal_width": 3.0, "petal_length": 5.2, "petal_width": 2.3}


def test_data_survives_a_restart(tmp_path: Path) -> None:
    """Items and the model that one process wrote serve the next; both end cleanly."""
    with start(tmp_path) as first:
        url = first.wait_until_running()
        assert httpx2.post(f"{url}/items/", json=ITEM).status_code == 201
        before = httpx2.post(f"{url}/predict/", json=FLOWER).json()
        assert before["species"] == "virginica"
        assert first.stop() == 0
    [pickled] = tmp_path.glob("*.pickle")
    written = pickled.stat().st_mtime_ns
    with start(tmp_path) as second:
        assert second.get("/items/1").json() == ITEM | {"id": 1}
        url = second.wait_until_running()
        assert httpx2.post(f"{url}/predict/", json=FLOWER).json() == before
        assert second.stop() == 0
    assert pickled.stat().st_mtime_ns == written


def start(folder: Path) -> ServerProcess:
    """Start the example on a free port, its data in a folder."""
    words = ("-m", "sixlane", "run", str(MAIN), "--host", "127.0.0.1", "--port", "0")
    return ServerProcess(*words, folder=folder, environment={"IRIS_DATA": str(folder)})
