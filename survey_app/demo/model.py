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
WORSE_COUNTER, DROP_GUIDANCE, DROP_ALL = -1.2, -0.9, -0.45
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
STUFFED_A_WEEK = 12


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter of the demo: its place in the unit, and whether the land registration office staffs it."""

    unit: int
    number: int
    worse: bool


@dataclass(frozen=True, slots=True)
class SimulatedAnswer:
    """One person's answer. Ratings by item name; choices by option value; `comment` is 'praise', 'advice' or None."""

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
    """A city of `units` units whose week volumes, effects and planted events follow from `seed`.

    `counters_of[u]` says how many counters unit u has. Planted: unit `drop` has a bad last week in guidance, counter 2
    of unit `worse` is really worse, counter 1 of unit `stuffed` is stuffed in the second half, unit `silent` stops.
    """

    seed: int
    last_day: date
    time_zone: ZoneInfo
    counters_of: tuple[int, ...]
    drop: int
    worse: int
    stuffed: int
    silent: int
    weeks: int = WEEKS

    @property
    def first_day(self) -> date:
        """The Monday of the first simulated week; `last_day` may lie in the running week after the last one."""
        return self.last_finished_sunday - timedelta(days=7 * self.weeks - 1)

    @property
    def last_finished_sunday(self) -> date:
        """The last day of the last finished week."""
        return self.last_day - timedelta(days=(self.last_day.weekday() + 1) % 7)

    @cached_property
    def weekly_volume(self) -> np.ndarray:
        """Expected answers a week of each unit, 4 … 52: a few busy wards, many quiet communes."""
        rng = np.random.default_rng([self.seed, 1])
        volume = np.clip(rng.lognormal(np.log(17), 0.55, len(self.counters_of)), 4, 52)
        volume[self.drop] = 50.0
        volume[self.worse] = max(volume[self.worse], 30.0)
        return volume

    @cached_property
    def unit_effects(self) -> np.ndarray:
        """How much better or worse each unit is."""
        effects = np.random.default_rng([self.seed, 2]).normal(0, UNIT_SPREAD, len(self.counters_of))
        effects[self.drop] = 0.1
        return effects

    @cached_property
    def _counter_effects(self) -> list[np.ndarray]:
        rng = np.random.default_rng([self.seed, 3])
        effects = [rng.normal(0, COUNTER_SPREAD, count) for count in self.counters_of]
        effects[self.worse][min(1, self.counters_of[self.worse] - 1)] = WORSE_COUNTER
        return effects

    def answers_of_day(self, day: date) -> list[tuple[int, SimulatedAnswer]]:
        """All answers of a day as (unit, answer), in the order of receipt; the same for the same seed."""
        made: list[tuple[int, SimulatedAnswer]] = []
        for unit in range(len(self.counters_of)):
            rng = np.random.default_rng([self.seed, 4, unit, day.toordinal()])
            made += [(unit, answer) for answer in self._of_unit(unit, day, rng)]
        return sorted(made, key=lambda pair: pair[1].received_at)

    def _of_unit(self, unit: int, day: date, rng: np.random.Generator) -> Iterator[SimulatedAnswer]:
        week = (day - self.first_day).days // 7
        if unit != self.silent or week < self.weeks // 2:
            expected = self.weekly_volume[unit] * WEEKDAY_SHARES[day.weekday()]
            week_effect = np.random.default_rng([self.seed, 5, unit, week]).normal(0, WEEK_SPREAD)
            for _ in range(int(rng.poisson(expected))):
                yield self._person(unit, week, day, float(week_effect), rng)
        if unit == self.stuffed and day.weekday() == 4 and self.weeks // 2 <= week < self.weeks:
            yield from self._stuffing(day, rng)

    def _person(self, unit: int, week: int, day: date, week_effect: float, rng: np.random.Generator) -> SimulatedAnswer:
        counter = int(rng.integers(self.counters_of[unit]))
        effect = self.unit_effects[unit] + self._counter_effects[unit][counter] + week_effect
        dropped = unit == self.drop and week == self.weeks - 1
        latent = rng.normal(effect + (DROP_ALL if dropped else 0.0), PERSON_SPREAD)
        ratings = self._ratings(float(latent), dropped, rng)
        minted_at = self._arrival(day, rng)
        organisation, not_stated = 0.12, 0.10
        draw = rng.random()
        return SimulatedAnswer(
            counter=counter,
            minted_at=minted_at,
            received_at=minted_at + timedelta(seconds=float(np.clip(rng.lognormal(np.log(45), 0.5), 12, 600))),
            ratings=ratings,
            trouble=self._drawn(TROUBLE_SHARES, rng) if latent > -2 or rng.random() < 0.5 else "trouble",
            service_domain=self._drawn(DOMAIN_SHARES, rng) if rng.random() < 0.8 else None,
            respondent_group=(
                "organisation" if draw < organisation else None if draw < organisation + not_stated else "citizen"
            ),
            language="en" if rng.random() < 0.01 else "vi",
            comment=self._comment(float(latent), rng),
        )

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
    def _comment(latent: float, rng: np.random.Generator) -> str | None:
        if rng.random() > (0.16 if latent < -1.2 else 0.05):
            return None
        return "advice" if latent < -0.6 or rng.random() < 0.35 else "praise"
