"""The script of a kind of citizen page: its fragments and its words in one language, compressed once.

It is loaded after the page (`defer`), from an address of its own that names its content, so that a phone fetches it
once and keeps it. Pages are complete without it.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from flask import current_app, url_for
from markupsafe import Markup

from survey_app.languages import catalogue, current_language
from survey_app.static_assets import STATIC

PageKind = Literal["survey", "kiosk", "display"]
PAGE_KINDS: tuple[PageKind, ...] = get_args(PageKind)
_FRAGMENTS: Mapping[PageKind, tuple[str, ...]] = {
    "survey": ("offline.js", "survey.js"),
    "kiosk": ("offline.js", "kiosk.js"),
    "display": ("display.js",),
}
_WAITING_WORDS = {
    "sending": "citizen.offline.sending",
    "waiting": "citizen.offline.waiting",
    "nothing": "questionnaires.form.nothing_rated",
    "saved": "citizen.offline.saved",
    "queued": "citizen.offline.queued",
}
_WORDS: Mapping[PageKind, Mapping[str, str]] = {
    "survey": _WAITING_WORDS
    | {
        "thanks": "citizen.thanks.title",
        "kept": "citizen.offline.kept",
        "clear": "citizen.offline.clear",
        "open": "citizen.offline.open",
    },
    "kiosk": _WAITING_WORDS
    | {
        "waiting": "citizen.kiosk.waiting",
        "empty": "citizen.kiosk.empty",
        "quiet": "citizen.kiosk.quiet",
        "receipt": "citizen.thanks.receipt",
    },
    "display": {
        "left": "citizen.display.left",
        "stale": "citizen.display.stale",
    },
}

_STRING_OR_GAP = re.compile(r'("(?:[^"\\\n]|\\.)*")|\s*([-=+<>!&|?:(){};,])\s*')


@dataclass(frozen=True, slots=True)
class Script:
    """A script as it is sent: plain, and as a gzip file. `fingerprint` is the start of its SHA-256."""

    plain: bytes
    compressed: bytes
    fingerprint: str


@cache
def script_of(kind: PageKind, language: str) -> Script:
    """The script of a kind of page in a language. Raises `UnknownLanguage`."""
    texts = catalogue(language).texts
    words = json.dumps({name: texts[key] for name, key in _WORDS[kind].items()}, ensure_ascii=False)
    fragments = "\n".join(_squeezed((STATIC / name).read_text(encoding="utf-8")) for name in _FRAGMENTS[kind])
    plain = f'(function(words){{"use strict";\n{fragments}\n}})({words});\n'.encode()
    return Script(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:8])


def script_element(kind: PageKind) -> Markup:
    """The element that loads the script of this kind of page in the page's language; nothing where it is not served."""
    if "citizen.script" not in current_app.view_functions:
        return Markup()
    language = current_language()
    made = script_of(kind, language)
    address = url_for("citizen.script", kind=kind, language=language, fingerprint=made.fingerprint, lang=None)
    return Markup('<script src="{}" defer></script>').format(address)


def _squeezed(source: str) -> str:
    """The code without its comments, which have lines of their own, and without the white space that only we need.

    Strings are left alone, in double quotes by our own rule; every statement ends with a semicolon.
    """
    lines = "\n".join(line for line in source.splitlines() if not line.lstrip().startswith("//"))
    return _STRING_OR_GAP.sub(lambda found: found[1] or found[2], lines).strip()
