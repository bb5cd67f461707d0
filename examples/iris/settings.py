"""Where the example keeps what it writes."""

import os
from pathlib import Path


def data_folder() -> Path:
    """Return the folder of the model and the database, made if it is missing.

    Source: the environment variable IRIS_DATA; default: `data` beside this file, which git ignores.
    """
    folder = Path(os.environ.get("IRIS_DATA") or Path(__file__).parent / "data")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
