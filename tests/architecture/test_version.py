"""The version is one."""

import tomllib

import sixlane

from .tree import ROOT


def test_the_package_and_the_crates_have_one_version() -> None:
    """Cargo.toml has the version of the release; what Python tells is the same."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    assert sixlane.__version__ == manifest["workspace"]["package"]["version"]


def test_the_readme_names_the_oldest_rust() -> None:
    """What a fresh machine needs is what Cargo.toml asks for."""
    manifest = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))
    oldest = manifest["workspace"]["package"]["rust-version"]
    assert f"Rust {oldest} or newer" in (ROOT / "README.md").read_text(encoding="utf-8")
