"""`/staff/lost-codes`: genuine check codes whose answers are missing, for the inspector; and the notice of them."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.database import read_connection
from survey_app.languages import format_day, translate
from survey_app.ledger.receipt_status import count_lost_receipts, lost_receipts
from survey_app.responses.receipts import spoken
from survey_app.staff.access import allow
from survey_app.staff.accounts import StaffMember
from survey_app.staff.notices import Notice
from survey_app.staff.roles import Role

blueprint = Blueprint("lost_codes", __name__, url_prefix="/staff")

READERS = (Role.INSPECTOR, Role.AUDITOR)
CODES_A_PAGE = 100
LARGEST_PAGE = 1_000_000


@dataclass(frozen=True, slots=True)
class LostCodesPage:
    """The codes of one page, as printed, with the day each was noticed first; how many there are in all."""

    codes: tuple[tuple[str, str], ...]
    total: int
    older: str | None


@blueprint.get("/lost-codes")
@allow(*READERS)
def page() -> ResponseReturnValue:
    """The codes noticed last."""
    number = max(1, min(request.args.get("page", 1, type=int), LARGEST_PAGE))
    offset = (number - 1) * CODES_A_PAGE
    with read_connection() as connection:
        total = count_lost_receipts(connection)
        found = lost_receipts(connection, CODES_A_PAGE, offset)
    codes = tuple((spoken(one.receipt), format_day(one.noticed_on)) for one in found)
    older = url_for("lost_codes.page", page=number + 1) if offset + len(found) < total else None
    return render_template("audit/lost_codes.html", page=LostCodesPage(codes, total, older))


def notice_of_lost_codes(member: StaffMember) -> Notice | None:
    """What an inspector is told on their first page while there are such codes."""
    if Role.INSPECTOR not in member.roles:
        return None
    with read_connection() as connection:
        total = count_lost_receipts(connection)
    if not total:
        return None
    return Notice(translate("audit_log.lost.notice", total=total), url_for("lost_codes.page"))
