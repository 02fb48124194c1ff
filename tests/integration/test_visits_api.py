"""POST /api/v1/visits: numbers from the province's systems, all taken or none."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from sqlalchemy import Connection

from survey_app.territory.units import communes
from survey_app.visits.counts import Numbers, Place
from survey_app.visits.register import recorded_numbers, visits_of
from tests.integration.conftest import Send
from tests.support.surveys import ScannedCounter

Transaction = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/api/v1/visits"
MONDAY = date(2026, 11, 16)


def known(transaction: Transaction) -> list[Numbers]:
    with transaction() as connection:
        return [each.numbers for each in visits_of(connection, None, date(2020, 1, 6), date(2030, 1, 7))]


def week(counter: ScannedCounter, **numbers: object) -> dict[str, object]:
    return {"unit": counter.commune.code, "week": "2026-W47"} | numbers


def test_numbers_are_taken_and_the_same_twice_changes_nothing(
    send: Send, counter: ScannedCounter, transaction: Transaction
) -> None:
    body = {
        "counts": [
            week(counter, counter_visits=120, fully_online=7),
            {**week(counter), "unit": "26068", "dossiers_filed": 3},
        ]
    }
    first, second = send(ADDRESS, body), send(ADDRESS, body)
    assert (first.status_code, first.get_json()) == (200, {"changed": 3, "unchanged": 0})
    assert second.get_json() == {"changed": 0, "unchanged": 3}
    assert sorted(known(transaction), key=str) == sorted(
        [Numbers(120, None, None, 7), Numbers(dossiers_filed=3)], key=str
    )
    with transaction() as connection:
        told = recorded_numbers(connection, Place(counter.commune.id), MONDAY, MONDAY)[MONDAY]["counter_visits"]
    assert (told.source, told.recorded_by) == ("integration", "Hệ thống một cửa (key)")


def test_numbers_by_service_domain_add_up(send: Send, counter: ScannedCounter, transaction: Transaction) -> None:
    domains = {"land": 30, "business": 12}
    counts = [week(counter, service_domain=name, dossiers_filed=number) for name, number in domains.items()]
    answer = send(ADDRESS, {"counts": counts})
    assert (answer.status_code, answer.get_json()) == (200, {"changed": 2, "unchanged": 0})
    assert known(transaction) == [Numbers(dossiers_filed=42)]
    refused = send(ADDRESS, {"counts": [week(counter, service_domain="đất", dossiers_filed=1)]})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/counts/0/service_domain"


def test_null_takes_back_and_what_is_left_out_stays(
    send: Send, counter: ScannedCounter, transaction: Transaction
) -> None:
    send(ADDRESS, {"counts": [week(counter, counter_visits=120, dossiers_filed=50)]})
    send(ADDRESS, {"counts": [week(counter, counter_visits=None)]})
    assert known(transaction) == [Numbers(dossiers_filed=50)]


@pytest.mark.parametrize(
    ("entry", "pointer"),
    [
        ({"counter_visits": -1}, "/counts/0/counter_visits"),
        ({"counter_visits": 1_000_001}, "/counts/0/counter_visits"),
        ({"counter_visits": "12"}, "/counts/0/counter_visits"),
        ({"counter_visits": 1.0}, "/counts/0/counter_visits"),
        ({}, "/counts/0/counter_visits"),
        ({"counter_visits": 1, "week": "2026-W60"}, "/counts/0/week"),
        ({"counter_visits": 1, "week": "2026-W49"}, "/counts/0/week"),
        ({"counter_visits": 1, "week": "2026-11-17"}, "/counts/0/week"),
        ({"counter_visits": 1, "unit": "75"}, "/counts/0/unit"),
        ({"counter_visits": 1, "premises": 999}, "/counts/0/premises"),
        ({"counter_visits": 1, "dossiers": ["H19"]}, "/counts/0/dossiers"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_written(
    send: Send, counter: ScannedCounter, transaction: Transaction, entry: dict[str, object], pointer: str
) -> None:
    good = {"unit": "26068", "week": "2026-W47", "counter_visits": 9}
    response = send(ADDRESS, {"counts": [week(counter) | entry, good]})
    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]
    assert known(transaction) == []


def test_one_week_may_stand_once(send: Send, counter: ScannedCounter, transaction: Transaction) -> None:
    response = send(ADDRESS, {"counts": [week(counter, counter_visits=1), week(counter, counter_visits=2)]})
    assert response.get_json()["errors"][0]["pointer"] == "/counts/1"
    assert known(transaction) == []


@pytest.mark.parametrize("body", [[], {}, {"counts": []}, {"counts": {}}, {"counts": [7]}, "x", 7, None])
def test_other_shapes_are_refused(send: Send, body: object) -> None:
    response = send(ADDRESS, body)
    assert response.status_code == 422
    assert response.get_json()["errors"]


def test_the_city_has_room_in_one_call(send: Send, counter: ScannedCounter, transaction: Transaction) -> None:
    with transaction() as connection:
        codes = [unit.code for unit in communes(connection, MONDAY)]
    counts = [{"unit": code, "week": "2026-W47", "counter_visits": 100, "dossiers_filed": 80} for code in codes]
    assert send(ADDRESS, {"counts": counts}).get_json() == {"changed": 2 * len(codes), "unchanged": 0}
    assert len(codes) == 95
    assert send(ADDRESS, {"counts": (counts * 2)[:101]}).status_code == 422
