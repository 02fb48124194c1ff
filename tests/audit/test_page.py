"""The auditor's page: units are found and kept, the count comes first, reasons are needed, everything is recorded."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

from survey_app.audit_log.log import AuditEvent, every_event, verify_chain
from tests.audit.conftest import AUDITOR
from tests.audit.sealed_book import BIEN_HOA, DAYS, MERGED, REASON, TAN_AN
from tests.staff.people import an_account, signed_in
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
PAGE, FILE = "/staff/exports", "/staff/exports/responses.csv"


def page_text(browser: FlaskClient, **asked: object) -> str:
    """What a person reads, on one line."""
    return re.sub(r"\s+", " ", browser.get(PAGE, query_string=asked).get_data(as_text=True))


def exports_in_the_log(begin: Begin) -> list[AuditEvent]:
    """The recorded exports; the log's chain is whole."""
    with begin() as connection:
        verify_chain(connection)
        return [event for event in every_event(connection) if event.kind.startswith("audit.export")]


@pytest.mark.parametrize("typed", ["Biên Hòa", "bien hoa", "26068", "phuong bien"])
def test_units_are_found_with_and_without_diacritics(auditor: FlaskClient, typed: str) -> None:
    page = page_text(auditor, search=typed, find="1", unit=TAN_AN)
    assert re.search(r'type="checkbox" value="26068"> Phường Biên Hòa \(26068\)', page)
    assert re.search(rf'value="{TAN_AN}" checked>', page), "what was chosen stays chosen"
    assert "Tệp sẽ có" not in page


def test_ended_units_are_found_and_say_so(auditor: FlaskClient) -> None:
    ended = page_text(auditor, search=TAN_AN, find="1")
    assert f"({TAN_AN}, đến trước ngày 23/11/2026)" in ended
    assert "Không thấy đơn vị nào có tên hoặc mã “Hà Nội”" in page_text(auditor, search="Hà Nội", find="1")
    assert "Còn" in page_text(auditor, search="phuong", find="1")


def test_the_count_and_the_size_come_before_the_download(auditor: FlaskClient) -> None:
    assert "Tệp sẽ có" not in page_text(auditor)
    page = page_text(auditor, unit=BIEN_HOA, reason=REASON)
    assert "Tệp sẽ có 21 phiếu, từ 20/11/2026 đến hết 23/11/2026, của 1 đơn vị (mã)." in page
    assert "khoảng 8,0 KB" in page or "khoảng 6,7 KB" in page
    merged = page_text(auditor, unit=MERGED, predecessors="1", reason=REASON, lang="en")
    assert "The file will hold 14 forms, from 20 Nov 2026 to 23 Nov 2026, of 2 unit(s) by code." in merged


def test_all_that_is_needed_to_check_the_file_is_at_hand(auditor: FlaskClient) -> None:
    page = page_text(auditor, unit=BIEN_HOA, reason=REASON)
    name = f"phieu_26068_{DAYS[0]}_{DAYS[-1]}.csv"
    command = f"python verifier.pyz {name} --manifest {name}.manifest.json --checkpoint checkpoint.txt --key key.txt"
    assert command in page
    links = re.findall(r'href="([^"]+)"', page)
    assert any(link.endswith("/ledger/checkpoint") for link in links)
    assert any(link.endswith("/ledger/key") for link in links)
    taken = [link for link in links if "/staff/exports/" in link]
    assert len(taken) == 9, "four files, four manifests, the verifier"
    for link in taken:
        answer = auditor.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200
        assert answer.get_data()


def test_the_file_comes_as_an_attachment_and_names_its_manifest(auditor: FlaskClient) -> None:
    answer = auditor.get(FILE, query_string={"unit": BIEN_HOA, "from": str(DAYS[1]), "reason": REASON})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    name = f"phieu_26068_{DAYS[1]}_{DAYS[-1]}.csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 14
    assert {row["comment"] for row in rows} == {""}
    link = answer.headers["Link"]
    manifest = auditor.get(link[1 : link.index(">")])
    assert manifest.headers["Content-Disposition"] == f'attachment; filename="{name}.manifest.json"'
    assert (manifest.get_json() or {})["row_count"] == 14


def test_comments_need_their_own_tick_and_reason(auditor: FlaskClient, transaction: Begin) -> None:
    asked = {"reason": REASON, "comments": "1"}
    refused = auditor.get(FILE, query_string=asked)
    assert refused.status_code == 422
    assert "Xin ghi lý do cần lời góp ý" in refused.get_data(as_text=True)
    assert "xin chào" not in auditor.get(FILE, query_string={"reason": REASON}).get_data(as_text=True)
    taken = auditor.get(FILE, query_string=asked | {"comments_reason": "Xác minh phản ánh"})
    assert "xin chào" in taken.get_data(as_text=True)
    kinds = [event.kind for event in exports_in_the_log(transaction)]
    assert kinds == ["audit.export", "audit.export_with_comments"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Xin ghi lý do xuất"),
        ({"reason": "abc"}, "Xin ghi lý do xuất"),
        ({"reason": "a" * 301}, "Xin ghi lý do xuất"),
        ({"reason": REASON, "from": "24/11/2026"}, "“24/11/2026” không phải là ngày"),
        ({"reason": REASON, "to": "2026-02-30"}, "“2026-02-30” không phải là ngày"),
        ({"reason": REASON, "from": "2026-11-02", "to": "2026-11-01"}, "Ngày cuối phải bằng hoặc sau ngày đầu"),
        ({"reason": REASON, "unit": "99999"}, "Không có đơn vị nào mang mã 99999"),
        ({"reason": REASON, "unit": "\x00<script>"}, "Không có đơn vị nào mang mã"),
        ({"reason": REASON, "channel": "thư"}, "Không có kênh nào tên “thư”"),
        ({"reason": REASON, "to": "2020-01-01"}, "Sổ đã khóa có từ 20/11/2026 đến hết 23/11/2026"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    auditor: FlaskClient, transaction: Begin, asked: dict[str, str], words: str
) -> None:
    for address in (FILE, f"{FILE}.manifest.json"):
        answer = auditor.get(address, query_string=asked)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert words in page
        assert 'role="alert"' in page
        assert "<script>" not in page.replace("<script src", "")
        if len(asked.get("reason", "")) > 5:
            assert asked["reason"] in page
    assert exports_in_the_log(transaction) == []


@pytest.mark.parametrize("role", ["province", "supervisor", "inspector", "administrator", "leader"])
def test_only_auditors_export(sealed: Flask, role: str) -> None:
    an_account(sealed, role, BIEN_HOA if role == "leader" else None, email="khac@dongnai.gov.vn")
    browser = signed_in(sealed, "khac@dongnai.gov.vn")
    for address in (PAGE, FILE, f"{FILE}.manifest.json", f"{PAGE}/verifier.pyz"):
        assert browser.get(address, query_string={"reason": REASON}).status_code == 403


def test_nobody_exports_without_signing_in(sealed: Flask) -> None:
    answer = sealed.test_client().get(FILE, query_string={"reason": REASON})
    assert answer.status_code in {302, 303}
    assert "/staff/sign-in" in answer.headers["Location"]


def test_an_export_is_recorded_with_who_what_and_why(auditor: FlaskClient, transaction: Begin) -> None:
    asked = {"unit": BIEN_HOA, "from": str(DAYS[1]), "channel": "ticket", "reason": REASON}
    content = auditor.get("/staff/exports/responses.jsonl", query_string=asked).get_data()
    (event,) = exports_in_the_log(transaction)
    assert (event.actor, event.unit_code, event.at) == (AUDITOR, BIEN_HOA, "2026-11-24T10:00:00+07:00")
    details = dict(event.details)
    assert len(details.pop("sha256")) == 64
    assert details == {
        "file_format": "jsonl",
        "units": [BIEN_HOA],
        "with_predecessors": False,
        "from": str(DAYS[1]),
        "to": None,
        "channels": ["ticket"],
        "reason": REASON,
        "comments_reason": None,
        "first_day": str(DAYS[1]),
        "last_day": str(DAYS[-1]),
        "rows": content.count(b"\n"),
        "unsealed_rows": 0,
    }


def test_what_was_not_given_is_not_recorded(auditor: FlaskClient, transaction: Begin) -> None:
    auditor.get(FILE)
    auditor.get(PAGE, query_string={"reason": REASON})
    auditor.get(f"{FILE}.manifest.json", query_string={"reason": REASON})
    assert exports_in_the_log(transaction) == []


def test_a_page_and_a_file_take_a_few_queries(auditor: FlaskClient, engine: Engine) -> None:
    """Three are the session's; the page's others: names, the log, the count; the file's: one a day besides."""
    with QueryCounter(engine) as queries:
        auditor.get(PAGE, query_string={"reason": REASON, "unit": BIEN_HOA})
    assert queries.count <= 18
    with QueryCounter(engine) as queries:
        auditor.get(FILE, query_string={"reason": REASON})
    assert queries.count <= 16
