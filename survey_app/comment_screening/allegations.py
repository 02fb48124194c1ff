"""Does a comment allege wrongdoing by an official? Phrases of `phrases.toml`, unless they are denied.

Such a comment goes above the commune (Law on Denunciations, article 25); so a false alarm costs an inspector a minute,
a miss may cost a citizen much: in doubt it is an allegation. Linear in the length of the text.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from survey_app.comment_screening.phrases import Word, phrases_from, words_of

_DENIALS = ("không", "chẳng", "chả", "chưa", "đâu", "hết", "bớt", "thôi", "chống", "tránh", "khỏi")
_MARKS_OF_DENIALS = {word.plain: word.marks for denial in _DENIALS for word in words_of(denial)}
"""What denies, by its letters without marks: "đầu" and "chùa" deny nothing."""
_NOT_ONLY = frozenset({"chi", "nhung", "biet", "hieu", "the"})
"""After a denial: "không chỉ hách dịch mà còn…", "không hiểu sao…" deny nothing."""
_REFUSED = (("khong", "nhan"), ("khong", "lay"))
"""After a gift: it was offered and not taken ("tặng quà nhưng không nhận"), unless papers were not."""
_PAPERS = frozenset({"ho", "giay", "don", "thi"})
_CONDITIONS = frozenset({"thi", "la", "dung"})
"""After a denied thing: "không phong bì là không xong" says that there must be one."""
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
    ("ngoai", "ngu"),
    ("tieng", "anh"),
    ("ky", "nang"),
    ("boi", "thuong"),
    ("den", "bu"),
    ("luong",),
    ("dien",),
)
"""Words beside which money is paid by law, and "bồi dưỡng" is a training course."""
_CHARGES_ANYWAY = frozenset({"ngoai", "bien", "hoa", "rieng", "phong", "sai", "them", "ma"})
"""In a phrase these say that it is over what the law asks for ("lệ phí 20k mà lấy 50k")."""
_GIFTS = (["qua"], ["nhan", "qua"], ["tang", "qua"])
_CHARITY = (("trung", "thu"), ("thieu", "nhi"), ("ho", "ngheo"), ("nguoi", "ngheo"), ("gia", "dinh", "chinh", "sach"))
"""Whom the commune gives presents to: such a present is no bribe."""
_QUESTION = ["xin", "hoi"]


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
class _Match:
    kind: Allegation
    start: int
    end: int


def screen(text: str) -> Screening:
    """Read a comment of any language and length; only Vietnamese is understood, with or without diacritics."""
    words = words_of(text)
    plain = [word.plain for word in words]
    kinds: set[Allegation] = set()
    last_denied = -1
    for match in sorted(_matches(words), key=lambda one: (one.start, -one.end)):
        if _is_legal(match, plain):
            continue
        if _is_denied(match, words, plain, last_denied):
            last_denied = max(last_denied, match.end)
        else:
            kinds.add(match.kind)
    return Screening(frozenset(kinds))


def _matches(words: Sequence[Word]) -> Iterator[_Match]:
    for start in range(len(words)):
        for phrase in phrases_from(words[start].plain):
            if end := phrase.end_in(words, start):
                yield _Match(Allegation(phrase.kind), start, end)


def _is_denied(match: _Match, words: Sequence[Word], plain: Sequence[str], last_denied: int) -> bool:
    """Whether the comment says that it was *not* so."""
    for word in plain[match.end : match.end + 2]:
        if word in _CONDITIONS:
            return False
        if word in _STOPS or word == ",":
            break
    if match.kind is Allegation.MONEY and _is_refused(plain[match.end : match.end + _REACH + 2]):
        return True
    if last_denied >= 0 and all(word in _AND for word in plain[last_denied : match.start]):
        return True  # không hách dịch, cửa quyền, hay gây khó dễ
    for place in range(match.start - 1, max(match.start - 1 - _REACH, -1), -1):
        if plain[place] in _STOPS or plain[place] == ",":
            return False
        if _denies(words[place]) or tuple(plain[max(place - 1, 0) : place + 1]) == ("tu", "choi"):
            return plain[place + 1] not in _NOT_ONLY
    return False


def _denies(word: Word) -> bool:
    return word.plain in _MARKS_OF_DENIALS and (not word.marks or word.marks == _MARKS_OF_DENIALS[word.plain])


def _is_refused(after: Sequence[str]) -> bool:
    """Whether the words after a gift say that it was not taken."""
    for place in range(len(after) - 1):
        if after[place] in ".;:!?…\n":
            return False
        if (after[place], after[place + 1]) in _REFUSED:
            return not _PAPERS.intersection(after[place + 2 : place + 3])
    return False


def _is_legal(match: _Match, plain: Sequence[str]) -> bool:
    """Whether money is spoken of that the law asks for, or that people are due."""
    if match.kind is not Allegation.MONEY:
        return False
    around = plain[max(match.start - 3, 0) : match.end + 4]
    inside = plain[match.start : match.end]
    if inside[:2] == _QUESTION:
        return True
    if _CHARGES_ANYWAY.intersection(inside):
        return False
    paid_by_law = (*_LEGAL, *_CHARITY) if inside in _GIFTS else _LEGAL
    return any(
        tuple(around[place : place + len(words)]) == words for words in paid_by_law for place in range(len(around))
    )
