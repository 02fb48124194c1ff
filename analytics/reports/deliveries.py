"""Which letters went out: each is claimed before it is sent, so that it is sent once, whoever runs the command.

A letter that was claimed when a run was cut off may have arrived or not: nobody can know. It is told, and sent again
only when asked for; its Message-ID stays the same, so that a mail program can fold the two.
"""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from analytics.reports.models import CLAIMED, REFUSED, SENT, DigestDeliveryRow, DigestOptOutRow
from survey_app.database import write_transaction

_D = DigestDeliveryRow.__table__.c
_O = DigestOptOutRow.__table__.c


def states_of(connection: Connection, monday: date) -> dict[int, str]:
    """What became of the letters of a week, by account."""
    rows = connection.execute(select(_D.account_id, _D.state).where(_D.monday == monday))
    return {row.account_id: row.state for row in rows}


def claim(monday: date, account_id: int) -> bool:
    """Take a letter for this run; False when another run has it or had it."""
    try:
        with write_transaction() as connection:
            row = {"monday": monday, "account_id": account_id, "state": CLAIMED}
            connection.execute(insert(DigestDeliveryRow).values(row))
    except IntegrityError:
        return False
    return True


def mark(monday: date, account_id: int, *, refused: bool = False) -> None:
    """The letter went out; or the server will never take it."""
    with write_transaction() as connection:
        chosen = update(DigestDeliveryRow).where(_D.monday == monday, _D.account_id == account_id)
        connection.execute(chosen.values(state=REFUSED if refused else SENT))


def give_back(monday: date, account_ids: Collection[int]) -> None:
    """Letters that did not go out: another run may take them."""
    with write_transaction() as connection:
        unsent = (_D.monday == monday, _D.account_id.in_(account_ids), _D.state == CLAIMED)
        connection.execute(delete(DigestDeliveryRow).where(*unsent))


def opted_out(connection: Connection) -> frozenset[int]:
    """Accounts that want no digest."""
    return frozenset(connection.scalars(select(_O.account_id)))


def opt_out(connection: Connection, account_id: int) -> None:
    """Send this account no digest any more. Twice changes nothing."""
    if account_id not in opted_out(connection):
        connection.execute(insert(DigestOptOutRow).values(account_id=account_id))


def opt_in(connection: Connection, account_id: int) -> None:
    """Send this account the digest again."""
    connection.execute(delete(DigestOptOutRow).where(_O.account_id == account_id))
