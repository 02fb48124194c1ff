"""`flask questionnaire …` as an administrator types it: right files go in, wrong ones are explained line by line."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import Connection, insert, select

from survey_app.database import write_transaction
from survey_app.questionnaires import register
from survey_app.questionnaires.definition import DEFAULT_DEFINITION, default_questionnaire
from survey_app.questionnaires.models import QuestionnaireRow, QuestionnaireUseRow
from survey_app.territory.models import UnitRow, UnitVersionRow
from tests.questionnaires.own_questions import OWN_BOTH

DEFAULT = DEFAULT_DEFINITION.read_text(encoding="utf-8")
HASH = default_questionnaire().content_hash
START = date(2026, 4, 30)


@pytest.fixture
def units(app: Flask) -> dict[str, int]:
    """Ids, by code, of a city and one of its communes."""
    with app.app_context(), write_transaction() as connection:
        city = _unit(connection, "75", "Đồng Nai", "thành phố", None)
        return {"75": city, "26068": _unit(connection, "26068", "Tân An", "xã", city)}


def _unit(connection: Connection, code: str, name: str, kind: str, parent_id: int | None) -> int:
    unit_id = int(connection.execute(insert(UnitRow).values(code=code).returning(UnitRow.id)).scalar_one())
    version = {"unit_id": unit_id, "parent_id": parent_id, "name": name, "kind": kind, "valid_from": START}
    connection.execute(insert(UnitVersionRow).values(version))
    return unit_id


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    """A file to fill."""
    return tmp_path / "phieu.toml"


def run(app: Flask, *arguments: object) -> Result:
    return app.test_cli_runner().invoke(args=["questionnaire", *map(str, arguments)])


def uses(app: Flask) -> list[tuple[int, date, str]]:
    """Unit, day and key of every assignment."""
    row, use = QuestionnaireRow, QuestionnaireUseRow
    with app.app_context(), write_transaction() as connection:
        found = connection.execute(
            select(use.unit_id, use.valid_from, row.key)
            .join(row, row.id == use.questionnaire_id)
            .order_by(use.valid_from)
        )
        return [(one.unit_id, one.valid_from, one.key) for one in found]


def hashes(app: Flask) -> set[str]:
    with app.app_context(), write_transaction() as connection:
        return set(register.hashes_by_id(connection).values())


def test_check_says_what_it_read_and_stores_nothing(app: Flask) -> None:
    result = run(app, "check", DEFAULT_DEFINITION)
    assert result.exit_code == 0
    assert result.output == f"default.toml: đúng. Phiếu attitude v1, 10 câu, mã nội dung {HASH}.\n"
    assert hashes(app) == set()


@pytest.mark.parametrize("command", ["check", "load"])
def test_a_bad_definition_is_explained_line_by_line_without_a_traceback(
    app: Flask, definition: Path, command: str
) -> None:
    definition.write_text(DEFAULT.replace('slot = "r3"', 'slot = "r2"').replace("max_length = 500", "max_length = 900"))
    result = run(app, command, definition)
    assert result.exit_code == 1
    lines = definition.read_text().splitlines()
    slot, length = lines.index('slot = "r2"', lines.index('slot = "r2"') + 1) + 1, lines.index("max_length = 900") + 1
    assert result.output.splitlines() == [
        f"phieu.toml, dòng {slot}: Ô “r2” đã dùng cho câu hỏi “courtesy”.",
        f"phieu.toml, dòng {length}: “max_length” phải là số từ 1 đến 500.",
    ]
    assert hashes(app) == set()


def test_a_file_in_another_encoding_is_named_with_its_line(app: Flask, definition: Path) -> None:
    definition.write_bytes(b'key = "attitude"\nversion = 1\n# Xin ch\xe0o\n')
    result = run(app, "check", definition)
    assert (result.exit_code, result.output) == (1, "phieu.toml, dòng 3: Tệp phải là văn bản mã hóa UTF-8.\n")


def test_a_byte_order_mark_is_no_mistake(app: Flask, definition: Path) -> None:
    definition.write_bytes(b"\xef\xbb\xbf" + DEFAULT_DEFINITION.read_bytes())
    assert run(app, "check", definition).exit_code == 0


def test_load_stores_once_and_assigns_from_a_day(app: Flask, units: dict[str, int]) -> None:
    first = run(app, "load", DEFAULT_DEFINITION)
    assert (first.exit_code, first.output) == (0, f"Đã lưu phiếu attitude v1, mã nội dung {HASH}.\n")
    assert uses(app) == []
    second = run(app, "load", DEFAULT_DEFINITION, "--unit", "75", "--from", "2026-12-01")
    assert second.exit_code == 0
    assert second.output.endswith("Thành phố Đồng Nai (75) dùng phiếu attitude v1 từ ngày 01/12/2026.\n")
    assert uses(app) == [(units["75"], date(2026, 12, 1), "attitude")]
    assert hashes(app) == {HASH}


def test_without_a_day_it_is_used_from_today(app: Flask, units: dict[str, int]) -> None:
    assert run(app, "load", DEFAULT_DEFINITION, "--unit", "26068").exit_code == 0
    assert uses(app) == [(units["26068"], date(2026, 11, 24), "attitude")]


def test_an_unknown_unit_leaves_nothing_half_written(app: Flask, units: dict[str, int]) -> None:
    result = run(app, "load", DEFAULT_DEFINITION, "--unit", "99999")
    assert result.exit_code == 1
    assert "Không có đơn vị nào mang mã 99999 vào ngày 24/11/2026" in result.output
    assert hashes(app) == set()


def test_a_day_without_a_unit_is_refused(app: Flask) -> None:
    result = run(app, "load", DEFAULT_DEFINITION, "--from", "2026-12-01")
    assert result.exit_code == 2
    assert "--from chỉ dùng cùng --unit." in result.output


def test_a_stored_version_cannot_be_loaded_with_other_words(app: Flask, definition: Path) -> None:
    run(app, "load", DEFAULT_DEFINITION)
    definition.write_text(DEFAULT.replace("Sự tận tình", "Lòng tận tình"))
    result = run(app, "load", definition)
    assert result.exit_code == 1
    assert result.output.startswith("attitude v1: Phiên bản này đã được lưu với nội dung khác.")
    assert hashes(app) == {HASH}


def test_own_questions_make_a_version_for_that_unit(app: Flask, units: dict[str, int], definition: Path) -> None:
    definition.write_text(OWN_BOTH)
    run(app, "load", DEFAULT_DEFINITION, "--unit", "75", "--from", "2026-11-01")
    result = run(app, "own", definition, "--unit", "26068", "--from", "2026-12-01")
    assert result.exit_code == 0, result.output
    city, commune = uses(app)
    assert city == (units["75"], date(2026, 11, 1), "attitude")
    assert commune[:2] == (units["26068"], date(2026, 12, 1)) and commune[2].startswith("attitude+")
    again = run(app, "own", definition, "--unit", "26068", "--from", "2026-12-01")
    assert again.exit_code == 0
    assert uses(app) == [city, commune]


def test_new_own_questions_replace_the_old_ones_from_their_day_on(
    app: Flask, units: dict[str, int], definition: Path
) -> None:
    definition.write_text(OWN_BOTH)
    run(app, "load", DEFAULT_DEFINITION, "--unit", "75", "--from", "2026-11-01")
    run(app, "own", definition, "--unit", "26068", "--from", "2026-12-01")
    definition.write_text(OWN_BOTH[: OWN_BOTH.rindex("[[questions]]")])
    assert run(app, "own", definition, "--unit", "26068", "--from", "2027-01-01").exit_code == 0
    shown = run(app, "show", "--unit", "26068", "--day", "2027-01-01").output
    assert "own_waiting_room" in shown and "own_parking" not in shown
    same_day = run(app, "own", definition, "--unit", "26068", "--from", "2026-12-01")
    assert same_day.exit_code == 1
    assert "Từ ngày 01/12/2026, đơn vị 26068 đã được giao một phiếu khác." in same_day.output


def test_own_questions_need_a_questionnaire_to_stand_in(app: Flask, units: dict[str, int], definition: Path) -> None:
    definition.write_text(OWN_BOTH)
    result = run(app, "own", definition, "--unit", "26068")
    assert result.exit_code == 1
    assert "Đơn vị 26068 chưa được giao phiếu nào vào ngày 24/11/2026." in result.output


def test_bad_own_questions_are_explained_line_by_line(app: Flask, units: dict[str, int], definition: Path) -> None:
    definition.write_text(OWN_BOTH.replace('kind = "rating"', 'kind = "comment"'))
    run(app, "load", DEFAULT_DEFINITION, "--unit", "75")
    result = run(app, "own", definition, "--unit", "26068")
    assert result.exit_code == 1
    assert "phieu.toml, dòng 3: Câu hỏi riêng chỉ thuộc loại rating, choice, không được là “comment”" in result.output


def test_show_lists_versions_with_items_and_slots(app: Flask, units: dict[str, int]) -> None:
    assert "Chưa lưu phiếu nào" in run(app, "show").output
    run(app, "load", DEFAULT_DEFINITION, "--unit", "75")
    lines = run(app, "show").output.splitlines()
    assert lines[0] == f"attitude v1 · lưu ngày 24/11/2026 · 10 câu · 1 đơn vị được giao · {HASH}"
    assert lines[6] == "  r6  dedication  [attitude]  Sự tận tình với ông/bà"
    assert len(lines) == 11
