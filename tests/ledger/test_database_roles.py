"""Rights of the three accounts, on a real PostgreSQL with real roles: the product works under them, no more does."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from survey_app.clock import SetClock
from survey_app.database import write_transaction
from survey_app.integration.keys import add_key
from survey_app.ledger.closing import close_days
from survey_app.ledger.database_roles import BadRoleName, Roles, grants, tables_of
from survey_app.ledger.retention import DueDay, apply_retention
from survey_app.ledger.steps import closing_steps
from survey_app.listening.actions import Content, Origin, open_action
from survey_app.listening.notes import write_note
from survey_app.questionnaires import register
from survey_app.questionnaires.definition import callback_questionnaire
from tests.analytics.published.world import a_world, live_through
from tests.staff.people import an_account, sign_in, token_in
from tests.support.applications import application, settings_for
from tests.support.databases import PostgreSQLDatabases, postgresql_only, sqlite_only
from tests.support.surveys import ScannedCounter, open_form

Begin = Callable[[], AbstractContextManager[Connection]]
_NUMBERS = count()
DENIED = "permission denied|must be owner"


@pytest.fixture
def roles(app: Flask, database_url: str, postgresql_databases: PostgreSQLDatabases) -> Iterator[Roles]:
    """Three fresh accounts with their rights in the test's database."""
    number = next(_NUMBERS)
    made = Roles(*(f"{name}_{number}" for name in ("citizen", "staff", "closer")))
    for name in made.all:
        postgresql_databases._execute(f"CREATE ROLE {name} LOGIN")
    granted = app.test_cli_runner().invoke(
        args=["database", "grant-roles", "--citizen", made.citizen, "--staff", made.staff, "--closer", made.closer]
    )
    assert granted.exit_code == 0, granted.output
    yield made
    owner = create_engine(database_url)
    with owner.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {', '.join(made.all)}"))
    owner.dispose()
    for name in made.all:
        postgresql_databases._execute(f"DROP ROLE {name}")


@contextmanager
def running_as(role: str, app: Flask, clock: SetClock) -> Iterator[Flask]:
    """The application under the account, with the keys of the one that runs under the owner."""
    settings = app.extensions["settings"]
    url = url_of(role, settings.database_url)
    with application(settings_for(url, Path(settings.instance_dir)), clock) as composed:
        yield composed


def url_of(role: str, url: str) -> str:
    found, times = re.subn(r"//[^@/]*@", f"//{role}@", url)
    assert times == 1, url
    return found


@contextmanager
def connected(role: str, app: Flask) -> Iterator[Engine]:
    engine = create_engine(url_of(role, app.extensions["settings"].database_url))
    yield engine
    engine.dispose()


def denied(engine: Engine, *statements: str) -> None:
    for statement in statements:
        with pytest.raises(ProgrammingError, match=DENIED), engine.begin() as connection:
            connection.execute(text(statement))


def answer(browser: FlaskClient, counter: ScannedCounter, clock: SetClock) -> str:
    """Answer as a citizen does; returns the check code."""
    form = open_form(browser, counter.path)
    clock.advance(timedelta(seconds=90))
    sent = browser.post(form.path, data=form.fields)
    assert sent.status_code == 303, sent.get_data(as_text=True)
    return sent.headers["Location"].rpartition("/")[2].partition("?")[0]


@postgresql_only
def test_the_product_works_under_its_three_accounts(
    app: Flask, roles: Roles, counter: ScannedCounter, clock: SetClock
) -> None:
    """A person answers; the day is closed; the person looks it up; an inspector redacts; the rows' time comes."""
    an_account(app, "inspector", email="thanhtra@dongnai.gov.vn")
    today = clock.today()
    with running_as(roles.citizen, app, clock) as citizens:
        code = answer(citizens.test_client(), counter, clock)
        waiting = citizens.test_client().get(f"/r/{code}")
        assert "sẽ vào sổ" in waiting.get_data(as_text=True)
        lost = citizens.test_client().get(f"/r/{citizens.extensions['than_thien_door'].receipts.draw()}")
        assert "Sự việc đã được ghi lại" in lost.get_data(as_text=True)
    with running_as(roles.closer, app, clock) as closer, closer.app_context():
        (closed,) = close_days([today], closing_steps(closer), clock.now())
        assert closed.responses == 1
    with running_as(roles.citizen, app, clock) as citizens:
        assert "Phiếu có trong sổ" in citizens.test_client().get(f"/r/{code}").get_data(as_text=True)
        assert citizens.test_client().get(f"/r/{code}/proof.json").get_json()["receipt"] == code
    with running_as(roles.staff, app, clock) as staff:
        redact_the_comment(staff.test_client(), counter.commune.code, today.isoformat())
    with running_as(roles.closer, app, clock) as closer, closer.app_context():
        settings = closer.extensions["settings"]
        assert [one.count for one in apply_retention([DueDay(today, "rows", 1)], settings, "night", clock)] == [1]


def redact_the_comment(browser: FlaskClient, unit: str, day: str) -> None:
    assert sign_in(browser, "thanhtra@dongnai.gov.vn").status_code == 303
    listed = browser.get("/staff/redactions", query_string={"unit": unit, "day": day}).get_data(as_text=True)
    address = re.search(r"/staff/redactions/[0-9a-f]{32}", listed)
    assert address is not None, listed
    form = browser.get(address[0])
    done = browser.post(address[0], data={"csrf_token": token_in(form), "reason": "Có tên người"})
    assert done.status_code == 303
    assert browser.get("/staff/audit-log").status_code == 200
    assert browser.get("/staff/lost-codes").status_code == 200


@postgresql_only
def test_everybody_s_pages_are_read_under_the_citizens_account(
    app: Flask, roles: Roles, clock: SetClock, transaction: Begin
) -> None:
    """Results, what a commune did and noted, and open data: none of it needs more than that account may read."""
    with transaction() as connection:
        world = a_world(connection, date(2026, 9, 28), 8, 0, ["26041"])
        live_through(connection, world, world.days)
        unit, now = world.places[0].unit, clock.now()
        write_note(connection, unit, date(2026, 11, 9), "storm", "Bão", actor="a@dongnai.gov.vn", at=now)
        said = ("Thêm ghế", "other", "Thiếu ghế", "Trung tâm", now.date(), "done", "Đã kê ghế", date(2026, 10, 30))
        open_action(connection, unit, Origin("other"), Content(*said, True), actor="a@dongnai.gov.vn", at=now)
    with running_as(roles.citizen, app, clock) as citizens:
        client = citizens.test_client()
        page = client.get("/units/26041")
        assert page.status_code == 200
        assert "Đã kê ghế" in page.get_data(as_text=True) and "Bão" in page.get_data(as_text=True)
        results = ("/units", "/units/26041", "/units/75/results", "/results.csv", "/questionnaires", "")
        for path in ("/", "/units/26041.json", "/units/26041.csv", "/api", *(f"/api/v1{more}" for more in results)):
            assert client.get(path).status_code == 200, path


@postgresql_only
def test_helpers_and_callers_work_under_their_accounts(
    app: Flask, roles: Roles, counter: ScannedCounter, clock: SetClock, transaction: Begin
) -> None:
    """A volunteer makes a link (staff), people answer by it (citizen), a caller sends a form (staff), all is booked."""
    with transaction() as connection:
        register.store(connection, callback_questionnaire(), clock.today())
    an_account(app, ["volunteer"], counter.commune.code, "giup@dongnai.gov.vn")
    an_account(app, "caller", email="goi@dongnai.gov.vn")
    with running_as(roles.staff, app, clock) as staff:
        volunteer, caller = staff.test_client(), staff.test_client()
        assert sign_in(volunteer, "giup@dongnai.gov.vn").status_code == 303
        token = token_in(volunteer.get("/staff/assisted"))
        asked = {
            "csrf_token": token,
            "unit": counter.commune.code,
            "service_point": counter.service_point_id,
            "days": 1,
        }
        assert volunteer.post("/staff/assisted", data=asked).status_code == 303
        link = re.search(r"/a/[0-9A-Z]{28}", volunteer.get("/staff/assisted").get_data(as_text=True))
        assert link is not None
        assert sign_in(caller, "goi@dongnai.gov.vn").status_code == 303
        address = f"/staff/callback/{counter.commune.code}/{counter.service_point_id}"
        form = open_form(caller, address, told_score="no")
        token = token_in(caller.get(address))
        assert caller.post(address, data=form.fields | {"csrf_token": token}).status_code == 303
    with running_as(roles.citizen, app, clock) as citizens:
        browser = citizens.test_client()
        form = open_form(browser, link[0])
        assert browser.post(form.path, data=form.fields).status_code == 303
    with connected(roles.citizen, app) as engine:
        denied(engine, "SELECT made_by FROM assisted_link", "DELETE FROM assisted_link")
    clock.advance(timedelta(days=1))
    with running_as(roles.closer, app, clock) as closer, closer.app_context():
        (closed,) = close_days([clock.today() - timedelta(days=1)], closing_steps(closer), clock.now())
        assert closed.responses == 2
    with transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM assisted_link")).scalar_one() == 0


@postgresql_only
def test_other_systems_calls_work_under_the_citizens_account(
    app: Flask, roles: Roles, counter: ScannedCounter, clock: SetClock, transaction: Begin
) -> None:
    with transaction() as connection:
        key = add_key(connection, "Một cửa", ["tickets", "visits"], None, "root (command)", clock.now())
    given = {"Authorization": f"Bearer {key}"}
    order = {"unit": counter.commune.code, "day": clock.today().isoformat(), "count": 2}
    visits = {"unit": counter.commune.code, "week": "2026-W47", "counter_visits": 120}
    with running_as(roles.citizen, app, clock) as citizens:
        made = citizens.test_client().post("/api/v1/tickets", json=order, headers=given)
        assert made.status_code == 201, made.get_data(as_text=True)
        taken = citizens.test_client().post("/api/v1/visits", json={"counts": [visits]}, headers=given)
        assert taken.status_code == 200, taken.get_data(as_text=True)
        code = made.get_json()["tickets"][0]["code"]
        browser = citizens.test_client()
        form = open_form(browser, f"/t/{code}")
        assert browser.post(form.path, data=form.fields).status_code == 303


@postgresql_only
def test_the_citizens_account_reads_no_answer_and_writes_nothing_else(app: Flask, roles: Roles) -> None:
    with connected(roles.citizen, app) as engine:
        denied(
            engine,
            "SELECT r1 FROM inbox",
            "SELECT comment FROM inbox",
            "SELECT r1 FROM response",
            "SELECT text FROM comment",
            "SELECT email FROM staff_account",
            "SELECT actor FROM audit_event",
            "SELECT set_by FROM contact_version",
            "SELECT set_by FROM unit_target",
            "SELECT seen_by FROM scan_check",
            "UPDATE inbox SET flags = 0",
            "DELETE FROM inbox",
            "DELETE FROM spent",
            "INSERT INTO book_day (day, responses) VALUES ('2026-11-01', 0)",
            "INSERT INTO removal_order (id) VALUES (1)",
            "UPDATE unit SET code = '1'",
            "SELECT make_response_partition('2030-01-01')",
        )


@postgresql_only
@pytest.mark.parametrize("account", ["citizen", "staff", "closer"])
def test_no_account_can_get_round_append_only(
    app: Flask, roles: Roles, counter: ScannedCounter, clock: SetClock, account: str
) -> None:
    with app.app_context():
        answer(app.test_client(), counter, clock)
        list(close_days([clock.today()], closing_steps(app), clock.now()))
    with connected(getattr(roles, account), app) as engine:
        denied(
            engine,
            "UPDATE response SET r1 = 1",
            "UPDATE audit_event SET actor = 'x'",
            "DELETE FROM audit_event",
            "DELETE FROM sealed_day",
            "DELETE FROM receipt",
            "DELETE FROM removal_order",
            "UPDATE sealed_day SET position = 9",
            "TRUNCATE response CASCADE",
            "TRUNCATE response_2026_11 CASCADE",
            "TRUNCATE audit_event",
            "DELETE FROM response_2026_11",
            "INSERT INTO response_2026_11 SELECT * FROM response_2026_11",
            "ALTER TABLE response DETACH PARTITION response_2026_11",
            "DROP TABLE response_2026_11",
            "ALTER TABLE response DISABLE TRIGGER ALL",
            "DROP TRIGGER response_refuses_change ON response",
            "DROP FUNCTION refuse_response_change() CASCADE",
            "CREATE TABLE own (a int)",
        )
        with pytest.raises(DBAPIError, match=f"{DENIED}|append-only"), engine.begin() as connection:
            connection.execute(text("DELETE FROM response"))


@postgresql_only
def test_staff_add_nothing_to_the_book(app: Flask, roles: Roles) -> None:
    with connected(roles.staff, app) as engine:
        denied(
            engine,
            "INSERT INTO response (day) VALUES ('2026-11-01')",
            "INSERT INTO sealed_day (day) VALUES ('2026-11-01')",
            "INSERT INTO receipt (receipt) VALUES ('x')",
            "DELETE FROM response",
            "INSERT INTO fact_item (day) VALUES ('2026-11-01')",
            "SELECT make_response_partition('2030-01-01')",
        )


@postgresql_only
def test_the_closer_makes_months_without_owning_the_book(app: Flask, roles: Roles) -> None:
    with connected(roles.closer, app) as engine, engine.begin() as connection:
        for _ in range(2):
            connection.execute(text("SELECT make_response_partition('2031-12-09')"))
    with app.app_context(), write_transaction() as connection:
        assert "response_2031_12" in {table.name for table in tables_of(connection) if table.is_partition}
        bounds = connection.execute(
            text("SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'response_2031_12'")
        ).scalar_one()
    assert bounds == "FOR VALUES FROM ('2031-12-01') TO ('2032-01-01')"


@postgresql_only
def test_every_table_has_its_rights_and_twice_changes_nothing(app: Flask, roles: Roles) -> None:
    with app.app_context(), write_transaction() as connection:
        statements = grants(connection, roles)
        names = {table.name for table in tables_of(connection) if not table.is_partition}
        before = rights(connection)
        for statement in statements:
            connection.execute(text(statement))
        assert rights(connection) == before
    for role in (roles.staff, roles.closer):
        granted = {found[1] for one in statements if (found := re.fullmatch(rf"GRANT .* ON (\w+) TO {role}", one))}
        assert granted == names


def rights(connection: Connection) -> list[tuple[str, ...]]:
    statement = "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants ORDER BY 1, 2, 3"
    return [tuple(row) for row in connection.execute(text(statement))]


@postgresql_only
def test_the_command_prints_what_it_would_do(app: Flask) -> None:
    arguments = ["database", "grant-roles", "--citizen", "a", "--staff", "b", "--closer", "c", "--print"]
    printed = app.test_cli_runner().invoke(args=arguments)
    assert printed.exit_code == 0
    assert "GRANT INSERT ON inbox TO a;" in printed.output


@postgresql_only
@pytest.mark.parametrize(
    ("citizen", "words"), [("nobody_here", "Cơ sở dữ liệu từ chối"), ("a; DROP TABLE unit", "không phải tên vai trò")]
)
def test_the_command_says_what_is_wrong(app: Flask, citizen: str, words: str) -> None:
    arguments = ["database", "grant-roles", "--citizen", citizen, "--staff", "b", "--closer", "c"]
    refused = app.test_cli_runner().invoke(args=arguments)
    assert refused.exit_code == 1
    assert words in refused.output


@sqlite_only
def test_sqlite_has_no_roles(app: Flask) -> None:
    arguments = ["database", "grant-roles", "--citizen", "a", "--staff", "b", "--closer", "c"]
    assert "Chỉ PostgreSQL" in app.test_cli_runner().invoke(args=arguments).output


@pytest.mark.parametrize("name", ["", "a b", "a;b", "é", "a" * 64, "1a"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(BadRoleName):
        Roles(name, "b", "c")
