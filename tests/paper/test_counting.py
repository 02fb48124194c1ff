"""Settled sheets become answers: together, once, all or none, and nothing leads back from an answer to its sheet."""

import csv
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from analytics.facts.models import fact_attitude
from config import Settings
from survey_app.clock import SetClock
from survey_app.database import db, truncate_write_ahead_log, write_transaction
from survey_app.paper.counting import TOGETHER, count_settled, count_when_enough
from survey_app.paper.entries import Actor, enter
from survey_app.paper.models import PaperEntryRow, PaperSheetRow
from survey_app.questionnaires.answers import Answers
from survey_app.responses.models import inbox
from survey_app.responses.registration import door_of
from survey_app.territory.models import UnitVersionRow
from tests.conftest import NOW
from tests.paper.conftest import Desk, Transaction, a_batch, post, typed, typed_twice
from tests.staff.people import token_in
from tests.support.databases import ROOT, postgresql_only
from tests.support.surveys import ScannedCounter


def settled(desk: Desk, number: int) -> None:
    """Let two people have typed the first sheets alike, without going over the pages."""
    with desk.begin() as connection:
        for serial in range(1, number + 1):
            for person in ("lan@dongnai.gov.vn", "minh@dongnai.gov.vn"):
                given = Answers(ratings={"r1": serial % 5 + 1}, comment=f"Lời góp ý số {serial}")
                enter(connection, desk.batch, serial, given, Actor(person, "26041", NOW))


def test_a_sheet_waits_for_others_and_then_all_are_counted_together(
    lan: FlaskClient, minh: FlaskClient, desk: Desk, counter: ScannedCounter
) -> None:
    typed_twice(lan, minh, desk, *range(1, TOGETHER))
    assert desk.states() == ["settled"] * 4 + ["printed"] * 3
    assert desk.answers() == []
    typed(lan, desk, TOGETHER, overall="1")
    done = typed(minh, desk, TOGETHER, overall="1")
    assert "done=counted" in done.headers["Location"]
    assert "Đã tính 5 phiếu." in minh.get(done.headers["Location"]).get_data(as_text=True)
    assert desk.states() == ["counted"] * 5 + ["printed"] * 2
    assert desk.drafts() == 0
    rows = desk.answers()
    assert Counter(row.r1 for row in rows) == {4: 4, 1: 1}
    assert {(row.channel, row.unit_id, row.service_point_id) for row in rows} == {
        ("paper", counter.commune.id, counter.service_point_id)
    }
    kept = {(row.received_on, row.language, row.service_domain, row.comment, row.flags, row.set_aside) for row in rows}
    assert kept == {(NOW.date(), "vi", "land", "Cán bộ nhiệt tình.", 0, 0)}


def test_settling_the_fifth_counts_too(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed_twice(lan, minh, desk, 1, 2, 3, 4)
    typed(lan, desk, 5)
    typed(minh, desk, 5, overall="1")
    done = post(minh, f"{desk.path}/5", f"{desk.path}/5/settle", {"overall": "2"})
    assert "done=counted" in done.headers["Location"]
    assert sorted(row.r1 for row in desk.answers()) == [2, 4, 4, 4, 4]


def test_the_last_few_are_counted_when_somebody_says_so(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed_twice(lan, minh, desk, 1, 2)
    page = lan.get(desk.path).get_data(as_text=True)
    assert "có thể nhận ra phiếu trong số liệu gốc" in page
    assert "Tính ngay 2 tờ" in page
    done = post(lan, desk.path, f"{desk.path}/count", {})
    assert "Đã tính 2 phiếu." in lan.get(done.headers["Location"]).get_data(as_text=True)
    assert (len(desk.answers()), desk.drafts(), desk.states()[:3]) == (2, 0, ["counted", "counted", "printed"])
    again = typed(lan, desk, 1)
    assert again.status_code == 409
    assert "Tờ này đã được tính" in again.get_data(as_text=True)
    assert post(lan, desk.path, f"{desk.path}/1/void", {"reason": "rách"}).status_code == 409
    assert len(desk.answers()) == 2


def test_nothing_kept_leads_from_an_answer_to_its_sheet(desk: Desk, lan: FlaskClient) -> None:
    settled(desk, 7)
    post(lan, desk.path, f"{desk.path}/count", {})
    assert set(PaperSheetRow.__table__.columns.keys()) == {"batch_id", "serial", "state"}, "no day, no time, no answer"
    assert desk.drafts() == 0
    for row in desk.answers():
        assert not {"batch_id", "serial"} & set(row._mapping)
    with desk.begin() as connection:
        assert connection.scalars(select(PaperEntryRow.answers)).all() == []


def test_no_byte_of_a_draft_is_left(app: Flask, desk: Desk, settings: Settings) -> None:
    """`{"choices"` begins every draft: after the closing no page of the database's files holds one."""
    settled(desk, TOGETHER)
    assert traces_of_drafts(app, settings) != []
    with desk.begin() as connection:
        count_settled(connection, door_of(app), desk.batch, NOW)
    with app.app_context():
        truncate_write_ahead_log()
    assert traces_of_drafts(app, settings) == []


def traces_of_drafts(app: Flask, settings: Settings) -> list[str]:
    """Where the beginning of a draft stands: files of the database, or pages of PostgreSQL's table."""
    mark = b'{"choices":'
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            file = Path(str(db.engine.url.database))
            return [path.name for path in file.parent.glob(f"{file.name}*") if mark in path.read_bytes()]
        with db.engine.connect() as connection:
            connection.exec_driver_sql("CHECKPOINT")
            place = "SELECT pg_read_binary_file(pg_relation_filepath('paper_entry'))"
            return ["paper_entry"] if mark in bytes(connection.exec_driver_sql(place).scalar_one()) else []


@postgresql_only
def test_the_order_of_the_sheets_is_not_the_order_of_the_answers(
    app: Flask, desk: Desk, counter: ScannedCounter
) -> None:
    """PostgreSQL keeps rows as they come: in six batches of seven it is nearly never (5040⁻⁶) that of the sheets."""
    orders = []
    for _ in range(6):
        batch = Desk(desk.begin, a_batch(desk.begin, counter))
        settled(batch, 7)
        before = len(desk.answers())
        with desk.begin() as connection:
            count_settled(connection, door_of(app), batch.batch, NOW)
            lying = connection.scalars(select(inbox.c.comment).order_by(text("ctid"))).all()
        orders.append([str(comment)[-1] for comment in lying[before:]])
    assert all(sorted(order) == list("1234567") for order in orders)
    assert any(order != list("1234567") for order in orders)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each act returns, all started at the same moment."""
    together = threading.Barrier(len(acts))
    said: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        together.wait()
        said[place] = act()

    people = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=60)
    return said


def test_two_who_count_the_same_sheets_make_one_answer_of_each(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    settled(desk, 4)
    fields = [{"csrf_token": token_in(browser.get(desk.path))} for browser in (lan, minh)]

    def counts(browser: FlaskClient, data: dict[str, str]) -> Callable[[], object]:
        return lambda: browser.post(f"{desk.path}/count", data=data).status_code

    assert at_once(counts(lan, fields[0]), counts(minh, fields[1])) == [303, 303]
    assert len(desk.answers()) == 4
    assert (desk.states()[:4], desk.drafts()) == (["counted"] * 4, 0)


def test_many_threads_in_the_store_make_one_answer_of_each(app: Flask, desk: Desk) -> None:
    settled(desk, TOGETHER)

    def count() -> object:
        with app.app_context(), write_transaction() as connection:
            return count_when_enough(connection, door_of(current_app), desk.batch, NOW)

    assert sorted(at_once(*[count] * 6), key=str) == [0, 0, 0, 0, 0, 5]
    assert len(desk.answers()) == 5


def test_two_second_entries_at_once_are_one(
    lan: FlaskClient, minh: FlaskClient, administrator: FlaskClient, desk: Desk
) -> None:
    typed(lan, desk, 1)
    ready = [(browser, token_in(browser.get(f"{desk.path}/1"))) for browser in (minh, administrator)]

    def enters(browser: FlaskClient, token: str) -> Callable[[], object]:
        fields = {"csrf_token": token, "overall": "1"}
        return lambda: browser.post(f"{desk.path}/1", data=fields).status_code

    assert sorted(at_once(*(enters(*each) for each in ready)), key=str) == [303, 409]
    assert (desk.states()[0], desk.drafts()) == ("differing", 2)


DIES = """\
import os, signal, sys
import wsgi
from config import load_settings
from survey_app.database import db, truncate_write_ahead_log, write_transaction
from survey_app.paper.batches import batch_by_id
from survey_app.paper.counting import count_settled
from survey_app.responses.registration import door_of
url, instance, batch, moment = sys.argv[1:]
app = wsgi.compose(load_settings(_env_file=None, database_url=url, instance_dir=instance, guard_state="none"))
with app.app_context():
    with write_transaction() as connection:
        found = batch_by_id(connection, int(batch))
        count_settled(connection, door_of(app), found, app.extensions["clock"].now())
        if moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_leaves_all_or_nothing(settings: Settings, desk: Desk, moment: str) -> None:
    settled(desk, TOGETHER)
    arguments = [str(settings.database_url), str(settings.instance_dir), str(desk.batch.id), moment]
    died = subprocess.run(
        [sys.executable, "-c", DIES, *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    found = (len(desk.answers()), desk.drafts(), set(desk.states()[:5]))
    assert found == ((0, 5, {"settled"}) if moment == "before" else (5, 0, {"counted"}))


def test_paper_may_wait_longer_than_a_form_on_a_phone(app: Flask, desk: Desk, clock: SetClock) -> None:
    settled(desk, TOGETHER)
    clock.advance(timedelta(days=90))
    with desk.begin() as connection:
        assert count_when_enough(connection, door_of(app), desk.batch, clock.now()) == TOGETHER
    assert {row.received_on for row in desk.answers()} == {clock.today()}


def test_a_unit_that_has_ended_counts_nothing(administrator: FlaskClient, desk: Desk) -> None:
    settled(desk, 2)
    with desk.begin() as connection:
        of_the_unit = UnitVersionRow.unit_id == desk.batch.unit_id
        connection.execute(update(UnitVersionRow).where(of_the_unit).values(valid_to=NOW.date()))
    for address, fields in ((f"{desk.path}/3", {"overall": "2"}), (f"{desk.path}/count", {})):
        refused = post(administrator, desk.path, address, fields)
        assert refused.status_code == 409
        assert "Đơn vị này không còn" in refused.get_data(as_text=True)
    assert desk.answers() == []
    assert post(administrator, desk.path, f"{desk.path}/drop", {"reason": "xã đã sáp nhập"}).status_code == 303


def test_the_whole_walk_of_a_paper_form(
    app: Flask, desk: Desk, clock: SetClock, tmp_path: Path, transaction: Transaction
) -> None:
    """Inbox, book, ledger, export, facts: a stratum of its own all the way."""
    settled(desk, TOGETHER)
    with desk.begin() as connection:
        count_when_enough(connection, door_of(app), desk.batch, clock.now())
    clock.advance(timedelta(days=1))
    runner, file = app.test_cli_runner(), tmp_path / "phieu.csv"
    for command in (
        ["close-day"],
        ["ledger", "verify"],
        ["export", "responses", "--format", "csv", "--sealed", "--comments", "-o", str(file)],
    ):
        done = runner.invoke(args=command)
        assert done.exit_code == 0, done.output
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {(row["channel"], row["day"], row["verified"], row["set_aside"]) for row in rows} == {
        ("paper", "2026-11-24", "0", "0")
    }
    assert sorted(row["comment"] for row in rows) == [f"Lời góp ý số {number}" for number in range(1, 6)]
    with transaction() as connection:
        facts = connection.execute(select(fact_attitude.c.channel, fact_attitude.c.responses)).all()
    assert [tuple(fact) for fact in facts] == [("paper", 5)]
