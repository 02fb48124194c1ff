"""What the numbers say in words: the week's sentence of a unit, how to quote it, what stands beside small numbers.

`**…**` in a text is emphasis; `plain` takes it away for the twins.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from analytics.dashboards.cells import Score
from analytics.dashboards.newest import Comparison
from analytics.dashboards.published import Note, UnitSeries
from analytics.dashboards.question_words import QuestionWords
from analytics.published.sums import OVERALL_ITEM
from analytics.statistics.weekly_signals import MINIMUM_BASELINE, Verdict
from survey_app.languages import DEFAULT_LANGUAGE, Catalogue, catalogue, format_day, format_days, format_number
from survey_app.territory.units import Unit


class Tone(StrEnum):
    """How a sentence is set off on the page."""

    USUAL = "usual"
    CAUTION = "caution"
    SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement about the newest numbers."""

    text: str
    tone: Tone

    @property
    def plain(self) -> str:
        """The text without marks of emphasis."""
        return self.text.replace("**", "")


def unit_name(unit: Unit, language: str) -> str:
    """The unit's name as a title."""
    return unit.full_name if language == DEFAULT_LANGUAGE else unit.english_name


def name_in_sentence(unit: Unit, language: str) -> str:
    """The unit's name inside a sentence."""
    return unit.in_sentence if language == DEFAULT_LANGUAGE else unit.english_name


def item_name(words: QuestionWords, item: str, language: str) -> str:
    """An item as tables and charts call it."""
    if item == OVERALL_ITEM:
        return catalogue(language).text("dashboards.item.overall")
    return words.short(item, language)


def number(value: float, language: str, digits: int = 0) -> str:
    """A number as the language writes it."""
    return format_number(value, digits, language)


def range_of(score: Score, language: str) -> str:
    """The interval without its percent sign: 74–93."""
    return _range(score.low, score.high, language)


def span_words(first_day: date, last_day: date, weeks: int, language: str) -> str:
    """The time a point covers: "Tuần 16–22/11", or how many weeks were joined."""
    key = "dashboards.span.week" if weeks == 1 else "dashboards.span.weeks"
    return catalogue(language).text(key, days=format_days(first_day, last_day, language), weeks=weeks)


def day_words(day: date, language: str) -> str:
    """A day without its year: 23/11, 23 Nov."""
    return f"{day.day}/{day.month}" if language == DEFAULT_LANGUAGE else f"{day.day} {day:%b}"


def days_with_year(first_day: date, last_day: date, language: str) -> str:
    """A span of days with its year: 5/10–1/11/2026; 5 Oct – 1 Nov 2026."""
    separator = "/" if language == DEFAULT_LANGUAGE else " "
    return f"{format_days(first_day, last_day, language)}{separator}{last_day.year}"


def week_sentences(series: UnitSeries, language: str, *, for_staff: bool) -> tuple[Sentence, ...]:
    """The week's sentence (wording: "week, normal" …), then the caution that belongs to it."""
    texts = catalogue(language)
    week, point = series.newest_week, series.newest_point
    if week is None:
        return (Sentence(texts.text("dashboards.week.nothing_closed"), Tone.CAUTION),)
    if point is None or (point.note is Note.TOO_FEW and not week.responses):
        if series.unit.valid_to is not None:
            return ()
        key = "dashboards.week.none" if for_staff else "dashboards.week.none_public"
        span = span_words(week.first_day, week.last_day, 1, language)
        return (Sentence(texts.text(key, span=span), Tone.CAUTION),)
    span = span_words(point.first_day, point.last_day, point.weeks, language)
    if point.attitude is None:
        return (_too_few(series, span, point.responses, texts),)
    values = {
        "span": span,
        "percent": number(point.attitude.percent, language),
        "range": range_of(point.attitude, language),
        "n": number(point.attitude.n, language),
    }
    if point.attitude.is_small:
        caution = texts.text("dashboards.small_n", n=values["n"])
        return (
            Sentence(texts.text("dashboards.week.value", **values), Tone.USUAL),
            Sentence(caution, Tone.CAUTION),
        )
    return _compared(series, values, language)


def quotation(series: UnitSeries, language: str) -> str | None:
    """How to quote the overall index of the last complete block, or of the newest point; None without a score."""
    source = series.newest_block or series.newest_point
    if source is None or source.overall is None:
        return None
    return catalogue(language).text(
        "dashboards.quote",
        n=number(source.overall.n, language),
        unit=name_in_sentence(series.unit, language),
        period=days_with_year(source.first_day, source.last_day, language),
        percent=number(source.overall.percent, language),
        range=range_of(source.overall, language),
    )


def _too_few(series: UnitSeries, span: str, responses: int, texts: Catalogue) -> Sentence:
    """Too few forms; or enough forms of which too few rated both."""
    key = "dashboards.week.low" if responses < series.minimum_n else "dashboards.week.low_rated"
    words = texts.text(key, span=span, minimum=series.minimum_n, responses=responses)
    return Sentence(words, Tone.CAUTION)


def _compared(series: UnitSeries, values: dict[str, str], language: str) -> tuple[Sentence, ...]:
    """The verdict on the newest point; then since when the usual level is counted anew, if it is."""
    said, comparison = _verdict(series, values, language), series.comparison
    if comparison is None or comparison.rebased_on is None:
        return said
    monday = format_day(comparison.rebased_on, language)
    return (*said, Sentence(catalogue(language).text("dashboards.week.rebased", day=monday), Tone.CAUTION))


def _verdict(series: UnitSeries, values: dict[str, str], language: str) -> tuple[Sentence, ...]:
    texts, comparison = catalogue(language), series.comparison
    if comparison is None or comparison.verdict is Verdict.NOT_JUDGED:
        known = comparison.points if comparison else 0
        young = texts.text("dashboards.week.young", points=known, needed=MINIMUM_BASELINE)
        return (
            Sentence(texts.text("dashboards.week.value", **values), Tone.USUAL),
            Sentence(young, Tone.CAUTION),
        )
    if comparison.verdict is Verdict.USUAL:
        return _usual(comparison, values, language)
    assert comparison.usual_low is not None and comparison.usual_high is not None, "a verdict has limits"
    direction = comparison.verdict.value
    usual = _range(comparison.usual_low, comparison.usual_high, language)
    parts = [texts.text(f"dashboards.week.{direction}", usual=usual, **values)]
    if comparison.changed_item is not None:
        item = series.words.in_sentence(comparison.changed_item, language)
        parts.append(texts.text(f"dashboards.week.{direction}_item", item=item))
    parts.append(texts.text("dashboards.week.before_concluding"))
    return (Sentence(" ".join(parts), Tone.SIGNAL),)


def _usual(comparison: Comparison, values: dict[str, str], language: str) -> tuple[Sentence, ...]:
    """No clear change; from when the usual level is, if not from the past weeks; what drops would have been seen."""
    texts, first, last = catalogue(language), comparison.base_first_day, comparison.base_last_day
    if first is None or last is None:
        text = texts.text("dashboards.week.normal", weeks=comparison.weeks, **values)
    else:
        days = f"{format_day(first, language)}–{format_day(last, language)}"
        text = texts.text("dashboards.week.normal_base", weeks=comparison.weeks, days=days, **values)
    said = (Sentence(text, Tone.USUAL),)
    if comparison.visible_drop is None:
        return said
    points = number(comparison.visible_drop, language)
    return (*said, Sentence(texts.text("dashboards.week.only_drops", points=points, n=values["n"]), Tone.CAUTION))


def _range(low: float, high: float, language: str) -> str:
    return f"{number(low, language)}–{number(high, language)}"
