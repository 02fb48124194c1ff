"""How many people came in the demo's weeks, so that coverage has something to be held against.

Two units in three count queue tickets; the others know dossiers only; a few report nothing, as in life.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

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
            if unit % 3:
                numbers["counter_visits"] = int(visits[week])
            monday = model.first_day + timedelta(weeks=week)
            reports.append(WeekReport(Place(demo.unit.id), monday, numbers))
    record_visits(connection, reports, Reporter("csv", "demo", now, "demo"))
    return len(reports)
