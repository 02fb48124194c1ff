"""Answers given with help or by telephone walk the whole way: inbox, book, seal, export, verifier, facts; apart."""

from collections import Counter as Tally
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from analytics.facts.models import fact_attitude, fact_choice
from analytics.published.sums import SELF_COMPLETED
from survey_app.clock import SetClock
from survey_app.ledger.closing import close_days
from survey_app.ledger.steps import closing_steps
from survey_app.ledger.verification import verify_log
from survey_app.questionnaires import register
from survey_app.questionnaires.definition import callback_questionnaire
from survey_app.responses import reader
from survey_app.territory.assisted_models import AssistedLinkRow
from tests.audit.sealed_book import Held, read_file
from tests.conftest import NOW
from tests.counter_desk.conftest import Transaction
from tests.counter_desk.test_assisted_views import ask, links_on
from tests.counter_desk.test_callback_views import PAGE, fields_of
from tests.staff.people import an_account, signed_in
from tests.support.surveys import ScannedCounter, open_form

DAY = NOW.date()


@pytest.fixture
def answered(
    app: Flask, client: FlaskClient, counter: ScannedCounter, clock: SetClock, transaction: Transaction
) -> ScannedCounter:
    """A closed day: one person by the poster, two with a volunteer, three called back, one of them told a score."""
    with transaction() as connection:
        register.store(connection, callback_questionnaire(), DAY)
    an_account(app, "volunteer", counter.commune.code)
    an_account(app, "caller")
    volunteer, caller = signed_in(app, "volunteer@dongnai.gov.vn"), signed_in(app, "caller@dongnai.gov.vn")
    poster = open_form(client, counter.path, overall="3")
    clock.advance(timedelta(minutes=2))
    assert client.post(counter.path, data=poster.fields).status_code == 303
    ask(volunteer, counter)
    (link,) = links_on(volunteer)
    for _ in range(2):
        assert client.post(link, data=open_form(client, link, overall="4").fields).status_code == 303
    form = f"{PAGE}/{counter.commune.code}/{counter.service_point_id}"
    for told in ("yes", "no", "no_answer"):
        sent = caller.post(form, data=fields_of(caller.get(form), overall="2", told_score=told, comment=""))
        assert sent.status_code == 303
    clock.advance(timedelta(days=1))
    with app.app_context():
        list(close_days([DAY], closing_steps(app), clock.now()))
    return counter


def test_the_book_holds_them_as_it_holds_every_answer(answered: ScannedCounter, transaction: Transaction) -> None:
    with transaction() as connection:
        rows = list(reader.booked_rows(connection, reader.Selection(DAY, DAY)))
        assert verify_log(connection).responses == 6
    assert Tally((row.channel, row.r1) for row in rows) == {("poster", 3): 1, ("assisted", 4): 2, ("callback", 2): 3}
    assert sorted(row.c2 for row in rows if row.channel == "callback") == [1, 2, 3]


@pytest.mark.parametrize("name", ["csv", "jsonl", "xlsx", "parquet"])
def test_exports_name_the_caller_s_question_and_are_proven(
    app: Flask, answered: ScannedCounter, transaction: Transaction, tmp_path: Path, name: str
) -> None:
    file, held = tmp_path / f"phieu.{name}", Held(tmp_path)
    arguments = ["export", "responses", "--sealed", "--format", name, "-o", str(file)]
    assert app.test_cli_runner().invoke(args=arguments).exit_code == 0
    rows = read_file(name, file.read_bytes())
    told = Tally((row["channel"], row["told_score"]) for row in rows)
    assert told == {
        ("poster", None): 1,
        ("assisted", None): 2,
        ("callback", "yes"): 1,
        ("callback", "no"): 1,
        ("callback", "no_answer"): 1,
    }
    assert {row["questionnaire"] for row in rows if row["channel"] == "callback"} == {"callback-1"}
    with transaction() as connection:
        held.keep_head(connection)
    code, said = held.verify(file)
    assert code == 0, said


def test_facts_count_them_in_strata_of_their_own(answered: ScannedCounter, transaction: Transaction) -> None:
    with transaction() as connection:
        persons = select(fact_attitude.c.channel, fact_attitude.c.responses).where(fact_attitude.c.day == DAY)
        assert {tuple(row) for row in connection.execute(persons)} == {("poster", 1), ("assisted", 2), ("callback", 3)}
        choices = select(fact_choice.c.channel, fact_choice.c.option, fact_choice.c.n)
        told = {tuple(row) for row in connection.execute(choices.where(fact_choice.c.item == "told_score"))}
    assert told == {("callback", 1, 1), ("callback", 2, 1), ("callback", 3, 1)}
    assert {"assisted", "callback"}.isdisjoint(SELF_COMPLETED), "the headline is of those who answered by themselves"


def test_closing_a_day_forgets_the_links_that_ended_with_it(answered: ScannedCounter, transaction: Transaction) -> None:
    with transaction() as connection:
        assert connection.scalars(select(AssistedLinkRow.code)).all() == []
