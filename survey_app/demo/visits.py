"""How many people came in the demo's weeks, so that coverage has something to be held against.

One unit in three counts queue tickets counter by counter, one for the whole centre; the others know dossiers only; a
few report nothing, as in life. Where nobody counts by counter, the dossier system tells dossiers by service domain.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from survey_app.demo.city import DemoUnit
from survey_app.demo.model import DOMAIN_SHARES, DemoModel
from survey_app.visits.counts import Place
from survey_app.visits.register import Reporter, WeekReport, record_visits

ANSWERING_SHARES = (0.08, 0.22)
"""Of those who come, so many answer by scanning, from unit to unit."""
EVERY_NTH_SAYS_NOTHING = 19
_STREAM, _DOMAIN_STREAM = 118, 119
ONLY_ASKING = "guidance"
"""Who only asks leaves no dossier."""


def report_visits(connection: Connection, city: Sequence[DemoUnit], model: DemoModel, now: datetime) -> int:
    """Report the finished weeks of the demo; returns how many reports there were."""
    rng = np.random.default_rng([model.seed, _STREAM])
    domain_rng = np.random.default_rng([model.seed, _DOMAIN_STREAM])
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
        mix = domain_rng.dirichlet([40 * share for share in _DOMAINS.values()])
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
            if unit % 3 != 2:
                reports += _by_domain(demo, monday, domain_rng.multinomial(dossiers[week], mix))
            reports.append(WeekReport(Place(demo.unit.id), monday, numbers))
    record_visits(connection, reports, Reporter("csv", "demo", now, "demo"))
    return len(reports)


_DOMAINS = {domain: share for domain, share in DOMAIN_SHARES.items() if domain != ONLY_ASKING}


def _by_domain(demo: DemoUnit, monday: date, dossiers: np.ndarray) -> list[WeekReport]:
    """The dossiers of a week by matter: a commune's own mix, near the one of those who answer."""
    return [
        WeekReport(Place(demo.unit.id, service_domain=domain), monday, {"dossiers_filed": int(number)})
        for domain, number in zip(_DOMAINS, dossiers, strict=True)
    ]


def _by_counter(demo: DemoUnit, monday: date, visits: int, rng: np.random.Generator) -> list[WeekReport]:
    """The queue machine's tickets of a week at each counter: the first serves most people, as in life."""
    shares = rng.dirichlet([30 if place == 0 else 18 for place in range(len(demo.counters))])
    return [
        WeekReport(Place(demo.unit.id, None, counter.service_point_id), monday, {"counter_visits": int(number)})
        for counter, number in zip(demo.counters, rng.multinomial(visits, shares), strict=True)
    ]
