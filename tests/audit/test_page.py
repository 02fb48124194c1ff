"""The export page and command, as an auditor and an operator use them."""

import csv
import io
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog.testing
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine

from survey_app.ledger.closing import close_days
from tests.audit.test_raw_export import HEADER, a_real_counter
from tests.conftest import NOW
from tests.staff.people import an_account, signed_in
from tests.support.counters import give
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
YESTERDAY = NOW.date() - timedelta(days=1)
PAGE, FILE = "/staff/exports", "/staff/exports/responses.csv"
REASON = "Kiểm tra định kỳ quý IV"


@pytest.fixture
def answered(app: Flask, transaction: Begin) -> Flask:
    """Seven answers of yesterday in the book, one of today waiting."""
    with transaction() as connection:
        counter = a_real_counter(connection, app, "26068")
    give(transaction, *(counter.submission(NOW - timedelta(days=1), comment="Cảm ơn") for _ in range(7)))
    with app.app_context():
        list(close_days([YESTERDAY], (), NOW))
    give(transaction, counter.submission(NOW))
    return app


@pytest.fixture
def auditor(answered: Flask) -> FlaskClient:
    """A browser in which an auditor is signed in."""
    an_account(answered, "auditor", email="kiemtra@dongnai.gov.vn")
    return signed_in(answered, "kiemtra@dongnai.gov.vn")


def test_the_page_tells_the_count_before_the_download(auditor: FlaskClient) -> None:
    assert auditor.get(PAGE).status_code == 200
    page = auditor.get(PAGE, query_string={"unit": "26068", "reason": REASON}).get_data(as_text=True)
    assert "Tệp sẽ có 7 phiếu." in page
    assert f'value="{REASON}"' in page
    assert '<option value="26068" selected>Phường Biên Hòa (26068)</option>' in page
    assert "The file will hold 7 forms." in auditor.get(PAGE, query_string={"lang": "en", "reason": REASON}).get_data(
        as_text=True
    )


def test_the_file_comes_as_an_attachment_of_known_length(auditor: FlaskClient) -> None:
    answer = auditor.get(FILE, query_string={"unit": "26068", "from": "2026-11-01", "reason": REASON})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="phieu_26068_2026-11-01_nay.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert int(answer.headers["Content-Length"]) == len(answer.get_data())
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) == 7
    assert {row["comment"] for row in rows} == {""}


def test_comments_need_their_own_tick_and_reason(auditor: FlaskClient) -> None:
    asked = {"reason": REASON, "comments": "1"}
    refused = auditor.get(FILE, query_string=asked)
    assert refused.status_code == 422
    assert "Xin ghi lý do cần lời góp ý" in refused.get_data(as_text=True)
    taken = auditor.get(FILE, query_string=asked | {"comments_reason": "Xác minh phản ánh"})
    assert "Cảm ơn" in taken.get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Xin ghi lý do xuất"),
        ({"reason": "abc"}, "Xin ghi lý do xuất"),
        ({"reason": REASON, "from": "24/11/2026"}, "“24/11/2026” không phải là ngày"),
        ({"reason": REASON, "to": "2026-02-30"}, "“2026-02-30” không phải là ngày"),
        ({"reason": REASON, "from": "2026-11-02", "to": "2026-11-01"}, "Ngày cuối phải bằng hoặc sau ngày đầu"),
        ({"reason": REASON, "unit": "99999"}, "Không có đơn vị nào mang mã 99999"),
        ({"reason": REASON, "unit": "\x00<script>"}, "Không có đơn vị nào mang mã"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    auditor: FlaskClient, asked: dict[str, str], words: str
) -> None:
    answer = auditor.get(FILE, query_string=asked)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert 'role="alert"' in page
    assert "<script>" not in page.replace("<script src", "")
    if len(asked.get("reason", "")) > 5:
        assert REASON in page


@pytest.mark.parametrize("role", ["province", "supervisor", "inspector", "administrator", "leader"])
def test_only_auditors_export(answered: Flask, role: str) -> None:
    an_account(answered, role, "26068" if role == "leader" else None, email="khac@dongnai.gov.vn")
    browser = signed_in(answered, "khac@dongnai.gov.vn")
    assert browser.get(PAGE).status_code == 403
    assert browser.get(FILE, query_string={"reason": REASON}).status_code == 403


def test_nobody_exports_without_signing_in(answered: Flask) -> None:
    answer = answered.test_client().get(FILE, query_string={"reason": REASON})
    assert answer.status_code in {302, 303}
    assert "/staff/sign-in" in answer.headers["Location"]


def test_an_export_is_recorded_with_who_what_and_why(auditor: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        auditor.get(FILE, query_string={"unit": "26068", "reason": REASON}).get_data()
    line = next(line for line in lines if line["event"] == "raw_export")
    assert (line["by"], line["unit"], line["reason"], line["rows"]) == ("kiemtra@dongnai.gov.vn", "26068", REASON, 7)
    assert line["at"] == "2026-11-24T10:00:00+07:00"


def test_what_was_not_given_is_not_recorded(auditor: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        auditor.get(FILE)
        auditor.get(PAGE, query_string={"reason": REASON})
    assert not [line for line in lines if line["event"] == "raw_export"]


def test_a_page_and_a_file_take_a_few_queries(auditor: FlaskClient, engine: Engine) -> None:
    """Three of each are the session's; the file's others: unit codes, count, questionnaires, names, days, one a day."""
    with QueryCounter(engine) as queries:
        auditor.get(PAGE, query_string={"reason": REASON})
    assert queries.count <= 6
    with QueryCounter(engine) as queries:
        auditor.get(FILE, query_string={"reason": REASON})
    assert queries.count <= 10


def test_the_command_writes_a_whole_file_or_none(answered: Flask, tmp_path: Path) -> None:
    runner = answered.test_cli_runner()
    target = tmp_path / "phieu.csv"
    done = runner.invoke(args=["export", "responses", "--format", "csv", "--sealed", "-o", str(target)])
    assert done.exit_code == 0, done.output
    assert "Đã ghi 7 phiếu" in done.output
    assert target.read_bytes().startswith(b"\xef\xbb\xbf" + HEADER.encode())
    with structlog.testing.capture_logs() as lines:
        live = runner.invoke(args=["export", "responses", "-o", str(target)])
    assert "Đã ghi 8 phiếu" in live.output
    (line,) = (line for line in lines if line["event"] == "raw_export")
    assert (line["by"].endswith("(command)"), line["rows"], line["sealed_only"]) == (True, 8, False)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".csv"] == ["phieu.csv"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--unit", "99999"), "Không có đơn vị nào mang mã 99999"),
        (("--from", "hôm qua"), "không phải là ngày"),
        (("-o", "/dev/full/x.csv"), "Không ghi được tệp"),
        (("-o", "/no/such/folder/x.csv"), "Không ghi được tệp"),
    ],
)
def test_the_command_says_what_is_wrong(
    answered: Flask, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    target = tmp_path / "x.csv"
    done = answered.test_cli_runner().invoke(args=["export", "responses", "-o", str(target), *arguments])
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output
    assert not target.exists()


def test_a_full_disk_leaves_the_old_file_and_no_half_one(answered: Flask, tmp_path: Path, file_limit: None) -> None:
    target = tmp_path / "phieu.csv"
    target.write_bytes(b"old")
    done = answered.test_cli_runner().invoke(args=["export", "responses", "-o", str(target)])
    assert done.exit_code == 1
    assert "Không ghi được tệp" in done.output
    assert "Traceback" not in done.output
    assert [(path.name, path.read_bytes()) for path in tmp_path.glob("*phieu*")] == [("phieu.csv", b"old")]


@pytest.fixture
def file_limit() -> Iterator[None]:
    """The system refuses to let any file of this process grow over one kilobyte, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
