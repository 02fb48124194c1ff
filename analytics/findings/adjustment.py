"""A commune's index by four-week block, raw and as it would be if those who answered came as those who visited.

The mix of visits is that of service domains and, where slips with a code were given out, of people with and without
one; where nobody tells visits by domain, that of service points. Weights follow from counts, scores from published
parts alone: an adjusted number tells nothing that does not stand beside it. Where it cannot be had, the raw number
stands alone, with the reason. For staff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from analytics.findings.coverage import Coverage, coverages
from analytics.findings.visit_mix import VisitMix, persons_by, read_answered, read_visit_mix, told_throughout, visits_in
from analytics.published.numbers import Part, read_groups, read_parts
from analytics.published.rounding import percent
from analytics.published.sums import CHANNELS_WITH_CODE, Axis, Viewer
from analytics.published.unions import Cell, Span, cells_by
from analytics.statistics.adjustment import AdjustedShare, Refusal
from analytics.statistics.indices import SIXTIETHS, attitude_index
from analytics.statistics.intervals import Interval
from analytics.statistics.margin_adjustment import adjust_by_margins
from analytics.statistics.periods import WEEK, monday_of, mondays_between
from analytics.statistics.publication import BLOCK_WEEKS

BLOCKS = 4
LEAST_TOLD = 0.5
"""Domains for which visits are told must be those of at least half of the persons who answered."""


class NotAdjusted(StrEnum):
    """Why a block has no adjusted number; words: `findings.not_adjusted.<reason>`."""

    NO_VISITS = "no_visits"
    """Visits are known neither by domain nor by service point for every week of it."""
    ONE_PART = "one_part"
    """The block is shown as one part: there is nothing to weight."""
    EMPTY_STRATUM = "empty_stratum"
    """People came for a matter, with a slip, or to a service point, of whom nobody sent a form."""
    DESIGN_EFFECT = "design_effect"
    """The weights would throw away more than half of what the forms are worth."""
    DISCREPANCY = "discrepancy"
    """Even the largest weights allowed leave the forms unlike the visits."""


class Mix(StrEnum):
    """By what the forms were weighted; words: `findings.adjusted_by.<mix>`."""

    DOMAIN_AND_CODE = "domain_and_code"
    """Service domain × with or without a code."""
    DOMAIN = "domain"
    SERVICE_POINT = "service_point"


@dataclass(frozen=True, slots=True)
class Percent:
    """An index with its 95 % interval, in percent."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AdjustedBlock:
    """A four-week block: its coverage, the raw index of n persons, and the adjusted one or the reason for none.

    `mix`: what it was weighted by (None when nothing could be tried), `parts`: over how many parts; `design_effect`
    (Kish): n is worth n over this.
    """

    first_day: date
    last_day: date
    n: int
    coverage: Coverage
    raw: Percent
    adjusted: Percent | None
    parts: int
    design_effect: float
    refusal: NotAdjusted | None
    mix: Mix | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """The outcome of weighting one block: a share or the reason for none, by what, over how many parts."""

    outcome: AdjustedShare | NotAdjusted
    mix: Mix | None
    parts: int


PersonsBy = Mapping[tuple[str, bool], int]
"""Persons of a block by domain and whether they had a code."""


def unit_blocks(connection: Connection, unit_id: int, last_day: date, variance_ratio: float) -> list[AdjustedBlock]:
    """The last four blocks of a commune by `last_day`, oldest first.

    Method: `analytics.statistics.margin_adjustment`; nine statements, however many blocks.
    """
    first_day = last_day - (BLOCKS + 1) * BLOCK_WEEKS * WEEK
    groups = read_groups(connection, [unit_id], first_day=first_day, last_day=last_day)
    blocks = [cell for cell in cells_by(groups, Span.BLOCK) if cell.stretch.last_day <= last_day][-BLOCKS:]
    if not blocks:
        return []
    parts = {
        axis: read_parts(connection, [unit_id], axis, Viewer.STAFF, first_day=first_day, last_day=last_day)
        for axis in (Axis.DOMAIN, Axis.CHANNEL, Axis.SERVICE_POINT)
    }
    spans = [mondays_between(monday_of(block.first_day), monday_of(block.last_day)) for block in blocks]
    visits = read_visit_mix(connection, unit_id, spans[0][0], spans[-1][-1])
    answered = read_answered(connection, unit_id, spans[0][0], spans[-1][-1])
    covered = coverages(connection, [unit_id], spans)
    made = []
    for block, mondays, coverage in zip(blocks, spans, covered, strict=True):
        inside = {axis: [part for part in own if part.last_day == block.last_day] for axis, own in parts.items()}
        weighed = weigh_block(inside, visits, persons_by(answered, mondays), mondays, variance_ratio)
        made.append(_block(block, coverage[unit_id], weighed, variance_ratio))
    return made


def weigh_block(
    parts: Mapping[Axis, Sequence[Part]],
    visits: VisitMix,
    persons: PersonsBy,
    mondays: Sequence[date],
    variance_ratio: float,
) -> Weighed:
    """Weight a block to its visits by domain (and code); by service point only where none are told by domain.

    A refusal for another reason stands: no second mix is tried until one gives a number.
    """
    told = told_throughout(visits.by_domain, mondays)
    if sum(told.values()) and _told_share(told, persons) >= LEAST_TOLD:
        return _by_domain(parts, told, visits, persons, mondays, variance_ratio)
    points = parts.get(Axis.SERVICE_POINT, ())
    came = visits_in(visits.by_point, mondays)
    if came is None:
        return Weighed(NotAdjusted.NO_VISITS, None, len(points))
    return Weighed(weigh(points, came, variance_ratio), Mix.SERVICE_POINT, len(points))


def weigh(
    parts: Sequence[Part], visits: Mapping[str, int] | None, variance_ratio: float
) -> AdjustedShare | NotAdjusted:
    """The parts' index at their share of the visits by label, or why it cannot be told."""
    if len(parts) < 2:
        return NotAdjusted.ONE_PART
    labels = {label for part in parts for label in part.labels}
    if visits is None or not labels <= visits.keys():
        return NotAdjusted.NO_VISITS
    if any(came and point not in labels for point, came in visits.items()):
        return NotAdjusted.EMPTY_STRATUM
    came_to = [float(sum(visits[label] for label in part.labels)) for part in parts]
    return _outcome([part.sums.scores.n for part in parts], [_satisfied(parts)], [came_to], variance_ratio)


def _by_domain(
    parts: Mapping[Axis, Sequence[Part]],
    told: Mapping[str, int],
    visits: VisitMix,
    persons: PersonsBy,
    mondays: Sequence[date],
    variance_ratio: float,
) -> Weighed:
    domains = parts.get(Axis.DOMAIN, ())
    named = _persons_by_domain(persons)
    slips = sum(visits.slips.get(monday, 0) for monday in mondays)
    coded = sum(n for (_domain, with_code), n in persons.items() if with_code)
    if len(domains) < 2:
        return Weighed(NotAdjusted.ONE_PART, Mix.DOMAIN, len(domains))
    if any(came and not named.get(domain) for domain, came in told.items()) or (slips and not coded):
        return Weighed(NotAdjusted.EMPTY_STRATUM, Mix.DOMAIN, len(domains))
    wanted = _wanted_by_domain(domains, told, named)
    channels = _by_code(parts.get(Axis.CHANNEL, ()))
    others = _came_without_slip(visits, slips, mondays)
    cells = _cells(domains, persons)
    if channels is None or others is None or not _fits(cells, domains, channels):
        outcome = _outcome([part.sums.scores.n for part in domains], [_satisfied(domains)], [wanted], variance_ratio)
        return Weighed(outcome, Mix.DOMAIN, len(domains))
    satisfied = [_satisfied(domains), [sum(_satisfied(side)) for side in channels]]
    outcome = _outcome(cells, satisfied, [wanted, [float(slips), float(others)]], variance_ratio)
    return Weighed(outcome, Mix.DOMAIN_AND_CODE, len(domains) * 2)


def _outcome(
    counts: Sequence[int] | Sequence[Sequence[int]],
    satisfied: Sequence[Sequence[float]],
    visits: Sequence[Sequence[float]],
    variance_ratio: float,
) -> AdjustedShare | NotAdjusted:
    share = adjust_by_margins(counts, satisfied, visits, variance_ratio=variance_ratio)
    return share if share.refusal is None else _REASONS.get(share.refusal, NotAdjusted.NO_VISITS)


_REASONS = {
    Refusal.EMPTY_STRATUM: NotAdjusted.EMPTY_STRATUM,
    Refusal.DESIGN_EFFECT: NotAdjusted.DESIGN_EFFECT,
    Refusal.DISCREPANCY: NotAdjusted.DISCREPANCY,
}


def _satisfied(parts: Sequence[Part]) -> list[float]:
    return [part.sums.scores.total / SIXTIETHS for part in parts]


def _persons_by_domain(persons: PersonsBy) -> Mapping[str, int]:
    named: dict[str, int] = {}
    for (domain, _with_code), n in persons.items():
        named[domain] = named.get(domain, 0) + n
    return named


def _told_share(told: Mapping[str, int], persons: PersonsBy) -> float:
    """The share of persons who named a domain for which visits are told."""
    named, everybody = _persons_by_domain(persons), sum(persons.values())
    return sum(named.get(domain, 0) for domain in told) / everybody if everybody else 0.0


def _wanted_by_domain(domains: Sequence[Part], told: Mapping[str, int], named: Mapping[str, int]) -> list[float]:
    """The share each part should have: of its domains among visits told; people of other domains keep their share."""
    everybody, came = sum(named.values()), sum(told.values())
    of_told = sum(named.get(domain, 0) for domain in told) / everybody
    return [
        sum(of_told * told[label] / came if label in told else named.get(label, 0) / everybody for label in part.labels)
        for part in domains
    ]


def _by_code(channels: Sequence[Part]) -> tuple[Sequence[Part], Sequence[Part]] | None:
    """The channels' parts with a code and without; None where they are not shown apart."""
    coded = [part for part in channels if set(part.labels) <= set(CHANNELS_WITH_CODE)]
    others = [part for part in channels if not set(part.labels) & set(CHANNELS_WITH_CODE)]
    return (coded, others) if coded and others and len(coded) + len(others) == len(channels) else None


def _came_without_slip(visits: VisitMix, slips: int, mondays: Sequence[date]) -> int | None:
    """Visits of people who got no slip; None where it is not known, no slip was made, or more were than people came."""
    if not slips or any(monday not in visits.whole for monday in mondays):
        return None
    others = sum(visits.whole[monday] for monday in mondays) - slips
    return others if others > 0 else None


def _cells(domains: Sequence[Part], persons: PersonsBy) -> list[list[int]]:
    """Persons by part and code: with one, without one."""
    return [[sum(persons.get((label, code), 0) for label in part.labels) for code in (True, False)] for part in domains]


def _fits(
    cells: Sequence[Sequence[int]], domains: Sequence[Part], channels: tuple[Sequence[Part], Sequence[Part]]
) -> bool:
    """Whether the facts still count the very persons that were published."""
    rows = [sum(row) for row in cells] == [part.sums.scores.n for part in domains]
    sides = [sum(part.sums.scores.n for part in side) for side in channels]
    return rows and [sum(column) for column in zip(*cells, strict=True)] == sides


def _block(block: Cell, covered: Coverage, weighed: Weighed, variance_ratio: float) -> AdjustedBlock:
    raw = attitude_index(*block.sums.scores, variance_ratio)
    refusal = weighed.outcome if isinstance(weighed.outcome, NotAdjusted) else None
    share = None if isinstance(weighed.outcome, NotAdjusted) else weighed.outcome
    return AdjustedBlock(
        first_day=block.first_day,
        last_day=block.last_day,
        n=raw.n,
        coverage=covered,
        raw=_percent(raw.value, raw.interval),
        adjusted=_percent(share.adjusted, share.adjusted_interval) if share else None,
        parts=weighed.parts,
        design_effect=round(share.design_effect, 2) if share else 1.0,
        refusal=refusal,
        mix=weighed.mix,
    )


def _percent(value: float | None, interval: Interval | None) -> Percent:
    assert value is not None and interval is not None, "a published cell has the minimum"
    return Percent(percent(value), percent(interval.low), percent(interval.high))
