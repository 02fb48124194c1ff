from pathlib import Path

import pytest

from config import SettingsError
from survey_app.mail.smtp_address import Privacy, SmtpAddress, smtp_address
from tests.support.applications import settings_for


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtps://mail.dongnai.gov.vn", SmtpAddress("mail.dongnai.gov.vn", 465, Privacy.TLS)),
        ("smtp://mail.dongnai.gov.vn", SmtpAddress("mail.dongnai.gov.vn", 587, Privacy.STARTTLS)),
        ("smtp://mail.dongnai.gov.vn:25", SmtpAddress("mail.dongnai.gov.vn", 25, Privacy.STARTTLS)),
        ("smtp://127.0.0.1:25", SmtpAddress("127.0.0.1", 25, Privacy.NONE)),
        ("smtp://localhost:25?tls=starttls", SmtpAddress("localhost", 25, Privacy.STARTTLS)),
        ("smtp://[::1]:25", SmtpAddress("::1", 25, Privacy.NONE)),
        (
            "smtps://khao%40sat:a%2Fb%3Ac@mail.vn:2465?ca=/etc/ssl/city.pem",
            SmtpAddress("mail.vn", 2465, Privacy.TLS, "khao@sat", "a/b:c", "/etc/ssl/city.pem"),
        ),
    ],
)
def test_what_an_address_says(url: str, address: SmtpAddress) -> None:
    assert smtp_address(url) == address


def test_the_password_is_never_shown() -> None:
    assert "secret" not in repr(smtp_address("smtps://a:secret@mail.vn"))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("smtp_url", "mail.dongnai.gov.vn"),
        ("smtp_url", "http://mail.dongnai.gov.vn"),
        ("smtp_url", "smtp://mail.vn/inbox"),
        ("smtp_url", "smtp://mail.vn:99999"),
        ("smtp_url", "smtp://mail.vn?tls=none"),
        ("smtp_url", "smtp://mail.vn?verify=no"),
        ("smtp_url", "smtps://mail.vn?ca=/nowhere.pem"),
        ("smtp_url", "smtps://u:b%C3%AD@mail.vn"),
        ("mail_from", "not an address"),
        ("mail_from", "a@b.vn,c@d.vn"),
        ("require_totp", "leader,king"),
        ("oidc_issuer", "http://sso.dongnai.gov.vn"),
        ("oidc_client_id", "alone"),
    ],
)
def test_wrong_settings_are_refused_in_words_without_secrets(tmp_path: Path, setting: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_for("", tmp_path, **{setting: value})
    assert len(refused.value.problems) == 1


def test_the_mail_server_s_password_is_in_no_message(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_for("", tmp_path, smtp_url="smtp://user:bimat@mail.vn/path")
    assert "bimat" not in str(refused.value)
    assert "bimat" not in repr(settings_for("", tmp_path, smtp_url="smtp://user:bimat@mail.vn"))
