"""A questionnaire as a citizen will see it: the real template in a language, without token, script or sending."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from flask import current_app, g, render_template

from config import Settings
from survey_app.citizen.edition import POSTER, Edition, commune_in
from survey_app.citizen.survey_page import survey_page
from survey_app.languages import DEFAULT_LANGUAGE, current_language
from survey_app.questionnaires.items import Questionnaire
from survey_app.questionnaires.register import StoredQuestionnaire
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.service_points import ServicePoint
from survey_app.territory.units import Unit


def preview(questionnaire: Questionnaire, unit: Unit, counter: ServicePoint | None, language: str, day: date) -> str:
    """The page as a document for a frame of its own; `counter` None: the unit has none yet, so a usual one stands in.

    A draft that is stored nowhere can be shown too.
    """
    settings: Settings = current_app.extensions["settings"]
    names = (counter.name, counter.name_en) if counter else ("Quầy 1", "Counter 1")
    edition = Edition(
        unit_id=unit.id,
        unit_code=unit.code,
        commune=commune_in(unit, language),
        service_point_id=counter.id if counter else 0,
        service_point=names[0] if language == DEFAULT_LANGUAGE else names[1],
        channel=POSTER,
        language=language,
        questionnaire_hash=questionnaire.content_hash,
        owner=contacts_in_force().owner(language),
        stored=StoredQuestionnaire(0, questionnaire, day),
    )
    with _speaking(language):
        return render_template("back_office/preview.html", page=survey_page(edition, settings), token="")


@contextmanager
def _speaking(language: str) -> Iterator[None]:
    """Make a part of the page in another language."""
    before = current_language()
    g.language = language
    try:
        yield
    finally:
        g.language = before
