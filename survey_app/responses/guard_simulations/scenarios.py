"""The scenarios of `docs/guard.md`: honest ones, of which less than 1 % may be set aside, and others."""

from dataclasses import dataclass

from survey_app.responses.guard_simulations import people
from survey_app.responses.guard_simulations.people import MakeDay


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of day, in words, and how often it is simulated."""

    name: str
    make: MakeDay
    days: int


HONEST = (
    Scenario("busy ward, 200 people behind one address, one counter", people.busy_ward(1), 200),
    Scenario("the same at four counters", people.busy_ward(4), 200),
    Scenario("a family of two to six on one phone", people.family, 4_000),
    Scenario("twenty at the counter, eight at home at 20:00", people.evening_at_home, 400),
    Scenario("a business at three counters, up to four errands at each", people.business, 2_000),
    Scenario("a phone without signal, up to eight forms sent at 21:00", people.offline_queue, 2_000),
)
FALSE = (
    Scenario("clerk, one phone, 30 forms at 10–15 s each", people.clerk(30, 1, (9, 14), (1, 3)), 400),
    Scenario("clerk, one phone, 30 forms at a minute each", people.clerk(30, 1, (40, 70), (3, 10)), 400),
    Scenario("clerk, one phone, 30 forms, one every five minutes", people.clerk(30, 1, (40, 70), (200, 300)), 400),
    Scenario("clerk, three phones, 30 forms at 10–15 s each", people.clerk(30, 3, (9, 14), (1, 3)), 400),
    Scenario("clerk, three phones, 30 forms at a minute each", people.clerk(30, 3, (40, 70), (3, 10)), 400),
    Scenario("script from home, 200 forms, one agent, 20–40 s each", people.script_from_home(1, (20, 40)), 60),
    Scenario("script from home, 200 forms, an agent each", people.script_from_home(200, (20, 40)), 60),
    Scenario("campaign week, 100 forms from 100 phones", people.campaign_day, 400),
    Scenario("flood to void an angry answer, phones differ", people.flood(same_phone=False), 400),
    Scenario("flood to void an angry answer, phones look alike", people.flood(same_phone=True), 400),
)
