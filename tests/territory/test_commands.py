"""`flask territory …` as an administrator types it: wrong files are explained all at once, and nothing is written."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection

from survey_app.clock import SetClock
from survey_app.database import read_connection
from survey_app.territory.csv_rows import LARGEST_FILE_BYTES
from survey_app.territory.scan_code_register import ClosedCode, OpenCode, look_up
from survey_app.territory.scan_codes import normalise
from survey_app.territory.units import communes, find_unit
from tests.support.applications import application, settings_for
from tests.support.factories import a_commune, a_service_point
from tests.territory.files import DATA, DONG_NAI_2023, DONG_NAI_2026, VIETNAM_2026, dong_nai_2026, succession, vietnam

TODAY = date(2026, 11, 24)
Transaction = Callable[[], AbstractContextManager[Connection]]


def run(app: Flask, *arguments: object) -> Result:
    result = app.test_cli_runner().invoke(args=["territory", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def a_file(folder: Path, text: str | bytes, name: str = "đơn vị.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def commune_count(app: Flask, day: date = TODAY) -> int:
    with app.app_context(), read_connection() as connection:
        return len(communes(connection, day))


@pytest.fixture
def service_point(transaction: Transaction) -> int:
    """A counter of phường Trấn Biên, in the database of `app`."""
    with transaction() as connection:
        return a_service_point(connection, a_commune(connection), "Quầy 2")


def test_the_three_shipped_files_go_in_and_a_second_time_nothing_changes(app: Flask) -> None:
    for name, counts in ((DONG_NAI_2026, (96, 0, 0)), (DONG_NAI_2023, (115, 56, 0)), (VIETNAM_2026, (3259, 0, 96))):
        result = run(app, "import", DATA / name)
        assert result.exit_code == 0
        assert result.stdout == "{}: {} mới, {} thay đổi, {} giữ nguyên.\n".format(name, *counts)
    assert commune_count(app) == 3321
    again = run(app, "import", DATA / DONG_NAI_2026)
    assert (again.exit_code, commune_count(app)) == (0, 3321)
    assert again.stdout == f"{DONG_NAI_2026}: không có gì mới, cả 96 mục đã được lưu từ trước. Không ghi gì.\n"


def test_every_wrong_line_is_told_and_nothing_is_written(app: Flask, tmp_path: Path) -> None:
    rows = ("26041,Trấn Biên,Phường,Phường", "4,Ba Đình,Quận,Phường", "26041,Hố Nai,Phường,Phường", "26368,,Xã,Xã")
    result = run(app, "import", a_file(tmp_path, dong_nai_2026(*rows)))
    assert (result.exit_code, result.stdout, commune_count(app)) == (1, "", 0)
    lines = [line for line in result.stderr.splitlines() if "dòng" in line]
    assert [re.findall(r"dòng (\d+):", line)[0] for line in lines] == ["3", "3", "4", "5"]
    assert all(line.startswith("đơn vị.csv: dòng ") for line in lines)
    assert "Chưa ghi gì vào hệ thống. Có 4 chỗ cần sửa." in result.stderr


def test_a_contradiction_is_told_and_nothing_is_written(app: Flask, tmp_path: Path) -> None:
    run(app, "import", DATA / DONG_NAI_2026)
    text = vietnam("00004,Ba Đình,Phường,01,Thành phố Hà Nội", "25270,Lộc Ninh,Phường,75,Thành phố Đồng Nai")
    result = run(app, "import", a_file(tmp_path, text), "--valid-from", "2025-07-01")
    assert (result.exit_code, commune_count(app)) == (1, 95)
    assert "đơn vị 25270" in result.stderr and "đã lưu xã Lộc Ninh" in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Tệp không có nội dung"),
        (b"\x89PNG\r\n\x1a\n\0\0\xff", "không phải mã UTF-8"),
        (b"x" * (LARGEST_FILE_BYTES + 1), "Tệp lớn hơn 8 MB"),
        (b"a,b,c\n1,2,3\n", "không nhận ra dòng tiêu đề"),
    ],
    ids=["empty", "picture", "large", "another table"],
)
def test_a_file_of_something_else_is_refused(app: Flask, tmp_path: Path, content: bytes, words: str) -> None:
    result = run(app, "import", a_file(tmp_path, content))
    assert result.exit_code == 1 and words in result.stderr


def test_options_that_are_no_days_and_files_that_are_not_there(app: Flask, tmp_path: Path) -> None:
    assert run(app, "import", DATA / DONG_NAI_2026, "--valid-from", "1/7/2025").exit_code == 2
    assert run(app, "import", tmp_path / "none.csv").exit_code == 2
    assert run(app, "import", tmp_path).exit_code == 2
    backwards = run(app, "import", DATA / DONG_NAI_2026, "--valid-from", "2026-05-01", "--valid-to", "2026-05-01")
    assert backwards.exit_code == 1 and "Từ 2026-05-01 đến 2026-05-01 không có ngày nào" in backwards.stderr
    assert commune_count(app) == 0


def test_the_period_can_be_chosen(app: Flask) -> None:
    result = run(app, "import", DATA / DONG_NAI_2023, "--valid-from", "2024-02-01", "--valid-to", "2024-12-31")
    assert result.exit_code == 0
    counts = [commune_count(app, date(2024, *day)) for day in ((1, 31), (2, 1), (12, 30), (12, 31))]
    assert counts == [0, 170, 170, 0]


def test_succession_and_the_end_of_a_unit(app: Flask, tmp_path: Path) -> None:
    run(app, "import", DATA / DONG_NAI_2026)
    result = run(app, "import", a_file(tmp_path, succession("26041,26068,2026-12-01")))
    assert result.stdout == "đơn vị.csv: 1 mới, 0 thay đổi, 0 giữ nguyên.\n"
    closed = run(app, "close", "26248", "2026-12-01")
    assert (closed.exit_code, closed.stdout) == (0, "Mã 26248 kết thúc từ 01/12/2026.\n")
    assert "đã kết thúc" in run(app, "close", "26248", "2026-12-01").stdout
    assert run(app, "close", "75", "2026-12-01").exit_code == 1
    assert commune_count(app, date(2026, 12, 1)) == 93


def test_units_are_listed_and_found_without_diacritics(app: Flask) -> None:
    run(app, "import", DATA / DONG_NAI_2026)
    everything = run(app, "list").stdout.splitlines()
    assert len(everything) == 97 and everything[-1] == "96 trong 96 đơn vị, ngày 24/11/2026."
    assert run(app, "list", "loc ninh").stdout.splitlines() == [
        "25270  Phường Lộc Ninh (Bình Phước)",
        "1 trong 96 đơn vị, ngày 24/11/2026.",
    ]
    assert "Xã Lộc Ninh" in run(app, "list", "loc ninh", "--day", "2026-04-29").stdout
    assert run(app, "list", "--unit", "99999").exit_code == 1


def test_a_code_is_issued_shown_and_revoked(app: Flask, service_point: int, clock: SetClock) -> None:
    assert f"{service_point}: Quầy 2 · Trụ sở chính · phường Trấn Biên" in run(app, "list", "--unit", "26041").stdout
    assert f"`territory code issue {service_point}`" in run(app, "code", "show", service_point).stdout
    issued = run(app, "code", "issue", service_point)
    found = re.fullmatch(r"Mã mới: (\S{8})\. Địa chỉ: http://127\.0\.0\.1:8000/s/(\S{9})\n", issued.stdout)
    assert found is not None and normalise(found[2]) == found[1]
    with app.app_context(), read_connection() as connection:
        assert isinstance(look_up(connection, found[1], TODAY), OpenCode)
    shown = run(app, "code", "show", service_point).stdout
    assert f"/s/{found[2]} · cấp 24/11/2026 · đang dùng" in shown
    assert run(app, "code", "revoke", found[2].lower()).exit_code == 0
    with app.app_context(), read_connection() as connection:
        assert isinstance(look_up(connection, found[1], TODAY), ClosedCode)
    assert f"/s/{found[2]} · cấp 24/11/2026 · thu hồi 24/11/2026" in run(app, "code", "show", service_point).stdout
    assert "đã ngừng dùng" in run(app, "code", "revoke", found[1]).stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("code", "issue", "999"), "Quầy số 999 không mở vào ngày 2026-11-24"),
        (("code", "show", "999"), "Không có quầy số 999"),
        (("code", "revoke", "không có"), "Không có mã quét không có"),
        (("close", "99999", "2026-12-01"), "Không có đơn vị mang mã 99999"),
    ],
)
def test_what_is_not_there_is_said(app: Flask, arguments: tuple[str, ...], words: str) -> None:
    result = run(app, *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


def test_a_database_without_tables_is_explained(tmp_path: Path, clock: SetClock) -> None:
    with application(settings_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}", tmp_path / "instance"), clock) as app:
        result = run(app, "import", DATA / DONG_NAI_2026)
    assert result.exit_code == 1
    assert "Cơ sở dữ liệu chưa sẵn sàng" in result.stderr and "db upgrade" in result.stderr


def test_imported_units_are_there_for_everybody(app: Flask) -> None:
    run(app, "import", DATA / DONG_NAI_2026)
    with app.app_context(), read_connection() as connection:
        unit = find_unit(connection, "26041", TODAY)
    assert unit is not None and unit.full_name == "Phường Trấn Biên"
