"""Loads the demo through the same door and the same closing as real answers, and takes it away again."""

import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum

import flask_migrate
from flask import Flask
from sqlalchemy import Connection, insert, select, update

from config import Settings
from survey_app.clock import Clock
from survey_app.database import db, read_connection, write_transaction
from survey_app.demo.accounts import make_accounts
from survey_app.demo.city import HERE, LEADER_UNIT, SILENT_UNIT, STUFFED_UNIT, WORSE_UNIT, DemoUnit, found_city
from survey_app.demo.model import WEEKS, DemoModel, SimulatedAnswer
from survey_app.demo.models import DemoMarkRow
from survey_app.ledger.closing import close_days
from survey_app.ledger.steps import closing_steps
from survey_app.questionnaires.answers import Answers
from survey_app.responses.door import Door, Submission
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import FormKey
from survey_app.staff.models import StaffAccount
from survey_app.territory.models import UnitRow

SEED = 33
"""The number of the directive."""
OPENED = date(2026, 5, 1)


class DemoState(Enum):
    """What the database holds."""

    EMPTY = "empty"
    LOADED = "loaded"
    HALF = "half"
    FOREIGN = "foreign"


class DemoRefused(Exception):
    """The demo must not be loaded or dropped here; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """What a load did."""

    units: int
    answers: int
    first_day: date
    last_day: date


def demo_state(connection: Connection) -> DemoState:
    """Whether the database is empty, holds the demo, half of one, or somebody's real data."""
    mark = connection.execute(select(DemoMarkRow.first_day, DemoMarkRow.last_day)).first()
    if mark is not None:
        return DemoState.LOADED if mark.last_day >= mark.first_day else DemoState.HALF
    for table in (UnitRow.id, StaffAccount.id):
        if connection.execute(select(table).limit(1)).first() is not None:
            return DemoState.FOREIGN
    return DemoState.EMPTY


def drop_demo(settings: Settings) -> None:
    """Empty a database that holds the demo, by migrating down and up again: the book itself refuses deletion.

    Raises `DemoRefused` unless the database is marked as the demo's.
    """
    with read_connection() as connection:
        if demo_state(connection) not in {DemoState.LOADED, DemoState.HALF}:
            raise DemoRefused("demo.refused.not_demo")
    db.session.remove()
    db.engine.dispose()
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    (settings.instance_dir / "demo_accounts.json").unlink(missing_ok=True)


def load_demo(
    app: Flask,
    progress: Callable[[Sequence[date]], Iterator[date]],
    *,
    weeks: int = WEEKS,
    units: int | None = None,
    seed: int = SEED,
) -> LoadedDemo:
    """Load the demo into an empty database; a half-made one is taken away first.

    `progress` wraps the days to show a bar. Raises `DemoRefused` in production and over data that is not the demo's.
    """
    settings: Settings = app.extensions["settings"]
    clock: Clock = app.extensions["clock"]
    if settings.deployment == "production":
        raise DemoRefused("demo.refused.production")
    with read_connection() as connection:
        state = demo_state(connection)
    if state in {DemoState.FOREIGN, DemoState.LOADED}:
        raise DemoRefused(f"demo.refused.{state.value}")
    if state is DemoState.HALF:
        drop_demo(settings)
    last_day = clock.today() - timedelta(days=1)
    with write_transaction() as connection:
        # A mark whose last day lies before its first says: begun, not finished.
        begun = {"id": 1, "seed": seed, "first_day": last_day, "last_day": last_day - timedelta(days=1)}
        connection.execute(insert(DemoMarkRow), begun)
    with write_transaction() as connection:
        city = found_city(connection, OPENED, units, seed)
    model = _model(city, last_day, settings, weeks, seed)
    answers = _tell(app, model, city, progress)
    make_accounts(settings)
    with write_transaction() as connection:
        connection.execute(update(DemoMarkRow).values(first_day=model.first_day, last_day=last_day))
    return LoadedDemo(len(city), answers, model.first_day, last_day)


def _model(city: Sequence[DemoUnit], last_day: date, settings: Settings, weeks: int, seed: int) -> DemoModel:
    places = {demo.unit.code: place for place, demo in enumerate(city)}
    return DemoModel(
        seed=seed,
        last_day=last_day,
        time_zone=settings.time_zone,
        counters_of=tuple(len(demo.service_points) for demo in city),
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
        self._bank: dict[str, list[str]] = tomllib.loads((HERE / "comments.toml").read_text(encoding="utf-8"))
        self._said = seed

    def submission(self, unit: int, answer: SimulatedAnswer) -> Submission:
        """The form as it arrives at the door."""
        demo = self._city[unit]
        form = FormKey(
            demo.unit.id,
            demo.service_points[answer.counter],
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
        return Answers(ratings, choices, answer.respondent_group, answer.service_domain, self._words(answer.comment))

    def _words(self, mood: str | None) -> str | None:
        """The next sentence of the bank in that mood: every sentence comes up before one repeats."""
        if mood is None:
            return None
        self._said += 1
        sentences = self._bank[mood]
        return sentences[self._said * 7 % len(sentences)]
