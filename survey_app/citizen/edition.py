"""Which survey page a scan code, or a form that was sent, is about."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from survey_app.languages import DEFAULT_LANGUAGE
from survey_app.questionnaires import register
from survey_app.questionnaires.items import Questionnaire
from survey_app.questionnaires.register import NoQuestionnaire, StoredQuestionnaire
from survey_app.responses.tokens import FormKey, SurveyToken
from survey_app.territory.contacts import contacts_in_force
from survey_app.territory.scan_code_register import OpenCode
from survey_app.territory.service_points import ServicePoint, service_point_by_id
from survey_app.territory.units import Unit

POSTER = "poster"
"""The channel of a code printed on a sheet at the counter."""
DISPLAY = "display"
"""… of the changing code on a counter's screen."""
KIOSK = "kiosk"
"""… of a tablet that stands at the counter."""
ASSISTED = "assisted"
"""… of the link of a volunteer who helps."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the survey page: all that its words depend on. Equal editions are the same page, word for word."""

    unit_id: int
    unit_code: str
    commune: str
    """As it stands inside a sentence of `language`: xã Bình Tân, Bình Tân Commune."""
    service_point_id: int
    service_point: str
    channel: str
    language: str
    questionnaire_hash: str
    owner: str
    """Who asks, as the notice says it."""
    stored: StoredQuestionnaire = field(compare=False, repr=False)

    @property
    def questionnaire(self) -> Questionnaire:
        """What is asked."""
        return self.stored.questionnaire

    @property
    def form_key(self) -> FormKey:
        """What the token of a form of this edition is minted for."""
        return FormKey(self.unit_id, self.service_point_id, self.channel, self.questionnaire_hash, self.language)

    def is_of(self, token: SurveyToken) -> bool:
        """Whether the token was minted for a form of this very edition."""
        mine = (self.unit_id, self.service_point_id, self.channel, self.questionnaire_hash, self.language)
        return mine == (token.unit_id, token.service_point_id, token.channel, token.questionnaire_hash, token.language)


def commune_in(unit: Unit, language: str) -> str:
    """The unit's name as it stands inside a sentence of the language."""
    return unit.in_sentence if language == DEFAULT_LANGUAGE else unit.english_name


def edition_of_code(connection: Connection, code: OpenCode, language: str, day: date, channel: str = POSTER) -> Edition:
    """What a counter's code asks on a day. Raises `NoQuestionnaire` when nothing was assigned to the unit."""
    unit = code.service_point.unit
    stored = register.questionnaire_for(connection, unit.id, unit.parent_id, day)
    return edition_for(code.service_point, channel, language, stored)


def edition_of_token(connection: Connection, token: SurveyToken, day: date) -> Edition:
    """What a genuine token's form asked, although its counter may be closed by now. Raises `NoQuestionnaire`."""
    stored = register.by_hash(connection, token.questionnaire_hash)
    point_id = token.service_point_id
    point = service_point_by_id(connection, point_id, day) or service_point_by_id(connection, point_id, None)
    if point is None:
        raise NoQuestionnaire(f"no service point {point_id} in this database")
    return edition_for(point, token.channel, token.language, stored)


def edition_for(point: ServicePoint, channel: str, language: str, stored: StoredQuestionnaire) -> Edition:
    """What a questionnaire asks about a service point through a channel."""
    return Edition(
        unit_id=point.unit.id,
        unit_code=point.unit.code,
        commune=commune_in(point.unit, language),
        service_point_id=point.id,
        service_point=point.name if language == DEFAULT_LANGUAGE else point.name_en,
        channel=channel,
        language=language,
        questionnaire_hash=stored.content_hash,
        owner=contacts_in_force().owner(language),
        stored=stored,
    )
