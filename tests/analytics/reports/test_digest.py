"""The Monday letters: what they say, that each goes out once, and what becomes of them when a server will not."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from email.message import EmailMessage
from queue import Empty

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, delete

from analytics.reports.deliveries import claim, give_back, mark, states_of
from analytics.reports.models import CLAIMED, REFUSED, SENT, DigestDeliveryRow
from survey_app.clock import SetClock
from survey_app.languages import catalogue
from survey_app.mail.mailer import SmtpMailer
from tests.analytics.dashboards.conftest import City
from tests.analytics.dashboards.factories import NEWEST_MONDAY
from tests.analytics.reports.conftest import CITY, LEADER, SILENT_LEADER
from tests.staff.people import an_account, signed_in
from tests.support.mail_server import MailServer

Begin = Callable[[], AbstractContextManager[Connection]]
TEXT = catalogue("vi").text


def send(app: Flask, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["digest", "send", *options])


def letters(mail: MailServer) -> dict[str, EmailMessage]:
    """What came so far, by reader."""
    came: dict[str, EmailMessage] = {}
    while True:
        try:
            letter = mail.letters.get(timeout=0.5)
        except Empty:
            return came
        assert letter["To"] not in came, "one letter each"
        came[str(letter["To"])] = letter


def words(letter: EmailMessage, kind: str = "plain") -> str:
    body = letter.get_body([kind])
    assert body is not None
    return str(body.get_content())


def test_each_reader_gets_one_letter_and_never_a_second(writing: Flask, readers: City, mail: MailServer) -> None:
    done = send(writing)
    assert done.exit_code == 0, done.output
    assert set(letters(mail)) == {LEADER, SILENT_LEADER, CITY}
    assert TEXT("reports.send.done", week="16–22/11", sent=3, already=0, opted_out=0) in done.output
    again = send(writing)
    assert TEXT("reports.send.done", week="16–22/11", sent=0, already=3, opted_out=0) in again.output
    assert letters(mail) == {}


def test_the_leader_reads_the_page_s_sentence_table_and_chart(writing: Flask, readers: City, mail: MailServer) -> None:
    send(writing)
    letter = letters(mail)[LEADER]
    assert letter["Subject"] == "Xã Trảng Bom: kết quả góp ý tuần 16–22/11"
    page = writing.test_client().get("/units/26068.json").get_json()
    plain, html = words(letter), words(letter, "html")
    for said in page["sentences"]:
        assert said in plain
    newest = page["points"][-1]
    cell = f"{newest['attitude']['percent']:.0f}% ("
    assert cell in plain
    assert cell in html
    assert TEXT("reports.look_at.late_action", title="Bảng hướng dẫn giấy tờ mới") in plain
    picture = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    assert picture.get_content().startswith(b"\x89PNG")
    assert f"cid:{str(picture['Content-ID']).strip('<>')}" in html
    assert re.search(r'<img[^>]+alt="[^"]{40,}"', html), "who sees no picture reads it"
    assert f"{writing.extensions['settings'].public_url}/staff/units/26068" in plain


def test_html_is_what_mail_programs_show_right(writing: Flask, readers: City, mail: MailServer) -> None:
    send(writing)
    for letter in letters(mail).values():
        html = words(letter, "html")
        assert "<style" not in html
        assert "style=" in html
        assert not re.search(r"display:\s*(flex|grid)|<script|<link|src=\"http", html)
        assert "max-width: 600px" in html and "<!--[if mso]>" in html, "no wider than a phone, nor in Outlook"
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_silent_commune_is_reminded_and_the_city_told(writing: Flask, readers: City, mail: MailServer) -> None:
    send(writing)
    came = letters(mail)
    assert came[SILENT_LEADER]["Subject"] == TEXT(
        "reports.unit.subject_reminder", unit="Phường Long Hưng", week="16–22/11"
    )
    assert TEXT("dashboards.week.none", span="Tuần 16–22/11") in words(came[SILENT_LEADER])
    told = words(came[CITY])
    assert "Phường Long Hưng" in told
    assert TEXT("reports.city.silent") in told
    assert "Xã Trảng Bom" in told
    assert "thấp hơn hẳn" in told


def test_the_city_reads_its_own_weeks_as_chart_and_table(writing: Flask, readers: City, mail: MailServer) -> None:
    send(writing)
    letter = letters(mail)[CITY]
    plain, html = words(letter), words(letter, "html")
    browser = signed_in(writing, CITY)
    newest = browser.get("/staff/province.json").get_json()["trend"]["weeks"][-1]["attitude"]
    for body in (plain, html):
        assert f"{newest['percent']:.0f}% (" in body
        assert TEXT("reports.city.figure", city="Thành phố Đồng Nai") in body
    picture = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    assert f"cid:{str(picture['Content-ID']).strip('<>')}" in html


def test_nobody_is_told_of_another_commune(writing: Flask, readers: City, mail: MailServer) -> None:
    send(writing)
    came = letters(mail)
    assert "Long Hưng" not in words(came[LEADER]) + words(came[LEADER], "html")
    assert "Trảng Bom" not in words(came[SILENT_LEADER]) + words(came[SILENT_LEADER], "html")


def test_only_those_who_lead_or_look_after_get_letters(writing: Flask, readers: City, mail: MailServer) -> None:
    for role in ("supervisor", "auditor", "inspector", "administrator", "caller"):
        an_account(writing, role)
    done = send(writing, "--dry-run")
    assert done.output.split("\n")[:3] == sorted([LEADER, SILENT_LEADER, CITY], key=done.output.index)
    assert TEXT("reports.send.would", count=3, week="16–22/11") in done.output
    assert letters(mail) == {}


def test_a_refused_address_is_named_and_holds_up_nobody(writing: Flask, readers: City, mail: MailServer) -> None:
    mail.refusals.append("550 no such user")
    done = send(writing)
    assert done.exit_code == 0
    assert len(letters(mail)) == 2
    assert "SMTPRecipientsRefused" in done.output
    assert letters(mail) == {}
    assert TEXT("reports.send.done", week="16–22/11", sent=0, already=3, opted_out=0) in send(writing).output


def test_a_busy_server_is_asked_again(
    writing: Flask, readers: City, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.reports.sending.PAUSES", (0.0, 0.0))
    mail.refusals.extend(["451 later", "451 later"])
    assert send(writing).exit_code == 0
    assert len(letters(mail)) == 3


def test_a_server_that_takes_nothing_ends_the_run_and_the_next_one_goes_on(
    writing: Flask, readers: City, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.reports.sending.PAUSES", (0.0,))
    mail.refusals.extend(["451 later"] * 2)
    stopped = send(writing)
    assert stopped.exit_code == 1
    assert TEXT("reports.send.stopped", waiting=3, why="SMTPRecipientsRefused") in stopped.output
    assert send(writing).exit_code == 0
    assert len(letters(mail)) == 3


def test_what_a_cut_off_run_had_under_way_is_told_and_sent_when_asked(
    writing: Flask, readers: City, mail: MailServer, transaction: Begin
) -> None:
    with writing.app_context():
        assert claim(NEWEST_MONDAY, 1)
        assert not claim(NEWEST_MONDAY, 1), "two runs never have the same letter"
    done = send(writing)
    assert "--again" in done.output
    first = letters(mail)
    assert len(first) == 2
    assert send(writing, "--again").exit_code == 0
    assert len(letters(mail)) == 1
    with transaction() as connection:
        assert set(states_of(connection, NEWEST_MONDAY).values()) == {SENT}


def test_a_run_that_is_interrupted_after_the_server_took_a_letter_never_sends_it_twice(
    writing: Flask, readers: City, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = SmtpMailer.send

    def send_then_interrupt(mailer: SmtpMailer, message: EmailMessage) -> None:
        really(mailer, message)
        raise KeyboardInterrupt

    monkeypatch.setattr(SmtpMailer, "send", send_then_interrupt)
    assert send(writing).exit_code == 1
    monkeypatch.setattr(SmtpMailer, "send", really)
    first = letters(mail)
    assert len(first) == 1
    done = send(writing)
    assert f"{next(iter(first))}" in done.output
    assert "--again" in done.output
    rest = letters(mail)
    assert len(rest) == 2
    assert not first.keys() & rest.keys()


def test_a_letter_keeps_its_name_when_it_is_sent_again(
    writing: Flask, readers: City, mail: MailServer, transaction: Begin
) -> None:
    names = []
    for _time in range(2):
        send(writing)
        came = letters(mail)
        names.append({to: str(letter["Message-ID"]) for to, letter in came.items()})
        with transaction() as connection:
            connection.execute(delete(DigestDeliveryRow))
    assert names[0] == names[1]
    assert len(set(names[0].values())) == 3


def test_a_refusal_and_a_letter_given_back_are_told_apart(writing: Flask, readers: City, transaction: Begin) -> None:
    with writing.app_context():
        claim(NEWEST_MONDAY, 1)
        claim(NEWEST_MONDAY, 2)
        claim(NEWEST_MONDAY, 3)
        mark(NEWEST_MONDAY, 1, refused=True)
        give_back(NEWEST_MONDAY, [1, 2])
    with transaction() as connection:
        assert states_of(connection, NEWEST_MONDAY) == {1: REFUSED, 3: CLAIMED}


def test_an_open_week_is_not_told(writing: Flask, readers: City, mail: MailServer, clock: SetClock) -> None:
    clock.moment += timedelta(days=7)
    done = send(writing)
    assert done.exit_code == 1
    assert TEXT("reports.send.not_closed", sunday="29/11/2026", last="23/11/2026") in done.output
    assert letters(mail) == {}


def test_without_a_mail_server_nothing_is_promised(app: Flask, lived: City) -> None:
    done = send(app)
    assert done.exit_code == 1
    assert TEXT("reports.send.no_server") in done.output
    assert app.test_cli_runner().invoke(args=["digest", "send", "--dry-run"]).exit_code == 0
