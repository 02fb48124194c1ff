"""Letters really go out: plain on this machine, over TLS and STARTTLS elsewhere, with a password; or it shows."""

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest

from config import Settings
from survey_app.mail.letter import letter
from survey_app.mail.mailer import MailNotSent, NoMailer, SmtpMailer, mailer_for
from tests.support.applications import settings_for
from tests.support.live_server import free_port
from tests.support.mail_server import PASSWORD, USER, MailServer, guarded_mail_server, mail_server

AT = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
READER = "hoa@dongnai.gov.vn"
over_tls = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
"""The test's server counts STARTTLS only as TLS, and warns of its own TLS from the start."""


def settings_with(folder: Path, **chosen: object) -> Settings:
    return settings_for("", folder, public_url="https://gopy.dongnai.gov.vn", **chosen)


def a_letter(settings: Settings, to: str = READER) -> EmailMessage:
    return letter(
        settings,
        to=to,
        subject="Kết quả tuần 47",
        text="Tuần này tốt hơn.\nXem https://gopy.dongnai.gov.vn/staff/\n",
        html="<p>Tuần này <b>tốt hơn</b>.</p>",
        at=AT,
        language="vi",
    )


def send(server: MailServer, folder: Path) -> None:
    settings = settings_with(folder, smtp_url=server.url)
    mailer_for(settings).send(a_letter(settings))


def test_a_letter_arrives_as_it_was_written(tmp_path: Path) -> None:
    with mail_server() as server:
        send(server, tmp_path)
        came = server.next_letter()
    assert str(came["From"]) == "UBND thành phố Đồng Nai <khong-tra-loi@gopy.dongnai.gov.vn>"
    assert (came["To"], came["Subject"]) == (READER, "Kết quả tuần 47")
    assert came["Date"].datetime == AT
    assert came["Auto-Submitted"] == "auto-generated"
    assert came["Content-Language"] == "vi"
    assert came["Message-ID"].endswith("@gopy.dongnai.gov.vn>")
    plain, html = came.get_body(["plain"]), came.get_body(["html"])
    assert plain is not None
    assert html is not None
    assert "Tuần này tốt hơn.\nXem https://gopy.dongnai.gov.vn/staff/" in plain.get_content().replace("\r\n", "\n")
    assert "<b>tốt hơn</b>" in html.get_content()


def test_the_sender_can_be_chosen_and_the_owner_is_named_in_the_letter_s_language(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, mail_from="khaosat@dongnai.gov.vn")
    written = letter(settings, to=READER, subject="s", text="t", at=AT, language="en")
    assert written["From"] == "Đồng Nai City <khaosat@dongnai.gov.vn>"
    assert written.get_content_type() == "text/plain"


@pytest.mark.parametrize("place", ["to", "subject"])
def test_no_header_can_be_smuggled_in(tmp_path: Path, place: str) -> None:
    words = {"to": READER, "subject": "s"} | {place: "a@b.vn\nBcc: everybody@dongnai.gov.vn"}
    with pytest.raises(ValueError, match="linefeed"):
        letter(settings_with(tmp_path), text="t", at=AT, language="vi", **words)


@over_tls
@pytest.mark.parametrize("from_the_start", [True, False], ids=["tls", "starttls"])
def test_over_tls_with_a_name_and_password(tmp_path: Path, from_the_start: bool) -> None:
    with guarded_mail_server(tmp_path, from_the_start=from_the_start) as (server, authority):
        scheme, asked = ("smtps", "") if from_the_start else ("smtp", "&tls=starttls")
        user = f"{quote(USER)}:{quote(PASSWORD, safe='')}"
        url = f"{scheme}://{user}@127.0.0.1:{server.port}?ca={authority}{asked}"
        settings = settings_with(tmp_path, smtp_url=url)
        mailer_for(settings).send(a_letter(settings))
        assert server.next_letter()["To"] == READER
        assert server.signed_in_as == [USER]


@over_tls
@pytest.mark.parametrize("from_the_start", [True, False], ids=["tls", "starttls"])
def test_an_authority_that_nobody_trusts_gets_no_letter_and_no_password(tmp_path: Path, from_the_start: bool) -> None:
    with guarded_mail_server(tmp_path, from_the_start=from_the_start) as (server, _):
        scheme, asked = ("smtps", "") if from_the_start else ("smtp", "?tls=starttls")
        settings = settings_with(tmp_path, smtp_url=f"{scheme}://{USER}:x@127.0.0.1:{server.port}{asked}")
        with pytest.raises(MailNotSent, match="SSLCertVerificationError"):
            mailer_for(settings).send(a_letter(settings))
        assert server.letters.empty()
        assert server.signed_in_as == []


def test_a_server_elsewhere_without_starttls_is_not_spoken_to_in_the_clear(tmp_path: Path) -> None:
    with mail_server() as server:
        settings = settings_with(tmp_path, smtp_url=f"{server.url}?tls=starttls")
        with pytest.raises(MailNotSent, match="SMTPNotSupportedError"):
            mailer_for(settings).send(a_letter(settings))
        assert server.letters.empty()


@over_tls
def test_a_wrong_password_is_for_good(tmp_path: Path) -> None:
    with guarded_mail_server(tmp_path, from_the_start=True) as (server, authority):
        settings = settings_with(tmp_path, smtp_url=f"smtps://{USER}:x@127.0.0.1:{server.port}?ca={authority}")
        with pytest.raises(MailNotSent) as refused:
            mailer_for(settings).send(a_letter(settings))
    assert refused.value.is_permanent
    assert refused.value.reason == "SMTPAuthenticationError 535"


@pytest.mark.parametrize(
    ("answer", "is_permanent"), [("450 mailbox busy", False), ("550 no such mailbox", True)], ids=["later", "never"]
)
def test_a_refusal_says_whether_to_try_again(tmp_path: Path, answer: str, is_permanent: bool) -> None:
    with mail_server() as server:
        server.refusals.append(answer)
        with pytest.raises(MailNotSent) as refused:
            send(server, tmp_path)
        assert refused.value.is_permanent is is_permanent
        assert READER not in str(refused.value)
        send(server, tmp_path)
        assert server.next_letter()["To"] == READER


def test_a_server_that_is_away_may_come_back(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    with pytest.raises(MailNotSent) as refused:
        mailer_for(settings).send(a_letter(settings))
    assert not refused.value.is_permanent


def test_without_a_server_nothing_is_promised_and_nothing_vanishes(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)
    mailer = mailer_for(settings)
    assert isinstance(mailer, NoMailer)
    assert not mailer.delivers
    with pytest.raises(MailNotSent, match="SMTP_URL is empty"):
        mailer.send(a_letter(settings))


def test_with_a_server_letters_are_promised(tmp_path: Path) -> None:
    mailer = mailer_for(settings_with(tmp_path, smtp_url="smtps://mail.dongnai.gov.vn"))
    assert isinstance(mailer, SmtpMailer)
    assert mailer.delivers
    assert "bi mat" not in repr(mailer_for(settings_with(tmp_path, smtp_url="smtps://a:bi%20mat@c.vn")))
