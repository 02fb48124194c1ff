"""Are the probabilities what they say, and which stuffing is found?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analytics.statistics.integrity import Assessment, SignalKind, assess
from analytics.statistics.simulations.models import STUFFINGS, UNITS, VARIANCE_RATIO, draw_city, stuff
from analytics.statistics.simulations.study import Row, Study, percent

LEVELS = (0.001, 0.01, 0.05, 0.1)


def _honest_cities(rng: np.random.Generator, repeats: int) -> list[Assessment]:
    return [a for _ in range(repeats) for a in assess(draw_city(rng), variance_ratio=VARIANCE_RATIO)]


def _calibration(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    assessments = _honest_cities(rng, repeats)
    for kind in SignalKind:
        found = [s.probability for a in assessments for s in a.signals if s.kind is kind]
        yield (kind.value.replace("_", " "), *_rates(np.array(found)))
    yield ("**all together**", *_rates(np.array([a.probability for a in assessments])))
    listed = sum(a.listed for a in assessments) / repeats
    yield (f"listed, of {UNITS} honest counters", f"{listed:.2f}", "", "", "")


def _rates(probabilities: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Row:
    return tuple(percent(float(np.mean(probabilities <= level)), 2) for level in LEVELS)


def _detection(rng: np.random.Generator, repeats: int) -> Iterator[Row]:
    for stuffing in STUFFINGS:
        stuffed, honest, listed = [], [], 0
        for _ in range(repeats):
            city = draw_city(rng)
            city[0] = stuff(rng, city[0], stuffing)
            first, *others = assess(city, variance_ratio=VARIANCE_RATIO)
            stuffed.append(first.probability)
            listed += first.listed
            honest += [other.probability for other in others]
        worse = np.array(stuffed)
        limits = (float(np.quantile(honest, rate)) for rate in (0.01, 0.05, 0.2))
        hits = (percent(float(np.mean(worse <= limit)), 0) for limit in limits)
        area = np.mean([np.mean(p < np.array(honest)) for p in worse])
        yield (stuffing.name, *hits, f"{area:.2f}", percent(listed / repeats, 0))


STUDIES = (
    Study(
        "integrity-calibration",
        "Honest counters whose probability is at most the number above: it should be that number.",
        ("sign", *(percent(level) for level in LEVELS)),
        _calibration,
        length=len(SignalKind) + 2,
        repeats=100,
    ),
    Study(
        "integrity-detection",
        "One stuffed counter among 94 honest ones, over four weeks (a counter has about 84 answers in that time): "
        "the receiver operating curve at three rates of false entries, the area under it, and how often it is listed.",
        ("false answers", "found at 1 %", "found at 5 %", "found at 20 %", "area under the curve", "listed"),
        _detection,
        length=len(STUFFINGS),
        repeats=100,
    ),
)
