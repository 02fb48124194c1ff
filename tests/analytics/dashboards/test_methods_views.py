"""The methods page: every term that pages explain leads here, in both languages, with formulas that need no script."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import analytics.dashboards
from analytics.dashboards.methods_views import SECTIONS
from survey_app.languages import catalogue
from tests.analytics.dashboards.reading import parsed, texts

TEMPLATES = Path(analytics.dashboards.__file__).parent / "templates" / "dashboards"
HELP = re.compile(r'help\("(\w+)"(?: ~ axis\.value)?, "(\w+)"\)')


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_section_has_its_words(client: FlaskClient, language: str) -> None:
    response = client.get(f"/methods?lang={language}")
    assert response.status_code == 200
    words = response.get_data(as_text=True)
    headings = texts(words, "h2")
    assert headings[:-1] == [catalogue(language).text(f"methods.{section.key}.title") for section in SECTIONS]
    ids = {element.get("id") for element in parsed(words).iter("h2")}
    assert ids >= {section.key for section in SECTIONS}
    assert all(f'href="#{section.key}"' in words for section in SECTIONS)


def test_formulas_are_mathml(client: FlaskClient) -> None:
    words = client.get("/methods").get_data(as_text=True)
    assert words.count("<math") == words.count("</math>") == 6
    assert "style=" not in words.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_explanation_in_place_leads_to_a_section(language: str) -> None:
    asked = {match for path in TEMPLATES.glob("*.html") for match in HELP.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) >= 10
    keys = {section.key for section in SECTIONS}
    expected = catalogue(language).texts
    for key, anchor in asked:
        assert anchor in keys
        found = [name for name in expected if re.fullmatch(rf"help\.{key}\w*\.text", name)]
        assert found, key


def test_it_is_cached_by_content(client: FlaskClient) -> None:
    first = client.get("/methods")
    again = client.get("/methods", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
