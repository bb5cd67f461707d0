"""The version is one."""

import tomllib

import sixlane

from .tree import ROOT


def test_the_package_and_the_crates_have_one_version() -> None:
    """Cargo.toml has the version of the release; what Python tells is the same."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    assert sixlane.__version__ == manifest["workspace"]["package"]["version"]
