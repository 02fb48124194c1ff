"""Premises and counters as the back office keeps them, files of them, and the test scans of their sheets."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection

from survey_app.territory.place_changes import (
    correct_premises,
    correct_service_point,
    places_of,
    premises_by_id,
    premises_of,
    set_domains,
)
from survey_app.territory.problems import RefusedChange
from survey_app.territory.scan_checks import ScanCheck, checks_of, note_seen
from survey_app.territory.service_points import change_body, close_service_point, service_point_by_id
from tests.support.factories import LONG_AGO, a_commune, a_scan_code, a_service_point, some_premises

DAY, LATER = date(2026, 11, 24), date(2026, 12, 1)
BY = "lanhdao@dongnai.gov.vn"


def test_all_places_of_a_unit_open_closed_and_to_come(connection: Connection) -> None:
    commune = a_commune(connection)
    premises = some_premises(connection, commune)
    old = a_service_point(connection, commune, "Quầy 1", premises_id=premises)
    close_service_point(connection, old, DAY)
    later = a_service_point(
        connection, commune, "Quầy 2", premises_id=premises, valid_from=LATER, domains=["land"], body="police"
    )
    found = places_of(connection, commune.id, DAY)
    assert [(each.id, each.valid_from, each.valid_to) for each in found] == [
        (old, LONG_AGO, DAY),
        (later, LATER, None),
    ]
    assert (found[1].body, found[1].domains) == ("police", ("land",))
    assert [each.id for each in premises_of(connection, commune.id)] == [premises]
    assert premises_by_id(connection, 999) is None


def test_the_body_is_that_of_the_day(connection: Connection) -> None:
    commune = a_commune(connection)
    point = a_service_point(connection, commune)
    change_body(connection, point, "post", LATER)
    assert [places_of(connection, commune.id, day)[0].body for day in (DAY, LATER)] == ["commune", "post"]


def test_words_are_mended_in_place(connection: Connection) -> None:
    commune = a_commune(connection)
    premises = some_premises(connection, commune)
    point = a_service_point(connection, commune, premises_id=premises)
    assert correct_premises(connection, premises, " Trụ sở mới ", "")
    assert not correct_premises(connection, premises, "Trụ sở mới", "")
    assert correct_service_point(connection, point, "Quầy A", "Counter A")
    assert not correct_service_point(connection, point, "Quầy A", "Counter A")
    assert set_domains(connection, point, ["land", "building"])
    assert not set_domains(connection, point, ["building", "land"])
    known = service_point_by_id(connection, point, DAY)
    assert known is not None
    assert (known.name, known.name_en, known.premises.name, known.domains) == (
        "Quầy A",
        "Counter A",
        "Trụ sở mới",
        ("building", "land"),
    )
    assert set_domains(connection, point, [])
    again = service_point_by_id(connection, point, DAY)
    assert again is not None and again.domains == ()


def test_what_cannot_be_mended_says_why(connection: Connection) -> None:
    point = a_service_point(connection, a_commune(connection))
    refusals: list[tuple[Callable[[], bool], str]] = [
        (lambda: correct_premises(connection, 999, "A", ""), "unknown_premises"),
        (lambda: correct_premises(connection, 1, "", ""), "empty_premises"),
        (lambda: correct_service_point(connection, 999, "A", "A"), "unknown_service_point"),
        (lambda: correct_service_point(connection, point, "A", "x" * 81), "bad_service_point"),
        (lambda: set_domains(connection, point, ["x" * 25]), "bad_domain"),
    ]
    for change, rule in refusals:
        with pytest.raises(RefusedChange) as refused:
            change()
        assert refused.value.rule == rule


def test_a_test_scan_is_noted_once(connection: Connection) -> None:
    code = a_scan_code(connection, a_service_point(connection, a_commune(connection)))
    assert checks_of(connection, [code]) == {}
    assert note_seen(connection, code, DAY, seen_by=BY)
    assert not note_seen(connection, code, LATER, seen_by="khac@dongnai.gov.vn")
    assert checks_of(connection, [code, "KHONGCO"]) == {code: ScanCheck(code, DAY, BY)}
    with pytest.raises(RefusedChange):
        note_seen(connection, "AAAA", DAY, seen_by=BY)
