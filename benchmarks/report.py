"""`python benchmarks/report.py [--check]`: the README's table from the last full result.

Needs nothing but the standard library, so that a test can run the check.
"""

import argparse
import sys

from bench.failure import BenchmarkError
from bench.paths import README, RESULTS, ROOT
from bench.readme import replace_block
from bench.results import FULL, read_result
from bench.table import render_report


def main() -> None:
    """Write the table into the README, or check that it is there as it should be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if it differs")
    check = parser.parse_args().check
    chart = RESULTS / f"{FULL}.png"
    try:
        report = render_report(
            read_result(RESULTS / f"{FULL}.json"), chart=str(chart.relative_to(ROOT))
        )
        current = README.read_text()
        wanted = replace_block(current, report)
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is missing; `make bench` writes the result.")
    except (BenchmarkError, ValueError) as error:
        sys.exit(str(error))
    if check and current != wanted:
        sys.exit("README.md differs from the result: run `python benchmarks/report.py`.")
    if not check:
        README.write_text(wanted)


if __name__ == "__main__":
    main()
