"""A commune's weeks against a base that does not move by itself, and is set anew only by an act that is kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, delete, text, update
from sqlalchemy.exc import DBAPIError

from analytics.dashboards.sentences import week_sentences
from analytics.dashboards.series import unit_series
from analytics.dashboards.twins import as_document
from analytics.findings.bases import Base, BaseRefused, read_bases, rebase
from analytics.findings.models import ChartBaseRow
from analytics.findings.signals import BASE_POINTS, judge_point, unit_signal
from analytics.published.numbers import ScoredWeeks
from analytics.statistics.indices import ScoreTotals
from analytics.statistics.weekly_signals import Verdict
from survey_app.audit_log.log import every_event
from tests.analytics.dashboards.conftest import City, a_city
from tests.analytics.dashboards.factories import NEWEST_MONDAY, WEEK, publish, satisfied, write_weeks
from tests.conftest import NOW

Begin = Callable[[], AbstractContextManager[Connection]]
FIRST = date(2026, 1, 5)
REASON = "Trung tâm chuyển sang trụ sở mới, thêm hai quầy"


def points(*shares: float, n: int = 60) -> list[ScoredWeeks]:
    """One point a week with so many persons, of whom a share gave 4 or 5 to everything."""
    made = []
    for week, share in enumerate(shares):
        happy = round(share * n)
        first = FIRST + week * WEEK
        made.append(ScoredWeeks(first, first + timedelta(days=6), ScoreTotals(n, 60 * happy, 3600 * happy)))
    return made


def a_base(week: int) -> Base:
    return Base(FIRST + week * WEEK, REASON, "province@example.vn", "2026-06-01T10:00:00+07:00")


def test_the_base_is_the_first_sixteen_points_and_stays() -> None:
    slow_decline = [0.9] * 16 + [0.9 - 0.01 * week for week in range(1, 25)]
    judged = judge_point(points(*slow_decline), 39, None, 1.0)
    assert (judged.base_first_day, judged.base_points) == (FIRST, BASE_POINTS)
    assert judged.base_last_day == FIRST + 16 * WEEK - timedelta(days=1)
    assert judged.verdict is Verdict.BELOW, "with a base that follows, this decline would be usual"
    assert judged.drift is Verdict.BELOW
    assert not judged.is_recent_base
    assert judged.base_weeks == 16


def test_from_a_new_base_on_earlier_points_count_no_more() -> None:
    moved = points(*[0.9] * 16, *[0.7] * 14)
    assert judge_point(moved, 29, None, 1.0).verdict is Verdict.BELOW
    judged = judge_point(moved, 29, a_base(16), 1.0)
    assert (judged.verdict, judged.base_points, judged.base_first_day) == (Verdict.USUAL, 13, FIRST + 16 * WEEK)
    assert judged.is_recent_base
    too_young = judge_point(moved, 29, a_base(20), 1.0)
    assert (too_young.verdict, too_young.base_points, too_young.usual_low) == (Verdict.NOT_JUDGED, 9, None)
    before_it = judge_point(moved, 10, a_base(20), 1.0)
    assert (before_it.verdict, before_it.base_points) == (Verdict.NOT_JUDGED, 0)


def test_only_large_drops_would_be_seen_at_small_n() -> None:
    small = judge_point(points(*[0.9] * 17, n=30), 16, None, 1.0).visible_drop
    large = judge_point(points(*[0.9] * 17, n=600), 16, None, 1.0).visible_drop
    assert small is not None and large is not None
    assert large < 8
    assert small > 25
    nothing = judge_point(points(*[0.9] * 17, n=29), 16, None, 1.0)
    assert (nothing.verdict, nothing.visible_drop) == (Verdict.NOT_JUDGED, None)


def test_a_base_is_kept_for_good_with_its_event(connection: Connection, city: City) -> None:
    unit = city.trang_bom
    assert read_bases(connection, [unit.id]) == {}
    first = rebase(connection, unit, date(2026, 10, 5), f"  {REASON} ", actor="a@dongnai.vn", at=NOW)
    second = rebase(connection, unit, date(2026, 11, 2), REASON, actor="b@dongnai.vn", at=NOW)
    assert read_bases(connection, [unit.id, city.long_hung.id]) == {unit.id: second}
    events = [event for event in every_event(connection) if event.kind == "chart.rebased"]
    assert [(event.actor, event.unit_code) for event in events] == [
        ("a@dongnai.vn", "26068"),
        ("b@dongnai.vn", "26068"),
    ]
    assert events[1].details == {"from_monday": "2026-11-02", "before_monday": "2026-10-05", "reason": REASON}
    assert first.reason == REASON


@pytest.mark.parametrize("statement", [update(ChartBaseRow).values(reason="x"), delete(ChartBaseRow)])
def test_the_table_refuses_changes(connection: Connection, city: City, statement: object) -> None:
    rebase(connection, city.trang_bom, date(2026, 10, 5), REASON, actor="a@dongnai.vn", at=NOW)
    with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
        connection.execute(statement)  # type: ignore[call-overload]
    assert connection.execute(text("SELECT count(*) FROM chart_base")).scalar() == 1


@pytest.mark.parametrize(
    ("monday", "reason", "key"),
    [
        (date(2026, 10, 6), REASON, "not_monday"),
        (date(2026, 11, 30), REASON, "week"),
        (date(2025, 6, 16), REASON, "week"),
        (date(2026, 10, 5), "quá thấp", "reason"),
        (date(2026, 10, 5), "x" * 301, "reason"),
    ],
)
def test_what_is_no_base_is_refused_and_nothing_written(
    connection: Connection, city: City, monday: date, reason: str, key: str
) -> None:
    with pytest.raises(BaseRefused) as refused:
        rebase(connection, city.trang_bom, monday, reason, actor="a@dongnai.vn", at=NOW)
    assert refused.value.key == f"findings.rebase.{key}"
    with pytest.raises(BaseRefused, match="not_a_commune"):
        rebase(connection, city.city, date(2026, 10, 5), REASON, actor="a@dongnai.vn", at=NOW)
    assert read_bases(connection, [city.trang_bom.id]) == {}


def test_the_base_that_is_in_use_is_not_set_again(connection: Connection, city: City) -> None:
    rebase(connection, city.trang_bom, date(2026, 10, 5), REASON, actor="a@dongnai.vn", at=NOW)
    with pytest.raises(BaseRefused, match="same"):
        rebase(connection, city.trang_bom, date(2026, 10, 5), REASON, actor="a@dongnai.vn", at=NOW)


def test_the_page_uses_the_newest_base_and_says_so(connection: Connection, city: City) -> None:
    unit = city.trang_bom
    write_weeks(connection, unit.id, [satisfied(54, 6)] * 16 + [satisfied(42, 18)] * 14)
    publish(connection)
    day = NOW.date()
    before = unit_series(connection, unit, day, 10)
    assert before.comparison is not None
    assert before.comparison.verdict is Verdict.BELOW
    rebase(connection, unit, NEWEST_MONDAY - 13 * WEEK, REASON, actor="a@dongnai.vn", at=NOW)
    after = unit_series(connection, unit, day, 10)
    assert after.comparison is not None
    assert (after.comparison.verdict, after.comparison.points) == (Verdict.USUAL, 13)
    said = [sentence.text for sentence in week_sentences(after, "vi", for_staff=True)]
    assert said[0].endswith("Chưa thấy khác mức thường thấy của 13 tuần trước.")
    assert said[-1] == "Mức thường thấy được tính lại từ tuần bắt đầu ngày 17/08/2026; lý do có trong nhật ký."
    twin = as_document(after, "vi", for_staff=False)
    assert twin["comparison"]["rebased_on"] == "2026-08-17"
    assert "dongnai.vn" not in str(twin), "who did it is for staff"


def test_an_older_base_is_told_by_its_days(connection: Connection, city: City) -> None:
    write_weeks(connection, city.trang_bom.id, [satisfied(54, 6)] * 20)
    publish(connection)
    series = unit_series(connection, city.trang_bom, NOW.date(), 10)
    said = [sentence.text for sentence in week_sentences(series, "vi", for_staff=False)]
    assert said[0].endswith("Chưa thấy khác mức thường thấy của 16 tuần làm mốc (06/07/2026–25/10/2026).")
    assert said[1].startswith("Với 60 phiếu, chỉ thấy được mức giảm trên ")


def test_nobody_answered_yet(connection: Connection, city: City) -> None:
    assert unit_signal(connection, city.long_hung.id, NOW.date(), 1.0) is None


def test_the_command_sets_it_and_says_what_is_wrong(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        unit = a_city(connection).trang_bom

    def run(*arguments: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["facts", "rebase", *arguments])
        return result.exit_code, result.output

    done = run("--unit", "26068", "--from", "2026-W41", "--reason", REASON)
    assert done == (
        0,
        "Xã Trảng Bom: mức thường thấy được tính lại từ tuần bắt đầu ngày 05/10/2026. Việc này đã ghi vào nhật ký.\n",
    )
    for wrong in (
        ("--unit", "99999", "--from", "2026-W41", "--reason", REASON),
        ("--unit", "26068", "--from", "tuần này", "--reason", REASON),
        ("--unit", "26068", "--from", "2026-W41", "--reason", REASON),
        ("--unit", "75", "--from", "2026-W41", "--reason", REASON),
    ):
        code, words = run(*wrong)
        assert (code, "Traceback" in words, "Error: " in words) == (1, False, True)
    with transaction() as connection:
        assert read_bases(connection, [unit.id])[unit.id].monday == date(2026, 10, 5)
        (actor,) = {event.actor for event in every_event(connection) if event.kind == "chart.rebased"}
    assert actor.endswith("(command)")
