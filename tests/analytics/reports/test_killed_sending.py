"""`digest send` killed in the middle (SIGKILL), before a real mail server: nobody gets a letter twice unasked."""

import signal
import subprocess
import sys
from pathlib import Path

from flask import Flask

from survey_app.languages import catalogue
from tests.analytics.dashboards.conftest import City
from tests.analytics.reports.conftest import CITY, LEADER, SILENT_LEADER
from tests.analytics.reports.test_digest import letters, send
from tests.support.live_server import environment_for
from tests.support.mail_server import MailServer

ROOT = Path(__file__).resolve().parents[3]
TEXT = catalogue("vi").text
EVERYBODY = {LEADER, SILENT_LEADER, CITY}


def sender(app: Flask, mail: MailServer, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """`digest send` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.analytics.reports.sender_process", *arguments],
        check=False,
        cwd=ROOT,
        env=environment_for(app.extensions["settings"]) | {"SMTP_URL": mail.url},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_a_killed_run_sends_nothing_twice_and_names_what_was_under_way(
    writing: Flask, readers: City, mail: MailServer
) -> None:
    killed = sender(writing, mail, "2")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    first = letters(mail)
    assert len(first) == 2, "the second was taken by the server, and nobody could note it"
    resumed = sender(writing, mail)
    assert resumed.returncode == 0, resumed.stderr
    second = letters(mail)
    assert len(second) == 1
    assert set(first) | set(second) == EVERYBODY
    under_way = list(first)[1]
    assert TEXT("reports.send.unsure", count=1, who=under_way) in resumed.stdout
    again = send(writing, "--again")
    assert again.exit_code == 0
    (repeated,) = letters(mail).values()
    assert (repeated["To"], repeated["Message-ID"]) == (under_way, first[under_way]["Message-ID"])
    assert TEXT("reports.send.done", week="16–22/11", sent=0, already=3, opted_out=0) in send(writing).output
