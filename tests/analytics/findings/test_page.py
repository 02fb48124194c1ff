"""`/staff/findings`: for province, supervisor and auditor; the same sections as everywhere else."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine

from tests.analytics.dashboards.conftest import a_city
from tests.analytics.dashboards.factories import publish, simulated, write_weeks
from tests.analytics.dashboards.test_staff_views import browser_of
from tests.support.queries import QueryCounter

Begin = Callable[[], AbstractContextManager[Connection]]
ADDRESS = "/staff/findings"


@pytest.fixture
def lived(transaction: Begin) -> None:
    """Two communes; one of them has been silent for three weeks."""
    random = Random(4)
    with transaction() as connection:
        city = a_city(connection)
        write_weeks(connection, city.trang_bom.id, [simulated(random, 40) for _week in range(16)])
        write_weeks(connection, city.long_hung.id, [simulated(random, 20) for _week in range(13)] + [[], [], []])
        publish(connection)


@pytest.mark.parametrize("role", ["province", "supervisor", "auditor"])
def test_those_who_look_across_all_communes_read_it(app: Flask, lived: None, role: str) -> None:
    answer = browser_of(app, role).get(ADDRESS)
    words = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Phường Long Hưng (26371): 3 tuần liền không có phiếu, từ 02/11/2026. Xin gọi điện." in words
    assert "Mới có 2 nơi đủ 100 người" in words
    assert 'href="/staff/findings?by=quarter#comparison"' in words


@pytest.mark.parametrize("role", ["leader", "administrator", "inspector"])
def test_others_do_not(app: Flask, lived: None, role: str) -> None:
    browser = browser_of(app, role, "26068") if role == "leader" else browser_of(app, role)
    assert browser.get(ADDRESS).status_code == 403
    assert browser.get(f"{ADDRESS}.json").status_code == 403


def test_the_twin_says_the_same(app: Flask, lived: None) -> None:
    browser = browser_of(app, "province")
    words = browser.get(f"{ADDRESS}?lang=en&by=quarter").get_data(as_text=True)
    document = json.loads(browser.get(f"{ADDRESS}.json?lang=en&by=quarter").data)
    assert document["compared_by"] == "quarter"
    assert document["sections"][0]["key"] == "signals"
    assert all(line.replace("'", "&#39;") in words for section in document["sections"] for line in section["lines"])


@pytest.mark.parametrize("query", ["by=week", "by=month", "by=<script>", "city=99", "city=26068"])
def test_what_cannot_be_is_said_with_404(app: Flask, lived: None, query: str) -> None:
    answer = browser_of(app, "province").get(f"{ADDRESS}?{query}")
    assert answer.status_code == 404
    assert "<script>" not in answer.get_data(as_text=True).split("</head>")[1]


def test_a_new_installation_says_that_there_is_nothing(app: Flask) -> None:
    assert "chưa có tuần nào được công bố" in browser_of(app, "province").get(ADDRESS).get_data(as_text=True)


def test_few_statements_however_many_communes(app: Flask, lived: None, engine: Engine) -> None:
    browser = browser_of(app, "province")
    browser.get(ADDRESS)
    with QueryCounter(engine) as queries:
        browser.get(ADDRESS)
    assert queries.count <= 30
