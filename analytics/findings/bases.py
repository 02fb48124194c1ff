"""Setting a commune's usual level anew: an explicit act with its reason, kept for good, in the audit log.

For when the commune has truly changed (a merger, a new building, a new questionnaire), never because a signal is
unwelcome: reason and name stand beside every chart that uses the base.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from analytics.findings.audit_events import CHART_REBASED
from analytics.findings.models import LONGEST_REASON, ChartBaseRow
from survey_app.audit_log.log import record_event
from survey_app.territory.units import Unit

SHORTEST_REASON = 10


@dataclass(frozen=True, slots=True)
class Base:
    """From which week on the usual level is counted; who said so, why, and when (ISO 8601)."""

    monday: date
    reason: str
    recorded_by: str
    recorded_at: str


class BaseRefused(Exception):
    """The base must not be set so; `key` names the sentence that says why."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def read_bases(connection: Connection, unit_ids: Collection[int]) -> dict[int, Base]:
    """The base of each commune that ever had one set, by unit: the newest."""
    b = ChartBaseRow.__table__.c
    statement = select(b.unit_id, b.monday, b.reason, b.recorded_by, b.recorded_at).order_by(b.id)
    rows = connection.execute(statement.where(b.unit_id.in_(sorted(unit_ids))))
    return {unit_id: Base(*rest) for unit_id, *rest in rows}


def read_history(connection: Connection, unit_id: int) -> list[Base]:
    """Every base that a commune ever had, the newest (which counts) first."""
    b = ChartBaseRow.__table__.c
    statement = select(b.monday, b.reason, b.recorded_by, b.recorded_at).where(b.unit_id == unit_id)
    return [Base(*row) for row in connection.execute(statement.order_by(b.id.desc()))]


def rebase(connection: Connection, unit: Unit, monday: date, reason: str, *, actor: str, at: datetime) -> Base:
    """Count the commune's usual level from the week of `monday` on, in the caller's transaction, with its event.

    Raises `BaseRefused` for a unit that is no commune, a day that is no Monday, a week not begun at `at` or before the
    commune's own time, a reason under ten or over three hundred characters, and the base that is in use already.
    """
    given = " ".join(reason.split())
    if not unit.is_commune:
        raise BaseRefused("findings.rebase.not_a_commune")
    if monday.weekday() != 0:
        raise BaseRefused("findings.rebase.not_monday")
    if monday > at.date() or monday.toordinal() + 6 < unit.valid_from.toordinal():
        raise BaseRefused("findings.rebase.week")
    if not SHORTEST_REASON <= len(given) <= LONGEST_REASON:
        raise BaseRefused("findings.rebase.reason")
    before = read_bases(connection, [unit.id]).get(unit.id)
    if before is not None and before.monday == monday:
        raise BaseRefused("findings.rebase.same")
    made = Base(monday, given, actor[:255], at.isoformat(timespec="seconds"))
    values = {"monday": made.monday, "reason": given, "recorded_by": made.recorded_by, "recorded_at": made.recorded_at}
    connection.execute(insert(ChartBaseRow), {"unit_id": unit.id, **values})
    record_event(
        connection,
        CHART_REBASED,
        actor=actor,
        at=at,
        unit=unit.code,
        from_monday=monday.isoformat(),
        before_monday=before.monday.isoformat() if before else None,
        reason=given,
    )
    return made
