"""Signing in with an identity provider: a real one on loopback, from our page to its page and back."""

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr
from werkzeug.test import TestResponse

from config import Settings
from survey_app.clock import SetClock
from survey_app.staff.accounts import add_account, all_accounts, disable_account
from tests.staff.authenticator import CODE, code_at, show_code, take_second_factor
from tests.staff.people import SIGN_IN, an_account, signed_in
from tests.staff.test_invitations import kinds_of
from tests.support.applications import application
from tests.support.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.support.live_server import free_port

GO, BACK = "/staff/sign-in/provider/", "/staff/sign-in/provider/back"
EMAIL = "auditor@dongnai.gov.vn"


def settings_at(settings: Settings, issuer: str, secret: str = SECRET) -> Settings:
    chosen = {"oidc_issuer": issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(secret)}
    return settings.model_copy(update=chosen)


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """The province's provider; whoever comes is taken for an auditor with a verified address."""
    with identity_provider() as running:
        running.person = {"email": EMAIL, "email_verified": True}
        yield running


@pytest.fixture
def joined(settings: Settings, clock: SetClock, provider: IdentityProvider) -> Iterator[Flask]:
    """The application, joined to the provider; the auditor has an account."""
    with application(settings_at(settings, provider.issuer), clock) as app:
        an_account(app, "auditor")
        yield app


def at_provider(address: str) -> str:
    """What a browser does at the provider's page: follows it back to us."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 302
    back = urlsplit(answer.headers["Location"])
    assert (back.netloc, back.path) == ("127.0.0.1:8000", BACK)
    return f"{back.path}?{back.query}"


def there_and_back(browser: FlaskClient, address: str = GO) -> TestResponse:
    sent = browser.get(address)
    assert sent.status_code == 302, sent.get_data(as_text=True)
    return browser.get(at_provider(sent.headers["Location"]))


def test_from_the_sign_in_page_to_the_page_asked_for(joined: Flask) -> None:
    browser = joined.test_client()
    asked = browser.get("/staff/exports").headers["Location"]
    assert f'href="{GO}?next=/staff/exports"' in browser.get(asked).get_data(as_text=True)
    arrived = there_and_back(browser, f"{GO}?next=/staff/exports")
    assert (arrived.status_code, arrived.headers["Location"]) == (303, "/staff/exports")
    assert browser.get("/staff/exports").status_code == 200
    assert kinds_of(joined)[-1] == "staff.signed_in"


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "/s/ABC", "/staff/sign-out"])
def test_no_way_out_to_another_site(joined: Flask, elsewhere: str) -> None:
    arrived = there_and_back(joined.test_client(), f"{GO}?next={elsewhere}")
    assert arrived.headers["Location"] == "/staff/"


def test_the_address_counts_however_it_is_written(joined: Flask, provider: IdentityProvider) -> None:
    provider.person["email"] = EMAIL.upper()
    assert there_and_back(joined.test_client()).status_code == 303


def test_nobody_gets_an_account_by_it(joined: Flask, provider: IdentityProvider) -> None:
    provider.person["email"] = "giamdoc@dongnai.gov.vn"
    browser = joined.test_client()
    refused = there_and_back(browser)
    assert refused.status_code == 403
    assert "Không có tài khoản nào đang dùng" in refused.get_data(as_text=True)
    assert browser.get("/staff/exports").status_code == 303
    with joined.app_context():
        assert [account.email for account in all_accounts()] == [EMAIL]


def test_a_stopped_account_stays_out(joined: Flask) -> None:
    with joined.app_context():
        disable_account(EMAIL)
    assert there_and_back(joined.test_client()).status_code == 403


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_opens_nothing(
    joined: Flask, provider: IdentityProvider, verified: Any
) -> None:
    provider.person["email_verified"] = verified
    refused = there_and_back(joined.test_client())
    assert refused.status_code == 403
    assert "chưa xác nhận thư điện tử" in refused.get_data(as_text=True)


def test_an_address_that_is_not_there_opens_nothing(joined: Flask, provider: IdentityProvider) -> None:
    del provider.person["email"]
    assert there_and_back(joined.test_client()).status_code == 403


@pytest.mark.parametrize(
    "fault",
    [{"iss": "http://127.0.0.1:9"}, {"aud": "another"}, {"nonce": "another"}, {"exp": 1_000_000_000}],
    ids=["issuer", "audience", "nonce", "expired"],
)
def test_a_token_that_is_not_for_us_and_for_now_opens_nothing(
    joined: Flask, provider: IdentityProvider, fault: dict[str, Any]
) -> None:
    provider.faults = fault
    browser = joined.test_client()
    refused = there_and_back(browser)
    assert refused.status_code == 422
    assert "Xin bắt đầu lại" in refused.get_data(as_text=True)
    assert browser.get("/staff/exports").status_code == 303


def test_a_token_with_another_key_s_signature_opens_nothing(joined: Flask, provider: IdentityProvider) -> None:
    provider.forges = True
    assert there_and_back(joined.test_client()).status_code == 422


def test_the_way_back_works_once_and_in_the_browser_that_went(joined: Flask) -> None:
    victim, thief = joined.test_client(), joined.test_client()
    back = at_provider(thief.get(GO).headers["Location"])
    assert victim.get(back).status_code == 422  # Nobody is signed in to another's account by a link.
    assert thief.get(back).status_code == 303
    assert thief.get(back).status_code == 422


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=y", "?error=access_denied", "?code=%00&state=%00"]
)
def test_a_made_up_way_back_is_refused_in_words(joined: Flask, query: str) -> None:
    refused = joined.test_client().get(f"{BACK}{query}")
    assert refused.status_code == 422
    assert "Chưa đăng nhập được bằng tài khoản công vụ" in refused.get_data(as_text=True)


def test_a_wrong_secret_of_ours_opens_nothing(settings: Settings, clock: SetClock, provider: IdentityProvider) -> None:
    with application(settings_at(settings, provider.issuer, "another-secret"), clock) as app:
        an_account(app, "auditor")
        assert there_and_back(app.test_client()).status_code == 422


def test_the_second_factor_is_asked_for_all_the_same(joined: Flask, clock: SetClock) -> None:
    secret, paper = take_second_factor(signed_in(joined, EMAIL), clock)
    browser = joined.test_client()
    arrived = there_and_back(browser, f"{GO}?next=/staff/exports")
    assert arrived.headers["Location"] == f"{CODE}?next=/staff/exports"
    assert browser.get("/staff/exports").status_code == 303
    assert show_code(browser, paper[0]).status_code == 303
    assert browser.get("/staff/exports").status_code == 200
    assert secret
    assert code_at(secret, clock.now().timestamp())


def test_an_account_without_a_password_manages_itself(
    joined: Flask, provider: IdentityProvider, clock: SetClock
) -> None:
    with joined.app_context():
        add_account("moi@dongnai.gov.vn", "province", None, None)
    provider.person["email"] = "moi@dongnai.gov.vn"
    browser = joined.test_client()
    there_and_back(browser)
    words = browser.get("/staff/account/").get_data(as_text=True)
    assert "chưa có mật khẩu riêng" in words
    assert "Mật khẩu hiện tại" not in browser.get("/staff/account/password").get_data(as_text=True)
    take_second_factor(browser, clock)


def test_a_provider_that_is_away_is_said(settings: Settings, clock: SetClock) -> None:
    with application(settings_at(settings, f"http://127.0.0.1:{free_port()}"), clock) as app:
        away = app.test_client().get(GO)
        assert away.status_code == 503
        assert "chưa trả lời" in away.get_data(as_text=True)


def test_where_none_is_set_up_there_is_no_such_door(app: Flask) -> None:
    stranger = app.test_client()
    assert GO not in stranger.get(SIGN_IN).get_data(as_text=True)
    assert stranger.get(GO).status_code == stranger.get(BACK).status_code == 404
