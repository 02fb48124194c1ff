"""The page of the audit log: words for each act, filters, pages, the chain, files."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, text

from survey_app.audit_log.event_types import EventType, declared_types
from survey_app.audit_log.log import every_event, head, record_event
from survey_app.clock import SetClock
from survey_app.database import read_connection, write_transaction
from survey_app.languages import catalogues
from survey_app.listening.audit_events import CASE_STEP
from survey_app.staff.audit_events import ROLES_CHANGED, SIGN_IN_FAILED, SIGNED_IN
from survey_app.territory.audit_events import CONTACTS_SET, HOURS_SET, SERVICE_POINT_CHANGED, TARGET_SET, UNIT_CLOSED
from tests.staff.people import an_account, signed_in
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
PAGE = "/staff/audit-log"
AUDITOR = "kiemtra@dongnai.gov.vn"


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    """A browser in which an auditor is signed in: two events."""
    an_account(app, "auditor", email=AUDITOR)
    return signed_in(app, AUDITOR)


def text_at(browser: FlaskClient, status: int = 200, **query: Any) -> str:
    answer = browser.get(PAGE, query_string=query)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_kind_of_event_has_words(language: str) -> None:
    texts = catalogues()[language].texts
    kinds = [one.kind for one in declared_types() if not one.kind.startswith("test.")]
    assert [kind for kind in kinds if f"audit_log.kind.{kind}" not in texts] == []
    assert len(kinds) > 15
    keys = {key for one in declared_types() if not one.kind.startswith("test.") for key in one.keys}
    assert [key for key in sorted(keys) if f"audit_log.detail.{key}" not in texts] == []


def test_acts_are_told_in_words(auditor: FlaskClient) -> None:
    page = text_at(auditor)
    assert "Đăng nhập" in page and "Thêm tài khoản" in page
    assert "24/11/2026 10:00:00" in page
    assert f"tài khoản: {AUDITOR}" in page
    english = text_at(auditor, lang="en")
    assert "Account added" in english and "24 Nov 2026 10:00:00" in english


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (
            (CONTACTS_SET, {"before": {"phone": "1022", "legal_bases": []}, "after": {"phone": "0251 1022"}}),
            "Trước đó: căn cứ: –; số gọi: 1022 · Sau đó: số gọi: 0251 1022",
        ),
        (
            (SERVICE_POINT_CHANGED, {"id": 7, "before": {"body": None}, "after": {"body": "land_registration"}}),
            "Trước đó: cơ quan cử người: – · Sau đó: cơ quan cử người: Văn phòng đăng ký đất đai · Số: 7",
        ),
        (
            (HOURS_SET, {"id": 3, "before": None, "after": {"1": "7:30-11:30", "7": ""}}),
            "Sau đó: Thứ Hai: 7:30-11:30; Chủ nhật: –",
        ),
        ((CASE_STEP, {"case": 4, "number": 1, "state": "unfounded"}), "Tình trạng: Xác minh: không có cơ sở"),
        (
            (ROLES_CHANGED, {"account": "a@b.vn", "old_roles": ["leader"], "roles": ["caller", "no role"]}),
            "Lãnh đạo xã, phường, đặc khu",
        ),
        ((SIGN_IN_FAILED, {"reason": "wrong_password"}), "lý do: sai mật khẩu"),
        ((TARGET_SET, {"measure": "attitude", "before": None, "after": 90}), "Sau đó: 90 · Chỉ số: Chỉ số thái độ"),
        ((UNIT_CLOSED, {"day": "2026-12-31"}), "ngày: 31/12/2026"),
        ((UNIT_CLOSED, {"day": "20261231"}), "ngày: 20261231"),
    ],
)
def test_before_and_after_are_told_in_words(
    app: Flask, auditor: FlaskClient, event: tuple[EventType, dict[str, Any]], told: str
) -> None:
    kind, details = event
    with app.app_context(), write_transaction() as connection:
        whole = dict.fromkeys(kind.keys) | details
        record_event(connection, kind, actor=AUDITOR, at=datetime(2026, 11, 24, 10, tzinfo=UTC), **whole)
    assert told in " ".join(unescape(text_at(auditor, kind=kind.kind)).split())


def test_filters_are_kept_and_applied(auditor: FlaskClient) -> None:
    today: dict[str, Any] = {"from": "2026-11-24", "to": "2026-11-24"}
    page = text_at(auditor, kind="staff.signed_in", actor="KIEMTRA", **today)
    assert 'class="act">Thêm tài khoản<' not in page and 'class="act">Đăng nhập<' in page
    assert '<option value="staff.signed_in" selected>Đăng nhập</option>' in page
    assert 'value="KIEMTRA"' in page
    assert "Không có việc nào như vậy." in text_at(auditor, unit="26041")
    assert "Không có việc nào như vậy." in text_at(auditor, kind="<script>")
    tomorrow: dict[str, Any] = {"from": "2026-11-25"}
    assert "Không có việc nào như vậy." in text_at(auditor, **tomorrow)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "24/11/2026"}, "“24/11/2026” không phải là ngày."),
        ({"to": "2026-02-30"}, "“2026-02-30” không phải là ngày."),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "Ngày cuối phải bằng hoặc sau ngày đầu."),
    ],
)
def test_what_is_wrong_is_said_and_kept(auditor: FlaskClient, query: dict[str, Any], words: str) -> None:
    page = text_at(auditor, 422, **query, actor="Lan")
    assert words in page and 'value="Lan"' in page


def test_older_events_are_a_page_away(auditor: FlaskClient, transaction: Begin, clock: SetClock) -> None:
    with transaction() as connection:
        for _ in range(60):
            record_event(connection, SIGNED_IN, actor="lan@dongnai.gov.vn", at=clock.now())
    first = text_at(auditor, kind="staff.signed_in")
    assert "/staff/audit-log?kind=staff.signed_in&amp;before=13" in first
    second = text_at(auditor, kind="staff.signed_in", before="13")
    assert "Số 12 ·" in second and "Số 13 ·" not in second
    assert "Về đầu" in second and "Cũ hơn" not in second
    for odd in ("-1", "0", "99999999999999999999", "x"):
        text_at(auditor, before=odd)


def test_the_chain_is_checked_when_asked(auditor: FlaskClient, transaction: Begin) -> None:
    assert "Chuỗi nguyên vẹn" not in text_at(auditor)
    assert "Chuỗi nguyên vẹn: 2 việc" in text_at(auditor, verify="1")
    with transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit_event SET actor = 'x' WHERE seq = 2"))
    assert "Chuỗi bị đứt ở việc số 2" in text_at(auditor, verify="1")


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_the_whole_log_is_taken_along_and_that_is_recorded(app: Flask, auditor: FlaskClient, file_format: str) -> None:
    answer = auditor.get(f"{PAGE}.{file_format}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="nhat-ky_2.{file_format}"'
    with app.app_context(), read_connection() as connection:
        *before, taken = every_event(connection)
    assert (taken.kind, taken.actor, taken.details) == (
        "audit_log.exported",
        AUDITOR,
        {"format": file_format, "size": 2},
    )
    content = answer.get_data(as_text=True)
    assert before[-1].hash.hex() in content and taken.hash.hex() not in content
    if file_format == "jsonl":
        assert [json.loads(line)["seq"] for line in content.splitlines()] == [1, 2]


@pytest.mark.parametrize(
    ("role", "status"), [("inspector", 200), ("administrator", 200), ("province", 403), ("supervisor", 403)]
)
def test_who_may_read_it(app: Flask, role: str, status: int) -> None:
    an_account(app, role)
    browser = signed_in(app, f"{role}@dongnai.gov.vn")
    assert browser.get(PAGE).status_code == status
    assert browser.get(f"{PAGE}.csv").status_code == status


def test_a_page_takes_a_few_queries(auditor: FlaskClient, engine: Engine) -> None:
    """Three are the session's; the others: head, kinds, events."""
    with QueryCounter(engine) as queries:
        auditor.get(PAGE)
    assert queries.count <= 6


def test_the_command_verifies(app: Flask, auditor: FlaskClient, transaction: Begin) -> None:
    done = app.test_cli_runner().invoke(args=["audit-log", "verify"])
    with transaction() as connection:
        end = head(connection)
    assert done.exit_code == 0
    assert "Chuỗi nguyên vẹn: 2 việc" in done.output and end.hash.hex() in done.output
    with transaction() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_refuses_delete"))
        else:
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM audit_event WHERE seq = 1"))
    broken = app.test_cli_runner().invoke(args=["audit-log", "verify"])
    assert broken.exit_code == 1
    assert "việc số 1" in broken.output
