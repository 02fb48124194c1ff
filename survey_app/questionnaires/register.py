"""The register of questionnaires: which versions exist, and which one a unit uses from which day on.

Everything here is append-only. Callers bring the connection, and with it the transaction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from weakref import WeakKeyDictionary, ref

from sqlalchemy import ColumnElement, Connection, Engine, Row, case, func, insert, or_, select

from survey_app.questionnaires.items import Questionnaire, from_canonical_json, to_canonical_json
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow, QuestionnaireUseRow
from survey_app.questionnaires.problems import DefinitionError, Problem

STORING_LOCK = 7433061
"""The number of PostgreSQL's advisory lock; a table lock would need rights that nobody has on an append-only table."""
_STORING = "than_thien_storing_transaction"


class NoQuestionnaire(LookupError):
    """Nothing in the register answers: no such version, or none in use by the unit on that day."""


class AlreadyAssigned(ValueError):
    """The unit already uses another questionnaire from that very day; what was assigned is never changed."""


@dataclass(frozen=True, slots=True)
class StoredQuestionnaire:
    """A version in the register. It never changes."""

    id: int
    questionnaire: Questionnaire
    stored_on: date

    @property
    def content_hash(self) -> str:
        """The name of its content for good."""
        return self.questionnaire.content_hash


def store(connection: Connection, questionnaire: Questionnaire, day: date) -> int:
    """Put a version into the register and return its id; what is there already is found by its content hash.

    Raises DefinitionError if its key and version name other content, or if an item lives in another slot elsewhere.
    """
    _let_one_in(connection)
    known = connection.scalar(
        select(QuestionnaireRow.id).where(QuestionnaireRow.content_hash == questionnaire.content_hash)
    )
    if known is not None:
        return int(known)
    problems = [*_version_taken(connection, questionnaire), *_names_elsewhere(connection, questionnaire)]
    if problems:
        raise DefinitionError(questionnaire.label, problems)
    _keep_out_of_memory(connection)
    row = {
        "content_hash": questionnaire.content_hash,
        "key": questionnaire.key,
        "version": questionnaire.version,
        "definition": to_canonical_json(questionnaire),
        "attitude_items": len(questionnaire.attitude_items),
        "stored_on": day,
    }
    stored_id = int(
        connection.execute(insert(QuestionnaireRow).values(row).returning(QuestionnaireRow.id)).scalar_one()
    )
    items = [
        {
            "questionnaire_id": stored_id,
            "name": item.name,
            "kind": item.kind,
            "construct": item.construct,
            "slot": item.slot,
            "position": position,
        }
        for position, item in enumerate(questionnaire.items, start=1)
    ]
    connection.execute(insert(QuestionnaireItemRow), items)
    return stored_id


def assign(connection: Connection, unit_id: int, questionnaire_id: int, valid_from: date) -> None:
    """Let a unit, and the units below that have none of their own, use a questionnaire from a day on.

    Saying the same twice changes nothing. Raises AlreadyAssigned if that day begins with another questionnaire.
    """
    same_day = (QuestionnaireUseRow.unit_id == unit_id) & (QuestionnaireUseRow.valid_from == valid_from)
    known = connection.scalar(select(QuestionnaireUseRow.questionnaire_id).where(same_day))
    if known == questionnaire_id:
        return
    if known is not None:
        raise AlreadyAssigned(f"unit {unit_id} uses questionnaire {known} from {valid_from}")
    row = {"unit_id": unit_id, "valid_from": valid_from, "questionnaire_id": questionnaire_id}
    connection.execute(insert(QuestionnaireUseRow).values(row))


def questionnaire_for(connection: Connection, unit_id: int, parent_id: int | None, day: date) -> StoredQuestionnaire:
    """What a unit asks on a day: its own latest assignment, else its parent's. Raises NoQuestionnaire."""
    its_own_first = case((QuestionnaireUseRow.unit_id == unit_id, 0), else_=1)
    used = (
        select(QuestionnaireUseRow.questionnaire_id)
        .where(
            or_(QuestionnaireUseRow.unit_id == unit_id, QuestionnaireUseRow.unit_id == parent_id),
            QuestionnaireUseRow.valid_from <= day,
        )
        .order_by(its_own_first, QuestionnaireUseRow.valid_from.desc())
        .limit(1)
    )
    questionnaire_id = connection.scalar(used)
    if questionnaire_id is None:
        raise NoQuestionnaire(f"unit {unit_id} uses no questionnaire on {day}")
    return by_id(connection, int(questionnaire_id))


def by_id(connection: Connection, questionnaire_id: int) -> StoredQuestionnaire:
    """The version with that id, from memory where it was read before. Raises NoQuestionnaire."""
    kept = _kept(connection.engine).by_id.get(questionnaire_id)
    return kept or _read(connection, QuestionnaireRow.id == questionnaire_id)


def by_hash(connection: Connection, content_hash: str) -> StoredQuestionnaire:
    """The version with that content hash, from memory where it was read before. Raises NoQuestionnaire."""
    kept = _kept(connection.engine).by_hash.get(content_hash)
    return kept or _read(connection, QuestionnaireRow.content_hash == content_hash)


def newest(connection: Connection, key: str) -> StoredQuestionnaire:
    """The highest version stored under a key. Raises NoQuestionnaire."""
    row = QuestionnaireRow
    found = connection.scalar(select(row.id).where(row.key == key).order_by(row.version.desc()).limit(1))
    if found is None:
        raise NoQuestionnaire(f"no version of {key} in the register")
    return by_id(connection, int(found))


def all_stored(connection: Connection) -> Iterator[StoredQuestionnaire]:
    """Every version, in the order of key and version."""
    for row in connection.execute(_SELECT.order_by(QuestionnaireRow.key, QuestionnaireRow.version)):
        yield _stored(row)


def hashes_by_id(connection: Connection) -> Mapping[int, str]:
    """The content hash of every version, by id."""
    return {
        row.id: row.content_hash
        for row in connection.execute(select(QuestionnaireRow.id, QuestionnaireRow.content_hash))
    }


def units_using(connection: Connection) -> Mapping[int, int]:
    """How many units were ever assigned each questionnaire themselves, by its id."""
    counts = select(
        QuestionnaireUseRow.questionnaire_id, func.count(QuestionnaireUseRow.unit_id.distinct()).label("units")
    )
    return {
        row.questionnaire_id: row.units
        for row in connection.execute(counts.group_by(QuestionnaireUseRow.questionnaire_id))
    }


class _Kept:
    """Versions read before from one database: they are immutable."""

    def __init__(self) -> None:
        self.by_id: dict[int, StoredQuestionnaire] = {}
        self.by_hash: dict[str, StoredQuestionnaire] = {}

    def add(self, stored: StoredQuestionnaire) -> None:
        self.by_id[stored.id] = self.by_hash[stored.content_hash] = stored


_KEPT: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_SELECT = select(QuestionnaireRow.id, QuestionnaireRow.definition, QuestionnaireRow.stored_on)


def _kept(engine: Engine) -> _Kept:
    return _KEPT.setdefault(engine, _Kept())


def _read(connection: Connection, which: ColumnElement[bool]) -> StoredQuestionnaire:
    row = connection.execute(_SELECT.where(which)).one_or_none()
    if row is None:
        raise NoQuestionnaire("no such questionnaire in the register")
    stored = _stored(row)
    if not _may_be_rolled_back(connection):
        _kept(connection.engine).add(stored)
    return stored


def _keep_out_of_memory(connection: Connection) -> None:
    """Mark the transaction: what it stored must not be remembered before it is committed, else a rollback would lie."""
    connection.info[_STORING] = ref(connection.get_transaction())


def _may_be_rolled_back(connection: Connection) -> bool:
    storing = connection.info.get(_STORING)
    return storing is not None and storing() is not None and storing() is connection.get_transaction()


def _stored(row: Row[int, str, date]) -> StoredQuestionnaire:
    return StoredQuestionnaire(row.id, from_canonical_json(row.definition), row.stored_on)


def _let_one_in(connection: Connection) -> None:
    """Check and insert as one step: SQLite's writers are alone anyway, PostgreSQL's wait here for each other."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(STORING_LOCK)))


def _version_taken(connection: Connection, questionnaire: Questionnaire) -> Iterator[Problem]:
    same = (QuestionnaireRow.key == questionnaire.key) & (QuestionnaireRow.version == questionnaire.version)
    if connection.scalar(select(QuestionnaireRow.id).where(same)) is not None:
        yield Problem(0, "version_taken")


def _names_elsewhere(connection: Connection, questionnaire: Questionnaire) -> Iterator[Problem]:
    slots = {item.name: item.slot for item in questionnaire.items}
    known = (
        select(QuestionnaireItemRow.name, QuestionnaireItemRow.slot)
        .distinct()
        .where(QuestionnaireItemRow.name.in_(slots))
        .order_by(QuestionnaireItemRow.name)
    )
    for row in connection.execute(known):
        if slots[row.name] != row.slot:
            details = {"name": row.name, "slot": slots[row.name], "known_slot": row.slot}
            yield Problem(0, "name_in_other_slot", details)
