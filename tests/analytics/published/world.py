"""A simulated city whose every answer is known: booked, counted and published day by day, as closing does it."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from sqlalchemy import Connection, insert

from analytics.facts.models import NOT_STATED
from analytics.facts.rebuild import rebuild_day
from analytics.published.keeping import publishing_step
from survey_app.responses.book import ensure_partition
from survey_app.responses.models import BookDayRow, response
from survey_app.territory.units import Unit, find_unit
from tests.support import factories

MINIMUM = 10
ITEM_SLOTS = {
    "overall": "r1",
    "courtesy": "r2",
    "answers": "r3",
    "guidance": "r4",
    "fairness": "r5",
    "dedication": "r6",
}
ATTITUDE = tuple(ITEM_SLOTS)[1:]
TROUBLE_CODES = {"no": 1, "trouble": 2, "money": 3, "no_answer": 4}
DOMAINS = ("certification", "land", "civil_status", "benefits", "building")
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Person:
    """One answer with all that it is cut by."""

    number: int
    unit_id: int
    service_point_id: int
    day: date
    channel: str
    group: str
    domain: str
    ratings: Mapping[str, int]
    set_aside: int
    trouble: str
    """What the person answered to that question; "": nothing."""

    @property
    def attitude(self) -> int:
        """How many attitude items the person rated."""
        return sum(item in self.ratings for item in ATTITUDE)

    @property
    def scored(self) -> bool:
        """Whether the attitude index counts the person."""
        return self.attitude * 2 >= len(ATTITUDE)

    @property
    def partial(self) -> bool:
        """Whether the person left out some attitude items and not all."""
        return 0 < self.attitude < len(ATTITUDE)

    @property
    def headline(self) -> bool:
        """A citizen who filled the form in alone; set aside or not."""
        return self.group != "organisation" and self.channel in {"poster", "display", "kiosk", "ticket"}


@dataclass(frozen=True)
class Place:
    """A commune with its counters and how many people answer in a usual week."""

    unit: Unit
    counters: tuple[int, ...]
    size: int


@dataclass(frozen=True)
class World:
    """The city, and everybody who answers, by day."""

    city: Unit
    places: tuple[Place, ...]
    questionnaire_id: int
    people: tuple[Person, ...]
    first_monday: date
    weeks: int

    @property
    def days(self) -> Iterator[date]:
        """All days, oldest first."""
        return (self.first_monday + number * DAY for number in range(7 * self.weeks))

    @property
    def unit_ids(self) -> list[int]:
        """The communes."""
        return [place.unit.id for place in self.places]

    def of_unit(self, unit_id: int) -> list[Person]:
        """Who answers at a commune."""
        return [person for person in self.people if person.unit_id == unit_id]

    def by_day(self) -> Mapping[date, list[Person]]:
        """Who answers on each day."""
        found: dict[date, list[Person]] = defaultdict(list)
        for person in self.people:
            found[person.day].append(person)
        return found


def a_world(connection: Connection, first_monday: date, weeks: int, seed: int, codes: Iterable[str]) -> World:
    """Make communes of Đồng Nai with one to three counters each, thin and busy ones, and their people."""
    chance = Random(seed)
    city = factories.dong_nai(connection)
    questionnaire_id = factories.the_default_questionnaire(connection, city)
    sizes = (2, 6, 14, 30)
    places = []
    for number, code in enumerate(codes):
        unit = find_unit(connection, code, first_monday)
        assert unit is not None
        counters = tuple(factories.a_service_point(connection, unit, f"Quầy {n + 1}") for n in range(1 + number % 3))
        places.append(Place(unit, counters, sizes[(number + seed) % len(sizes)]))
    people = [
        person
        for place in places
        for week in range(weeks)
        for person in _week(chance, place, first_monday + week * WEEK)
    ]
    apart = Random(seed)  # So that everything else is as it was before anybody was asked about trouble.
    numbered = tuple(replace(person, number=number, trouble=_trouble(apart)) for number, person in enumerate(people))
    return World(city, tuple(places), questionnaire_id, numbered, first_monday, weeks)


def live_through(connection: Connection, world: World, days: Iterable[date], minimum_n: int = MINIMUM) -> None:
    """Book, count and publish the days, as closing does."""
    by_day, publish = world.by_day(), publishing_step(minimum_n)
    for day in days:
        ensure_partition(connection, day)
        people = by_day.get(day, [])
        if people:
            connection.execute(insert(response), [_row(person, world.questionnaire_id) for person in people])
        connection.execute(insert(BookDayRow), {"day": day, "responses": len(people)})
        rebuild_day(connection, day)
        publish(connection, day)


def _week(chance: Random, place: Place, monday: date) -> Iterator[Person]:
    """Counters serve their own domains mostly, so that cuts lie inside each other now and then."""
    for _person in range(chance.randint(0, 2 * place.size)):
        domain = chance.choice(DOMAINS)
        counter = place.counters[DOMAINS.index(domain) % len(place.counters)]
        if chance.random() < 0.06:
            counter = chance.choice(place.counters)
        ratings = {item: chance.choices((1, 2, 3, 4, 5), (2, 3, 8, 30, 57))[0] for item in ITEM_SLOTS}
        kept = {item: level for item, level in ratings.items() if chance.random() > 0.05}
        yield Person(
            number=0,
            unit_id=place.unit.id,
            service_point_id=counter,
            day=monday + timedelta(days=chance.randint(0, 4)),
            channel=chance.choices(("poster", "ticket", "kiosk", "assisted"), (70, 17, 8, 5))[0],
            group=chance.choices(("citizen", NOT_STATED, "organisation"), (75, 12, 13))[0],
            domain=NOT_STATED if chance.random() < 0.15 else domain,
            ratings=kept or {"overall": 4},
            set_aside=int(chance.random() < 0.08),
            trouble="",
        )


def _trouble(chance: Random) -> str:
    return chance.choices(("no", "trouble", "money", "no_answer", ""), (86, 4, 1, 3, 6))[0]


def _row(person: Person, questionnaire_id: int) -> dict[str, object]:
    slots = {slot: person.ratings.get(item) for item, slot in ITEM_SLOTS.items()}
    return {
        "day": person.day,
        "unit_id": person.unit_id,
        "id": os.urandom(16),
        "day_part": "morning",
        "service_point_id": person.service_point_id,
        "channel": person.channel,
        "respondent_group": None if person.group == NOT_STATED else person.group,
        "service_domain": None if person.domain == NOT_STATED else person.domain,
        "questionnaire_id": questionnaire_id,
        "language": "vi",
        **slots,
        "c1": TROUBLE_CODES.get(person.trouble),
        "flags": person.set_aside,
        "set_aside": person.set_aside,
        "leaf_salt": os.urandom(16),
        "leaf_hash": os.urandom(32),
    }
