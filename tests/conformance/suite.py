"""The suite: fetched from the package index, never committed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "0.165.0"
ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "conformance"
PARTS = ("tests", "docs_src", "docs", "scripts", "pyproject.toml")
"""What of the source distribution the tests need; the package itself stays out."""


def fetch_suite() -> Path:
    """Return the folder with the suite, which is downloaded and unpacked if it is not there."""
    suite = BUILD / f"fastapi-{VERSION}"
    if (suite / ".complete").exists():
        return suite
    shutil.rmtree(suite, ignore_errors=True)
    download = BUILD / "download"
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
            *("--no-binary", "fastapi", "--dest", str(download)),
            f"fastapi=={VERSION}",
        ],
        check=True,
    )
    with tarfile.open(download / f"fastapi-{VERSION}.tar.gz") as archive:
        archive.extractall(BUILD / "unpacked", filter="data")
    suite.mkdir(parents=True)
    for part in PARTS:
        shutil.move(BUILD / "unpacked" / f"fastapi-{VERSION}" / part, suite / part)
    shutil.rmtree(BUILD / "unpacked")
    (suite / ".complete").touch()
    return suite
