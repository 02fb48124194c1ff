"""A counter that can be scanned, and a form filled in there as a citizen would: through the pages, never past them."""

import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import Connection

from survey_app.territory.units import Unit
from tests.support import factories

TOKEN = re.compile(r'name="token" value="([^"]+)"')
GOOD_ANSWERS = {
    "overall": "5",
    "courtesy": "5",
    "answers": "4",
    "guidance": "4",
    "fairness": "5",
    "dedication": "5",
    "trouble": "no",
    "service_domain": "certification",
    "respondent_group": "citizen",
    "comment": "Cán bộ hướng dẫn dễ hiểu.",
}
"""A contented person's form, by item name."""


@dataclass(frozen=True)
class ScannedCounter:
    """A counter of a commune of Đồng Nai with its printed code and the default questionnaire."""

    commune: Unit
    service_point_id: int
    code: str
    questionnaire_id: int

    @property
    def path(self) -> str:
        """Where the QR leads."""
        return f"/s/{self.code}"


@dataclass(frozen=True)
class FilledForm:
    """A form with the token that the page carried, ready to be sent to `path`."""

    path: str
    token: str
    answers: dict[str, str] = field(default_factory=lambda: dict(GOOD_ANSWERS))

    @property
    def fields(self) -> dict[str, str]:
        """What the browser would send."""
        return self.answers | {"token": self.token}

    def encoded(self) -> bytes:
        """The same as a body of `application/x-www-form-urlencoded`."""
        return urlencode(self.fields).encode()


def a_scanned_counter(
    connection: Connection, code: str = factories.COMMUNE_CODE, name: str = "Quầy 1"
) -> ScannedCounter:
    """Make the counter with all that stands behind it; the whole city uses the default questionnaire."""
    city = factories.dong_nai(connection)
    commune = factories.a_commune(connection, code)
    questionnaire_id = factories.the_default_questionnaire(connection, city)
    service_point_id = factories.a_service_point(connection, commune, name)
    printed = factories.a_scan_code(connection, service_point_id)
    return ScannedCounter(commune, service_point_id, printed, questionnaire_id)


def open_form(client: FlaskClient, path: str, **answers: str) -> FilledForm:
    """Open the survey page as a phone does and fill in its form; `answers` differ from `GOOD_ANSWERS`."""
    page = client.get(path).get_data(as_text=True)
    token = TOKEN.search(page)
    assert token is not None, "no form on the page"
    return FilledForm(path, token.group(1), GOOD_ANSWERS | answers)
