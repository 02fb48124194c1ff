"""The scripts of citizen pages: in the page's words, readable by an engine of 2014, kept under their own name."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from survey_app.citizen.script import PAGE_KINDS, PageKind, _squeezed, script_of
from survey_app.languages import catalogue, catalogues
from survey_app.static_assets import STATIC
from tests.support.databases import sqlite_only
from tests.support.surveys import ScannedCounter

KINDS = pytest.mark.parametrize("kind", PAGE_KINDS)
FRAGMENTS = ("offline.js", "survey.js", "kiosk.js", "display.js", "kiosk_worker.js")
PHONE_FRAGMENTS = ("offline.js", "survey.js")
TOO_NEW = ("fetch(", "Promise", "IntersectionObserver", "sendBeacon", ".closest(", ".includes(", ".remove()", "URL(")
"""What the WebView of Android 5 (Chromium 37) does not have, or not reliably."""
UNWELCOME = ("window.open", "_blank", "download", "speechSynthesis", "alert(", "confirm(", "prompt(", "eval(")
"""What Zalo's in-app browser refuses or people fear."""
GZIP = {"Accept-Encoding": "gzip"}
PARSE = 'var parse = new Function(read(scriptArgs[0])); print("parsed");'


def code_of(fragment: str) -> str:
    return _squeezed((STATIC / fragment).read_text(encoding="utf-8"))


def address_in(html: str) -> str:
    found = re.search(r'<script src="([^"]+)" defer>', html)
    assert found is not None
    return found.group(1)


@KINDS
@pytest.mark.parametrize("language", catalogues())
def test_an_engine_that_knows_only_ecmascript_5_reads_it(tmp_path: Path, kind: PageKind, language: str) -> None:
    script, parser = tmp_path / "script.js", tmp_path / "parse.js"
    script.write_bytes(script_of(kind, language).plain)
    parser.write_text(PARSE, encoding="utf-8")
    said = subprocess.run(["mujs", str(parser), str(script)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout.strip()) == (0, "parsed"), said.stderr


@pytest.mark.parametrize(
    "newer", ["let a = 1;", "var f = (a) => a;", "class A {}", "var t = `x`;", "import x from 'x';"]
)
def test_that_engine_refuses_what_is_newer(tmp_path: Path, newer: str) -> None:
    script, parser = tmp_path / "script.js", tmp_path / "parse.js"
    script.write_text(newer, encoding="utf-8")
    parser.write_text(PARSE, encoding="utf-8")
    said = subprocess.run(["mujs", str(parser), str(script)], capture_output=True, text=True, check=False)
    assert said.returncode != 0


@pytest.mark.parametrize("fragment", PHONE_FRAGMENTS)
def test_a_phones_script_uses_nothing_newer_than_its_engine(fragment: str) -> None:
    assert [name for name in TOO_NEW if name in code_of(fragment)] == []


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_no_script_opens_windows_or_speaks_or_evaluates(fragment: str) -> None:
    assert [name for name in UNWELCOME if name in code_of(fragment)] == []


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_no_script_has_words_of_its_own(fragment: str) -> None:
    strings = re.findall(r'"((?:[^"\\]|\\.)*)"', code_of(fragment))
    assert [text for text in strings if not text.isascii() or text.count(" ") > 3] == []


@KINDS
@pytest.mark.parametrize("language", catalogues())
def test_its_words_stand_in_the_catalogue_of_the_language(kind: PageKind, language: str) -> None:
    plain = script_of(kind, language).plain.decode()
    words = json.loads(plain[plain.rindex("})({") + 3 : -3])
    assert words
    assert set(words.values()) <= set(catalogue(language).texts.values())
    used = set(re.findall(r"\bwords\.(\w+)", plain))
    assert used == set(words), "no word is missing, none is carried for nothing"


@pytest.mark.parametrize("fragment", FRAGMENTS)
def test_comments_stay_here(fragment: str) -> None:
    lines = (STATIC / fragment).read_text(encoding="utf-8").splitlines()
    comments = [line.strip() for line in lines if line.lstrip().startswith("// ")]
    assert comments
    assert [comment for comment in comments if comment in code_of(fragment)] == []


def test_squeezing_leaves_strings_alone() -> None:
    source = '// a comment\n  var a = "x ; y";\n  // more\n  f( a , "\\" = ");'
    assert _squeezed(source) == 'var a="x ; y";f(a,"\\" = ");'


@sqlite_only
def test_a_page_loads_it_after_itself_in_its_own_language(client: FlaskClient, counter: ScannedCounter) -> None:
    for language in catalogues():
        html = client.get(f"{counter.path}?lang={language}").get_data(as_text=True)
        assert html.count("<script") == 1
        fingerprint = script_of("survey", language).fingerprint
        assert address_in(html) == f"/s/survey-{language}-{fingerprint}.js"


@sqlite_only
@KINDS
def test_it_may_be_kept_for_good_under_its_own_name_only(client: FlaskClient, kind: PageKind) -> None:
    made = script_of(kind, "vi")
    response = client.get(f"/s/{kind}-vi-{made.fingerprint}.js", headers=GZIP)
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response.vary
    assert gzip.decompress(response.data) == made.plain
    assert client.get(f"/s/{kind}-vi-{made.fingerprint}.js").data == made.plain
    older = client.get(f"/s/{kind}-vi-00000000.js")
    assert (older.status_code, older.headers["Cache-Control"]) == (200, "no-store")


@sqlite_only
@pytest.mark.parametrize("path", ["/s/survey-xx-0.js", "/s/other-vi-0.js", "/s/survey-vi.js"])
def test_what_is_no_script_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
