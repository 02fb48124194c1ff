"""The gates of the guard, on simulated days: honest people are spared, and the document says what is found."""

import pytest

from survey_app.responses.guard_simulations.__main__ import BEGIN, DOCUMENT, END, put_into, row
from survey_app.responses.guard_simulations.scenarios import FALSE, HONEST, Scenario
from survey_app.responses.guard_simulations.trial import try_guard

FEWER = 8
"""The document's table simulates this many times as many days."""


@pytest.mark.parametrize("scenario", HONEST, ids=lambda scenario: scenario.name)
def test_honest_people_are_spared(scenario: Scenario) -> None:
    outcome = try_guard(scenario.make, max(25, scenario.days // FEWER), seed=71)
    assert outcome.share_of_honest < 0.01
    assert outcome.days_warned <= 1


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        ("clerk, one phone, 30 forms at 10–15 s each", 0.8),
        ("clerk, one phone, 30 forms at a minute each", 0.5),
        ("clerk, three phones, 30 forms at 10–15 s each", 0.5),
        ("script from home, 200 forms, one agent, 20–40 s each", 0.9),
    ],
)
def test_lazy_stuffing_is_set_aside_and_honest_answers_beside_it_are_not(name: str, at_least: float) -> None:
    outcome = try_guard(scenario_of(name).make, 15, seed=72)
    assert outcome.share_of_false >= at_least
    assert outcome.share_of_honest < 0.01
    assert outcome.days_warned == outcome.days


@pytest.mark.parametrize(
    "name", ["campaign week, 100 forms from 100 phones", "clerk, three phones, 30 forms at a minute each"]
)
def test_patience_and_many_phones_are_not_found_and_the_document_says_so(name: str) -> None:
    outcome = try_guard(scenario_of(name).make, 15, seed=73)
    assert outcome.share_of_false == 0
    assert f"| {name} |" in DOCUMENT.read_text(encoding="utf-8")


def test_a_flood_voids_no_angry_answer_but_of_a_phone_that_looks_alike() -> None:
    differ = try_guard(scenario_of("flood to void an angry answer, phones differ").make, 40, seed=74)
    alike = try_guard(scenario_of("flood to void an angry answer, phones look alike").make, 40, seed=74)
    assert (differ.angry, differ.angry_set_aside) == (40, 0)
    assert alike.angry_set_aside / alike.angry <= 0.15
    assert differ.share_of_false > 0.8


def test_the_same_seed_tells_the_same() -> None:
    first, again = (try_guard(FALSE[0].make, 3, seed=75) for _ in range(2))
    assert first == again


def test_the_document_has_a_line_for_every_scenario() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")
    table = document.partition(BEGIN)[2].partition(END)[0]
    named = [line.split("|")[1].strip() for line in table.splitlines()[2:]]
    assert named == [scenario.name for scenario in HONEST + FALSE]
    assert put_into(document, table) == document
    assert row(HONEST[2], try_guard(HONEST[2].make, 30)).startswith("| a family of two to six on one phone | 30 | 0.")


def scenario_of(name: str) -> Scenario:
    return next(scenario for scenario in FALSE if scenario.name == name)
