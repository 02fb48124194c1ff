"""Actions, "Bà con góp ý – chúng tôi đã làm": what a commune did about what people said. Every version stays.

The newest version counts; whether the public sees an action is part of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.exc import IntegrityError

from survey_app.audit_log.log import record_event
from survey_app.listening.audit_events import ACTION_WRITTEN
from survey_app.listening.models import ActionRow, ActionVersionRow
from survey_app.territory.units import Unit


class NewerVersion(Exception):
    """Somebody else wrote a version since the one that this one was made from."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an action was opened from: `source` of `models.SOURCES`, with its item or week (its Monday) if any."""

    source: str
    item: str | None = None
    monday: date | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All that is said of an action. `done` and `done_on` are there at least when its state is done."""

    title: str
    category: str
    said: str
    owner: str
    due_on: date
    state: str
    done: str | None
    done_on: date | None
    published: bool


@dataclass(frozen=True, slots=True)
class Action:
    """An action as its newest version (`number`, written on a day) says."""

    id: int
    unit_id: int
    origin: Origin
    opened_on: date
    number: int
    written_on: date
    content: Content

    def is_late(self, today: date) -> bool:
        """Whether its due day is over and it is neither done nor stopped."""
        return self.content.state in {"planned", "under_way"} and self.content.due_on < today


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an action, for staff: what was said, by whom, when (ISO 8601)."""

    number: int
    content: Content
    written_by: str
    written_at: str


_A = ActionRow.__table__.c
_V = ActionVersionRow.__table__.c
_CONTENT = (_V.title, _V.category, _V.said, _V.owner, _V.due_on, _V.state, _V.done, _V.done_on, _V.published)
PUBLIC_ACTION_COLUMNS = ("id", "unit_id", "source", "source_item", "source_monday", "opened_on")
PUBLIC_VERSION_COLUMNS = ("action_id", "number", "written_at", *(column.name for column in _CONTENT))
"""All that is read for the public's pages: not who wrote it."""


def actions_of(connection: Connection, unit_id: int, published_only: bool) -> list[Action]:
    """The unit's actions, the last opened first; for the public: only those whose newest version is published."""
    statement = _newest().where(_A.unit_id == unit_id).order_by(_A.id.desc())
    if published_only:
        statement = statement.where(_V.published == 1)
    return [_action(row) for row in connection.execute(statement)]


def actions_of_units(connection: Connection, unit_ids: Collection[int]) -> list[Action]:
    """The actions of many units, published or not, by unit, the last opened first; one statement."""
    statement = _newest().where(_A.unit_id.in_(sorted(unit_ids))).order_by(_A.unit_id, _A.id.desc())
    return [_action(row) for row in connection.execute(statement)]


def action_of(connection: Connection, action_id: int) -> Action | None:
    """One action; None if there is none."""
    row = connection.execute(_newest().where(_A.id == action_id)).first()
    return None if row is None else _action(row)


def versions_of(connection: Connection, action_id: int) -> list[Version]:
    """Every version of an action, newest first."""
    statement = select(_V.number, *_CONTENT, _V.written_by, _V.written_at).where(_V.action_id == action_id)
    rows = connection.execute(statement.order_by(_V.number.desc()))
    return [Version(row.number, _content(row), row.written_by, row.written_at) for row in rows]


def open_action(
    connection: Connection, unit: Unit, origin: Origin, content: Content, *, actor: str, at: datetime
) -> int:
    """Open an action with its first version, in the caller's transaction, with its event; returns its id."""
    values = {
        "unit_id": unit.id,
        "source": origin.source,
        "source_item": origin.item,
        "source_monday": origin.monday,
        "opened_on": at.date(),
        "opened_by": actor[:255],
    }
    action_id: int = connection.execute(insert(ActionRow).values(values).returning(ActionRow.id)).scalar_one()
    _write(connection, unit, action_id, 1, content, actor, at)
    return action_id


def change_action(
    connection: Connection, unit: Unit, action: Action, content: Content, *, seen: int, actor: str, at: datetime
) -> None:
    """Append a version made from number `seen`. Saying what the newest says writes nothing. Raises `NewerVersion`."""
    if content == action.content:
        return
    if seen != action.number:
        raise NewerVersion
    try:
        _write(connection, unit, action.id, action.number + 1, content, actor, at)
    except IntegrityError as error:
        raise NewerVersion from error


def _write(
    connection: Connection, unit: Unit, action_id: int, number: int, content: Content, actor: str, at: datetime
) -> None:
    values = asdict(content) | {"published": int(content.published)}
    row = {
        "action_id": action_id,
        "number": number,
        **values,
        "written_by": actor[:255],
        "written_at": at.isoformat(timespec="seconds"),
    }
    connection.execute(insert(ActionVersionRow), row)
    record_event(
        connection,
        ACTION_WRITTEN,
        actor=actor,
        at=at,
        unit=unit.code,
        action=action_id,
        number=number,
        title=content.title,
        category=content.category,
        owner=content.owner,
        due_on=content.due_on.isoformat(),
        state=content.state,
        done_on=content.done_on.isoformat() if content.done_on else None,
        published=content.published,
    )


def _newest() -> Select[*tuple[Any, ...]]:
    other = ActionVersionRow.__table__.alias("other")
    newest = select(func.max(other.c.number)).where(other.c.action_id == _A.id).scalar_subquery()
    columns: Sequence[Any] = [_A[name] for name in PUBLIC_ACTION_COLUMNS]
    return (
        select(*columns, _V.number, _V.written_at, *_CONTENT)
        .join_from(ActionRow.__table__, ActionVersionRow.__table__, _V.action_id == _A.id)
        .where(_V.number == newest)
    )


def _action(row: Any) -> Action:
    origin = Origin(row.source, row.source_item, row.source_monday)
    written_on = datetime.fromisoformat(row.written_at).date()
    return Action(row.id, row.unit_id, origin, row.opened_on, row.number, written_on, _content(row))


def _content(row: Any) -> Content:
    said = (row.title, row.category, row.said, row.owner, row.due_on, row.state, row.done, row.done_on)
    return Content(*said, bool(row.published))
