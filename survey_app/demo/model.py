"""How the demo's people answer: a seeded latent-variable model of persons, units, counters and weeks. Pure.

A person's satisfaction is a normal variable: the city's mean plus effects of unit, counter and week plus the person's
own; an item adds its own effect and a little noise, and five ordered cut points turn it into 1 … 5 (a graded response
model, Samejima 1969). `docs/demo-model.md` explains the figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np

WEEKS = 16
WEEKDAY_SHARES = (0.22, 0.20, 0.19, 0.18, 0.17, 0.04, 0.0)
"""Monday … Sunday; Saturday morning is open."""
CUT_POINTS = (-2.35, -1.85, -1.2, 0.2)
"""Between levels 1|2, 2|3, 3|4 and 4|5: about 87 % of ratings are 4 or 5, as surveys of this kind find."""
ITEM_EFFECTS = {
    "overall": 0.05,
    "courtesy": 0.12,
    "answers": 0.0,
    "guidance": -0.12,
    "fairness": 0.05,
    "dedication": -0.02,
}
PERSON_SPREAD, ITEM_SPREAD, UNIT_SPREAD, COUNTER_SPREAD, WEEK_SPREAD = 0.9, 0.6, 0.22, 0.12, 0.10
STRAIGHT_LINERS = 0.4
SKIPPED_ITEM = 0.04
WORSE_COUNTER, DROP_GUIDANCE, DROP_ALL = -1.2, -0.7, -0.95
"""The bad week must be one that the weekly chart tells from chance with 45 forms, whatever day the demo is loaded."""
TROUBLE_SHARES = {"no": 0.90, "trouble": 0.02, "money": 0.005, "no_answer": 0.025}
DOMAIN_SHARES = {
    "certification": 0.26,
    "civil_status": 0.14,
    "land": 0.17,
    "construction": 0.05,
    "business": 0.07,
    "benefits": 0.09,
    "residence": 0.08,
    "social": 0.04,
    "guidance": 0.05,
    "other": 0.05,
}
DOMAIN_NOT_STATED = 0.2
GROUP_SHARES = {"citizen": 0.78, "organisation": 0.12}
"""What shares leave over is no answer."""
ENGLISH = 0.01
FEWEST_A_WEEK, MOST_A_WEEK = 3, 60
"""Honest answers of a unit in a finished week: what a QR at the counter brings (unit volumes of 35–1,000 dossiers)."""
STUFFED_A_WEEK, STUFFING_DAY = 12, 4
COMMENTS, COMMENTS_OF_DISSATISFIED, PRAISE = 0.05, 0.16, 0.65
"""The share who write something, of those who give 4 or 5 overall and of others; how much of the former is praise."""

Domains = tuple[str, ...]
"""The service domains of one counter."""


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """One person's answer. Ratings by item name, choices by option value, times with their zone.

    `comment` says what a comment is about, if there is one: "praise", "advice" or "guidance" (advice on that).
    """

    counter: int
    minted_at: datetime
    received_at: datetime
    ratings: dict[str, int]
    trouble: str | None
    service_domain: str | None
    respondent_group: str | None
    language: str
    comment: str | None


@dataclass(frozen=True)
class DemoModel:
    """A city whose volumes, effects and planted events follow from `seed`: the same seed and days, the same answers.

    `counters[u]` holds for each counter of unit u the service domains it serves. Planted, by place in it: unit `drop`
    has a bad last week in guidance, the second counter of unit `worse` is really worse, the first counter of unit
    `stuffed` is stuffed in the second half, in which unit `silent` is silent.
    """

    seed: int
    last_day: date
    time_zone: ZoneInfo
    counters: tuple[tuple[Domains, ...], ...]
    drop: int
    worse: int
    stuffed: int
    silent: int
    weeks: int = WEEKS

    @cached_property
    def first_day(self) -> date:
        """The Monday of the first simulated week; `last_day` may lie in the running week after the last one."""
        return first_monday(self.last_day, self.weeks)

    @cached_property
    def weekly_volume(self) -> np.ndarray:
        """Expected answers a week of each unit, 4 … 52: a few busy wards, many quiet communes."""
        rng = np.random.default_rng([self.seed, 1])
        volume = np.clip(rng.lognormal(np.log(17), 0.55, len(self.counters)), 4, 52)
        volume[self.drop] = 50.0
        volume[[self.worse, self.stuffed]] = np.clip(volume[[self.worse, self.stuffed]], 30, 40)
        return volume

    @cached_property
    def _people(self) -> np.ndarray:
        """How many honest people answer, by unit, week (the last one is the running week) and day of the week."""
        rng = np.random.default_rng([self.seed, 2])
        shape = (len(self.counters), self.weeks + 1)
        a_week = np.clip(rng.poisson(self.weekly_volume[:, np.newaxis], shape), FEWEST_A_WEEK, MOST_A_WEEK)
        a_week[self.silent, self.weeks // 2 :] = 0
        return rng.multinomial(a_week, WEEKDAY_SHARES)

    @cached_property
    def _week_effects(self) -> np.ndarray:
        """What was better or worse in one unit in one week: more spread than chance alone makes."""
        shape = (len(self.counters), self.weeks + 1)
        return np.random.default_rng([self.seed, 5]).normal(0, WEEK_SPREAD, shape)

    @cached_property
    def unit_effects(self) -> np.ndarray:
        """How much better or worse each unit is."""
        effects = np.random.default_rng([self.seed, 6]).normal(0, UNIT_SPREAD, len(self.counters))
        effects[self.drop] = 0.1
        return effects

    @cached_property
    def _counter_effects(self) -> list[np.ndarray]:
        rng = np.random.default_rng([self.seed, 3])
        effects = [rng.normal(0, COUNTER_SPREAD, len(counters)) for counters in self.counters]
        effects[self.worse][1] = WORSE_COUNTER
        return effects

    def answers_of_day(self, day: date) -> list[tuple[int, SimulatedAnswer]]:
        """All answers of a day as (unit, answer), in the order of receipt; the same for the same seed."""
        made: list[tuple[int, SimulatedAnswer]] = []
        for unit in range(len(self.counters)):
            rng = np.random.default_rng([self.seed, 4, unit, day.toordinal()])
            made += [(unit, answer) for answer in self._of_unit(unit, day, rng)]
        return sorted(made, key=lambda pair: pair[1].received_at)

    def _of_unit(self, unit: int, day: date, rng: np.random.Generator) -> Iterator[SimulatedAnswer]:
        week = (day - self.first_day).days // 7
        for _ in range(self._people[unit, week, day.weekday()]):
            yield self._person(unit, week, day, rng)
        if unit == self.stuffed and day.weekday() == STUFFING_DAY and self.weeks // 2 <= week < self.weeks:
            yield from self._stuffing(day, rng)

    def _person(self, unit: int, week: int, day: date, rng: np.random.Generator) -> SimulatedAnswer:
        domain = self._drawn(DOMAIN_SHARES, rng)
        counter = self._counter(unit, domain, rng)
        dropped = unit == self.drop and week == self.weeks - 1
        effect = self.unit_effects[unit] + self._counter_effects[unit][counter] + self._week_effects[unit, week]
        latent = float(rng.normal(effect + (DROP_ALL if dropped else 0.0), PERSON_SPREAD))
        ratings = self._ratings(latent, dropped, rng)
        minted_at = self._arrival(day, rng)
        seconds = float(np.clip(rng.lognormal(np.log(45), 0.5), 12, 600))
        return SimulatedAnswer(
            counter=counter,
            minted_at=minted_at,
            received_at=minted_at + timedelta(seconds=seconds),
            ratings=ratings,
            trouble=self._drawn(TROUBLE_SHARES, rng) if latent > -2 or rng.random() < 0.5 else "trouble",
            service_domain=None if rng.random() < DOMAIN_NOT_STATED else domain,
            respondent_group=self._drawn(GROUP_SHARES, rng),
            language="en" if rng.random() < ENGLISH else "vi",
            comment=self._comment(ratings["overall"], dropped, rng),
        )

    def _counter(self, unit: int, domain: str | None, rng: np.random.Generator) -> int:
        """Where one is sent with that matter: a counter that serves it, any of them if none is told."""
        counters = self.counters[unit]
        serving = [number for number, domains in enumerate(counters) if domain in domains] or range(len(counters))
        return serving[int(rng.integers(len(serving)))]

    def _ratings(self, latent: float, dropped: bool, rng: np.random.Generator) -> dict[str, int]:
        straight = rng.random() < STRAIGHT_LINERS and not dropped
        ratings = {}
        for item, item_effect in ITEM_EFFECTS.items():
            if item != "overall" and rng.random() < SKIPPED_ITEM:
                continue
            own = 0.0 if straight else item_effect + rng.normal(0, ITEM_SPREAD)
            fallen = DROP_GUIDANCE if dropped and item == "guidance" else 0.0
            ratings[item] = 1 + sum(latent + own + fallen > cut for cut in CUT_POINTS)
        return ratings

    def _stuffing(self, day: date, rng: np.random.Generator) -> Iterator[SimulatedAnswer]:
        """A clerk rates the own counter: everything 5, some in seconds, some at a person's pace."""
        start = datetime.combine(day, time(16, 0), self.time_zone)
        for number in range(STUFFED_A_WEEK):
            seconds = 3.0 if number % 2 else float(rng.uniform(15, 40))
            minted_at = start + timedelta(seconds=45 * number)
            received_at = minted_at + timedelta(seconds=seconds)
            fives = dict.fromkeys(ITEM_EFFECTS, 5)
            yield SimulatedAnswer(0, minted_at, received_at, fives, "no", None, "citizen", "vi", None)

    def _arrival(self, day: date, rng: np.random.Generator) -> datetime:
        """In the morning more often than after noon; a few answer at home in the evening."""
        saturday = day.weekday() == 5
        draw = rng.random()
        if draw < 0.03 and not saturday:
            hour = rng.uniform(18.5, 21.5)
        elif draw < 0.62 or saturday:
            hour = rng.uniform(7.5, 11.4)
        else:
            hour = rng.uniform(13.5, 16.9)
        return datetime.combine(day, time(), self.time_zone) + timedelta(hours=float(hour))

    @staticmethod
    def _drawn(shares: dict[str, float], rng: np.random.Generator) -> str | None:
        """One of the options by its share; what the shares leave over is no answer."""
        draw = rng.random()
        for option, share in shares.items():
            if draw < share:
                return option
            draw -= share
        return None

    @staticmethod
    def _comment(overall: int, dropped: bool, rng: np.random.Generator) -> str | None:
        satisfied = overall >= 4
        if rng.random() > (COMMENTS if satisfied else COMMENTS_OF_DISSATISFIED):
            return None
        if satisfied and rng.random() < PRAISE:
            return "praise"
        return "guidance" if dropped else "advice"


def first_monday(last_day: date, weeks: int) -> date:
    """The Monday on which the `weeks` finished weeks begin that lie at or before `last_day`."""
    return last_finished_sunday(last_day) - timedelta(days=7 * weeks - 1)


def last_finished_sunday(last_day: date) -> date:
    """The last day of the last week that is finished at the end of `last_day`."""
    return last_day - timedelta(days=(last_day.weekday() + 1) % 7)
