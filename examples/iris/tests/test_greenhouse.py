"""The three slow calls, and the front page."""

from iris.greenhouse import ANSWER_TIME_S
from sixlane.testclient import TestClient


def test_three_slow_calls_run_at_once(client: TestClient) -> None:
    """The total is shorter than one call after the other would take."""
    report = client.get("/greenhouse/").json()
    assert ANSWER_TIME_S <= report.pop("took_s") < 3 * ANSWER_TIME_S
    assert report == {"temperature_celsius": 21.5, "humidity_percent": 62.0, "light_lux": 11300.0}


def test_the_root_leads_to_the_docs(client: TestClient) -> None:
    """Who opens the bare address lands on the pages that show the API."""
    response = client.get("/", follow_redirects=False)
    assert (response.status_code, response.headers["location"]) == (307, "/docs")
