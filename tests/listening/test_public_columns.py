"""The account of the public's pages reads what communes say they did and noted, and nothing of who wrote it."""

from survey_app.ledger.database_roles import CITIZEN_COLUMNS, SECRET_FROM_CITIZENS
from survey_app.listening.actions import PUBLIC_ACTION_COLUMNS, PUBLIC_VERSION_COLUMNS
from survey_app.listening.models import ActionRow, ActionVersionRow, CaseStepRow, CommentCaseRow, WeekNoteRow
from survey_app.listening.notes import PUBLIC_NOTE_COLUMNS

SHOWN = {
    "listening_action": PUBLIC_ACTION_COLUMNS,
    "listening_action_version": PUBLIC_VERSION_COLUMNS,
    "week_note": PUBLIC_NOTE_COLUMNS,
}


def test_it_may_read_exactly_what_the_facades_read() -> None:
    for table, columns in SHOWN.items():
        assert set(CITIZEN_COLUMNS[table]) == set(columns)
        assert not {"written_by", "opened_by"} & set(columns)


def test_every_table_of_the_room_is_named() -> None:
    tables = {row.__tablename__ for row in (ActionRow, ActionVersionRow, WeekNoteRow, CommentCaseRow, CaseStepRow)}
    assert tables <= SECRET_FROM_CITIZENS
    assert not {"comment_case", "comment_case_step"} & CITIZEN_COLUMNS.keys()
