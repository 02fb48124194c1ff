"""The law over everything that is ever published of a simulated city, with every person known.

A cell is the set of persons behind it, whatever it is called: so cells that lie inside each other by chance are found
too, across weeks, blocks, periods, cuts, units and the city. What staff may see is tried, which holds what the public
sees.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import combinations, product
from operator import or_

import pytest

from analytics.published.numbers import Group, Part, Window, read_groups, read_parts, read_windows
from analytics.published.sums import Axis, Population, Viewer, WindowKind
from analytics.published.trouble import TroubleQuarter, trouble_by_quarter, trouble_of_all
from analytics.published.unions import Span, cells_by, included_by, items_by, parts_by
from tests.analytics.published.world import MINIMUM, WEEK, Person, World, a_world, live_through
from tests.support.databases import SQLiteDatabases, connect

CODES = ("25195", "25210", "25217", "26041")
FIRST_MONDAY = date(2026, 5, 11)
WEEKS = 30
SERVICE_POINT_MINIMUM = 30

Keep = Callable[[Person], bool]
LABEL_OF: Mapping[Axis, Callable[[Person], str]] = {
    Axis.CHANNEL: lambda person: person.channel,
    Axis.GROUP: lambda person: person.group,
    Axis.DOMAIN: lambda person: person.domain,
    Axis.SERVICE_POINT: lambda person: str(person.service_point_id),
}


@dataclass(frozen=True)
class Published:
    """All bricks of a world."""

    world: World
    groups: Sequence[Group]
    parts: Mapping[Axis, Sequence[Part]]
    windows: Sequence[Window]
    trouble: Mapping[int, Sequence[TroubleQuarter]]
    trouble_together: Sequence[TroubleQuarter]

    def persons(self, bricks: Iterable[Group | Part], keep: Keep) -> int:
        """The persons of bricks as a set of bits."""
        mask = 0
        for brick in bricks:
            for person in self.world.of_unit(brick.unit_id):
                if brick.first_day <= person.day <= brick.last_day and keep(person):
                    mask |= 1 << person.number
        return mask


def in_population(population: Population) -> Keep:
    def keep(person: Person) -> bool:
        if person.set_aside:
            return False
        if population is Population.HEADLINE:
            return person.headline
        if population is Population.ORGANISATIONS:
            return person.group == "organisation" and person.channel != "assisted"
        return person.group != "organisation" and person.channel == "assisted"

    return keep


def in_part(part: Part) -> Keep:
    counts, label_of = in_population(Population.HEADLINE), LABEL_OF[part.axis]
    return lambda person: counts(person) and label_of(person) in part.labels


def measured(mask: int, people: Sequence[Person]) -> dict[str, int]:
    """The same set by measure: who counts for attitude, who for the overall index."""
    scored = sum(1 << person.number for person in people if person.scored)
    rated = sum(1 << person.number for person in people if "overall" in person.ratings)
    return {"attitude": mask & scored, "overall": mask & rated}


@pytest.fixture(scope="module", params=[1, 2, 3])
def published(request: pytest.FixtureRequest, sqlite_databases: SQLiteDatabases) -> Published:
    """Thirty weeks of four communes."""
    with sqlite_databases.fresh() as url, connect(url).connect() as connection:
        world = a_world(connection, FIRST_MONDAY, WEEKS, request.param, CODES)
        live_through(connection, world, world.days)
        groups = read_groups(connection, world.unit_ids, tuple(Population))
        return Published(
            world,
            groups,
            {axis: read_parts(connection, world.unit_ids, axis, Viewer.STAFF) for axis in Axis},
            read_windows(connection, groups, tuple(WindowKind)),
            trouble_by_quarter(connection, world.unit_ids),
            trouble_of_all(connection, world.unit_ids),
        )


def bricks_with_persons(published: Published) -> Iterator[tuple[object, int]]:
    for group in published.groups:
        yield group, published.persons([group], in_population(group.population))
    for parts in published.parts.values():
        for part in parts:
            yield part, published.persons([part], in_part(part))


def every_cell(published: Published) -> Iterator[tuple[str, int]]:
    """Every cell of every period, "so far" ones included, of every unit and of the city; as named sets of persons."""
    masks = {id(brick): mask for brick, mask in bricks_with_persons(published)}
    areas = [[unit_id] for unit_id in published.world.unit_ids] + [published.world.unit_ids]
    mondays = [FIRST_MONDAY + number * WEEK for number in range(0, WEEKS + 1, 3)]
    for area in areas:
        for until in mondays:
            for span in Span:
                for population in Population:
                    groups = [
                        group
                        for group in published.groups
                        if group.unit_id in area and group.population is population and group.last_day < until
                    ]
                    yield from united(f"{area} {population} {span} {until}", groups, span, masks)
                if span is Span.WEEK:
                    continue
                for axis, parts in published.parts.items():
                    of_area = [part for part in parts if part.unit_id in area and part.last_day < until]
                    yield from united_parts(f"{area} {axis} {span} {until}", of_area, span, masks)
        for window in published.windows:
            if window.unit_id in area and window.kind is WindowKind.SET_ASIDE:
                yield f"{area} with set aside", published.persons(window.groups, lambda person: person.headline)


def united(name: str, groups: Sequence[Group], span: Span, masks: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    """Rebuild each cell from the bricks that lie in its period, and see that its sums are theirs."""
    for cell in cells_by(groups, span):
        inside = [one for one in groups if cells_by([one], span)[0].stretch == cell.stretch]
        mask = 0
        for group in inside:
            mask |= masks[id(group)]
        assert mask.bit_count() == cell.sums.responses
        yield f"{name} {cell.stretch.first_day}", mask


def united_parts(name: str, parts: Sequence[Part], span: Span, masks: Mapping[int, int]) -> Iterator[tuple[str, int]]:
    for cell in parts_by(parts, span):
        mask = 0
        for part in parts:
            alone = parts_by([part], span)[0]
            if (alone.label, alone.cell.stretch) == (cell.label, cell.cell.stretch):
                mask |= masks[id(part)]
        assert mask.bit_count() == cell.cell.sums.responses
        yield f"{name} {cell.label} {cell.cell.stretch.first_day}", mask


def test_no_cell_and_no_difference_is_about_fewer_than_ten(published: Published) -> None:
    cells: dict[str, dict[int, str]] = defaultdict(dict)
    for name, mask in every_cell(published):
        for measure, persons in measured(mask, published.world.people).items():
            cells[measure].setdefault(persons, name)
    for found in cells.values():
        assert len(found) > 200
        by_size = sorted(found, key=int.bit_count)
        for place, inner in enumerate(by_size):
            assert inner.bit_count() >= MINIMUM, found[inner]
            for outer in by_size[place + 1 :]:
                if inner & ~outer == 0:
                    assert (outer & ~inner).bit_count() >= MINIMUM, (found[inner], found[outer])


def test_sums_are_those_of_the_persons(published: Published) -> None:
    people = published.world.people
    for brick, mask in bricks_with_persons(published):
        assert isinstance(brick, Group | Part)
        sets = measured(mask, people)
        assert brick.sums.persons == (sets["attitude"].bit_count(), sets["overall"].bit_count())
        ratings = [p.ratings[item] for p in people if mask >> p.number & 1 for item in p.ratings if item != "overall"]
        assert brick.sums.ratings == tuple(ratings.count(level) for level in range(1, 6))
        if isinstance(brick, Part) and brick.axis is Axis.SERVICE_POINT:
            assert min(brick.sums.persons) >= SERVICE_POINT_MINIMUM


def test_parts_hold_everybody_of_their_block_once(published: Published) -> None:
    cut = set()
    for axis, parts in published.parts.items():
        blocks: dict[tuple[int, date, date], list[Part]] = defaultdict(list)
        for part in parts:
            blocks[part.unit_id, part.first_day, part.last_day].append(part)
        for inside in blocks.values():
            assert len(inside) > 1
            masks = [published.persons([part], in_part(part)) for part in inside]
            whole = published.persons(inside[:1], in_population(Population.HEADLINE))
            assert sum(mask.bit_count() for mask in masks) == whole.bit_count()
            cut.add(axis)
    assert cut >= {Axis.CHANNEL, Axis.DOMAIN}


def test_who_left_items_out_cannot_be_told(published: Published) -> None:
    shown = [window for window in published.windows if window.kind is WindowKind.ITEMS]
    assert shown
    for unit_id in published.world.unit_ids:
        of_unit = [window for window in shown if window.unit_id == unit_id]
        for span in (Span.BLOCK, Span.QUARTER, Span.YEAR):
            for cell in items_by(of_unit, span):
                assert all(sum(levels) >= MINIMUM for levels in cell.items.values())
    for window in shown:
        mask = published.persons(window.groups, in_population(Population.HEADLINE))
        partial = sum(person.partial for person in published.world.people if mask >> person.number & 1)
        assert partial == 0 or partial >= MINIMUM


def test_what_was_set_aside_is_included_from_ten_on(published: Published) -> None:
    windows = [window for window in published.windows if window.kind is WindowKind.SET_ASIDE]
    added = set()
    for window in windows:
        (cell,) = included_by([window], Span.BLOCK)
        without = cells_by(window.groups, Span.YEAR)
        persons = tuple(sum(one.sums.persons[measure] for one in without) for measure in (0, 1))
        for included, plain in zip(cell.sums.persons, persons, strict=True):
            assert included == plain or included >= plain + MINIMUM
            added.add(included > plain)
        everyone = measured(published.persons(window.groups, lambda person: person.headline), published.world.people)
        assert cell.sums.persons == (everyone["attitude"].bit_count(), everyone["overall"].bit_count())
    assert True in added


def test_no_difference_of_what_was_reported_is_about_fewer_than_a_hundred(published: Published) -> None:
    """Communes' quarters and those of all together, as sets of persons: all pairs, all unions taken from the sum."""
    cells: list[int] = []
    for together in published.trouble_together:
        of_units = []
        for unit_id, quarters in published.trouble.items():
            for quarter in quarters:
                if quarter.first_day == together.first_day:
                    of_units.append(reported_by(published.world, unit_id, quarter))
                    assert of_units[-1].bit_count() == quarter.n
        everybody = reduce(or_, of_units)
        assert (everybody.bit_count(), len(of_units)) == (together.n, together.units)
        unions = [reduce(or_, some) for size in range(1, len(of_units) + 1) for some in combinations(of_units, size)]
        cells += [everybody, *of_units, *(everybody & ~union for union in unions)]
    assert len(cells) > 6
    for first, second in product(cells, cells):
        for persons in (first, first & ~second if second & ~first == 0 else 0):
            assert persons == 0 or persons.bit_count() >= 100


def reported_by(world: World, unit_id: int, quarter: TroubleQuarter) -> int:
    """Who of a commune answered the question in the quarter's weeks, as a set of bits."""
    mask = 0
    for person in world.of_unit(unit_id):
        inside = quarter.first_monday <= person.day <= quarter.last_sunday
        if inside and person.headline and not person.set_aside and person.trouble in {"no", "trouble", "money"}:
            mask |= 1 << person.number
    return mask
