"""Thresholds: the setting until the city sets one, appended, taken back, never edited."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from config import Settings
from survey_app.territory.office_models import ThresholdRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.thresholds import (
    ALLOWED,
    THRESHOLDS,
    SetThreshold,
    Threshold,
    history_of_thresholds,
    set_threshold,
    threshold,
    thresholds,
)

BEFORE, DAY, LATER = date(2026, 10, 1), date(2026, 11, 24), date(2027, 1, 1)
BY = "thanhpho@dongnai.gov.vn"
Begin = Callable[[], AbstractContextManager[Connection]]


@pytest.fixture
def desk(app: Flask, transaction: Begin) -> Iterator[Connection]:
    """A transaction inside the application, whose settings are the defaults."""
    with app.app_context(), transaction() as connection:
        yield connection


def test_until_the_city_sets_one_the_setting_holds(desk: Connection) -> None:
    assert {name: (one.value, one.valid_from) for name, one in thresholds(desk, DAY).items()} == {
        "case_assign_days": (3, None),
        "case_close_days": (30, None),
        "silence_call_weeks": (2, None),
        "tickets_per_day": (200, None),
    }
    assert history_of_thresholds(desk) == []


def test_what_is_set_holds_from_its_day_until_the_next(desk: Connection) -> None:
    assert set_threshold(desk, "case_close_days", 20, DAY, set_by=BY) == 30
    assert set_threshold(desk, "case_close_days", 15, DAY, set_by=BY) == 20
    assert set_threshold(desk, "case_close_days", None, LATER, set_by=BY) == 15
    assert threshold(desk, "case_close_days", DAY - timedelta(days=1)) == 30
    assert thresholds(desk, LATER - timedelta(days=1))["case_close_days"] == Threshold(15, DAY)
    assert thresholds(desk, LATER)["case_close_days"] == Threshold(30, None)
    assert threshold(desk, "case_assign_days", DAY) == 3
    assert history_of_thresholds(desk) == [
        SetThreshold("case_close_days", None, LATER, BY),
        SetThreshold("case_close_days", 15, DAY, BY),
        SetThreshold("case_close_days", 20, DAY, BY),
    ]


@pytest.mark.parametrize("name", THRESHOLDS)
def test_the_bounds_are_those_of_the_setting_and_of_the_table(desk: Connection, name: str) -> None:
    bounds = next(bounds for known, bounds in ALLOWED.items() if known == name)
    least, most = Settings.model_fields[name].metadata
    assert (bounds[0], bounds[-1]) == (least.ge, most.le)
    for value in (bounds[0] - 1, bounds[-1] + 1):
        with pytest.raises(RefusedChange) as refused:
            set_threshold(desk, name, value, DAY, set_by=BY)  # type: ignore[arg-type]  # one of THRESHOLDS
        assert refused.value.rule == "bad_threshold"
        assert "{" not in refused.value.words("vi") + refused.value.words("en")
    assert desk.scalar(select(ThresholdRow.id)) is None


def test_a_case_is_not_to_be_closed_before_it_is_assigned(desk: Connection) -> None:
    for name, value in (("case_assign_days", 31), ("case_close_days", 2)):
        with pytest.raises(RefusedChange) as refused:
            set_threshold(desk, name, value, DAY, set_by=BY)  # type: ignore[arg-type]  # both are names
        assert refused.value.rule == "assigned_after_closed"
        assert "{" not in refused.value.words("vi") + refused.value.words("en")
    set_threshold(desk, "case_close_days", 60, DAY, set_by=BY)
    set_threshold(desk, "case_assign_days", 31, DAY, set_by=BY)
    with pytest.raises(RefusedChange, match="31 days"):
        set_threshold(desk, "case_close_days", None, DAY, set_by=BY)
    assert set_threshold(desk, "tickets_per_day", 5000, DAY, set_by=BY) == 200


def test_a_threshold_cannot_be_rewritten(desk: Connection) -> None:
    set_threshold(desk, "silence_call_weeks", 3, DAY, set_by=BY)
    with pytest.raises(DBAPIError, match="append-only"):
        desk.execute(update(ThresholdRow).values(value=4))
    desk.rollback()
