import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.staff.people import SIGN_IN, City, an_account, signed_in


def words_of(client: FlaskClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def links_of(client: FlaskClient, address: str) -> str:
    """The header's list of pages."""
    words = words_of(client, address)
    return words.partition('<div class="site-links">')[2].partition("</div>")[0]


@pytest.mark.parametrize("address", ["/nowhere", "/", SIGN_IN])
def test_the_other_language_is_one_link_away_and_keeps_the_question(client: FlaskClient, address: str) -> None:
    assert f'href="{address}?lang=en"' in words_of(client, address)
    assert f'href="{address}"' in words_of(client, f"{address}?lang=en")
    english = words_of(client, f"{address}?q=%22%3E&lang=en")
    assert f'href="{address}?q=%22%3E"' in english
    assert '<html lang="en">' in english


def test_the_sign_in_page_keeps_where_to_go_on_in_either_language(client: FlaskClient) -> None:
    assert "/staff/sign-in?next=%2Fstaff%2Funits%2F26068&amp;lang=en" in words_of(
        client, f"{SIGN_IN}?next=/staff/units/26068"
    )


def test_an_unknown_language_leads_back_to_known_ones(client: FlaskClient) -> None:
    response = client.get(f"{SIGN_IN}?lang=xx")
    assert response.status_code == 404
    assert 'href="/staff/sign-in?lang=en"' in response.get_data(as_text=True)


def test_public_pages_show_the_staff_door_and_no_account(app: Flask, city: City) -> None:
    an_account(app, "leader", "26068")
    browser = signed_in(app, "leader@dongnai.gov.vn")
    assert words_of(browser, "/nowhere") == words_of(app.test_client(), "/nowhere")
    assert f'href="{SIGN_IN}"' in words_of(browser, "/nowhere")
    assert f'href="{SIGN_IN}"' not in words_of(browser, "/staff/units/26068")


@pytest.mark.parametrize(
    ("role", "at", "shown", "hidden"),
    [
        ("leader", "/staff/units/26068", ["Đơn vị của tôi"], ["Xuất phiếu", "Xã, phường"]),
        ("auditor", "/staff/exports", ["Xuất phiếu"], ["Đơn vị của tôi", "Xã, phường"]),
        ("supervisor", "/staff/", ["Xã, phường"], ["Đơn vị của tôi", "Xuất phiếu"]),
    ],
)
def test_links_by_role(app: Flask, city: City, role: str, at: str, shown: list[str], hidden: list[str]) -> None:
    an_account(app, role, "26068" if role == "leader" else None)
    links = links_of(signed_in(app, f"{role}@dongnai.gov.vn"), at)
    assert [words for words in shown if words not in links] == []
    assert [words for words in hidden if words in links] == []
    assert links.count('aria-current="page"') == 1


def test_every_staff_page_names_the_account_and_lets_it_sign_out(app: Flask, city: City) -> None:
    an_account(app, "leader", "26068")
    browser = signed_in(app, "leader@dongnai.gov.vn")
    for address in ("/staff/units/26068", "/staff/no-such", "/staff/units/26371"):
        words = words_of(browser, address)
        assert "leader@dongnai.gov.vn" in words
        assert 'action="/staff/sign-out"' in words.replace("\n", " ")


def test_errors_lead_back_to_the_first_page_of_their_zone(app: Flask, client: FlaskClient) -> None:
    an_account(app, "auditor")
    browser = signed_in(app, "auditor@dongnai.gov.vn")
    assert 'href="/staff/">Về trang đầu</a>' in " ".join(words_of(browser, "/staff/no-such").split())
    assert 'href="/">Về trang đầu</a>' in " ".join(words_of(client, "/nowhere").split())
    assert 'href="/?lang=en">To the first page</a>' in " ".join(words_of(client, "/nowhere?lang=en").split())


def test_whoever_runs_the_site_and_the_phone_stand_on_every_page(client: FlaskClient) -> None:
    for address, owner in (("/nowhere", "UBND thành phố Đồng Nai"), ("/nowhere?lang=en", "Đồng Nai City")):
        words = words_of(client, address)
        assert owner in words
        assert 'href="tel:1022"' in words
