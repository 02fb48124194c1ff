"""Loads the demo through the same door and the same closing as real answers, and takes it away again."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import insert, update

from config import Settings
from survey_app.clock import Clock
from survey_app.database import db, read_connection, truncate_write_ahead_log, write_transaction
from survey_app.demo.accounts import forget_accounts, make_accounts
from survey_app.demo.city import HERE, LEADER_UNIT, SILENT_UNIT, STUFFED_UNIT, WORSE_UNIT, DemoUnit, found_city
from survey_app.demo.listening import listen
from survey_app.demo.model import WEEKS, DemoModel, SimulatedAnswer, first_monday
from survey_app.demo.models import DemoMarkRow
from survey_app.demo.state import DemoRefused, DemoState, alone, demo_state
from survey_app.demo.visits import report_visits
from survey_app.ledger.closing import close_days
from survey_app.ledger.steps import closing_steps
from survey_app.listening.models import ANSWERS_ABOVE
from survey_app.questionnaires.answers import Answers
from survey_app.responses.door import Door, Submission
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import FormKey
from survey_app.schema import make_empty
from survey_app.territory.unit_files import TWO_TIERS

SEED = 33
"""The number of the directive."""


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """What a load did."""

    units: int
    answers: int
    first_day: date
    last_day: date


def drop_demo(settings: Settings) -> None:
    """Empty a database that holds the demo, by migrating down and up again: the book itself refuses deletion.

    Raises `DemoRefused` in production, unless the database is marked as the demo's, and while another command works.
    """
    if settings.deployment == "production":
        raise DemoRefused("demo.refused.production")
    with alone(settings):
        with read_connection() as connection:
            if demo_state(connection) not in {DemoState.LOADED, DemoState.HALF}:
                raise DemoRefused("demo.refused.not_demo")
        _empty(settings)


def load_demo(
    app: Flask,
    progress: Callable[[Sequence[date]], Iterator[date]],
    *,
    weeks: int = WEEKS,
    units: int | None = None,
    seed: int = SEED,
) -> LoadedDemo:
    """Load the demo into an empty database; a half-made one is taken away first.

    `progress` wraps the days to show a bar. Raises `DemoRefused` in production, over data that is not the demo's, while
    another command works, and when the clock stands before the units of today.
    """
    settings: Settings = app.extensions["settings"]
    clock: Clock = app.extensions["clock"]
    last_day = clock.today() - timedelta(days=1)
    if settings.deployment == "production":
        raise DemoRefused("demo.refused.production")
    if first_monday(last_day, weeks) < TWO_TIERS:
        raise DemoRefused("demo.refused.clock")
    with alone(settings):
        _make_room(settings)
        return _load(app, progress, last_day, weeks, units, seed)


def _make_room(settings: Settings) -> None:
    with read_connection() as connection:
        state = demo_state(connection)
    if state in {DemoState.FOREIGN, DemoState.LOADED}:
        raise DemoRefused(f"demo.refused.{state.value}")
    if state is DemoState.HALF:
        _empty(settings)


def _empty(settings: Settings) -> None:
    db.session.remove()
    db.engine.dispose()
    make_empty()
    truncate_write_ahead_log()
    forget_accounts(settings)


def _load(
    app: Flask,
    progress: Callable[[Sequence[date]], Iterator[date]],
    last_day: date,
    weeks: int,
    units: int | None,
    seed: int,
) -> LoadedDemo:
    settings: Settings = app.extensions["settings"]
    first_day = first_monday(last_day, weeks)
    with write_transaction() as connection:
        # A mark whose last day lies before its first says: begun, not finished.
        begun = {"id": 1, "seed": seed, "first_day": first_day, "last_day": first_day - timedelta(days=1)}
        connection.execute(insert(DemoMarkRow), begun)
    with write_transaction() as connection:
        city = found_city(connection, first_day, units, seed)
    model = _model(city, last_day, settings, weeks, seed)
    answers = _tell(app, model, city, progress)
    clock: Clock = app.extensions["clock"]
    with write_transaction() as connection:
        report_visits(connection, city, model, clock.now())
    make_accounts(settings)
    with write_transaction() as connection:
        listen(connection, city, last_day, clock.now())
    with write_transaction() as connection:
        connection.execute(update(DemoMarkRow).values(last_day=last_day))
    return LoadedDemo(len(city), answers, first_day, last_day)


def _model(city: Sequence[DemoUnit], last_day: date, settings: Settings, weeks: int, seed: int) -> DemoModel:
    places = {demo.unit.code: place for place, demo in enumerate(city)}
    return DemoModel(
        seed=seed,
        last_day=last_day,
        time_zone=settings.time_zone,
        counters=tuple(tuple(counter.domains for counter in demo.counters) for demo in city),
        drop=places[LEADER_UNIT],
        worse=places[WORSE_UNIT],
        stuffed=places[STUFFED_UNIT],
        silent=places[SILENT_UNIT],
        weeks=weeks,
    )


def _tell(
    app: Flask, model: DemoModel, city: Sequence[DemoUnit], progress: Callable[[Sequence[date]], Iterator[date]]
) -> int:
    """Let every day's people answer, and close the day."""
    days = [model.first_day + timedelta(days=n) for n in range((model.last_day - model.first_day).days + 1)]
    writer = _Writer(door_of(app), city, model.seed)
    answers = 0
    for day in progress(days):
        submissions = [writer.submission(unit, answer) for unit, answer in model.answers_of_day(day)]
        with write_transaction() as connection:
            writer.door.record_responses(connection, submissions)
        night = datetime.combine(day + timedelta(days=1), time(0, 5), model.time_zone)
        list(close_days([day], closing_steps(app), night))
        answers += len(submissions)
    return answers


class _Writer:
    """Turns a simulated person into a form with a real token."""

    def __init__(self, door: Door, city: Sequence[DemoUnit], seed: int) -> None:
        self.door = door
        self._city = city
        self._bank: dict[str, dict[str, list[str]]] = tomllib.loads(
            (HERE / "comments.toml").read_text(encoding="utf-8")
        )
        self._said = seed

    def submission(self, unit: int, answer: SimulatedAnswer) -> Submission:
        """The form as it arrives at the door."""
        demo = self._city[unit]
        form = FormKey(
            demo.unit.id,
            demo.counters[answer.counter].service_point_id,
            "poster",
            demo.questionnaire.content_hash,
            answer.language,
        )
        token = self.door.tokens.read(self.door.tokens.mint(form, answer.minted_at), answer.received_at)
        return Submission(token, demo.questionnaire_id, self._answers(demo, answer), False, answer.received_at)

    def _answers(self, demo: DemoUnit, answer: SimulatedAnswer) -> Answers:
        items = {item.name: item for item in demo.questionnaire.items}
        ratings = {items[name].slot: score for name, score in answer.ratings.items()}
        choices: dict[str, int] = {}
        if answer.trouble is not None:
            option = items["trouble"].option_of(answer.trouble)
            assert option is not None, "the model knows the default questionnaire"
            choices[items["trouble"].slot] = option.code
        if "own_waiting_room" in items:
            ratings[items["own_waiting_room"].slot] = answer.ratings["overall"]
            choices[items["own_waiting_time"].slot] = 1 if answer.ratings["overall"] >= 4 else 3
        return Answers(ratings, choices, answer.respondent_group, answer.service_domain, self._words(answer))

    def _words(self, answer: SimulatedAnswer) -> str | None:
        """The next sentence of the bank about that, in the person's language: each comes up before one repeats.

        Whoever met with trouble or was hinted at money says so.
        """
        if answer.comment is None:
            return None
        self._said += 1
        topic = answer.trouble if answer.trouble in ANSWERS_ABOVE else answer.comment
        sentences = self._bank[answer.language][topic]
        return sentences[self._said * 7 % len(sentences)]
