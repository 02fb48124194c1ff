"""`flask posters`, `poster-check` and `territory code rotate`, as an operator uses them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, select

from survey_app.audit_log.models import AuditEventRow
from survey_app.territory.scan_code_register import codes_of
from tests.support.databases import sqlite_only
from tests.support.factories import a_commune, a_scan_code, a_service_point
from tests.territory import paper as on_paper

Begin = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def codes(transaction: Begin) -> dict[int, str | None]:
    """Counters of two communes by id, with their codes; the last has none."""
    with transaction() as connection:
        made: dict[int, str | None] = {}
        for commune, name in (("26041", "Quầy 1"), ("26041", "Quầy 2"), ("26248", "Quầy 3")):
            point = a_service_point(connection, a_commune(connection, commune), name)
            made[point] = a_scan_code(connection, point)
        made[a_service_point(connection, a_commune(connection, "26248"), "Quầy 4")] = None
        return made


def run(app: Flask, *command: str) -> Result:
    return app.test_cli_runner().invoke(args=list(command))


def scanned(document: Path) -> list[str]:
    return [one.text[-8:] for page in on_paper.pages(document.read_bytes()) for one in on_paper.decoded(page)]


def test_every_counter_with_a_code_gets_a_page(app: Flask, codes: dict[int, str | None], tmp_path: Path) -> None:
    result = run(app, "posters", "-o", str(tmp_path / "all.pdf"))
    assert result.exit_code == 0, result.output
    assert "Đã ghi 3 tờ vào" in result.stdout
    assert "Có 1 quầy chưa có mã quét nên không in." in result.stdout
    assert sorted(scanned(tmp_path / "all.pdf")) == sorted(code for code in codes.values() if code)
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ""] == ["all.pdf"]


@sqlite_only
def test_a_unit_and_what_lies_below_it(app: Flask, codes: dict[int, str | None], tmp_path: Path) -> None:
    first, second, third, _none = codes.values()
    for unit, expected in (("26041", [first, second]), ("26248", [third]), ("75", [first, second, third])):
        result = run(app, "posters", "--unit", unit, "--paper", "a5", "--motto", "-o", str(tmp_path / "unit.pdf"))
        assert result.exit_code == 0, result.output
        assert scanned(tmp_path / "unit.pdf") == expected
        assert "4 luôn" in on_paper.texts((tmp_path / "unit.pdf").read_bytes())[0]


@sqlite_only
def test_what_cannot_be_printed_is_said_and_leaves_no_file(
    app: Flask, codes: dict[int, str | None], tmp_path: Path
) -> None:
    for arguments, said in (
        (["--unit", "99999", "-o", str(tmp_path / "x.pdf")], "Không có đơn vị mang mã 99999"),
        (["--unit", "26068", "-o", str(tmp_path / "x.pdf")], "Không có tờ nào để in"),
        (["-o", str(tmp_path / "none" / "x.pdf")], "Không ghi được"),
    ):
        for command in ("posters", "poster-check"):
            result = run(app, command, *arguments)
            assert (result.exit_code, said in result.output) == (1, True), result.output
            assert "Traceback" not in result.output
    assert not list(tmp_path.glob("*x.pdf*"))


@sqlite_only
def test_the_check_sheet_lists_each_poster_with_its_boxes(
    app: Flask, codes: dict[int, str | None], tmp_path: Path
) -> None:
    result = run(app, "poster-check", "-o", str(tmp_path / "check.pdf"))
    assert "Đã ghi 2 phiếu kiểm tra" in result.stdout
    pages = on_paper.texts((tmp_path / "check.pdf").read_bytes())
    assert len(pages) == 2
    for code in filter(None, codes.values()):
        assert sum(f"{code[:4]}-{code[4:]}" in page for page in pages) == 1
    for page in pages:
        for words in ("Còn nguyên, không bị dán đè", "phải bắt đầu bằng 127.0.0.1:8000/s/", "gọi 1022", "Chữ ký"):
            assert words in page


@sqlite_only
def test_many_posters_of_one_unit_go_on_with_a_new_page(app: Flask, transaction: Begin, tmp_path: Path) -> None:
    with transaction() as connection:
        commune = a_commune(connection)
        made = [a_scan_code(connection, a_service_point(connection, commune, f"Quầy {number}")) for number in range(25)]
    run(app, "poster-check", "-o", str(tmp_path / "check.pdf"))
    pages = on_paper.texts((tmp_path / "check.pdf").read_bytes())
    assert len(pages) > 1
    assert all(sum(f"{code[:4]}-{code[4:]}" in page for page in pages) == 1 for code in made)
    assert all("Phiếu kiểm tra tờ mã QR hằng tháng" in page for page in pages)


def test_rotating_issues_closes_and_is_recorded(app: Flask, codes: dict[int, str | None], transaction: Begin) -> None:
    point, old = next(iter(codes.items()))
    result = run(app, "territory", "code", "rotate", str(point), "--closes", "2026-12-01")
    assert result.exit_code == 0, result.output
    assert f"Mã {old} ngừng dùng từ 01/12/2026." in result.stdout
    with transaction() as connection:
        new = codes_of(connection, point)[0].code
        kinds = connection.execute(select(AuditEventRow.kind, AuditEventRow.details)).all()
    assert f"Mã mới: {new}." in result.stdout
    recorded = [(row.kind, str(row.details)) for row in kinds if row.kind.startswith("scan_code")]
    assert [kind for kind, _details in recorded] == ["scan_code.issued", "scan_code.revoked"]
    assert new in recorded[0][1] and str(old) in recorded[1][1] and "2026-12-01" in recorded[1][1]
    assert run(app, "territory", "code", "rotate", str(point), "--closes", "2026-11-01").exit_code == 1
    assert run(app, "territory", "code", "rotate", "999").exit_code == 1
