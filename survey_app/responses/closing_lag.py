"""How far closing lags behind: for whoever watches the installation."""

from datetime import date, timedelta

from flask import Flask

from survey_app.clock import Clock
from survey_app.database import read_connection
from survey_app.metrics import Gauge
from survey_app.responses import reader


def closing_lag_days(app: Flask) -> Gauge:
    """A gauge of the past days that are not closed: 0 when all is well, NaN before the first answer ever."""
    clock: Clock = app.extensions["clock"]

    def ask() -> float:
        with read_connection() as connection:
            last: date | None = reader.last_booked_day(connection)
            if last is None:
                first = reader.earliest_inbox_day(connection)
                if first is None:
                    return float("nan")
                last = first - timedelta(days=1)
        return max(0, (clock.today() - last).days - 1)

    return ask
