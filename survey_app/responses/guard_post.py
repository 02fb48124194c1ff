"""The guard at its post: asks the day's memory about a device, and fails open when the memory does not answer.

The only code that sees who sends: address, agent and languages come in as a `Visitor`, go into a keyed hash under the
day's salt, and are neither stored nor logged nor handed on.
"""

import ipaddress
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from survey_app.clock import day_part
from survey_app.database import read_connection
from survey_app.metrics import Metrics, metrics_of
from survey_app.questionnaires.answers import Answers
from survey_app.request_logging import log
from survey_app.responses.guard import (
    EXEMPT_CHANNELS,
    FormTime,
    GuardRules,
    is_repeated,
    items_answered,
)
from survey_app.responses.guard_file import GuardFile
from survey_app.responses.guard_state import CounterWarning, GuardState, GuardUnavailable, NoState, SentForm
from survey_app.responses.guard_warnings import SLOT_MINUTES, OpeningHours, WarningRules
from survey_app.responses.tokens import SurveyToken
from survey_app.shared_memory import file_in_memory
from survey_app.territory.opening_hours import hours_of_service_points

GUARD_KEY = "than_thien_guard"
REST_SECONDS = 5.0
"""After a failure the memory is left alone that long, so that no answer waits for it in vain."""
LONGEST_TEXT = 512


@dataclass(frozen=True, slots=True, repr=False)
class Visitor:
    """Who sends, as the request says. Never shown: it has no repr that would tell."""

    address: str
    agent: str
    languages: str

    @property
    def device(self) -> str:
        """The text that is hashed. Of an IPv6 address only the network: phones change the rest by the hour."""
        return "\n".join((_network(self.address), self.agent[:LONGEST_TEXT], self.languages[:LONGEST_TEXT]))


class Guard:
    """One application's guard. Threads may share it."""

    def __init__(self, state: GuardState, rules: GuardRules, metrics: Metrics) -> None:
        self.rules = rules
        self._state = state
        self._metrics = metrics
        self._rests_until = 0.0
        self._said_on: date | None = None

    def has_repeated(self, visitor: Visitor, token: SurveyToken, answers: Answers, now: datetime) -> bool:
        """Remember the form; whether it is one of a series from one device (`guard.is_repeated`). False in doubt.

        A form that is sent twice is remembered once, and judged as before.
        """
        if token.channel in EXEMPT_CHANNELS:
            return False
        form = _sent_form(visitor, token, now)
        if time.monotonic() < self._rests_until:
            self._metrics.count("guard_failures_total")
            return False
        try:
            others = self._state.remember(form)
        except GuardUnavailable as failure:
            self._failed(failure, now.date())
            return False
        return is_repeated(form.time, others, items_answered(answers), self.rules)

    def warnings_of(self, day: date, today: date) -> Sequence[CounterWarning]:
        """The warnings on the counters' day; none when the memory does not answer."""
        try:
            return self._state.warnings_of(day, today)
        except GuardUnavailable as failure:
            self._failed(failure, today)
            return ()

    def forget_before(self, today: date) -> None:
        """Forget the days before: hashes, times and salt go, warnings stay until they are booked."""
        try:
            self._state.forget_before(today)
        except GuardUnavailable as failure:
            self._failed(failure, today)

    def _failed(self, failure: GuardUnavailable, today: date) -> None:
        """Say so once a day, without a time: a line beside a thanked answer would tell when it came."""
        self._rests_until = time.monotonic() + REST_SECONDS
        self._metrics.count("guard_failures_total")
        if self._said_on != today:
            self._said_on = today
            log.warning("guard_unavailable", at=today.isoformat(), reason=str(failure))


def hours_that_offices_entered(day: date, service_points: Collection[int]) -> Mapping[int, OpeningHours]:
    """By service point, as they held on the day; none when the store does not answer: the setting's hours hold then."""
    try:
        with read_connection() as connection:
            weeks = hours_of_service_points(connection, service_points, day)
    except SQLAlchemyError:
        return {}
    return {point: OpeningHours(week) for point, week in weeks.items()}


def post_guard(app: Flask, settings: Settings) -> None:
    """Put a guard at the application's door."""
    state = _state_of(settings, WarningRules.of(settings, hours_that_offices_entered))
    app.extensions[GUARD_KEY] = Guard(state, GuardRules.of(settings), metrics_of(app))


def guard_of(app: Flask) -> Guard:
    """The application's guard."""
    guard: Guard = app.extensions[GUARD_KEY]
    return guard


def _state_of(settings: Settings, warnings: WarningRules) -> GuardState:
    chosen = settings.guard_state
    if chosen == "none":
        return NoState()
    if "://" in chosen:
        from survey_app.responses.guard_redis import GuardRedis

        return GuardRedis(chosen, warnings.judge)
    return GuardFile(Path(chosen) if chosen else file_in_memory(settings), warnings.judge)


def _sent_form(visitor: Visitor, token: SurveyToken, now: datetime) -> SentForm:
    opened = token.minted_at
    return SentForm(
        device=visitor.device,
        nonce=token.nonce.bytes,
        day=now.date(),
        half_day=f"{opened.date()} {day_part(opened)}",
        unit_id=token.unit_id,
        service_point_id=token.service_point_id,
        time=FormTime(opened.timestamp(), now.timestamp()),
        slot=(opened.hour * 60 + opened.minute) // SLOT_MINUTES if opened.date() == now.date() else None,
    )


def _network(address: str) -> str:
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return address[:LONGEST_TEXT]
    return str(ipaddress.ip_network((read, 64), strict=False)) if read.version == 6 else str(read)
