"""The register: append-only versions, and which unit uses which from when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from survey_app.questionnaires import register
from survey_app.questionnaires.definition import (
    DefinitionError,
    Questionnaire,
    default_questionnaire,
    parse_own_questions,
    with_own_questions,
)
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow
from survey_app.questionnaires.register import AlreadyAssigned, NoQuestionnaire
from survey_app.territory.models import UnitRow
from tests.questionnaires.own_questions import OWN_BOTH
from tests.support.queries import QueryCounter

BASE = default_questionnaire()
SECOND = replace(BASE, version=2)
DAY = date(2026, 11, 24)

Transaction = Callable[[], AbstractContextManager[Connection]]


class Regret(Exception):
    """Rolls a transaction back."""


def unit(connection: Connection, code: str) -> int:
    """A new unit's id."""
    return int(connection.execute(insert(UnitRow).values(code=code).returning(UnitRow.id)).scalar_one())


def renamed(questionnaire: Questionnaire, name: str, slot: str) -> Questionnaire:
    """Another questionnaire in which the item `name` lives in `slot`."""
    items = tuple(
        replace(item, slot=slot) if item.name == name else item for item in questionnaire.items if item.slot != slot
    )
    return replace(questionnaire, key="another", items=items)


def test_a_stored_version_comes_back_by_id_and_by_hash(connection: Connection) -> None:
    stored_id = register.store(connection, BASE, DAY)
    for found in (register.by_id(connection, stored_id), register.by_hash(connection, BASE.content_hash)):
        assert (found.id, found.questionnaire, found.stored_on) == (stored_id, BASE, DAY)
        assert found.content_hash == BASE.content_hash
    assert register.hashes_by_id(connection) == {stored_id: BASE.content_hash}


def test_its_items_stand_in_their_table(connection: Connection) -> None:
    stored_id = register.store(connection, BASE, DAY)
    rows = connection.execute(
        select(QuestionnaireItemRow.name, QuestionnaireItemRow.slot, QuestionnaireItemRow.construct)
        .where(QuestionnaireItemRow.questionnaire_id == stored_id)
        .order_by(QuestionnaireItemRow.position)
    )
    assert [tuple(row) for row in rows] == [(item.name, item.slot, item.construct) for item in BASE.items]
    assert connection.scalar(select(QuestionnaireRow.attitude_items)) == 5


def test_storing_the_same_content_again_changes_nothing(connection: Connection) -> None:
    first = register.store(connection, BASE, DAY)
    assert register.store(connection, default_questionnaire(), date(2027, 1, 1)) == first
    assert connection.scalar(select(func.count()).select_from(QuestionnaireRow)) == 1
    assert register.by_id(connection, first).stored_on == DAY


def test_the_same_version_with_other_words_is_refused(connection: Connection) -> None:
    register.store(connection, BASE, DAY)
    other = replace(BASE, stem={"vi": "Khác:", "en": "Other:"})
    with pytest.raises(DefinitionError, match="version_taken"):
        register.store(connection, other, DAY)
    assert connection.scalar(select(func.count()).select_from(QuestionnaireRow)) == 1
    assert register.store(connection, replace(other, version=2), DAY)


def test_an_item_never_moves_to_another_slot(connection: Connection) -> None:
    register.store(connection, BASE, DAY)
    with pytest.raises(DefinitionError) as refused:
        register.store(connection, renamed(BASE, "guidance", "r7"), DAY)
    (problem,) = refused.value.problems
    assert problem.rule == "name_in_other_slot"
    assert problem.details == {"name": "guidance", "slot": "r7", "known_slot": "r4"}
    assert connection.scalar(select(func.count()).select_from(QuestionnaireItemRow)) == len(BASE.items)


@pytest.mark.parametrize("row", [QuestionnaireRow, QuestionnaireItemRow])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_itself_refuses_to_change_a_stored_version(
    connection: Connection, row: type[QuestionnaireRow] | type[QuestionnaireItemRow], verb: str
) -> None:
    register.store(connection, BASE, DAY)
    columns = {"definition": "{}"} if row is QuestionnaireRow else {"slot": "r9"}
    statement = update(row).values(columns) if verb == "update" else delete(row)
    with pytest.raises(DBAPIError, match="append-only"), connection.begin_nested():
        connection.execute(statement)
    assert register.by_hash(connection, BASE.content_hash).questionnaire == BASE


def test_what_is_not_stored_is_said_to_be_so(connection: Connection) -> None:
    with pytest.raises(NoQuestionnaire):
        register.by_id(connection, 1)
    with pytest.raises(NoQuestionnaire):
        register.by_hash(connection, BASE.content_hash)
    assert list(register.all_stored(connection)) == []


def test_a_unit_uses_what_was_assigned_last_before_the_day(connection: Connection) -> None:
    first, second = (register.store(connection, one, DAY) for one in (BASE, SECOND))
    city = unit(connection, "75")
    register.assign(connection, city, first, date(2026, 1, 1))
    register.assign(connection, city, second, date(2026, 7, 1))

    def used(day: date) -> int:
        return register.questionnaire_for(connection, city, None, day).id

    assert used(date(2026, 1, 1)) == used(date(2026, 6, 30)) == first
    assert used(date(2026, 7, 1)) == used(date(2030, 1, 1)) == second
    with pytest.raises(NoQuestionnaire):
        used(date(2025, 12, 31))


def test_a_unit_inherits_from_its_parent_until_it_has_its_own(connection: Connection) -> None:
    composed = with_own_questions(BASE, parse_own_questions(OWN_BOTH, "rieng.toml"))
    base_id, second_id, own_id = (register.store(connection, one, DAY) for one in (BASE, SECOND, composed))
    city, commune, sibling = unit(connection, "75"), unit(connection, "26068"), unit(connection, "26071")
    register.assign(connection, city, base_id, date(2026, 1, 1))
    register.assign(connection, commune, own_id, date(2026, 3, 1))
    register.assign(connection, city, second_id, date(2026, 7, 1))

    def used(unit_id: int, day: date) -> int:
        return register.questionnaire_for(connection, unit_id, city, day).id

    assert used(commune, date(2026, 2, 28)) == base_id
    assert used(commune, date(2026, 3, 1)) == used(commune, date(2026, 8, 1)) == own_id
    assert used(sibling, date(2026, 3, 1)) == base_id
    assert used(sibling, date(2026, 8, 1)) == second_id
    assert register.units_using(connection) == {base_id: 1, second_id: 1, own_id: 1}


def test_an_assignment_is_never_changed(connection: Connection) -> None:
    first, second = (register.store(connection, one, DAY) for one in (BASE, SECOND))
    city = unit(connection, "75")
    register.assign(connection, city, first, DAY)
    register.assign(connection, city, first, DAY)
    with pytest.raises(AlreadyAssigned):
        register.assign(connection, city, second, DAY)
    assert register.questionnaire_for(connection, city, None, DAY).id == first


def test_a_version_read_once_costs_no_query_again(transaction: Transaction, engine: Engine) -> None:
    with transaction() as connection:
        stored_id = register.store(connection, BASE, DAY)
    with transaction() as connection, QueryCounter(engine) as queries:
        first = register.by_id(connection, stored_id)
        assert queries.count == 1
    with transaction() as connection, QueryCounter(engine) as queries:
        assert register.by_id(connection, stored_id) is first
        assert register.by_hash(connection, BASE.content_hash) is first
        assert queries.count == 0


def test_finding_what_a_unit_uses_costs_one_query(transaction: Transaction, engine: Engine) -> None:
    with transaction() as connection:
        city, commune = unit(connection, "75"), unit(connection, "26068")
        register.assign(connection, city, register.store(connection, BASE, DAY), DAY)
    with transaction() as connection:
        register.questionnaire_for(connection, commune, city, DAY)
        with QueryCounter(engine) as queries:
            register.questionnaire_for(connection, commune, city, DAY)
        assert queries.count == 1


def test_what_was_rolled_back_is_not_remembered(transaction: Transaction) -> None:
    with suppress(Regret), transaction() as connection:
        stored_id = register.store(connection, SECOND, DAY)
        assert register.by_id(connection, stored_id).questionnaire == SECOND
        raise Regret
    with transaction() as connection:
        with pytest.raises(NoQuestionnaire):
            register.by_hash(connection, SECOND.content_hash)
        register.store(connection, BASE, DAY)
    with transaction() as connection:
        assert [one.questionnaire for one in register.all_stored(connection)] == [BASE]
        (base_id,) = register.hashes_by_id(connection)
        assert register.by_id(connection, base_id).questionnaire == BASE


def test_four_who_store_at_once_find_the_same_version(transaction: Transaction) -> None:
    start = Barrier(4)

    def store() -> int:
        start.wait()
        with transaction() as connection:
            return register.store(connection, BASE, DAY)

    with ThreadPoolExecutor(4) as pool:
        ids = {one.result() for one in [pool.submit(store) for _ in range(4)]}
    assert len(ids) == 1


def test_two_databases_do_not_share_memory(transaction: Transaction) -> None:
    other = replace(BASE, key="other")
    with transaction() as connection:
        stored_id = register.store(connection, other, DAY)
    with transaction() as connection:
        assert register.by_id(connection, stored_id).questionnaire == other
        with pytest.raises(NoQuestionnaire):
            register.by_hash(connection, BASE.content_hash)
