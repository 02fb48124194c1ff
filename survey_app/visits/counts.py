"""What was counted in a week, and which of it answers are held against. Pure."""

from dataclasses import dataclass, fields
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Place:
    """What was counted: the whole unit, or one of its premises, or one of its service points, or one service domain.

    `service_domain` as the questionnaire calls it ("land"), of the unit as a whole: no source tells it by counter.
    """

    unit_id: int
    premises_id: int | None = None
    service_point_id: int | None = None
    service_domain: str | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """The four numbers of a week; None: nobody said.

    `counter_visits` are queue tickets drawn at the counters, people who only ask included; `dossiers_filed` were handed
    in at the centre; `helped_online` were filed online with an official's help at the centre; `fully_online` came from
    elsewhere, by people who never stood at a counter.
    """

    counter_visits: int | None = None
    dossiers_filed: int | None = None
    helped_online: int | None = None
    fully_online: int | None = None


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """The numbers of a unit (or of a place in it) in the ISO week that begins on `monday`."""

    place: Place
    monday: date
    numbers: Numbers

    @property
    def unit_id(self) -> int:
        """The unit that the numbers belong to."""
        return self.place.unit_id


def denominator(counts: WeekCounts | Numbers) -> int | None:
    """How many people could have been asked: visits where they are counted, else dossiers filed plus helped online.

    Never fully online ones: those people met no official. People who only ask draw a queue ticket but have no dossier,
    so without queue tickets this is too small, and more answers than this is a question to ask, not a sign of guilt.
    None when none of the three is known.
    """
    numbers = counts if isinstance(counts, Numbers) else counts.numbers
    if numbers.counter_visits is not None:
        return numbers.counter_visits
    parts = [part for part in (numbers.dossiers_filed, numbers.helped_online) if part is not None]
    return sum(parts) if parts else None


def monday_of(day: date) -> date:
    """The Monday of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def add_up(parts: list[Numbers]) -> Numbers:
    """The sums, kind by kind, over those parts that said something about the kind."""
    sums = {}
    for each in fields(Numbers):
        said = [number for part in parts if (number := getattr(part, each.name)) is not None]
        sums[each.name] = sum(said) if said else None
    return Numbers(**sums)


def fill(first: Numbers, second: Numbers) -> Numbers:
    """The numbers of `first`, and those of `second` where `first` says nothing."""
    chosen = {}
    for each in fields(Numbers):
        number = getattr(first, each.name)
        chosen[each.name] = getattr(second, each.name) if number is None else number
    return Numbers(**chosen)
