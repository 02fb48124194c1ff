"""Target lines: appended, inherited from the unit above, taken back, never edited."""

from datetime import date

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DBAPIError

from survey_app.territory.office_models import UnitTargetRow
from survey_app.territory.problems import RefusedChange
from survey_app.territory.targets import SetTarget, Target, history_of_targets, set_target, targets_of
from tests.support.factories import a_commune, dong_nai

BEFORE, DAY, LATER = date(2026, 10, 1), date(2026, 11, 24), date(2027, 1, 1)
BY = "thanhpho@dongnai.gov.vn"


def test_a_unit_has_its_own_target_or_that_of_the_unit_above(connection: Connection) -> None:
    city, commune, other = dong_nai(connection), a_commune(connection, "26041"), a_commune(connection, "26248")
    both = [commune.id, other.id]
    assert targets_of(connection, both, DAY) == {}
    assert set_target(connection, city.id, "attitude", 80, BEFORE, set_by=BY) is None
    assert set_target(connection, commune.id, "attitude", 85, DAY, set_by=BY) is None
    assert targets_of(connection, both, BEFORE) == dict.fromkeys(both, Target(80, BEFORE, city.id))
    found = targets_of(connection, both, DAY)
    assert (found[commune.id], found[other.id]) == (Target(85, DAY, commune.id), Target(80, BEFORE, city.id))
    assert targets_of(connection, both, DAY, "overall") == {}


def test_what_was_set_stays_and_the_last_word_on_a_day_holds(connection: Connection) -> None:
    commune = a_commune(connection)
    set_target(connection, commune.id, "overall", 70, DAY, set_by=BY)
    assert set_target(connection, commune.id, "overall", 90, DAY, set_by=BY) == 70
    assert set_target(connection, commune.id, "overall", None, LATER, set_by=BY) == 90
    assert targets_of(connection, [commune.id], DAY, "overall")[commune.id].percent == 90
    assert targets_of(connection, [commune.id], LATER, "overall") == {}
    assert history_of_targets(connection, commune.id) == [
        SetTarget("overall", None, LATER, BY),
        SetTarget("overall", 90, DAY, BY),
        SetTarget("overall", 70, DAY, BY),
    ]


@pytest.mark.parametrize(
    ("percent", "day", "rule"),
    [(0, DAY, "bad_target"), (101, DAY, "bad_target"), (80, date(2020, 1, 1), "unit_not_valid")],
)
def test_what_cannot_be_is_refused_in_words(connection: Connection, percent: int, day: date, rule: str) -> None:
    commune = a_commune(connection)
    with pytest.raises(RefusedChange) as refused:
        set_target(connection, commune.id, "attitude", percent, day, set_by=BY)
    assert refused.value.rule == rule
    assert "{" not in refused.value.words("vi") + refused.value.words("en")
    assert connection.scalar(select(UnitTargetRow.id)) is None


def test_a_target_cannot_be_rewritten(connection: Connection) -> None:
    commune = a_commune(connection)
    set_target(connection, commune.id, "attitude", 80, DAY, set_by=BY)
    with pytest.raises(DBAPIError, match="append-only"):
        connection.execute(update(UnitTargetRow).values(percent=1))
