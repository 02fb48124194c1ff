"""Languages are catalogues, a folder each: what is missing or broken is found, and a new folder is a new language."""

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey_app import languages
from survey_app.languages import DEFAULT_LANGUAGE, TRANSLATIONS, catalogue
from tests.citizen.reading import document_of, heading_of
from tests.support.catalogues import faults_of
from tests.support.databases import ROOT, sqlite_only
from tests.support.surveys import ScannedCounter, open_form

FOLDERS = sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())
ROOMS = ("survey_app", "analytics")
IN_TEMPLATE = re.compile(r"""\bt\(\s*["']([\w.-]+)["']\s*[,)]""")
DOTTED = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
TRANSLATING = {"translate", "text", "catalogue_text"}


@pytest.mark.parametrize("language", FOLDERS)
def test_nothing_is_missing_or_broken(language: str) -> None:
    assert faults_of(TRANSLATIONS / language, TRANSLATIONS / DEFAULT_LANGUAGE) == []


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the English catalogue, to be broken."""
    return Path(shutil.copytree(TRANSLATIONS / "en", tmp_path / "en"))


SEND = 'msgid "citizen.survey.send"\nmsgstr "Send"'
REFUSED = 'msgstr "Not sent: {reason}. Your choices are kept."'


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        (SEND, "", "citizen.survey.send: missing"),
        (SEND, SEND.replace("Send", ""), "citizen.survey.send: not translated"),
        (SEND, "#, fuzzy\n" + SEND, "citizen.survey.send: marked as fuzzy"),
        (SEND, SEND.replace("survey.send", "survey.sent"), "citizen.survey.sent: not in the original"),
        (SEND, SEND.replace("Send", "<b>Send</b>"), "citizen.survey.send: markup belongs in templates"),
        (SEND, SEND.replace("Send", "Send&nbsp;it"), "citizen.survey.send: markup belongs in templates"),
        (SEND, SEND.replace("Send", " Send"), "citizen.survey.send: other white space at its ends"),
        (SEND, SEND.replace("Send", "Se\u0302nd"), "citizen.survey.send: letters are not composed (NFC)"),
        ("{reason}", "{raison}", "placeholders ['raison'] instead of ['reason']"),
        ("{reason}", "reason", "placeholders [] instead of ['reason']"),
        ("{reason}", "{reason", "citizen.survey.refused: a brace stands alone, or a placeholder is more than a name"),
        ("{reason}", "{reason.words}", "a placeholder is more than a name"),
        ("{reason}", "{reason!r}", "a placeholder is more than a name"),
        ("{reason}", "{reason:>9}", "a placeholder is more than a name"),
        ("{reason}", "{}", "a placeholder is more than a name"),
        ("Language: en", "Language: fr", "citizen.po: says it is fr"),
    ],
)
def test_every_kind_of_fault_is_found(broken: Path, good: str, bad: str, fault: str) -> None:
    path = broken / "citizen.po"
    text = path.read_text(encoding="utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), encoding="utf-8")
    assert any(fault in found for found in faults_of(broken, TRANSLATIONS / DEFAULT_LANGUAGE))


def test_a_missing_file_is_found(broken: Path) -> None:
    (broken / "citizen.po").unlink()
    assert "citizen.po: no such file" in faults_of(broken, TRANSLATIONS / DEFAULT_LANGUAGE)


def keys_in_templates() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.html"):
            for key in IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
                yield path.name, key


def keys_in_code() -> Iterator[tuple[str, str]]:
    """First arguments of `translate("…")` and `catalogue(…).text("…")` that are plain strings with a dot."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    value = node.args[0].value
                    if (
                        name in TRANSLATING
                        and isinstance(value, str)
                        and re.fullmatch(r"[a-z_]+(\.[a-z0-9_]+)+", value)
                    ):
                        yield path.name, value


def test_every_key_that_is_asked_for_by_name_is_there() -> None:
    asked = [*keys_in_templates(), *keys_in_code()]
    assert len(asked) > 200
    assert [one for one in asked if one[1] not in catalogue(DEFAULT_LANGUAGE).texts] == []


@pytest.fixture
def third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A folder with one more language beside the two, as a translator would add it."""
    folder = Path(shutil.copytree(TRANSLATIONS, tmp_path / "translations"))
    shutil.copytree(folder / "en", folder / "fr")
    for path in (folder / "fr").glob("*.po"):
        words = path.read_text(encoding="utf-8").replace("Language: en", "Language: fr")
        path.write_text(words.replace('"Your view of this visit"', '"Votre avis sur cette visite"'), encoding="utf-8")
    assert faults_of(folder / "fr", folder / DEFAULT_LANGUAGE) == []
    monkeypatch.setattr(languages, "TRANSLATIONS", folder)
    languages.catalogues.cache_clear()
    yield "fr"
    monkeypatch.undo()
    languages.catalogues.cache_clear()


@sqlite_only
def test_a_new_folder_is_a_new_language(client: FlaskClient, counter: ScannedCounter, third_language: str) -> None:
    path = f"{counter.path}?lang={third_language}"
    page = client.get(path)
    assert heading_of(page) == "Votre avis sur cette visite"
    assert document_of(page).get("lang") == "fr"
    offered = {link.get("hreflang") for link in document_of(client.get(counter.path)).iter("a")}
    assert offered == {"en", "fr"}
    assert "How satisfied are you" in page.get_data(as_text=True), "what a questionnaire does not say yet, in English"
    sent = client.post(path, data=open_form(client, path).fields)
    assert sent.status_code == 303
    assert sent.location.endswith("?lang=fr")
