"""Where those start who help people to answer, or ask them: their tasks, and nothing of results."""

import pytest
from flask import Flask

from tests.citizen.reading import document_of, heading_of
from tests.staff.people import City, an_account, signed_in
from tests.support.pages import text_of

TASKS = {
    "volunteer": ("/staff/assisted", "Giúp người dân góp ý"),
    "data_entry": ("/staff/paper", "Nhập phiếu giấy"),
    "caller": ("/staff/callback", "Gọi điện hỏi lại"),
}


def links_of(app: Flask, email: str, where: str) -> dict[str, str]:
    page = signed_in(app, email).get("/staff/")
    assert heading_of(page) == "Việc của ông/bà"
    part = next(document_of(page).iter(where))
    return {link.get("href", ""): text_of(link) for link in part.iter("a")}


@pytest.mark.parametrize("role", TASKS)
def test_each_role_finds_its_task_on_the_first_page_and_in_the_header(app: Flask, city: City, role: str) -> None:
    an_account(app, role, None if role == "caller" else "26068")
    address, words = TASKS[role]
    assert links_of(app, f"{role}@dongnai.gov.vn", "main") == {address: words}
    assert address in links_of(app, f"{role}@dongnai.gov.vn", "header")


def test_who_does_two_things_finds_both(app: Flask, city: City) -> None:
    an_account(app, ["volunteer", "data_entry"], "26068", "hai@dongnai.gov.vn")
    assert links_of(app, "hai@dongnai.gov.vn", "main") == dict((TASKS["volunteer"], TASKS["data_entry"]))


@pytest.mark.parametrize("role", TASKS)
def test_none_of_them_reads_results_or_answers(app: Flask, city: City, role: str) -> None:
    an_account(app, role, None if role == "caller" else "26068")
    browser = signed_in(app, f"{role}@dongnai.gov.vn")
    for address in ("/staff/units/26068", "/staff/province", "/staff/exports", "/staff/findings", "/staff/redactions"):
        assert browser.get(address).status_code == 403, address


def test_in_english(app: Flask, city: City) -> None:
    an_account(app, "volunteer", "26068")
    page = signed_in(app, "volunteer@dongnai.gov.vn").get("/staff/?lang=en")
    assert heading_of(page) == "What there is to do"
    assert "This account does not see the results of units." in page.get_data(as_text=True)
