import subprocess
import sys

from bench.paths import BENCHMARKS, README, RESULTS
from bench.readme import END, START
from bench.results import FULL


def test_the_readme_shows_the_last_full_result() -> None:
    if not (RESULTS / f"{FULL}.json").exists():
        shown = README.read_text().partition(START)[2].partition(END)[0]
        assert shown.strip() == ""
        return
    check = [sys.executable, str(BENCHMARKS / "report.py"), "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
