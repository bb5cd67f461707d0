"""The documentation pages in a browser that reaches no other host."""

import json
import os
from pathlib import Path

import pytest

from .chromium import Browser

SHOWN = "document.querySelectorAll('.opblock').length"
READ_ITEM = "#operations-items-read_item_items__item_id__get"


def assert_all_local(browser: Browser, address: str) -> None:
    """Fail if the page asked another host for anything, or complained."""
    strangers = [
        url
        for url in browser.requested
        if not url.startswith((address, "data:", "blob:", "about:"))
    ]
    assert (strangers, browser.complaints) == ([], [])


def save_screenshot(browser: Browser, name: str) -> None:
    """Save the page for people to look at, in the folder that SCREENSHOTS names."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        browser.screenshot(Path(folder) / f"{name}.png")


def test_swagger_ui_tries_an_operation(browser: Browser, address: str) -> None:
    """The page lists the operations, sends a request and shows its answer."""
    browser.open(f"{address}/docs")
    assert browser.wait_for(SHOWN) == 2
    assert browser.evaluate("document.title") == "Shop <b>&amp; - Swagger UI"
    save_screenshot(browser, "docs")
    browser.click(f"{READ_ITEM} .opblock-summary-control")
    browser.click(f"{READ_ITEM} .try-out__btn")
    browser.fill(f"{READ_ITEM} input[placeholder=item_id]", "42")
    browser.fill(f"{READ_ITEM} input[placeholder=q]", "soap")
    browser.click(f"{READ_ITEM} .execute")
    answer = f"{READ_ITEM} .live-responses-table tbody"
    assert browser.text_of(f"{answer} .response-col_status").startswith("200")
    shown = browser.text_of(f"{answer} .highlight-code code")
    assert json.loads(shown) == {"item_id": 42, "q": "soap"}
    save_screenshot(browser, "docs-tried")
    assert_all_local(browser, address)


def test_redoc_shows_the_operations(browser: Browser, address: str) -> None:
    """The page shows the API's title and each operation."""
    browser.open(f"{address}/redoc")
    assert browser.text_of(".api-info h1").startswith("Shop <b>&amp;")
    assert browser.wait_for("document.querySelectorAll('[data-section-id*=operation]').length") >= 2
    save_screenshot(browser, "redoc")
    assert_all_local(browser, address)


@pytest.mark.parametrize("path", ["/part/", "/own/swagger"])
def test_swagger_ui_works_wherever_it_is_served(browser: Browser, address: str, path: str) -> None:
    """In a mounted application and on a page of one's own the operations are listed too."""
    browser.open(address + path)
    assert browser.wait_for(SHOWN)
    assert_all_local(browser, address)


@pytest.mark.parametrize("path", ["/part/redoc", "/own/redoc"])
def test_redoc_works_wherever_it_is_served(browser: Browser, address: str, path: str) -> None:
    """In a mounted application and on a page of one's own the title is shown too."""
    browser.open(address + path)
    assert browser.text_of(".api-info h1")
    assert_all_local(browser, address)
