"""`flask demo`: loads once, never over other data, mends a half-made demo, and goes when told."""

import json
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, func, insert, select

from analytics.facts.models import fact_attitude
from config import Settings
from survey_app.clock import SetClock
from survey_app.demo.loader import load_demo
from survey_app.demo.models import DemoMarkRow
from survey_app.demo.state import DemoRefused, DemoState, alone, demo_state
from survey_app.responses.models import inbox, response
from survey_app.staff.roles import Role
from survey_app.territory.models import UnitRow
from tests.staff.people import an_account
from tests.support.applications import application, settings_for

Begin = Callable[[], AbstractContextManager[Connection]]
SMALL = {"weeks": 2, "units": 6}


def each(days: Sequence[date]) -> Iterator[date]:
    """No bar."""
    return iter(days)


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Exit code and words of `flask demo …`."""
    result = app.test_cli_runner().invoke(args=["demo", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def loaded(app: Flask) -> Flask:
    """An application with a small demo."""
    with app.app_context():
        load_demo(app, each, **SMALL)
    return app


def test_the_demo_walks_through_the_house(loaded: Flask, transaction: Begin, clock: SetClock) -> None:
    with transaction() as connection:
        assert demo_state(connection) is DemoState.LOADED
        booked = connection.execute(select(func.count()).select_from(response)).scalar_one()
        counted = connection.execute(select(func.sum(fact_attitude.c.responses))).scalar_one()
        aside = connection.execute(select(func.count()).where(response.c.set_aside == 1)).scalar_one()
        days = connection.execute(select(func.min(response.c.day), func.max(response.c.day))).one()
        assert connection.execute(select(inbox.c.id)).first() is None
        languages = set(connection.scalars(select(response.c.language).distinct()))
        own = connection.execute(select(func.count()).where(response.c.c3.is_not(None))).scalar_one()
    assert booked == counted > 100
    assert languages <= {"vi", "en"}
    assert own > 10, "one commune asks two questions of its own"
    assert aside == 6, "one Friday of stuffing in a two-week demo, half of it too fast"
    assert days[0] == date(2026, 11, 9)
    assert days[1] == clock.today() - timedelta(days=1)


def test_a_second_load_changes_nothing_and_says_so(loaded: Flask) -> None:
    code, words = run(loaded, "load")
    assert (code, words) == (0, "Dữ liệu mẫu đã có sẵn, đến hết ngày 23/11/2026.\n")


def test_a_demo_older_than_the_last_finished_week_stays_and_one_is_told_how_to_renew_it(
    loaded: Flask, clock: SetClock
) -> None:
    clock.advance(timedelta(days=5))  # Sunday: the last finished week is still the one that was told
    assert "demo drop" not in run(loaded, "load")[1]
    clock.advance(timedelta(days=1))
    code, words = run(loaded, "load")
    assert code == 0
    assert "flask --app wsgi demo drop" in words


def test_show_says_where_to_click_and_the_passwords_work(loaded: Flask, settings: Settings) -> None:
    code, words = run(loaded, "show")
    assert code == 0
    assert "HTTP://127.0.0.1:8000/S/" in words
    assert "█" in words, "the QR fits 80 columns"
    accounts = json.loads((settings.instance_dir / "demo_accounts.json").read_text(encoding="utf-8"))
    assert {account["role"] for account in accounts} == {role.value for role in Role}
    assert all(account["password"] in words for account in accounts)
    mode = (settings.instance_dir / "demo_accounts.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    browser = loaded.test_client()
    page = browser.get("/staff/sign-in").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    leader = next(account for account in accounts if account["role"] == "leader")
    answer = browser.post(
        "/staff/sign-in", data={"csrf_token": token, "email": leader["email"], "password": leader["password"]}
    )
    assert answer.status_code == 303


def test_it_never_touches_data_that_is_not_its_own(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        connection.execute(insert(UnitRow), {"code": "00004"})
    for command in ("load", "drop"):
        code, words = run(app, command)
        assert code == 1
        assert "dữ liệu mẫu" in words
        assert "Traceback" not in words
    with transaction() as connection:
        assert connection.execute(select(UnitRow.code)).scalars().all() == ["00004"]


def test_an_account_alone_is_somebody_s_data(app: Flask) -> None:
    an_account(app, "auditor")
    assert run(app, "load")[0] == 1


def test_two_commands_do_not_work_at_once(app: Flask, settings: Settings) -> None:
    with alone(settings):
        code, words = run(app, "load")
    assert (code, "đang chạy" in words) == (1, True)
    with app.app_context():
        assert load_demo(app, each, **SMALL).units == SMALL["units"]


def test_a_clock_before_the_units_of_today_is_named(app: Flask, clock: SetClock) -> None:
    clock.advance(timedelta(days=-600))
    code, words = run(app, "load")
    assert (code, "Đồng hồ" in words) == (1, True)


def test_dropping_leaves_an_empty_migrated_database(loaded: Flask, transaction: Begin, settings: Settings) -> None:
    assert run(loaded, "drop") == (0, "Đã gỡ dữ liệu mẫu.\n")
    with transaction() as connection:
        assert demo_state(connection) is DemoState.EMPTY
        assert connection.execute(select(response.c.id)).first() is None
    assert not (settings.instance_dir / "demo_accounts.json").exists()


def test_a_half_made_demo_is_not_taken_for_one_and_is_made_anew(app: Flask, transaction: Begin) -> None:
    def stops(days: Sequence[date]) -> Iterator[date]:
        yield from days[:3]
        raise KeyboardInterrupt

    with app.app_context(), pytest.raises(KeyboardInterrupt):
        load_demo(app, stops, **SMALL)
    with transaction() as connection:
        assert demo_state(connection) is DemoState.HALF
    assert run(app, "show")[0] == 1
    with app.app_context():
        load_demo(app, each, **SMALL)
    with transaction() as connection:
        assert demo_state(connection) is DemoState.LOADED
        assert connection.execute(select(func.count()).select_from(DemoMarkRow)).scalar_one() == 1


def test_production_gets_no_demo(database_url: str, tmp_path: Path) -> None:
    settings = settings_for(
        database_url,
        tmp_path / "production",
        deployment="production",
        secret_key="s" * 40,
        public_url="https://gopy.dongnai.gov.vn",
    )
    with application(settings) as app, app.app_context(), pytest.raises(DemoRefused, match="production"):
        load_demo(app, each, **SMALL)


def test_show_leaves_the_qr_out_where_it_does_not_fit(loaded: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    code, words = run(loaded, "show")
    assert code == 0
    assert "█" not in words
    assert "/S/" in words
