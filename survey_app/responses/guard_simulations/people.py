"""Simulated days at counters: how people, and those who stuff, open and send forms."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OPENS, CLOSES = 7 * 3600, 17 * 3600 + 1800
OFFICE = "203.113.131.5"
"""The office's own network: one address for everybody in it."""
SAME_PHONE = "Mozilla/5.0 (Linux; Android 10; SM-A107F) Chrome/120.0 Mobile Zalo android/12100733"
SHARE_OF_SAME_PHONE = 0.15


@dataclass(frozen=True, slots=True)
class SimulatedForm:
    """A form: seconds of the day when it was opened and sent, by which device, whether by a person about a visit."""

    opened: float
    sent: float
    address: str
    agent: str
    honest: bool = True
    items: int = 8
    service_point: int = 1
    angry: bool = False
    """The one answer that a flood is meant to void."""


Day = Sequence[SimulatedForm]
MakeDay = Callable[[random.Random], Day]


def filling_seconds(draw: random.Random) -> float:
    """How long a person takes for eight items: mostly about a minute; one in twenty just taps, in about 12 s."""
    if draw.random() < 0.05:
        return draw.lognormvariate(2.48, 0.3)
    return draw.lognormvariate(4.0, 0.5)


def any_phone(draw: random.Random) -> str:
    """One of very many phones and versions."""
    return f"Mozilla/5.0 (Linux; Android {draw.randint(8, 16)}; M{draw.getrandbits(40):x}) Mobile"


def ward_phone(draw: random.Random) -> str:
    """A visitor's phone: 15 % have the same model with the same version of Zalo."""
    return SAME_PHONE if draw.random() < SHARE_OF_SAME_PHONE else any_phone(draw)


def visiting_second(draw: random.Random) -> float:
    """When a visitor scans: half of all before ten, the rest over the day."""
    return draw.uniform(OPENS + 1800, 10 * 3600) if draw.random() < 0.5 else draw.uniform(10 * 3600, CLOSES)


def visitor(draw: random.Random, *, service_point: int = 1, address: str = OFFICE) -> SimulatedForm:
    """One visitor who answers at the counter."""
    opened = visiting_second(draw)
    return SimulatedForm(opened, opened + filling_seconds(draw), address, ward_phone(draw), service_point=service_point)


def busy_ward(counters: int) -> MakeDay:
    """200 people answer in a day, all behind the office's one address."""

    def make(draw: random.Random) -> Day:
        return [visitor(draw, service_point=draw.randint(1, counters)) for _ in range(200)]

    return make


def family(draw: random.Random) -> Day:
    """A family of two to six with one phone, handed on, each opening a form of their own."""
    size = draw.choices((2, 3, 4, 5, 6), (55, 25, 12, 6, 2))[0]
    now, forms, phone = visiting_second(draw), [], any_phone(draw)
    for _ in range(size):
        opened = now + draw.uniform(5, 40)
        now = opened + filling_seconds(draw)
        forms.append(SimulatedForm(opened, now, OFFICE, phone))
    return forms


def evening_at_home(draw: random.Random) -> Day:
    """Twenty people answer at the counter, and eight at home at about 20:00, each from a line of their own."""
    forms = [visitor(draw) for _ in range(20)]
    for number in range(8):
        opened = draw.gauss(20 * 3600, 1800)
        forms.append(SimulatedForm(opened, opened + filling_seconds(draw), f"14.161.2.{number}", any_phone(draw)))
    return forms


def business(draw: random.Random) -> Day:
    """One person with papers of a business at three counters, one to four errands at each, answering after each."""
    now, forms, phone = draw.uniform(OPENS + 1800, 14 * 3600), [], any_phone(draw)
    for service_point in (1, 2, 3):
        for _ in range(draw.randint(1, 4)):
            opened = now + draw.uniform(120, 900)
            now = opened + filling_seconds(draw)
            forms.append(SimulatedForm(opened, now, OFFICE, phone, service_point=service_point))
    return forms


def offline_queue(draw: random.Random) -> Day:
    """A phone without signal keeps one to eight forms over the day and sends them all within seconds at 21:00."""
    phone, sent = any_phone(draw), draw.gauss(21 * 3600, 1800)
    now, forms = draw.uniform(OPENS + 1800, 12 * 3600), []
    for number in range(draw.randint(1, 8)):
        forms.append(SimulatedForm(now, sent + number * 0.4, "27.72.98.1", phone))
        now += draw.uniform(45, 1200)
    return forms


def clerk(fakes: int, phones: int, filling: tuple[float, float], pause: tuple[float, float]) -> MakeDay:
    """A clerk fills in forms, one after the other on each phone, besides ten honest visitors."""

    def make(draw: random.Random) -> Day:
        forms = [visitor(draw) for _ in range(10)]
        agents = [ward_phone(draw)] + [any_phone(draw) for _ in range(phones - 1)]
        now = draw.uniform(9 * 3600, 15 * 3600)
        for number in range(fakes):
            opened = now + draw.uniform(*pause)
            now = opened + draw.uniform(*filling)
            forms.append(SimulatedForm(opened, now, OFFICE, agents[number % phones], honest=False))
        return forms

    return make


def script_from_home(agents: int, filling: tuple[float, float]) -> MakeDay:
    """A program sends 200 forms one after the other from 20:00 on, under one agent or a new one each time."""

    def make(draw: random.Random) -> Day:
        forms = [visitor(draw) for _ in range(10)]
        now, names = 20 * 3600.0, [any_phone(draw) for _ in range(agents)]
        for number in range(200):
            opened = now + draw.uniform(1, 3)
            now = opened + draw.uniform(*filling)
            forms.append(SimulatedForm(opened, now, "113.161.5.9", names[number % agents], honest=False))
        return forms

    return make


def campaign_day(draw: random.Random) -> Day:
    """A day of a campaign: twenty friends of the office answer unhurriedly from their own phones, ten visitors too."""
    friends = [visitor(draw, address=f"171.224.{draw.randint(0, 255)}.{draw.randint(1, 254)}") for _ in range(20)]
    false = [SimulatedForm(one.opened, one.sent, one.address, any_phone(draw), honest=False) for one in friends]
    return false + [visitor(draw) for _ in range(10)]


def flood(same_phone: bool) -> MakeDay:
    """A clerk floods ten minutes to void one angry citizen's answer; the phones look alike or not."""

    def make(draw: random.Random) -> Day:
        start = draw.uniform(9 * 3600, 15 * 3600)
        forms, now = [visitor(draw) for _ in range(10)], start
        while now < start + 600:
            opened = now + draw.uniform(1, 3)
            now = opened + draw.uniform(9, 14)
            forms.append(SimulatedForm(opened, now, OFFICE, SAME_PHONE, honest=False))
        opened = start + draw.uniform(200, 500)
        phone = SAME_PHONE if same_phone else any_phone(draw)
        forms.append(SimulatedForm(opened, opened + filling_seconds(draw), OFFICE, phone, angry=True))
        return forms

    return make
