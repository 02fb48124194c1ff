"""Words of a comment and the phrases of `phrases.toml`, compared as people type: with all marks, some or none."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from survey_app.comment_screening.letters import composed, folded

_PHRASES = Path(__file__).with_name("phrases.toml")
_TOKEN = re.compile(r"\w+|[.,;:!?…\n]")
_GAP = "_"
_LONGEST_GAP = 3
_SPELLINGS: Mapping[str, str] = {
    **dict.fromkeys(("ko", "k", "kh", "khg", "kg", "hok", "hong", "hem", "khum", "kong"), "khong"),
    **dict.fromkeys(("xien", "tjen"), "tien"),
    **dict.fromkeys(("fong", "pong"), "phong"),
    **dict.fromkeys(("cf", "cfe", "caphe"), "cafe"),
    "bj": "bi",
    "dj": "di",
    "zoa": "doa",
    "hack": "hach",
    "zich": "dich",
    "jay": "gay",
    "bd": "boi duong",
}
"""Short and playful spellings of phones, without diacritics."""
_SUM = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]000)+(?: ?(?:đồng|dong|vnđ|vnd|đ|d)(?!\w))?(?![\d.,]\d)")
"""A sum written in full, "300.000 đ", before it falls apart into words."""
_AMOUNT = re.compile(r"\d+(?:k|tr|trieu|ngan|nghin|tram|cu)\d?")
_ABOUT = frozenset({"may", "vai", "chuc", "tram"})
"""What may stand before a unit of money in place of a figure: "mấy trăm", "chục triệu"."""
_UNITS = frozenset({"ngan", "nghin", "trieu", "k", "cu"})
_ANY_AMOUNT = "#"
_TILDE, _HOOK = "\u0303", "\u0309"


@dataclass(frozen=True, slots=True)
class Word:
    """A word by its letters without marks, and its marks wherever they stand ("doạ" is "dọa"); "" for none."""

    plain: str
    marks: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something people say. `is_marked`: only with all its marks."""

    kind: str
    words: tuple[Word, ...]
    is_marked: bool

    def end_in(self, words: Sequence[Word], start: int) -> int:
        """Where the phrase ends if it begins at `start`; 0 if it does not. Gaps never cross a full stop."""
        place, gap = start, 0
        for wanted in self.words:
            if wanted.plain == _GAP:
                gap = _LONGEST_GAP
                continue
            while (
                gap and place < len(words) and not self._is(wanted, words[place]) and words[place].plain not in ".;!?\n"
            ):
                place, gap = place + 1, gap - 1
            if place >= len(words) or not self._is(wanted, words[place]):
                return 0
            place, gap = place + 1, 0
        return place

    def _is(self, wanted: Word, word: Word) -> bool:
        return wanted.plain == word.plain and (wanted.marks == word.marks or not (word.marks or self.is_marked))


def words_of(text: str) -> list[Word]:
    """The words and stops of a text in their usual spelling; a sum ("500k", "2 triệu", "300.000 đ") is one sign."""
    written = _TOKEN.findall(_SUM.sub(" 1k ", composed(text).lower()))
    words: list[Word] = []
    for token in written:
        plain = folded(token)
        if _AMOUNT.fullmatch(plain) or (words and plain in _UNITS and _is_figure(words[-1].plain)):
            words.append(Word(_ANY_AMOUNT, ""))
        elif plain in _SPELLINGS:
            words += [Word(word, "") for word in _SPELLINGS[plain].split()]
        else:
            words.append(Word(plain, _marks(token)))
    return words


def phrases_from(first: str) -> Sequence[Phrase]:
    """The phrases that begin with a word of these letters."""
    return _phrases().get(first, ())


@cache
def _phrases() -> dict[str, list[Phrase]]:
    phrases: dict[str, list[Phrase]] = {}
    for phrase in _read():
        phrases.setdefault(phrase.words[0].plain, []).append(phrase)
    return phrases


def _read() -> Iterator[Phrase]:
    with _PHRASES.open("rb") as file:
        for kind, lists in tomllib.load(file).items():
            for how, phrases in lists.items():
                for phrase in phrases:
                    words = tuple(Word(folded(word), _marks(word)) for word in phrase.split())
                    yield Phrase(kind, words, how == "marked")


def _is_figure(plain: str) -> bool:
    return plain.isdigit() or plain in _ABOUT


def _marks(word: str) -> str:
    """The marks of a word's letters in the order of Unicode; hỏi and ngã are one, as in the speech of the South."""
    letters = unicodedata.normalize("NFD", word).replace(_TILDE, _HOOK)
    return "".join(sorted(mark for mark in letters if unicodedata.combining(mark) or mark == "đ"))
