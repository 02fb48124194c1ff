"""`flask visits import` and `show`, as an operator types them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection

from tests.support import factories

Transaction = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture(autouse=True)
def city(transaction: Transaction) -> None:
    with transaction() as connection:
        factories.dong_nai(connection)


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "luot.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_good_file_is_taken_and_shown(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    path = written(tmp_path, "unit_code,week,dossiers_filed,helped_online\n26041,2026-W47,80,10\n")
    taken = runner.invoke(args=["visits", "import", path])
    assert (taken.exit_code, taken.output) == (0, "luot.csv: đã ghi 2 số mới hoặc đã đổi, 0 số đã có từ trước.\n")
    shown = runner.invoke(args=["visits", "show", "--unit", "26041"])
    assert "16/11/2026" in shown.output
    assert "người có thể góp ý: 90" in shown.output


def test_a_bad_file_is_refused_in_words_with_exit_code_1(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    path = written(tmp_path, "unit_code,week,counter_visits\n26041,2026-W47,80\n26041,2026-W46,-1\n")
    refused = runner.invoke(args=["visits", "import", path])
    assert refused.exit_code == 1
    assert "luot.csv: dòng 3, cột counter_visits: “-1” không dùng được" in refused.output
    assert "Chưa ghi gì. Có 1 chỗ cần sửa." in refused.output
    assert "chưa có số liệu" in runner.invoke(args=["visits", "show", "--unit", "26041"]).output


def test_a_unit_that_is_not_there(app: Flask) -> None:
    refused = app.test_cli_runner().invoke(args=["visits", "show", "--unit", "99999"])
    assert refused.exit_code == 1
    assert "không có đơn vị nào mang mã “99999”" in refused.output
