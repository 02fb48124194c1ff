"""The export page and command, as an auditor and an operator use them."""

import csv
import io
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog.testing
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy import Connection
from werkzeug.serving import WSGIRequestHandler, make_server

from survey_app.audit.columns import Columns, columns_of
from survey_app.audit.csv_export import csv_pieces
from survey_app.audit.export_rows import Export, ExportRow
from survey_app.ledger.closing import close_days
from survey_app.questionnaires.definition import default_questionnaire
from tests.audit.test_raw_export import HEADER, a_real_counter
from tests.conftest import NOW
from tests.staff.people import an_account, signed_in
from tests.support.counters import give

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


def test_the_file_streams_as_an_attachment(auditor: FlaskClient) -> None:
    answer = auditor.get(FILE, query_string={"unit": "26068", "from": "2026-11-01", "reason": REASON})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="phieu_26068_2026-11-01_nay.csv"'
    assert answer.headers["Cache-Control"] == "private, no-store"
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


def test_the_command_writes_a_whole_file_or_none(answered: Flask, tmp_path: Path) -> None:
    runner = answered.test_cli_runner()
    target = tmp_path / "phieu.csv"
    done = runner.invoke(args=["export", "responses", "--format", "csv", "--sealed", "-o", str(target)])
    assert done.exit_code == 0, done.output
    assert "Đã ghi 7 phiếu" in done.output
    assert target.read_bytes().startswith(b"\xef\xbb\xbf" + HEADER.encode())
    live = runner.invoke(args=["export", "responses", "-o", str(target)])
    assert "Đã ghi 8 phiếu" in live.output
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


class _KeepsOpen(WSGIRequestHandler):
    """HTTP/1.1, so that a stream of unknown length is sent in chunks."""

    protocol_version = "HTTP/1.1"


def _breaking_off(columns: Columns) -> Export:
    """An export whose source fails after 5,000 rows."""

    def rows() -> Iterator[ExportRow]:
        for number in range(5_000):
            yield (str(number),) * len(columns.names)
        raise OSError("the disk is gone")

    return Export(columns, rows())


def test_a_file_that_breaks_off_never_ends_cleanly() -> None:
    """A real server, a real socket: without the last chunk of the transfer a client knows that rows are missing."""
    application = Flask("breaks")

    @application.get("/file")
    def file() -> Response:
        return Response(csv_pieces(_breaking_off(columns_of([default_questionnaire()]))), mimetype="text/csv")

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_KeepsOpen)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as client:
            client.sendall(b"GET /file HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            received = b""
            while piece := client.recv(65536):
                received += piece
    finally:
        server.shutdown()
    assert b"Transfer-Encoding: chunked" in received
    assert len(received) > 50_000
    assert not received.endswith(b"0\r\n\r\n")
