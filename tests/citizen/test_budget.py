"""What citizens' phones must load: counted in bytes as they travel, with the longest name there is on the page."""

import re
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.citizen.script import script_of
from survey_app.languages import catalogues
from survey_app.questionnaires.definition import OwnQuestion
from survey_app.questionnaires.items import Option
from survey_app.questionnaires.rules import (
    MAX_LABEL,
    MAX_QUESTION,
    MAX_SYLLABLES,
    OPTIONS_AT_MOST,
    OWN_AT_MOST,
)
from survey_app.responses.registration import door_of
from survey_app.territory.units import communes
from tests.citizen.conftest import Transaction
from tests.support import factories
from tests.support.surveys import TOKEN, ScannedCounter, a_scanned_counter, open_form

BUDGET_BYTES = 4096
"""The survey page can be answered after one request of at most 4 KB compressed, for the default questionnaire, …"""
WITH_SCRIPT_BYTES = 6 * 1024
"""… at most 6 KB with the script, which loads afterwards, …"""
WALL_BYTES = 14 * 1024
"""… and any questionnaire in one round trip (ten segments, RFC 6928)."""
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
LANGUAGES = pytest.mark.parametrize("language", catalogues())


@pytest.fixture
def counter(transaction: Transaction) -> ScannedCounter:
    """A counter with a long name in the commune of Đồng Nai whose name is longest."""
    with transaction() as connection:
        factories.dong_nai(connection)
        longest = max(communes(connection, factories.LONG_AGO), key=lambda unit: len(unit.in_sentence.encode()))
        return a_scanned_counter(connection, longest.code, "Quầy tiếp nhận số 12")


def weight(client: FlaskClient, path: str) -> int:
    response = client.get(path, headers=GZIP)
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.vary
    return len(response.data)


def words_of(length: int, syllables: int, seed: str) -> str:
    """A text as long as the rules allow, of so many words, hard to compress."""
    letters = "".join(chr(ord("a") + (ord(mark) * 7 + place * place) % 26) for place, mark in enumerate(seed * length))
    size = length // syllables - 1
    return " ".join(letters[start : start + size] for start in range(0, syllables * size, size))[:length]


def largest_question(name: str, slot: str) -> OwnQuestion:
    """A question of a unit's own, with as many and as long answers as the rules allow."""
    text = words_of(MAX_QUESTION, MAX_SYLLABLES, name)
    options = tuple(
        Option(code, f"{name}_{code}", {one: words_of(MAX_LABEL, 9, f"{slot}{code}{one}") for one in catalogues()})
        for code in range(1, OPTIONS_AT_MOST + 1)
    )
    return OwnQuestion(name, "choice", slot, dict.fromkeys(catalogues(), text), options=options)


@LANGUAGES
def test_the_default_survey_and_its_script(client: FlaskClient, counter: ScannedCounter, language: str) -> None:
    page = weight(client, f"{counter.path}?lang={language}")
    script = weight(client, f"/s/survey-{language}-{script_of('survey', language).fingerprint}.js")
    assert page <= BUDGET_BYTES
    assert page + script <= WITH_SCRIPT_BYTES


@LANGUAGES
def test_the_largest_questionnaire_that_the_rules_allow(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter, language: str
) -> None:
    own = [largest_question(f"own_{slot}", slot) for slot in ("c3", "c4")]
    assert len(own) == OWN_AT_MOST
    with transaction() as connection:
        factories.a_questionnaire_with(connection, counter.commune, *own, valid_from=date(2026, 6, 1))
    path = f"{counter.path}?lang={language}"
    assert own[1].options[9].text[language] in client.get(path).get_data(as_text=True)
    assert weight(client, path) <= WALL_BYTES


@LANGUAGES
def test_every_other_page(app: Flask, client: FlaskClient, counter: ScannedCounter, language: str) -> None:
    query = f"?lang={language}"
    receipt = door_of(app).receipts.draw()
    pages = {
        "thanks": f"{counter.path}/thanks/{receipt}",
        "receipt": f"/r/{receipt}",
        "receipt form": "/r",
        "unknown code": "/s/7KQ2M9XD",
        "stale display": f"/d/{counter.code}/AAAAAAAA",
        "no page": "/s/a/b/c",
    }
    weights = {name: weight(client, path + query) for name, path in pages.items()}
    assert {name: size for name, size in weights.items() if size > BUDGET_BYTES} == {}


@LANGUAGES
def test_a_page_shown_again_with_everything_chosen(client: FlaskClient, counter: ScannedCounter, language: str) -> None:
    form = open_form(client, f"{counter.path}?lang={language}", comment="Đông quá. " * 49, overall="9")
    refused = client.post(counter.path, data=form.fields, headers=GZIP)
    assert refused.status_code == 422
    assert len(refused.data) <= WITH_SCRIPT_BYTES


def test_the_page_stands_alone(client: FlaskClient, counter: ScannedCounter) -> None:
    html = client.get(counter.path).get_data(as_text=True)
    assert re.findall(r'(?:src|href)="([^"?#][^"]*)"', html) == [
        f"/s/survey-vi-{script_of('survey', 'vi').fingerprint}.js"
    ], "nothing but the script is loaded, and that after the page"
    assert html.index("</style>") < html.index("defer></script>") < html.index("<body>")
    assert TOKEN.search(html)


def test_the_icon_that_browsers_ask_for_unasked_costs_nothing(client: FlaskClient) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
