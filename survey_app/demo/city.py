"""The demo's city: the real units of Đồng Nai, with counters, scan codes and questionnaires made up for it."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import Connection

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import (
    callback_questionnaire,
    default_questionnaire,
    parse_own_questions,
    with_own_questions,
)
from survey_app.questionnaires.items import Questionnaire
from survey_app.territory import scan_code_register
from survey_app.territory.service_points import Body, add_premises, add_service_point
from survey_app.territory.unit_register import import_units, parse_units_csv
from survey_app.territory.units import Unit, communes, find_unit

HERE = Path(__file__).parent
UNITS_FILE = HERE.parent / "territory" / "data" / "dong_nai_units_2026.csv"
CITY_CODE = "75"
LEADER_UNIT = "26068"
"""Biên Hòa: the demo leader's unit, with the drop in its last week."""
WORSE_UNIT, STUFFED_UNIT, SILENT_UNIT, OWN_QUESTIONS_UNIT = "26041", "26020", "25222", "26017"
PLANTED_UNITS = frozenset({LEADER_UNIT, WORSE_UNIT, STUFFED_UNIT, SILENT_UNIT, OWN_QUESTIONS_UNIT})
BUSY_UNITS = frozenset({LEADER_UNIT, WORSE_UNIT, STUFFED_UNIT})
COUNTERS: tuple[tuple[str, str, Body, tuple[str, ...]], ...] = (
    ("Quầy 1", "Counter 1", "commune", ("certification", "civil_status", "benefits")),
    ("Quầy 2", "Counter 2", "commune", ("business", "construction", "social", "guidance")),
    ("Quầy 3 (đất đai)", "Counter 3 (land)", "land_registration", ("land",)),
    ("Quầy 4", "Counter 4", "commune", ("certification", "residence", "guidance")),
)


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """A counter of the demo."""

    service_point_id: int
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit of the demo with its counters and the questionnaire it uses."""

    unit: Unit
    counters: tuple[OpenCounter, ...]
    questionnaire_id: int
    questionnaire: Questionnaire


def found_city(connection: Connection, opened: date, limit: int | None, seed: int) -> list[DemoUnit]:
    """Write the city; with `limit`, only the first units get counters (the planted ones among them)."""
    import_units(connection, parse_units_csv(UNITS_FILE.read_bytes(), UNITS_FILE.name))
    city = find_unit(connection, CITY_CODE, opened)
    assert city is not None, "the units file has its root"
    base = default_questionnaire()
    base_id = register.store(connection, base, opened)
    register.store(connection, callback_questionnaire(), opened)
    register.assign(connection, city.id, base_id, opened)
    chance = random.Random(seed)  # noqa: S311  # the demo's dice, not a secret
    made = []
    for unit in _chosen(communes(connection, opened), limit):
        questionnaire, questionnaire_id = base, base_id
        if unit.code == OWN_QUESTIONS_UNIT:
            own = parse_own_questions((HERE / "own_questions.toml").read_text(encoding="utf-8"), "own_questions.toml")
            questionnaire = with_own_questions(base, own)
            questionnaire_id = register.store(connection, questionnaire, opened)
            register.assign(connection, unit.id, questionnaire_id, opened)
        made.append(DemoUnit(unit, _open_counters(connection, unit, opened, chance), questionnaire_id, questionnaire))
    return made


def _chosen(units: Sequence[Unit], limit: int | None) -> list[Unit]:
    """All units, or a few with the planted ones among them."""
    ordered = sorted(units, key=lambda unit: (unit.code not in PLANTED_UNITS, unit.code))
    return sorted(ordered[:limit], key=lambda unit: unit.code)


def _open_counters(connection: Connection, unit: Unit, opened: date, chance: random.Random) -> tuple[OpenCounter, ...]:
    """Two to four counters; one unit in eight kept a second place after the merger of 2025."""
    count = 4 if unit.code in BUSY_UNITS else chance.choice((2, 2, 3, 3, 4))
    main = add_premises(connection, unit.id, f"Trung tâm {unit.in_sentence}", "", opened)
    second = (
        add_premises(connection, unit.id, "Điểm tiếp nhận thứ hai", "", opened) if chance.random() < 0.125 else main
    )
    made = []
    for number, (name, english, body, domains) in enumerate(COUNTERS[:count]):
        premises = second if number == count - 1 else main
        point = add_service_point(connection, premises, name, english, body, domains, opened)
        scan_code_register.issue(connection, point, opened)
        made.append(OpenCounter(point, domains))
    return tuple(made)
