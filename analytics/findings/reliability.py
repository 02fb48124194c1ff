"""Do the attitude items measure one thing? Of each questionnaire version in use, over all units, from facts.

With and without those who gave every item one level: honest people often do, but they raise every coefficient.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection, func, select

from analytics.facts.models import SCALE_COLUMNS, SCALE_PAIRS, SCALE_SLOTS, fact_scale
from analytics.statistics.arrays import FloatArray
from analytics.statistics.reliability import (
    cronbach_alpha_from_covariance,
    item_rest_from_covariance,
    mcdonald_omega_from_covariance,
)
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow

MINIMUM_PERSONS = 200
"""With fewer, a coefficient says little (and would be about one commune)."""
DIGITS = 2


@dataclass(frozen=True, slots=True)
class ItemReliability:
    """One item: its correlation with the rest (None: nothing varies), and how many of a hundred gave it a 5."""

    item: str
    item_rest: float | None
    ceiling_percent: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Cronbach's α with Feldt's 95 % interval and McDonald's ω (None under three items) of n persons."""

    n: int
    alpha: float
    alpha_low: float
    alpha_high: float
    omega: float | None
    items: tuple[ItemReliability, ...]


@dataclass(frozen=True, slots=True)
class VersionReliability:
    """A questionnaire version by its hash; None where fewer than 200 persons rated every attitude item (or nobody
    differs). `persons` rated them all, `straight` of them gave one level to all.
    """

    questionnaire_hash: str
    persons: int
    straight: int
    everybody: Scale | None
    without_straight_liners: Scale | None


Sums = Mapping[str, int]


def reliability(connection: Connection, first_day: date, last_day: date) -> tuple[VersionReliability, ...]:
    """The reliability of every version that was answered in the days (both included), most answered first.

    Those who left an attitude item out, and answers set aside, are not in it.
    """
    found = _sums(connection, first_day, last_day)
    items = _items(connection)
    versions = []
    for (number, digest), by_straight in found.items():
        all_of_them = {name: sum(sums[name] for sums in by_straight.values()) for name in SCALE_COLUMNS}
        straight = by_straight.get(1, {}).get("n", 0)
        others = by_straight.get(0, dict.fromkeys(SCALE_COLUMNS, 0))
        versions.append(
            VersionReliability(
                digest,
                all_of_them["n"],
                straight,
                scale_of(all_of_them, items[number]),
                scale_of(others, items[number]),
            )
        )
    return tuple(sorted(versions, key=lambda version: (-version.persons, version.questionnaire_hash)))


def scale_of(sums: Sums, items: Mapping[str, str]) -> Scale | None:
    """The coefficients from the sums of a fact (`SCALE_COLUMNS`); `items`: the attitude item in each slot."""
    slots = [slot for slot in SCALE_SLOTS if slot in items]
    n = sums["n"]
    if n < MINIMUM_PERSONS or len(slots) < 2:
        return None
    covariance = covariance_of(sums, slots)
    if (np.diag(covariance) <= 0).any():
        return None
    alpha = cronbach_alpha_from_covariance(covariance, n)
    omega = mcdonald_omega_from_covariance(covariance, n).value if len(slots) > 2 else None
    rest = item_rest_from_covariance(covariance)
    return Scale(
        n=n,
        alpha=round(alpha.value, DIGITS),
        alpha_low=round(alpha.interval.low, DIGITS),
        alpha_high=round(alpha.interval.high, DIGITS),
        omega=None if omega is None else round(omega, DIGITS),
        items=tuple(
            ItemReliability(
                items[slot],
                None if np.isnan(rest[place]) else round(float(rest[place]), DIGITS),
                round(100 * sums[f"t{slot[1:]}"] / n, 1),
            )
            for place, slot in enumerate(slots)
        ),
    )


def covariance_of(sums: Sums, slots: list[str]) -> FloatArray:
    """(Σxy − ΣxΣy/n)/(n − 1) for the items in the slots."""
    n = sums["n"]
    products = {pair: sums[f"p{pair[0][1:]}{pair[1][1:]}"] for pair in SCALE_PAIRS}
    totals = np.array([sums[f"s{slot[1:]}"] for slot in slots], dtype=np.float64)
    crossed = [[products[min(a, b), max(a, b)] for b in slots] for a in slots]
    covariance: FloatArray = (np.array(crossed, dtype=np.float64) - np.outer(totals, totals) / n) / (n - 1)
    return covariance


def _sums(connection: Connection, first_day: date, last_day: date) -> Mapping[tuple[int, str], dict[int, Sums]]:
    f = fact_scale.c
    version = QuestionnaireRow.__table__.c
    statement = (
        select(f.questionnaire_id, version.content_hash, f.straight, *(func.sum(f[name]) for name in SCALE_COLUMNS))
        .join(QuestionnaireRow, version.id == f.questionnaire_id)
        .where(f.day.between(first_day, last_day))
        .group_by(f.questionnaire_id, version.content_hash, f.straight)
    )
    found: dict[tuple[int, str], dict[int, Sums]] = defaultdict(dict)
    for number, digest, straight, *sums in connection.execute(statement):
        found[number, digest][straight] = {name: int(total) for name, total in zip(SCALE_COLUMNS, sums, strict=True)}
    return found


def _items(connection: Connection) -> Mapping[int, Mapping[str, str]]:
    item = QuestionnaireItemRow.__table__.c
    found: dict[int, dict[str, str]] = defaultdict(dict)
    statement = select(item.questionnaire_id, item.slot, item.name).where(item.construct == "attitude")
    for number, slot, name in connection.execute(statement):
        found[number][slot] = name
    return found
