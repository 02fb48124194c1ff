"""Does a comment allege wrongdoing by an official? Phrases of `phrases.toml`, unless they are denied.

Such a comment goes above the commune (Law on Denunciations, article 25); so a false alarm costs an inspector a minute,
a miss may cost a citizen much: in doubt it is an allegation. Linear in the length of the text.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
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
_DENIALS = frozenset(
    {"khong", "chang", "cha", "chua", "dau", "het", "bot", "thoi", "chong", "tranh", "hong", "vo", "khoi"}
)
_NOT_ONLY = frozenset({"chi", "nhung", "biet", "hieu", "the"})
"""After a denial: "không chỉ hách dịch mà còn…", "không hiểu sao…" deny nothing."""
_CONDITIONS = frozenset({"thi", "la", "dung"})
"""After a denied thing: "không phong bì là không xong" says that there must be one."""
_AMOUNT = re.compile(r"\d+(?:k|tr|trieu|ngan|nghin|tram|cu)")
_UNITS = frozenset({"ngan", "nghin", "trieu", "tram", "k", "cu"})
_ANY_AMOUNT = "#"
_STOPS = frozenset(".;:!?…\n") | {"nhung", "song", "ma", "tru", "con"}
_AND = frozenset({",", "va", "hay", "hoac", "cung", "lan", "khong", "co", "gi", "ai", "bi"})
_REACH = 5
"""How many words before a phrase a denial may stand."""
_LEGAL = (
    ("le", "phi"),
    ("thue",),
    ("su", "dung", "dat"),
    ("tro", "cap"),
    ("bao", "hiem"),
    ("nghiep", "vu"),
    ("kien", "thuc"),
    ("tap", "huan"),
    ("dao", "tao"),
    ("chuyen", "mon"),
    ("boi", "thuong"),
    ("den", "bu"),
    ("luong",),
    ("dien",),
)
"""Words beside which money is paid by law, and "bồi dưỡng" is a training course."""
_CHARGES_ANYWAY = frozenset({"ngoai", "bien", "hoa", "rieng", "phong", "sai", "them"})


class Allegation(StrEnum):
    """What is alleged; the value ends the key of its words (`comments.allegation.…`)."""

    MONEY = "money"
    THREAT = "threat"
    OVERBEARING = "overbearing"
    OBSTRUCTION = "obstruction"


@dataclass(frozen=True, slots=True)
class Screening:
    """What was found in a comment."""

    kinds: frozenset[Allegation]

    @property
    def allegation(self) -> bool:
        """Whether the comment is for the inspector."""
        return bool(self.kinds)


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: Allegation
    words: tuple[str, ...]
    is_exact: bool


@dataclass(frozen=True, slots=True)
class _Match:
    kind: Allegation
    start: int
    end: int


def screen(text: str) -> Screening:
    """Read a comment of any language and length; only Vietnamese is understood, with or without diacritics."""
    written = _TOKEN.findall(composed(text).lower())
    plain, written = _spread(_without_amounts([folded(token) for token in written]), written)
    kinds: set[Allegation] = set()
    last_denied = -1
    for match in sorted(_matches(written, plain), key=lambda one: (one.start, -one.end)):
        if _is_legal(match, plain):
            continue
        if _is_denied(match, plain, last_denied):
            last_denied = max(last_denied, match.end)
        else:
            kinds.add(match.kind)
    return Screening(frozenset(kinds))


def _without_amounts(plain: Sequence[str]) -> list[str]:
    """Words in their usual spelling; "500k" and the "ngàn" of "500 ngàn" become one sign."""
    words = []
    for place, token in enumerate(plain):
        is_unit = token in _UNITS and place > 0 and plain[place - 1].isdigit()
        words.append(_ANY_AMOUNT if is_unit or _AMOUNT.fullmatch(token) else _SPELLINGS.get(token, token))
    return words


def _spread(plain: Sequence[str], written: Sequence[str]) -> tuple[list[str], list[str]]:
    """A short form that stands for two words becomes two."""
    pairs = [(word, token) for short, token in zip(plain, written, strict=True) for word in short.split()]
    return [word for word, _token in pairs], [token for _word, token in pairs]


@cache
def _phrases() -> dict[str, list[_Phrase]]:
    """The phrases by their first word."""
    phrases: dict[str, list[_Phrase]] = {}
    with _PHRASES.open("rb") as file:
        for kind, lists in tomllib.load(file).items():
            for how in ("plain", "exact"):
                for phrase in lists[how]:
                    words = tuple(phrase.split())
                    phrases.setdefault(words[0], []).append(_Phrase(Allegation(kind), words, how == "exact"))
    return phrases


def _matches(written: Sequence[str], plain: Sequence[str]) -> Iterator[_Match]:
    phrases = _phrases()
    for start in range(len(plain)):
        for phrase in phrases.get(plain[start], ()):
            if not phrase.is_exact and (end := _end(phrase.words, plain, start)):
                yield _Match(phrase.kind, start, end)
        for phrase in phrases.get(written[start], ()):
            if phrase.is_exact and (end := _end(phrase.words, written, start)):
                yield _Match(phrase.kind, start, end)


def _end(words: Sequence[str], tokens: Sequence[str], start: int) -> int:
    """Where a phrase that begins at `start` ends; 0 if it does not stand there. Gaps never cross a full stop."""
    place, gap = start, 0
    for word in words:
        if word == _GAP:
            gap = _LONGEST_GAP
            continue
        while gap and place < len(tokens) and tokens[place] != word and tokens[place] not in ".;!?\n":
            place, gap = place + 1, gap - 1
        if place >= len(tokens) or tokens[place] != word:
            return 0
        place, gap = place + 1, 0
    return place


def _is_denied(match: _Match, plain: Sequence[str], last_denied: int) -> bool:
    """Whether the comment says that it was *not* so."""
    for word in plain[match.end : match.end + 2]:
        if word in _CONDITIONS:
            return False
        if word in _STOPS or word == ",":
            break
    if last_denied >= 0 and all(word in _AND for word in plain[last_denied : match.start]):
        return True  # không hách dịch, cửa quyền, hay gây khó dễ
    for place in range(match.start - 1, max(match.start - 1 - _REACH, -1), -1):
        if plain[place] in _STOPS or plain[place] == ",":
            return False
        if plain[place] in _DENIALS:
            return plain[place + 1] not in _NOT_ONLY
    return False


def _is_legal(match: _Match, plain: Sequence[str]) -> bool:
    """Whether money is spoken of that the law asks for, or that people are due."""
    if match.kind is not Allegation.MONEY:
        return False
    around = plain[max(match.start - 3, 0) : match.end + 4]
    inside = plain[match.start : match.end]
    if _CHARGES_ANYWAY.intersection(inside):
        return False
    return any(tuple(around[place : place + len(words)]) == words for words in _LEGAL for place in range(len(around)))
