"""The smallest place where an answer can be given: one counter of one commune, with a small questionnaire.

Written straight into the tables, so that the store's tests do not lean on the rooms beside it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Connection, insert

from survey_app.questionnaires.answers import Answers
from survey_app.questionnaires.models import QuestionnaireItemRow, QuestionnaireRow
from survey_app.responses.door import Door, Submission
from survey_app.responses.registration import door_of
from survey_app.responses.tokens import FormKey
from survey_app.territory.models import PremisesRow, ServicePointRow, UnitRow, UnitVersionRow

LONG_AGO = date(2025, 7, 1)
ITEMS = (
    ("overall", "rating", "overall", "r1"),
    ("courtesy", "rating", "attitude", "r2"),
    ("answers", "rating", "attitude", "r3"),
    ("guidance", "rating", "attitude", "r4"),
    ("fairness", "rating", "attitude", "r5"),
    ("dedication", "rating", "attitude", "r6"),
    ("trouble", "choice", "harassment", "c1"),
)


@dataclass(frozen=True)
class Counter:
    """Where answers are given in a test."""

    door: Door
    unit_id: int
    unit_code: str
    service_point_id: int
    questionnaire_id: int
    questionnaire_hash: str

    def submission(
        self,
        received_at: datetime,
        ratings: Mapping[str, int] | None = None,
        *,
        minted_before: timedelta = timedelta(minutes=2),
        channel: str = "poster",
        honeypot_filled: bool = False,
        **others: Any,
    ) -> Submission:
        """A person's form, filled in unhurriedly."""
        form = FormKey(self.unit_id, self.service_point_id, channel, self.questionnaire_hash, "vi")
        minted_at = received_at - minted_before
        token = self.door.tokens.read(self.door.tokens.mint(form, minted_at), received_at)
        answers = Answers(ratings={"r1": 5} if ratings is None else ratings, **others)
        return Submission(token, self.questionnaire_id, answers, honeypot_filled, received_at)


def give(begin: Callable[[], AbstractContextManager[Connection]], *submissions: Submission) -> None:
    """Let answers in, in one transaction, through the door of the application in context."""
    with begin() as connection:
        for submission in submissions:
            door_of(current_app).record_response(connection, submission)


def a_counter(connection: Connection, app: Flask, code: str = "26041", attitude_items: int = 5) -> Counter:
    """Make a commune with one counter and the small questionnaire of `ITEMS`."""
    unit_id = _add(connection, UnitRow, code=code)
    _add(connection, UnitVersionRow, unit_id=unit_id, name=f"Xã {code}", kind="xã", valid_from=LONG_AGO)
    premises_id = _add(connection, PremisesRow, unit_id=unit_id, name="Trung tâm", address="", valid_from=LONG_AGO)
    service_point_id = _add(
        connection, ServicePointRow, premises_id=premises_id, name="Quầy 1", name_en="Counter 1", valid_from=LONG_AGO
    )
    content_hash = f"{int(code):064x}"
    questionnaire_id = _add(
        connection,
        QuestionnaireRow,
        content_hash=content_hash,
        key=f"small-{code}",
        version=1,
        definition="{}",
        attitude_items=attitude_items,
        stored_on=LONG_AGO,
    )
    for position, (name, kind, construct, slot) in enumerate(ITEMS):
        row = {"name": name, "kind": kind, "construct": construct, "slot": slot, "position": position}
        connection.execute(insert(QuestionnaireItemRow), {"questionnaire_id": questionnaire_id, **row})
    return Counter(door_of(app), unit_id, code, service_point_id, questionnaire_id, content_hash)


def _add(connection: Connection, table: Any, **values: object) -> int:
    return int(connection.execute(insert(table).values(**values).returning(table.id)).scalar_one())
