"""How many people came in the demo's weeks, so that coverage has something to be held against.

One unit in three counts queue tickets counter by counter, one for the whole centre; the others know dossiers only; a
few report nothing, as in life.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from survey_app.demo.city import DemoUnit
from survey_app.demo.model import DemoModel
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits

ANSWERING_SHARES = (0.08, 0.22)
"""Of those who come, so many answer by scanning, from unit to unit."""
EVERY_NTH_SAYS_NOTHING = 19
_STREAM = 118


def report_visits(connection: Connection, city: Sequence[DemoUnit], model: DemoModel, now: datetime) -> int:
    """Report the finished weeks of the demo; returns how many reports there were."""
    rng = np.random.default_rng([model.seed, _STREAM])
    finished = ((model.last_day - model.first_day).days + 1) // 7
    reports = []
    for unit, demo in enumerate(city):
        expected = model.weekly_volume[unit] / rng.uniform(*ANSWERING_SHARES)
        visits = rng.poisson(expected, finished)
        dossiers = rng.binomial(visits, 0.72)
        helped = rng.binomial(visits - dossiers, 0.4)
        online = rng.poisson(expected * 1.6, finished)
        if unit % EVERY_NTH_SAYS_NOTHING == EVERY_NTH_SAYS_NOTHING - 1:
            continue
        for week in range(finished):
            numbers: dict[str, int | None] = {
                "dossiers_filed": int(dossiers[week]),
                "helped_online": int(helped[week]),
                "fully_online": int(online[week]),
            }
            monday = model.first_day + timedelta(weeks=week)
            if unit % 3 == 1:
                numbers["counter_visits"] = int(visits[week])
            elif unit % 3 == 2:
                reports += _by_counter(demo, monday, int(visits[week]), rng)
            reports.append(WeekReport(Place(demo.unit.id), monday, numbers))
    record_visits(connection, reports, Reporter("csv", "demo", now, "demo"))
    return len(reports)


def _by_counter(demo: DemoUnit, monday: date, visits: int, rng: np.random.Generator) -> list[WeekReport]:
    """The queue machine's tickets of a week at each counter: the first serves most people, as in life."""
    shares = rng.dirichlet([30 if place == 0 else 18 for place in range(len(demo.counters))])
    return [
        WeekReport(Place(demo.unit.id, None, counter.service_point_id), monday, {"counter_visits": int(number)})
        for counter, number in zip(demo.counters, rng.multinomial(visits, shares), strict=True)
    ]
