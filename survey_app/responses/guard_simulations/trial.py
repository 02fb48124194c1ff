"""Sends simulated days past the real guard and counts what it says."""

import random
import tempfile
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from survey_app.metrics import Metrics, SharedCounters
from survey_app.questionnaires.answers import Answers
from survey_app.responses.guard import DEFAULT_RULES, judge
from survey_app.responses.guard_file import GuardFile
from survey_app.responses.guard_post import Guard, Visitor
from survey_app.responses.guard_simulations.people import MakeDay, SimulatedForm
from survey_app.responses.guard_warnings import OpeningHours, WarningRules
from survey_app.responses.tokens import SurveyToken

FIRST_DAY = date(2026, 11, 23)
"""A Monday; all simulated days are weekdays."""
SEED = 33
HERE = ZoneInfo("Asia/Ho_Chi_Minh")
RULES = WarningRules(OpeningHours.parse("1-5 07:00-17:30; 6 07:00-11:30"))


@dataclass
class Outcome:
    """What the guard said over all days of a scenario."""

    days: int = 0
    honest: int = 0
    honest_set_aside: int = 0
    false: int = 0
    false_set_aside: int = 0
    angry: int = 0
    angry_set_aside: int = 0
    days_warned: int = 0
    warned: Counter[str] = field(default_factory=Counter)
    """Days with a warning of each kind."""

    @property
    def share_of_honest(self) -> float:
        """The share of honest answers that were set aside."""
        return self.honest_set_aside / self.honest

    @property
    def share_of_false(self) -> float:
        """The share of false answers that were set aside."""
        return self.false_set_aside / self.false


def try_guard(make: MakeDay, days: int, seed: int = SEED) -> Outcome:
    """Let so many days of a scenario pass by a guard of its own."""
    draw, outcome = random.Random(seed), Outcome()  # noqa: S311  # a simulation, with a seed to repeat it
    with tempfile.TemporaryDirectory(prefix="than-thien-guard-") as folder:
        state = GuardFile(Path(folder) / "state", RULES.judge)
        guard = Guard(state, DEFAULT_RULES, Metrics(SharedCounters(Path(folder) / "metrics")))
        for number in range(days):
            day = _weekday(number)
            _pass_by(guard, day, make(draw), outcome)
            _note_warnings(guard, day, outcome)
    return outcome


def _pass_by(guard: Guard, day: date, forms: Sequence[SimulatedForm], outcome: Outcome) -> None:
    outcome.days += 1
    for form in sorted(forms, key=lambda one: one.sent):
        token, answers, now = _token(day, form), _answers(form), _moment(day, form.sent)
        repeated = guard.has_repeated(Visitor(form.address, form.agent, "vi-VN"), token, answers, now)
        verdict = judge(answers, "poster", token.minted_at, now, honeypot_filled=False, repeated=repeated)
        outcome.honest += form.honest
        outcome.false += not form.honest
        outcome.honest_set_aside += form.honest and verdict.set_aside
        outcome.false_set_aside += verdict.set_aside and not form.honest
        outcome.angry += form.angry
        outcome.angry_set_aside += form.angry and verdict.set_aside


def _note_warnings(guard: Guard, day: date, outcome: Outcome) -> None:
    kinds = {one.kind for one in guard.warnings_of(day, day)}
    outcome.days_warned += bool(kinds)
    outcome.warned.update(kinds)


def _weekday(number: int) -> date:
    return FIRST_DAY + timedelta(weeks=number // 5, days=number % 5)


def _moment(day: date, second: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HERE) + timedelta(seconds=min(second, 86_399))


def _token(day: date, form: SimulatedForm) -> SurveyToken:
    return SurveyToken(
        nonce=uuid.uuid4(),
        unit_id=1,
        service_point_id=form.service_point,
        channel="poster",
        questionnaire_hash="00" * 32,
        language="vi",
        minted_at=_moment(day, form.opened).replace(microsecond=0),
    )


def _answers(form: SimulatedForm) -> Answers:
    return Answers(ratings={f"r{number}": 5 for number in range(1, min(form.items, 6) + 1)}, choices={"c1": 1, "c2": 1})
