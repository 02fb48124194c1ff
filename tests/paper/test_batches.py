"""The page of batches: made, printed, counted up, dropped; by whom."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.audit_log.models import AuditEventRow
from survey_app.clock import SetClock
from survey_app.database import db
from survey_app.paper.batches import batch_by_id, batches_of
from tests.counter_desk.paper import words_on
from tests.paper.conftest import PAGE, Desk, Transaction, a_batch, post, typed
from tests.staff.people import an_account, signed_in
from tests.support.surveys import ScannedCounter


def order(counter: ScannedCounter, **other: str) -> dict[str, str]:
    fields = {"unit": counter.commune.code, "service_point": str(counter.service_point_id), "sheets": "3"}
    return fields | {"language": "vi"} | other


def events(transaction: Transaction, kind: str) -> list[dict[str, object]]:
    with transaction() as connection:
        rows = connection.scalars(select(AuditEventRow.details).where(AuditEventRow.kind == kind))
        return [json.loads(details) for details in rows]


@pytest.mark.parametrize("who", ["leader", "lan", "administrator"])
def test_a_batch_is_made_and_printed(
    request: pytest.FixtureRequest, counter: ScannedCounter, transaction: Transaction, who: str
) -> None:
    browser: FlaskClient = request.getfixturevalue(who)
    made = post(browser, PAGE, PAGE, order(counter))
    assert made.status_code == 303
    page = browser.get(made.headers["Location"]).get_data(as_text=True)
    assert "Đã tạo lô." in page
    assert "Tải 3 tờ để in" in page
    with transaction() as connection:
        (batch,) = batches_of(connection, counter.commune.id)
    printed = browser.get(f"{PAGE}/{batch.id}/sheets.pdf")
    assert printed.mimetype == "application/pdf"
    assert f'filename="phieu-giay_26041_lo-{batch.id}.pdf"' in printed.headers["Content-Disposition"]
    assert f"Lô {batch.id} · Tờ 3 · in ngày 24/11/2026 · trang 2/2" in words_on(printed.get_data())
    (event,) = events(transaction, "paper.batch_made")
    assert event == {
        "batch": batch.id,
        "service_point": counter.service_point_id,
        "questionnaire": "attitude v1",
        "language": "vi",
        "sheets": 3,
        "source": "page",
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sheets": "0"}, "số nguyên từ 1 đến 200"),
        ({"sheets": "201"}, "số nguyên từ 1 đến 200"),
        ({"sheets": "ba"}, "số nguyên từ 1 đến 200"),
        ({"sheets": ""}, "số nguyên từ 1 đến 200"),
        ({"service_point": "999999"}, "chọn quầy đang mở"),
        ({"service_point": ""}, "chọn quầy đang mở"),
        ({"language": "fr"}, "Xin chọn ngôn ngữ: vi, en."),
    ],
)
def test_what_cannot_be_printed_is_said_and_what_was_typed_is_kept(
    leader: FlaskClient, counter: ScannedCounter, transaction: Transaction, change: dict[str, str], words: str
) -> None:
    asked = order(counter, **change)
    refused = post(leader, PAGE, PAGE, asked)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert words in page
    assert f'value="{asked["sheets"]}"' in page
    with transaction() as connection:
        assert batches_of(connection, counter.commune.id) == []


def test_a_batch_keeps_the_questionnaire_it_was_printed_with(desk: Desk, counter: ScannedCounter) -> None:
    with desk.begin() as connection:
        found = batch_by_id(connection, desk.batch.id)
    assert found == desk.batch
    assert found.stored.id == counter.questionnaire_id


def test_a_leader_sees_counts_and_opens_no_sheet(leader: FlaskClient, lan: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1)
    page = leader.get(desk.path).get_data(as_text=True)
    assert "không nhập và không mở từng tờ" in page
    assert f"{desk.path}/1" not in page
    assert leader.get(f"{desk.path}/1").status_code == 403
    for address in (f"{desk.path}/1", f"{desk.path}/1/settle", f"{desk.path}/1/void", f"{desk.path}/drop"):
        assert post(leader, PAGE, address, {"reason": "thử"}).status_code == 403
    assert post(leader, PAGE, f"{desk.path}/count", {}).status_code == 403
    assert desk.states() == ["entered"] + ["printed"] * 6


def test_another_commune_s_batch_is_closed(app: Flask, desk: Desk) -> None:
    an_account(app, "data_entry", "26068", "xa@dongnai.gov.vn")
    stranger = signed_in(app, "xa@dongnai.gov.vn")
    for address in (desk.path, f"{desk.path}/1", f"{desk.path}/sheets.pdf", f"{PAGE}?unit=26041"):
        assert stranger.get(address).status_code == 403
    assert post(stranger, PAGE, f"{desk.path}/1", {"overall": "1"}).status_code == 403
    assert desk.states() == ["printed"] * 7


def test_what_is_not_there_is_not_found(lan: FlaskClient, desk: Desk) -> None:
    for address in (f"{PAGE}/999", f"{PAGE}/{10**12}", f"{desk.path}/8", f"{desk.path}/0", f"{desk.path}/{10**30}"):
        assert lan.get(address).status_code == 404
    assert post(lan, PAGE, f"{desk.path}/{10**30}", {"overall": "1"}).status_code == 404
    wrong = lan.get(f"{desk.path}?serial=12x")
    assert wrong.status_code == 404
    assert "các tờ từ 1 đến 7" in wrong.get_data(as_text=True)
    assert 'value="12x"' in wrong.get_data(as_text=True)
    assert lan.get(f"{desk.path}?serial=5").headers["Location"] == f"{desk.path}/5"


def test_dropping_voids_the_rest_and_deletes_what_was_typed(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1)
    typed(minh, desk, 1, overall="1")
    typed(lan, desk, 2)
    assert desk.drafts() == 3
    refused = post(lan, desk.path, f"{desk.path}/drop", {"reason": "  "})
    assert refused.status_code == 422
    assert "Xin viết lý do" in refused.get_data(as_text=True)
    assert desk.drafts() == 3
    dropped = post(lan, desk.path, f"{desk.path}/drop", {"reason": "in nhầm quầy"})
    assert "hủy 7 tờ" in lan.get(dropped.headers["Location"]).get_data(as_text=True)
    assert desk.states() == ["void"] * 7
    assert desk.drafts() == 0
    assert desk.answers() == []
    assert post(lan, desk.path, f"{desk.path}/drop", {"reason": "lần nữa"}).status_code == 409
    assert events(desk.begin, "paper.batch_dropped") == [
        {"batch": desk.batch.id, "newly_voided": 7, "reason": "in nhầm quầy"}
    ]


def test_old_drafts_are_told(app: Flask, lan: FlaskClient, desk: Desk, clock: SetClock) -> None:
    typed(lan, desk, 1)
    clock.advance(timedelta(days=60))
    lan = signed_in(app, "lan@dongnai.gov.vn")
    assert "nhập dở" not in lan.get(PAGE).get_data(as_text=True)
    clock.advance(timedelta(days=1))
    lan = signed_in(app, "lan@dongnai.gov.vn")
    for address in (PAGE, desk.path):
        assert "Có 1 tờ nhập dở đã quá 60 ngày." in lan.get(address).get_data(as_text=True)


def test_the_pages_stand_in_english_too(lan: FlaskClient, desk: Desk, counter: ScannedCounter) -> None:
    for address in (PAGE, desk.path, f"{desk.path}/1"):
        page = lan.get(f"{address}?lang=en").get_data(as_text=True)
        assert counter.commune.english_name in page
        assert 'aria-current="page"' in page


def test_an_administrator_picks_the_unit_first(administrator: FlaskClient, desk: Desk) -> None:
    assert f"Lô phiếu {desk.batch.id}" not in administrator.get(PAGE).get_data(as_text=True)
    assert f"Lô phiếu {desk.batch.id}" in administrator.get(f"{PAGE}?unit=26041").get_data(as_text=True)


def test_numbers_of_batches_are_never_given_twice(app: Flask, desk: Desk, counter: ScannedCounter) -> None:
    with app.app_context(), db.engine.begin() as connection:
        names = ("paper_entry", "paper_sheet", "paper_batch")
        for name in names:
            connection.exec_driver_sql(f"DELETE FROM {name}")
    assert a_batch(desk.begin, counter).id > desk.batch.id
