"""What the other tests of this folder rest on."""

from importlib.machinery import PathFinder
from importlib.metadata import packages_distributions

import fastapi

import sixlane


def test_fastapi_is_sixlane_and_nothing_else() -> None:
    """The name is Sixlane's, and no package of that name could be imported in its place."""
    assert fastapi is sixlane
    assert PathFinder.find_spec("fastapi") is None
    assert "fastapi" not in packages_distributions()
