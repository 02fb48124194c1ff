"""`flask tickets print|void|show`, as an operator types them."""

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from survey_app.responses.ticket_models import TicketRow
from tests.counter_desk.conftest import Transaction
from tests.counter_desk.paper import codes_on
from tests.support import factories
from tests.support.surveys import ScannedCounter


def made(transaction: Transaction) -> int:
    with transaction() as connection:
        return connection.execute(select(func.count()).select_from(TicketRow)).scalar_one()


def test_slips_are_printed_voided_and_shown(app: Flask, counter: ScannedCounter, tmp_path: Path) -> None:
    runner, file = app.test_cli_runner(), tmp_path / "phieu.pdf"
    unit = ["--unit", counter.commune.code]
    printed = runner.invoke(args=["tickets", "print", *unit, "--count", "4", "-o", str(file)])
    assert printed.exit_code == 0, printed.output
    assert len(codes_on(file.read_bytes())) == 4
    voided = runner.invoke(args=["tickets", "void", *unit, "--from", "2", "--to", "3", "--reason", "mất hai tờ"])
    assert voided.output == "Đã hủy 2 phiếu mời.\n"
    shown = runner.invoke(args=["tickets", "show", *unit]).output
    assert "23–29/11/2026: lượt khách –, phát hành 4, hủy 2, đã dùng 0" in shown


def test_a_file_that_cannot_be_written_makes_no_slips(
    app: Flask, counter: ScannedCounter, transaction: Transaction, tmp_path: Path
) -> None:
    args = ["tickets", "print", "--unit", counter.commune.code, "--count", "4", "-o", str(tmp_path / "away" / "x.pdf")]
    refused = app.test_cli_runner().invoke(args=args)
    assert refused.exit_code == 1
    assert "Không ghi được" in refused.output
    assert made(transaction) == 0


def test_what_is_wrong_is_said_in_words(
    app: Flask, counter: ScannedCounter, transaction: Transaction, tmp_path: Path
) -> None:
    runner, file = app.test_cli_runner(), str(tmp_path / "x.pdf")
    with transaction() as connection:
        second = factories.some_premises(connection, counter.commune, "Điểm thứ hai")
        factories.a_service_point(connection, counter.commune, "Quầy 9", premises_id=second)
    for options, words in (
        (["--unit", counter.commune.code, "--count", "4"], "Xin nêu trụ sở"),
        (["--unit", "99999", "--count", "4"], "Không có xã, phường nào mang mã"),
        (["--unit", counter.commune.code, "--count", "4", "--premises", "999"], "không có trụ sở số 999"),
        (["--unit", counter.commune.code, "--count", "4", "--premises", str(second), "--day", "2026-11-01"], "Chỉ làm"),
        (["--unit", counter.commune.code, "--count", "300", "--premises", str(second)], "còn nhiều nhất 200"),
    ):
        refused = runner.invoke(args=["tickets", "print", *options, "-o", file])
        assert refused.exit_code == 1
        assert words in refused.output
    good = ["--unit", counter.commune.code, "--count", "1", "--service-point", str(counter.service_point_id)]
    assert runner.invoke(args=["tickets", "print", *good, "-o", file]).exit_code == 0
    assert made(transaction) == 1
