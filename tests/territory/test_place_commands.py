"""`territory premises import` and `territory service-points import`: all or nothing, twice changes nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, select

from survey_app.audit_log.models import AuditEventRow
from survey_app.territory.place_changes import places_of, premises_of
from survey_app.territory.units import Unit
from tests.support.factories import a_commune

Begin = Callable[[], AbstractContextManager[Connection]]
DAY = date(2026, 11, 24)
PREMISES = "unit_code,name,address,valid_from\n"
POINTS = "unit_code,premises,name,name_en,body,domains,valid_from\n"


@pytest.fixture
def commune(transaction: Begin) -> Unit:
    """Phường Trấn Biên, without premises."""
    with transaction() as connection:
        return a_commune(connection)


def run(app: Flask, folder: Path, what: str, text: str) -> Result:
    path = folder / "tệp.csv"
    path.write_text(text, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["territory", what, "import", str(path)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_places_of_a_commune_go_in(app: Flask, commune: Unit, transaction: Begin, tmp_path: Path) -> None:
    premises = PREMISES + '26041,Cơ sở 1,"Số 1, đường A",2026-11-24\n26041,Cơ sở 2,,2026-12-01\n'
    points = POINTS + (
        "26041,Cơ sở 1,Quầy 1,Counter 1,commune,land building,2026-11-24\n"
        "26041,Cơ sở 1,Quầy 2,Counter 2,land_registration,,2026-11-24\n"
        "26041,Cơ sở 2,Quầy 1,Counter 1,post,,2026-12-01\n"
    )
    assert run(app, tmp_path, "premises", premises).stdout == "tệp.csv: 2 mới, 0 giữ nguyên.\n"
    assert run(app, tmp_path, "service-points", points).stdout == "tệp.csv: 3 mới, 0 giữ nguyên.\n"
    assert run(app, tmp_path, "premises", premises).stdout == "tệp.csv: 0 mới, 2 giữ nguyên.\n"
    assert run(app, tmp_path, "service-points", points).stdout == "tệp.csv: 0 mới, 3 giữ nguyên.\n"
    with transaction() as connection:
        assert [one.address for one in premises_of(connection, commune.id)] == ["Số 1, đường A", ""]
        found = [(one.name, one.body, one.domains) for one in places_of(connection, commune.id, DAY)]
        kinds = list(connection.scalars(select(AuditEventRow.kind).order_by(AuditEventRow.seq)))
    assert found == [
        ("Quầy 1", "commune", ("building", "land")),
        ("Quầy 2", "land_registration", ()),
        ("Quầy 1", "post", ()),
    ]
    assert kinds == ["premises.imported", "service_point.imported"]


@pytest.mark.parametrize(
    ("what", "text", "said"),
    [
        ("premises", "unit_code,name\n26041,A\n", ["thiếu cột “address”", "thiếu cột “valid_from”"]),
        ("premises", PREMISES, ["chỉ có dòng tiêu đề"]),
        ("premises", PREMISES + "99999,A,,2026-11-24\n", ["dòng 2", "99999"]),
        ("premises", PREMISES + "26041,,,2026-11-24\n26041,A,,hôm nay\n", ["Tên trụ sở để trống", "dòng 3"]),
        ("premises", PREMISES + "26041,A,,2026-11-24\n26041,A,,2026-11-24\n", ["đã có ở dòng 2"]),
        ("service-points", POINTS + "26041,Không có,Quầy 1,C,commune,,2026-11-24\n", ["không có trụ sở “Không có”"]),
        ("service-points", POINTS.replace("body", "cơ quan"), ["không dùng cột “cơ quan”", "thiếu cột “body”"]),
    ],
)
def test_every_mistake_is_told_and_nothing_is_written(
    app: Flask, commune: Unit, transaction: Begin, tmp_path: Path, what: str, text: str, said: list[str]
) -> None:
    result = run(app, tmp_path, what, text)
    assert result.exit_code == 1
    assert all(words in result.stderr for words in [*said, "Chưa ghi gì vào hệ thống"]), result.stderr
    with transaction() as connection:
        assert premises_of(connection, commune.id) == []


def test_what_differs_from_what_is_stored_is_no_correction(
    app: Flask, commune: Unit, transaction: Begin, tmp_path: Path
) -> None:
    run(app, tmp_path, "premises", PREMISES + "26041,Cơ sở 1,Số 1,2026-11-24\n")
    other = run(app, tmp_path, "premises", PREMISES + "26041,Mới,,2026-11-24\n26041,Cơ sở 1,Số 2,2026-11-24\n")
    assert other.exit_code == 1 and "“Số 1”" in other.stderr
    line = "26041,Cơ sở 1,Quầy 1,Counter 1,commune,,2026-11-24\n"
    run(app, tmp_path, "service-points", POINTS + line)
    wrong = run(app, tmp_path, "service-points", POINTS + line.replace("commune", "police"))
    assert wrong.exit_code == 1 and "cơ quan hoặc lĩnh vực khác" in wrong.stderr
    unknown = run(app, tmp_path, "service-points", POINTS + line.replace("commune", "sở").replace("Quầy 1", "Quầy 2"))
    assert unknown.exit_code == 1 and "sở" in unknown.stderr
    with transaction() as connection:
        assert [one.name for one in premises_of(connection, commune.id)] == ["Cơ sở 1"]
        assert len(places_of(connection, commune.id, DAY)) == 1
