"""A file of visits is taken as a whole or not at all; whatever is wrong is said at once, with its line, in words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from survey_app.territory.units import Unit
from survey_app.visits.counts import Numbers
from survey_app.visits.csv_file import VisitFileError, import_csv
from survey_app.visits.reading import ReportReader
from survey_app.visits.register import Reporter, Taken, visits_of
from tests.support import factories

TODAY = date(2026, 11, 24)
MONDAY = date(2026, 11, 16)
REPORTER = Reporter("csv", "root (command)", datetime(2026, 11, 24, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")), "a.csv")
HEADER = "unit_code,week,counter_visits,dossiers_filed,helped_online,fully_online\n"


@pytest.fixture
def commune(connection: Connection) -> Unit:
    return factories.a_commune(connection)


def taken(connection: Connection, text: str | bytes) -> Taken:
    content = text if isinstance(text, bytes) else text.encode()
    return import_csv(connection, content, ReportReader(connection, TODAY), REPORTER, "a.csv")


def problems(connection: Connection, text: str | bytes) -> list[str]:
    with pytest.raises(VisitFileError) as caught:
        taken(connection, text)
    assert visits_of(connection, None, date(2020, 1, 6), date(2030, 1, 7)) == []
    assert len(caught.value.words("vi")) == len(caught.value.words("en"))
    return caught.value.words("en")


def test_weeks_are_named_by_number_or_by_monday_and_empty_cells_say_nothing(
    connection: Connection, commune: Unit
) -> None:
    lines = f"{commune.code},2026-W47,120,80,,300\n26068,2026-11-16,,,0,\n"
    assert taken(connection, "\ufeff" + HEADER + lines) == Taken(4, 0)
    found = {each.unit_id: each.numbers for each in visits_of(connection, None, MONDAY, MONDAY)}
    assert found[commune.id] == Numbers(120, 80, None, 300)
    assert Numbers(helped_online=0) in found.values()
    assert taken(connection, HEADER + lines) == Taken(0, 4)


def test_an_empty_cell_keeps_what_was_known(connection: Connection, commune: Unit) -> None:
    taken(connection, f"{HEADER}{commune.code},2026-W47,120,80,,\n")
    taken(connection, f"unit_code,week,dossiers_filed\n{commune.code},2026-W47,81\n")
    assert visits_of(connection, None, MONDAY, MONDAY)[0].numbers == Numbers(120, 81)


def test_numbers_by_service_domain(connection: Connection, commune: Unit) -> None:
    header = "unit_code,week,service_domain,dossiers_filed,service_point_id\n"
    lines = f"{commune.code},2026-W47,land,33,\n{commune.code},2026-W47,business,9,\n{commune.code},2026-W47,,50,\n"
    assert taken(connection, header + lines) == Taken(3, 0)
    assert visits_of(connection, None, MONDAY, MONDAY)[0].numbers == Numbers(dossiers_filed=50)


def test_a_domain_that_no_answer_can_name_and_one_of_a_counter_are_refused(
    connection: Connection, commune: Unit
) -> None:
    point = factories.a_service_point(connection, commune)
    header = "unit_code,week,service_domain,dossiers_filed,service_point_id\n"
    said = problems(connection, f"{header}{commune.code},2026-W47,đất,33,\n{commune.code},2026-W47,land,9,{point}\n")
    assert len(said) == 2
    assert "there is no service domain đất. Use one of: certification, " in said[0]
    assert "a service domain is told for the whole unit" in said[1]


def test_numbers_of_a_counter(connection: Connection, commune: Unit) -> None:
    point = factories.a_service_point(connection, commune)
    text = f"unit_code,week,service_point_id,counter_visits\n{commune.code},2026-W47,{point},33\n"
    assert taken(connection, text) == Taken(1, 0)
    assert visits_of(connection, {commune.id}, MONDAY, MONDAY)[0].numbers.counter_visits == 33


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{code},2026-W47,-1,,,", "line 2, column counter_visits: “-1” cannot be used"),
        ("{code},2026-W47,1000001,,,", "line 2, column counter_visits: “1000001” cannot be used"),
        ("{code},2026-W47,,1.5,,", "line 2, column dossiers_filed: “1.5” cannot be used"),
        ("{code},2026-W47,,,nhiều,", "line 2, column helped_online: “nhiều” cannot be used"),
        ("{code},2026-W47,,,,9999999999999", "line 2, column fully_online"),
        ("{code},2026-W47,,,,", "line 2, column counter_visits: no number at all"),
        ("{code},2026-W54,1,,,", "line 2, column week: “2026-W54” is no week"),
        ("{code},tuần 47,1,,,", "line 2, column week: “tuần 47” is no week"),
        ("{code},2026-11-18,1,,,", "That week begins on Monday, 2026-11-16"),
        ("{code},2026-W49,1,,,", "the week 2026-W49 has not begun"),
        ("{code},2019-W10,1,,,", "line 2, column unit_code: no unit had the code"),
        ("99999,2026-W47,1,,,", "no unit had the code “99999” in the week of 2026-11-16"),
        ("75,2026-W47,1,,,", "75 is no commune"),
        ("{code},2026-W47,1,,", "line 2"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(connection: Connection, commune: Unit, line: str, words: str) -> None:
    (said,) = problems(connection, HEADER + line.format(code=commune.code) + "\n")
    assert words in said


def test_one_wrong_line_keeps_the_others_out_and_all_are_said_at_once(connection: Connection, commune: Unit) -> None:
    good = f"{commune.code},2026-W47,120,,,\n"
    said = problems(connection, f"{HEADER}{good}{good}12,never,-3,,,\n\n{commune.code},2026-W46,x,y,,\n")
    assert [words.partition(",")[0] for words in said] == ["line 3", "line 4", "line 4", "line 6", "line 6"]
    assert "stand on line 2 already" in said[0]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("week,counter_visits", "the column “unit_code” is missing"),
        ("unit_code,counter_visits", "the column “week” is missing"),
        ("unit_code,week", "no column of numbers"),
        ("unit_code,week,counter_visits,dossier_number", "the column “dossier_number” is not used"),
        ("unit_code,week,counter_visits,counter_visits", "stands twice"),
    ],
)
def test_the_header_is_checked(connection: Connection, commune: Unit, header: str, words: str) -> None:
    said = problems(connection, f"{header}\n" + ",".join("1" for _ in header.split(",")) + "\n")
    assert words in said[0]
    assert len(said) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfea\x00", HEADER.encode(), b"unit_code;week;counter_visits\n1;2;3\n"])
def test_what_is_no_file_of_visits_is_refused_in_words(connection: Connection, content: bytes) -> None:
    assert len(problems(connection, content)) == 1


def test_places_must_be_of_the_unit(connection: Connection, commune: Unit) -> None:
    other = factories.a_commune(connection, "26068")
    foreign = factories.some_premises(connection, other)
    header = "unit_code,week,premises_id,service_point_id,counter_visits\n"
    said = problems(
        connection,
        f"{header}{commune.code},2026-W47,{foreign},,1\n{commune.code},2026-W47,,x,1\n{commune.code},2026-W47,1,1,1\n",
    )
    assert f"the unit {commune.code} has no premises {foreign}" in said[0]
    assert f"the unit {commune.code} has no service point x" in said[1]
    assert "Name only one of them" in said[2]
