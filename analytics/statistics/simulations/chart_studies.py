"""How often does a quiet unit cry wolf, and how soon is a real drop seen?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from analytics.statistics.arrays import BoolArray, FloatArray, IntArray
from analytics.statistics.control_charts import laney_p_chart
from analytics.statistics.periods import WEEK
from analytics.statistics.publication import WeekCount, join_weeks
from analytics.statistics.simulations.models import UNITS, VARIANCE_RATIO, draw_weeks, drift_of_weeks
from analytics.statistics.simulations.study import Row, Study, percent, points
from analytics.statistics.weekly_signals import Verdict, WeeklyLimits, judge_newest, weekly_limits

BASELINE = 16
HALF_YEAR = 26
SPREAD = 0.15
"""Natural spread of weeks on the logit scale: about two points at 87 %."""

USUAL = 0.87
SIZES = (10, 20, 50, 100, 300)
ALARMS = (Verdict.BELOW, Verdict.ABOVE)


def _quiet_weeks(rng: np.random.Generator, n: int, weeks: int) -> tuple[FloatArray, IntArray]:
    sizes = np.maximum(rng.poisson(n, weeks), 1)
    return draw_weeks(rng, sizes, drift_of_weeks(rng, weeks, USUAL, SPREAD)), sizes


def _limits(successes: FloatArray, sizes: IntArray) -> WeeklyLimits:
    return weekly_limits(successes, sizes, baseline=BASELINE, variance_ratio=VARIANCE_RATIO)


def _false_alarms(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for n in SIZES:
        plain = laney = single = drifting = either = 0
        for _ in range(repeats):
            successes, sizes = _quiet_weeks(rng, n, BASELINE + HALF_YEAR)
            limits = _limits(successes, sizes)
            floor = float(np.sqrt(VARIANCE_RATIO))
            plain += int(laney_p_chart(successes, sizes, baseline=BASELINE, sigma_z=floor).signals[BASELINE:].sum())
            laney += int(laney_p_chart(successes, sizes, baseline=BASELINE).signals[BASELINE:].sum())
            alone = np.array([verdict in ALARMS for verdict in limits.verdicts[BASELINE:]])
            together = np.array([verdict in ALARMS for verdict in limits.drifts[BASELINE:]])
            started = together & ~np.concatenate([[False], together[:-1]])
            single += int(alone.sum())
            drifting += int(started.sum())
            either += int((alone | started).sum())
        per_unit = (f"{count / repeats:.2f}" for count in (plain, laney, single, drifting))
        yield (str(n), *per_unit, f"{either / repeats * UNITS / HALF_YEAR:.1f}")


def _power(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for n in SIZES:
        cells = []
        for drop in (0.05, 0.1, 0.2, 0.3):
            first = within = 0
            for _ in range(repeats):
                alone, together = _alarms_after_drop(rng, n, drop)
                first += bool(alone[0])
                within += bool((alone | together).any())
            cells.append(f"{percent(first / repeats, 0)} · {percent(within / repeats, 0)}")
        yield (str(n), *cells, _visible(n))


def _alarms_after_drop(rng: np.random.Generator, n: int, drop: float) -> tuple[BoolArray, BoolArray]:
    """Return for the eight weeks after a lasting drop which fell under the usual level, alone and as a drift."""
    weeks = BASELINE + 8
    shares = drift_of_weeks(rng, weeks, USUAL, SPREAD)
    shares[BASELINE:] = drift_of_weeks(rng, 8, USUAL - drop, SPREAD)
    sizes = np.maximum(rng.poisson(n, weeks), 1)
    limits = _limits(draw_weeks(rng, sizes, shares), sizes)
    alone, together = (
        np.array([verdict is Verdict.BELOW for verdict in verdicts[BASELINE:]])
        for verdicts in (limits.verdicts, limits.drifts)
    )
    return alone, together


def _visible(n: int) -> str:
    weeks = BASELINE + 1
    newest = judge_newest([USUAL * n] * weeks, [n] * weeks, variance_ratio=VARIANCE_RATIO)
    return "none" if newest.visible_drop is None else points(newest.visible_drop, 0)


def _joining(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    start = date(2024, 1, 1)
    for n in (2, 3, 5, 8, 12, 20, 40):
        lengths: list[int] = []
        for _ in range(repeats):
            counts = rng.negative_binomial(5, 5 / (5 + n), 52).tolist()
            groups = join_weeks([WeekCount(start + k * WEEK, count) for k, count in enumerate(counts)], 10)
            lengths += [len(group.mondays) for group in groups if group.complete]
        single = float(np.mean([length == 1 for length in lengths]))
        yield (str(n), f"{np.mean(lengths):.1f}", percent(single, 0), f"{np.quantile(lengths, 0.95):.0f}")


STUDIES = (
    Study(
        "chart-false-alarms",
        "False alarms in 26 quiet weeks of one unit (usual level 87 % from 16 weeks, natural spread two points, "
        "φ = 0.56), and in a week of 95 units.",
        (
            "n a week",
            "p chart with σ_z = √φ",
            "Laney p′ alone",
            "as used: single weeks",
            "as used: drifts begun",
            "as used, 95 units: per week",
        ),
        _false_alarms,
        length=len(SIZES),
        repeats=400,
    ),
    Study(
        "chart-power",
        "Lasting drops that are signalled: in the first week · within eight weeks (single week or drift); and the "
        "smallest drop said to be seen in four first weeks of five (without natural spread).",
        ("n a week", "5 points", "10 points", "20 points", "30 points", "visible drop, points"),
        _power,
        length=len(SIZES),
        repeats=200,
    ),
    Study(
        "week-joining",
        "What joining thin weeks costs in sharpness: points on the chart of a year by mean answers a week.",
        ("mean n a week", "weeks per point", "points of a single week", "longest twentieth, weeks"),
        _joining,
        length=7,
        repeats=200,
    ),
)
