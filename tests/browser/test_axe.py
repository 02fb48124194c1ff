"""The accessibility check can fail: it names what is wrong on a wrong page, and nothing on a good one."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Axe

TINY = "<style>.tiny { width: 9px; height: 9px; padding: 0; margin: 0; border: 0 }</style>"
GOOD = f"<!doctype html><html lang=vi><title>Góp ý</title>{TINY}<main><h1>Góp ý</h1><label>Tên <input></label></main>"


def test_a_good_page_passes(page: Page, axe: Axe) -> None:
    page.set_content(GOOD)
    axe(page)


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("<label>Tên <input></label>", "<input>", "label"),
        ("<html lang=vi>", "<html>", "html-has-lang"),
        ("<h1>", "<h1 style='color: #ccc; background: #fff'>", "color-contrast"),
        ("<h1>", "<meta name=viewport content='user-scalable=no'><h1>", "meta-viewport"),
        (
            "</main>",
            "<div><button class=tiny>a</button></div><div><button class=tiny>b</button></div></main>",
            "target-size",
        ),
    ],
)
def test_a_wrong_page_is_named(page: Page, axe: Axe, right: str, wrong: str, rule: str) -> None:
    page.set_content(GOOD.replace(right, wrong))
    with pytest.raises(AssertionError, match=rule):
        axe(page)
