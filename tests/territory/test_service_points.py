"""Premises and service points: whose staff sit where, from when to when."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine

from survey_app.territory.problems import RefusedChange
from survey_app.territory.service_points import (
    Body,
    add_premises,
    add_service_point,
    change_body,
    close_premises,
    close_service_point,
    service_point_by_id,
    service_points_of,
)
from survey_app.territory.unit_register import close_unit
from survey_app.territory.units import Unit
from tests.support.factories import LONG_AGO, a_commune, a_service_point, some_premises
from tests.support.queries import QueryCounter

TODAY = date(2026, 11, 24)
DAY = timedelta(1)


@pytest.fixture
def commune(connection: Connection) -> Unit:
    return a_commune(connection)


def test_a_service_point_knows_its_place_its_body_and_its_domains(connection: Connection, commune: Unit) -> None:
    premises = add_premises(connection, commune.id, " Cơ sở 2 ", "", LONG_AGO)
    added = add_service_point(
        connection, premises, "Quầy 2", "Counter 2", "land_registration", ["land", "building", "land"], LONG_AGO
    )
    point = service_point_by_id(connection, added, TODAY)
    assert point is not None
    assert (point.name, point.name_en, point.body) == ("Quầy 2", "Counter 2", "land_registration")
    assert point.domains == ("building", "land")
    assert (point.premises.id, point.premises.name, point.premises.unit_id) == (premises, "Cơ sở 2", commune.id)
    assert (point.unit.code, point.valid_from, point.valid_to) == (commune.code, LONG_AGO, None)


def test_a_unit_lists_the_points_of_all_its_premises_in_one_query(
    connection: Connection, commune: Unit, engine: Engine
) -> None:
    first, second = some_premises(connection, commune), some_premises(connection, commune, "Cơ sở 2")
    a_service_point(connection, commune, "Quầy 10", premises_id=first, domains=["land", "building"])
    a_service_point(connection, commune, "Quầy 2", premises_id=second)
    a_service_point(connection, a_commune(connection, "26248"), "Quầy khác")
    with QueryCounter(engine) as queries:
        points = service_points_of(connection, commune.id, TODAY)
    assert [(point.name, point.domains) for point in points] == [("Quầy 10", ("building", "land")), ("Quầy 2", ())]
    assert queries.count == 1


def test_the_body_is_the_one_of_the_day(connection: Connection, commune: Unit) -> None:
    added = a_service_point(connection, commune, body="commune")
    assert change_body(connection, added, "post", TODAY)
    assert not change_body(connection, added, "post", TODAY + DAY), "they sit there already"
    change_body(connection, added, "police", TODAY + 5 * DAY)
    bodies = []
    for day in (LONG_AGO, TODAY - DAY, TODAY, TODAY + 4 * DAY, TODAY + 5 * DAY, None):
        point = service_point_by_id(connection, added, day)
        assert point is not None
        bodies.append(point.body)
    assert bodies == ["commune", "commune", "post", "post", "police", "police"]


def test_a_service_point_is_open_from_its_first_day_to_the_day_before_it_closes(
    connection: Connection, commune: Unit
) -> None:
    added = a_service_point(connection, commune, valid_from=TODAY)
    assert close_service_point(connection, added, TODAY + 2 * DAY)
    assert not close_service_point(connection, added, TODAY + 2 * DAY)
    open_on = [service_point_by_id(connection, added, TODAY + number * DAY) is not None for number in range(-1, 4)]
    assert open_on == [False, True, True, False, False]
    assert [len(service_points_of(connection, commune.id, TODAY + number * DAY)) for number in (-1, 1, 2)] == [0, 1, 0]
    assert service_point_by_id(connection, added, None) is not None, "without a day: as last known"


def test_closing_premises_closes_what_is_there(connection: Connection, commune: Unit) -> None:
    premises, elsewhere = some_premises(connection, commune), some_premises(connection, commune, "Cơ sở 2")
    here = a_service_point(connection, commune, "Quầy 1", premises_id=premises)
    closed_before = a_service_point(connection, commune, "Quầy 2", premises_id=premises)
    close_service_point(connection, closed_before, TODAY - 9 * DAY)
    a_service_point(connection, commune, "Quầy 3", premises_id=elsewhere)
    assert close_premises(connection, premises, TODAY)
    assert not close_premises(connection, premises, TODAY)
    assert [point.name for point in service_points_of(connection, commune.id, TODAY)] == ["Quầy 3"]
    closed = [service_point_by_id(connection, each, None) for each in (here, closed_before)]
    assert [point.valid_to for point in closed if point] == [TODAY, TODAY - 9 * DAY]


def test_the_points_of_a_unit_end_with_it_and_change_kind_with_it(connection: Connection) -> None:
    commune = a_commune(connection, "25270")
    added = a_service_point(connection, commune)
    close_unit(connection, commune.code, TODAY)
    assert service_points_of(connection, commune.id, TODAY - DAY)[0].unit.kind == "phường"
    assert service_points_of(connection, commune.id, TODAY) == []
    assert service_point_by_id(connection, added, TODAY) is None
    last = service_point_by_id(connection, added, None)
    assert last is not None and (last.unit.kind, last.unit.valid_to) == ("phường", TODAY)


def test_there_is_no_service_point_that_nobody_added(connection: Connection) -> None:
    assert service_point_by_id(connection, 1, TODAY) is None
    assert service_point_by_id(connection, 1, None) is None


Change = Callable[[Connection, Unit, int, int], object]
NOBODY: Body = "nobody"  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda c, unit, _p, _s: add_premises(c, 999, "Cơ sở", "", TODAY), "unit_not_valid"),
        (lambda c, unit, _p, _s: add_premises(c, unit.id, "Cơ sở", "", date(2020, 1, 1)), "unit_not_valid"),
        (lambda c, unit, _p, _s: add_premises(c, unit.id, " ", "", TODAY), "empty_premises"),
        (lambda c, unit, _p, _s: add_premises(c, unit.id, "x" * 121, "", TODAY), "bad_premises"),
        (lambda c, unit, _p, _s: add_premises(c, unit.id, "Cơ sở", "a\0b", TODAY), "bad_address"),
        (lambda c, _u, p, _s: add_service_point(c, 999, "a", "b", "post", [], TODAY), "premises_not_open"),
        (lambda c, _u, p, _s: add_service_point(c, p, "a", "b", "post", [], LONG_AGO - DAY), "premises_not_open"),
        (lambda c, _u, p, _s: add_service_point(c, p, "", "b", "post", [], TODAY), "empty_service_point"),
        (lambda c, _u, p, _s: add_service_point(c, p, "a", "b\n", "post", [], TODAY), "bad_service_point"),
        (lambda c, _u, p, _s: add_service_point(c, p, "a", "b", NOBODY, [], TODAY), "unknown_body"),
        (lambda c, _u, p, _s: add_service_point(c, p, "a", "b", "post", ["x" * 25], TODAY), "bad_domain"),
        (lambda c, _u, p, _s: add_service_point(c, p, "a", "b", "post", [""], TODAY), "empty_domain"),
        (lambda c, _u, _p, s: change_body(c, 999, "post", TODAY), "service_point_not_open"),
        (lambda c, _u, _p, s: change_body(c, s, NOBODY, TODAY), "unknown_body"),
        (lambda c, _u, _p, s: change_body(c, s, "post", LONG_AGO), "body_changed_later"),
        (lambda c, _u, _p, s: close_service_point(c, 999, TODAY), "unknown_service_point"),
        (lambda c, _u, _p, s: close_service_point(c, s, LONG_AGO), "service_point_opens_later"),
        (lambda c, _u, p, _s: close_premises(c, 999, TODAY), "unknown_premises"),
        (lambda c, _u, p, _s: close_premises(c, p, LONG_AGO), "premises_opens_later"),
    ],
)
def test_what_cannot_be_is_refused_with_words(connection: Connection, commune: Unit, change: Change, rule: str) -> None:
    premises = some_premises(connection, commune)
    point = a_service_point(connection, commune, premises_id=premises)
    before = [service_point_by_id(connection, point, None), service_points_of(connection, commune.id, TODAY)]
    with pytest.raises(RefusedChange) as refused:
        change(connection, commune, premises, point)
    assert refused.value.rule == rule
    assert all(len(refused.value.words(language)) > 20 for language in ("vi", "en"))
    assert [service_point_by_id(connection, point, None), service_points_of(connection, commune.id, TODAY)] == before


def test_a_stored_closing_day_is_never_moved(connection: Connection, commune: Unit) -> None:
    premises = some_premises(connection, commune)
    point = a_service_point(connection, commune, premises_id=premises)
    close_service_point(connection, point, TODAY)
    close_premises(connection, premises, TODAY + DAY)
    with pytest.raises(RefusedChange, match="closed on 2026-11-24"):
        close_service_point(connection, point, TODAY + DAY)
    with pytest.raises(RefusedChange, match="closed on 2026-11-25"):
        close_premises(connection, premises, TODAY)


def test_premises_cannot_close_before_a_counter_that_is_yet_to_open(connection: Connection, commune: Unit) -> None:
    premises = some_premises(connection, commune)
    here = a_service_point(connection, commune, premises_id=premises)
    a_service_point(connection, commune, "Quầy 2", premises_id=premises, valid_from=TODAY + DAY)
    with pytest.raises(RefusedChange) as refused:
        close_premises(connection, premises, TODAY)
    assert refused.value.rule == "service_point_opens_later"
    assert service_point_by_id(connection, here, TODAY) is not None
