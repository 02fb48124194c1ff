"""`flask paper print`, as an operator types it."""

from pathlib import Path

from flask import Flask

from survey_app.paper.batches import batches_of
from tests.counter_desk.paper import words_on
from tests.paper.conftest import Transaction
from tests.support.surveys import ScannedCounter


def arguments(counter: ScannedCounter, file: Path, *other: str) -> list[str]:
    where = ["--unit", counter.commune.code, "--service-point", str(counter.service_point_id)]
    return ["paper", "print", *where, "--sheets", "4", "-o", str(file), *other]


def test_a_batch_is_printed(app: Flask, counter: ScannedCounter, transaction: Transaction, tmp_path: Path) -> None:
    file = tmp_path / "phieu.pdf"
    done = app.test_cli_runner().invoke(args=arguments(counter, file, "--language", "en"))
    assert done.exit_code == 0, done.output
    with transaction() as connection:
        (batch,) = batches_of(connection, counter.commune.id)
    assert (batch.sheets, batch.language) == (4, "en")
    assert f"Đã ghi lô {batch.id}, 4 tờ" in done.output.replace("\n", "")
    assert f"Batch {batch.id} · Sheet 4" in words_on(file.read_bytes())


def test_what_is_wrong_is_said_in_words(
    app: Flask, counter: ScannedCounter, transaction: Transaction, tmp_path: Path
) -> None:
    runner, file = app.test_cli_runner(), tmp_path / "phieu.pdf"
    for other, words in (
        (["--unit", "99999"], "Không có xã, phường nào mang mã 99999"),
        (["--unit", "75"], "Không có xã, phường nào mang mã 75"),
        (["--service-point", "999999"], "chọn quầy đang mở"),
        (["--unit", "26068"], "chọn quầy đang mở"),
        (["--sheets", "201"], "201"),
        (["--language", "fr"], "fr"),
    ):
        refused = runner.invoke(args=arguments(counter, file, *other))
        assert refused.exit_code in {1, 2}
        assert words in refused.output
        assert not file.exists()
    with transaction() as connection:
        assert batches_of(connection, counter.commune.id) == []


def test_a_file_that_cannot_be_written_is_told_with_its_batch(
    app: Flask, counter: ScannedCounter, tmp_path: Path
) -> None:
    refused = app.test_cli_runner().invoke(args=arguments(counter, tmp_path / "away" / "x.pdf"))
    assert refused.exit_code == 1
    assert "Không ghi được" in refused.output
    assert "in từ trang Phiếu giấy" in refused.output.replace("\n", " ")
