"""The sentences of wording.md, word for word."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from analytics.dashboards.cells import Score
from analytics.dashboards.newest import Comparison
from analytics.dashboards.published import Block, Point, UnitSeries, WeekCount
from analytics.dashboards.question_words import QuestionWords
from analytics.dashboards.sentences import Tone, days_with_year, quotation, week_sentences
from analytics.published.sums import Composition
from analytics.statistics.weekly_signals import Verdict
from survey_app.questionnaires.definition import default_questionnaire
from survey_app.territory.units import Unit

MONDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 22)
UNIT = Unit(1, "26068", "Trảng Bom", "xã", None, None, date(2025, 7, 1), None)
ASKED = default_questionnaire()


def a_series(
    percent: float = 86.0, low: float = 74.0, high: float = 93.0, n: int = 31, weeks: int = 1, **others: Any
) -> UnitSeries:
    """A series whose newest point is as in the examples of wording.md."""
    score = Score(n, percent, low, high, 4.2, 80.0)
    first = MONDAY - (weeks - 1) * timedelta(days=7)
    series = UnitSeries(
        unit=UNIT,
        minimum_n=10,
        through=date(2026, 11, 23),
        newest_week=WeekCount(MONDAY, SUNDAY, n),
        running=None,
        variance_ratio=1.0,
        points=(Point(first, SUNDAY, weeks, n, score, score, 0),),
        blocks=(),
        organisations=(),
        comparison=Comparison(Verdict.USUAL, 16, 16, 80.0, 93.0),
        words=QuestionWords(ASKED.ratings, ASKED.scale),
    )
    return replace(series, **others)


def unscored(responses: int, newest: int, weeks: int = 1) -> UnitSeries:
    first = MONDAY - (weeks - 1) * timedelta(days=7)
    point = Point(first, SUNDAY, weeks, responses, None, None, 0)
    return a_series(points=(point,), newest_week=WeekCount(MONDAY, SUNDAY, newest), comparison=None)


def said(series: UnitSeries, language: str = "vi", *, for_staff: bool = True) -> list[str]:
    return [sentence.text for sentence in week_sentences(series, language, for_staff=for_staff)]


def test_normal() -> None:
    assert said(a_series()) == [
        "Tuần 16–22/11: chỉ số thái độ 86% (khoảng 74–93%), 31 phiếu. Chưa thấy khác mức thường thấy của 16 tuần trước."
    ]
    assert said(a_series(), "en") == [
        (
            "Week 16–22 Nov: attitude index 86% (range 74–93%), 31 forms. "
            "No clear change from the usual level of the past 16 weeks."
        )
    ]


def test_the_number_of_weeks_compared_is_data() -> None:
    comparison = Comparison(Verdict.USUAL, 13, 27, 80.0, 93.0)
    assert said(a_series(comparison=comparison))[0].endswith("mức thường thấy của 27 tuần trước.")


BELOW = Comparison(Verdict.BELOW, 16, 16, 83.0, 92.0, "guidance")


def test_below() -> None:
    series = a_series(71.0, 62.0, 79.0, 94, comparison=BELOW)
    assert said(series) == [
        (
            "Tuần 16–22/11: chỉ số thái độ 71% (khoảng 62–79%), 94 phiếu, **thấp hơn hẳn** mức thường thấy (83–92%). "
            "Giảm rõ nhất: hướng dẫn giấy tờ. Xin xem góp ý và sự cố trong tuần trước khi kết luận."
        )
    ]
    assert said(series, "en") == [
        (
            "Week 16–22 Nov: attitude index 71% (range 62–79%), 94 forms, **clearly below** the usual level (83–92%). "
            "Largest fall: guidance on papers. Read comments and the week's incidents before concluding."
        )
    ]
    (sentence,) = week_sentences(series, "vi", for_staff=True)
    assert sentence.tone is Tone.SIGNAL
    assert ", thấp hơn hẳn mức" in sentence.plain


def test_below_without_an_item_that_may_be_named() -> None:
    series = a_series(71.0, 62.0, 79.0, 94, comparison=replace(BELOW, changed_item=None))
    assert said(series)[0].endswith("(83–92%). Xin xem góp ý và sự cố trong tuần trước khi kết luận.")


def test_above() -> None:
    rise = Comparison(Verdict.ABOVE, 16, 16, 71.0, 84.0, "courtesy")
    assert said(a_series(comparison=rise)) == [
        (
            "Tuần 16–22/11: chỉ số thái độ 86% (khoảng 74–93%), 31 phiếu, **cao hơn hẳn** mức thường thấy (71–84%). "
            "Tăng rõ nhất: lời nói, cách cư xử. Xin xem góp ý và sự cố trong tuần trước khi kết luận."
        )
    ]


def test_small_n_is_for_information_only() -> None:
    assert said(a_series(n=17)) == [
        "Tuần 16–22/11: chỉ số thái độ 86% (khoảng 74–93%), 17 phiếu.",
        "Mới có 17 phiếu: số chỉ để tham khảo, chưa đủ để nói tăng hay giảm.",
    ]
    assert said(a_series(n=17), "en")[1] == "Only 17 forms: for information; too few to call a rise or fall."


def test_without_enough_history_nothing_is_compared() -> None:
    series = a_series(comparison=Comparison(Verdict.NOT_JUDGED, 5, 5))
    assert said(series) == [
        "Tuần 16–22/11: chỉ số thái độ 86% (khoảng 74–93%), 31 phiếu.",
        "Chưa so sánh với mức thường thấy: mới có số của 5 tuần trước, cần ít nhất 12.",
    ]


def test_low_n() -> None:
    assert said(unscored(7, 7)) == ["Tuần 16–22/11: ít hơn 10 phiếu, chưa nêu chỉ số."]
    assert said(unscored(7, 7), "en") == ["Week 16–22 Nov: fewer than 10 forms, no index."]


def test_enough_forms_of_which_too_few_rated_both() -> None:
    assert said(unscored(14, 14)) == [
        "Tuần 16–22/11: có 14 phiếu, nhưng chưa đủ 10 phiếu chấm cả phần thái độ và câu hỏi chung, chưa nêu chỉ số."
    ]


def test_joined_weeks_name_their_days() -> None:
    assert said(a_series(weeks=3))[0].startswith("3 tuần 2–22/11: chỉ số thái độ 86%")
    assert said(a_series(weeks=3), "en")[0].startswith("3 weeks 2–22 Nov: attitude index 86%")
    assert said(unscored(7, 3, weeks=3)) == ["3 tuần 2–22/11: ít hơn 10 phiếu, chưa nêu chỉ số."]


@pytest.mark.parametrize(
    "series", [a_series(points=(), newest_week=WeekCount(MONDAY, SUNDAY, 0)), unscored(7, 0, weeks=3)]
)
def test_none(series: UnitSeries) -> None:
    assert said(series) == [
        "Tuần 16–22/11 chưa có phiếu. Xin xem tờ QR còn treo và quét được không, phiếu giấy còn không."
    ]
    assert said(series, "en") == [
        "Week 16–22 Nov: no forms. Check that the QR hangs and scans, and that paper forms are there."
    ]
    assert said(series, for_staff=False) == ["Tuần 16–22/11 chưa có phiếu."]


def test_a_unit_that_ended_is_not_asked_for_forms() -> None:
    ended = replace(UNIT, valid_to=date(2026, 9, 1))
    assert said(replace(unscored(0, 0), unit=ended)) == []


def test_before_any_day_was_closed() -> None:
    (words,) = said(a_series(newest_week=None, points=(), through=None))
    assert words.startswith("Chưa có số liệu")


def test_how_to_quote_the_last_block() -> None:
    score = Score(1_176, 77.3, 70.1, 83.0, 4.0, 75.0)
    block = Block(
        date(2026, 10, 5), date(2026, 11, 1), 1_200, score, score, (), date(2026, 10, 5), False, Composition(), None
    )
    series = a_series(blocks=(block,))
    assert quotation(series, "vi") == (
        "Trong 1.176 người gửi phiếu tại xã Trảng Bom, 5/10–1/11/2026, 77% hài lòng hoặc rất hài lòng về lần phục vụ "
        "(khoảng 70–83%). Không phải tỷ lệ của toàn dân."
    )
    assert quotation(series, "en") == (
        "Of 1,176 people who sent a form at Trảng Bom Commune, 5 Oct – 1 Nov 2026, 77% were satisfied or very "
        "satisfied with the visit (range 70–83%). Not a share of all residents."
    )


def test_nothing_to_quote_without_a_score() -> None:
    assert quotation(unscored(7, 7), "vi") is None
    assert quotation(a_series(points=()), "vi") is None


def test_days_with_their_year() -> None:
    assert days_with_year(MONDAY, SUNDAY, "vi") == "16–22/11/2026"
    assert days_with_year(MONDAY, SUNDAY, "en") == "16–22 Nov 2026"
