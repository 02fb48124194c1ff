"""Leaving the digest: by the link of a letter, without signing in, and back again."""

import re

from flask import Flask

from survey_app.languages import catalogue
from tests.analytics.dashboards.conftest import City
from tests.analytics.reports.conftest import LEADER
from tests.analytics.reports.test_digest import letters, send
from tests.support.mail_server import MailServer

TEXT = catalogue("vi").text


def leave_link(app: Flask, mail: MailServer) -> str:
    send(app)
    link = str(letters(mail)[LEADER]["List-Unsubscribe"]).strip("<>")
    return link.removeprefix(app.extensions["settings"].public_url)


def test_looking_at_the_link_changes_nothing_and_pressing_does(writing: Flask, readers: City, mail: MailServer) -> None:
    address, browser = leave_link(writing, mail), writing.test_client()
    asked = browser.get(address).get_data(as_text=True)
    assert TEXT("reports.leave.ask") in asked
    assert TEXT("reports.leave.ask") in browser.get(address).get_data(as_text=True)
    left = browser.post(address, data={"List-Unsubscribe": "One-Click"})
    assert left.status_code == 200
    assert TEXT("reports.leave.out") in left.get_data(as_text=True)
    assert TEXT("reports.leave.out") in browser.post(address).get_data(as_text=True), "twice is once"
    again = send(writing)
    assert TEXT("reports.send.done", week="16–22/11", sent=0, already=2, opted_out=1) in again.output
    back = browser.post(address, data={"again": "1"}).get_data(as_text=True)
    assert TEXT("reports.leave.in") in back


def test_a_link_of_nobody_s_is_said_to_be_wrong(writing: Flask, readers: City, mail: MailServer) -> None:
    address, browser = leave_link(writing, mail), writing.test_client()
    forged = re.sub(r"leave/[^.]+", "leave/OTk", address)
    for response in (browser.get(forged), browser.post(forged), browser.get(address[:-2])):
        assert response.status_code == 404
        assert TEXT("reports.leave.unknown.text") in response.get_data(as_text=True)
