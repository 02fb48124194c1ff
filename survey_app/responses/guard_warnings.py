"""Warnings on a counter's day: what deserves a question, judged from counts alone when the day is over. Pure.

A warning is no verdict on any answer, else a clerk could flood ten minutes and void one angry citizen. Each kind is
calibrated so that at most the chosen share of honest counter-days is warned about; why, and what is not found, stands
in `docs/guard.md`.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from config import Settings
from survey_app.responses.guard_state import CounterTally, CounterWarning

SLOT_MINUTES = 5
WINDOW_SLOTS = 2
"""The scan's window is ten minutes, moved in steps of five."""
PEAK = 3.0
"""The busiest ten minutes of an honest day bring at most three times its average."""
SMALLEST = 8
"""Families and small groups send up to seven forms at once: fewer than eight are never warned about."""
PACE_SLOTS = 12
"""Two hours in ten-minute slots: long enough for chance to show."""
PACE_MEAN = 2.0
HONEST_EVENING_SHARE = 0.3
"""At most this share of a day's honest forms is opened outside the hours: people may answer at home."""
ONE_DEVICE_FORMS = 12
_HOURS = re.compile(r"([1-7])(?:-([1-7]))? (\d\d):(\d\d)-(\d\d):(\d\d)")


class WarningKind(StrEnum):
    """What a warning says."""

    BURST = "burst"
    """More forms within ten minutes than chance brings; size: how many."""
    CONSTANT_PACE = "constant_pace"
    """Forms came more evenly over two hours than people do; size: how many."""
    CLOSED_HOURS = "closed_hours"
    """Most forms were opened while the counter was closed; size: how many."""
    ONE_DEVICE = "one_device"
    """More than half of a day's forms came from what looks like one device; size: how many."""
    ABOVE_VISITS = "above_visits"
    """More answers in a week than visits; size: how many more."""


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Opening hours by ISO weekday, in minutes of the day."""

    spans: Mapping[int, tuple[tuple[int, int], ...]]

    @classmethod
    def parse(cls, text: str) -> "OpeningHours":
        """Read "1-5 07:00-17:30; 6 07:00-11:30" (the setting GUARD_OPENING_HOURS, already checked)."""
        spans: dict[int, tuple[tuple[int, int], ...]] = {}
        for first, last, *times in _HOURS.findall(text):
            hour, minute, end_hour, end_minute = map(int, times)
            span = (hour * 60 + minute, end_hour * 60 + end_minute)
            for weekday in range(int(first), int(last or first) + 1):
                spans[weekday] = (*spans.get(weekday, ()), span)
        return cls(spans)

    def is_open(self, day: date, slot: int) -> bool:
        """Whether any part of the five-minute slot lies within the hours."""
        start = slot * SLOT_MINUTES
        spans = self.spans.get(day.isoweekday(), ())
        return any(begin < start + SLOT_MINUTES and start < end for begin, end in spans)

    def minutes(self, day: date) -> int:
        """How long the counter is open that day; a closed day counts as an hour."""
        return max(60, sum(end - begin for begin, end in self.spans.get(day.isoweekday(), ())))


LocalHours = Callable[[date, Collection[int]], Mapping[int, OpeningHours]]
"""The hours that offices entered themselves, by service point, as they held on a day."""


def no_local_hours(_day: date, _service_points: Collection[int]) -> Mapping[int, OpeningHours]:
    """Nobody entered any: the installation's hours hold everywhere."""
    return {}


@dataclass(frozen=True, slots=True)
class WarningRules:
    """When to warn. `rate`: the share of honest counter-days that may be warned about, for each kind."""

    hours: OpeningHours
    rate: float = 1e-4
    local_hours: LocalHours = no_local_hours

    @classmethod
    def of(cls, settings: Settings, local_hours: LocalHours = no_local_hours) -> "WarningRules":
        """The rules that the installation chose; its hours hold where an office entered none."""
        return cls(OpeningHours.parse(settings.guard_opening_hours), settings.guard_warning_rate, local_hours)

    def judge(self, day: date, tallies: Sequence[CounterTally]) -> list[CounterWarning]:
        """All warnings of a day."""
        warnings = []
        local = self.local_hours(day, {tally.service_point_id for tally in tallies})
        for tally in tallies:
            for kind, size in self._found(day, tally, local.get(tally.service_point_id, self.hours)):
                warnings.append(CounterWarning(day, tally.unit_id, tally.service_point_id, kind, size))
        return warnings

    def _found(self, day: date, tally: CounterTally, hours: OpeningHours) -> list[tuple[WarningKind, int]]:
        sizes = {
            WarningKind.BURST: burst(tally.slots, hours.minutes(day), self.rate),
            WarningKind.CONSTANT_PACE: constant_pace(tally.slots, self.rate),
            WarningKind.CLOSED_HOURS: closed_hours(tally.slots, day, hours, self.rate),
            WarningKind.ONE_DEVICE: one_device(tally),
        }
        return [(kind, size) for kind, size in sizes.items() if size]


def burst(slots: Mapping[int, int], open_minutes: int, rate: float) -> int:
    """The forms of the fullest ten minutes if chance cannot explain them, else 0.

    Scan statistic with overlapping windows, bounded by Bonferroni: of n forms, each falls into a given window with
    probability at most p = 3·10/minutes open; the chance that any window holds k is at most (windows)·P(Bin(n, p) ≥ k).
    Source: Glaz, Naus, Wallenstein, Scan Statistics (Springer 2001), chapter 2.
    """
    total, fullest = sum(slots.values()), _fullest_window(slots)
    if fullest < SMALLEST:
        return 0
    window = WINDOW_SLOTS * SLOT_MINUTES
    share = min(0.5, PEAK * window / open_minutes)
    windows = open_minutes // SLOT_MINUTES
    return fullest if windows * _at_least(fullest, total, share) < rate else 0


def constant_pace(slots: Mapping[int, int], rate: float) -> int:
    """The forms of the most even two hours if they are more even than independent arrivals can be, else 0.

    Index of dispersion D = Σ(x − m)²/m over twelve ten-minute slots: chi-square with 11 degrees of freedom for Poisson
    counts; the lower tail, times the number of two-hour stretches tried. Source: Fisher, Statistical Methods for
    Research Workers (1932), § 16.
    """
    counts = _ten_minutes(slots)
    most_even, forms = 1.0, 0
    tried = max(1, len(counts) - PACE_SLOTS + 1)
    for start in range(len(counts) - PACE_SLOTS + 1):
        stretch = counts[start : start + PACE_SLOTS]
        mean = sum(stretch) / PACE_SLOTS
        if mean >= PACE_MEAN:
            dispersion = sum((count - mean) ** 2 for count in stretch) / mean
            chance = _chi_square_at_most(dispersion, PACE_SLOTS - 1)
            if chance < most_even:
                most_even, forms = chance, sum(stretch)
    return forms if most_even * tried < rate else 0


def closed_hours(slots: Mapping[int, int], day: date, hours: OpeningHours, rate: float) -> int:
    """The forms opened while the counter was closed, if they are too many for people answering at home, else 0."""
    closed = sum(forms for slot, forms in slots.items() if not hours.is_open(day, slot))
    if closed < SMALLEST:
        return 0
    return closed if _at_least(closed, sum(slots.values()), HONEST_EVENING_SHARE) < rate else 0


def one_device(tally: CounterTally) -> int:
    """The forms of what looks like one device, if they are more than half of a day's and at least twelve, else 0."""
    most, total = tally.most_of_one_device, sum(tally.slots.values())
    return most if most >= ONE_DEVICE_FORMS and 2 * most > total else 0


def above_visits(answers: int, visits: int) -> int:
    """How many more answers than visits a week has, if it is more than a family's worth, else 0.

    People who only ask have no dossier: an excess is a question, not an accusation.
    """
    excess = answers - visits
    return excess if excess >= SMALLEST else 0


def _fullest_window(slots: Mapping[int, int]) -> int:
    return max((sum(slots.get(slot + step, 0) for step in range(WINDOW_SLOTS)) for slot in slots), default=0)


def _ten_minutes(slots: Mapping[int, int]) -> list[int]:
    if not slots:
        return []
    first, last = min(slots) // 2, max(slots) // 2
    return [slots.get(2 * number, 0) + slots.get(2 * number + 1, 0) for number in range(first, last + 1)]


def _at_least(successes: int, trials: int, share: float) -> float:
    """P(Binomial(trials, share) ≥ successes)."""
    from scipy.special import bdtrc

    return float(bdtrc(successes - 1, trials, share))


def _chi_square_at_most(value: float, freedom: int) -> float:
    """P(chi-square with `freedom` degrees of freedom ≤ value)."""
    from scipy.special import chdtr

    return float(chdtr(freedom, value))
