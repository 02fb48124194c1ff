"""Names of persons: capitalised words after a form of address, and full names that begin with a family name.

A word counts as written; one without any diacritic also as any word it could stand for, since many people type none.
"""

import re
from collections.abc import Iterator

from survey_app.comment_screening.letters import folded

_TITLES = (
    *(
        "ông",
        "bà",
        "anh",
        "chị",
        "chú",
        "cô",
        "em",
        "bác",
        "cậu",
        "dì",
        "thím",
        "mợ",
        "dượng",
        "thầy",
        "cháu",
        "bé",
        "thằng",
    ),
    *("đồng chí", "đ/c", "đc", "cán bộ", "cb", "nhân viên", "nv", "a.", "c.", "tên", "tên là"),
    *("a", "c", "e"),
    *("chủ tịch", "bí thư", "trưởng phòng", "giám đốc"),
)
_TITLE = re.compile(rf"(?<![\w/])(?:{'|'.join(re.escape(folded(title)) for title in _TITLES)})\.? {{1,2}}")
_STATESMAN = "bac ho"
_UNIONS = re.compile("doan thanh nien(?!\\w)")
"""The Youth Union, whose name is built like a person's."""
_WORD = re.compile(r"[^\W\d_]{1,7}(?!\w)")
_MOST_WORDS = 4
_NO_NAMES = (
    *("ông", "anh", "chị", "cô", "em", "con", "cán", "công", "nhân", "quầy", "văn phòng", "trung", "chủ", "phó"),
    *("bí thư", "trưởng", "địa chính", "tư pháp", "hộ tịch", "thuế", "y tế", "hành chính", "bảo vệ", "một cửa", "ubnd"),
    *(
        "hđnd",
        "mttq",
        "rịa",
        "ơi",
        "ạ",
        "ấy",
        "nào",
        "rất",
        "cảm",
        "xin",
        "ở",
        "là",
        "có",
        "không",
        "đã",
        "cho",
        "lãnh",
    ),
)
"""What may follow a form of address in capitals and is no name ("anh Tư pháp"; but "anh Tư" is one)."""
_WOMAN = "bà"
"""Only as written: without its mark it is a name, the third-born's."""
_CLEAR_FAMILIES = (
    *("nguyễn", "trần", "phạm", "huỳnh", "hoàng", "phan", "võ", "vũ", "đặng", "bùi", "đỗ", "ngô", "lý", "lê", "trương"),
    *("đinh", "trịnh", "đoàn", "đào", "lương"),
)
_OTHER_FAMILIES = (
    "hồ",
    "dương",
    "lâm",
    "mai",
    "châu",
    "cao",
    "thạch",
    "điểu",
    "tạ",
    "hà",
    "tô",
    "tăng",
    "phùng",
    "lưu",
)
"""Without diacritics these are everyday words, too."""
_MIDDLES = ("văn", "thị", "hữu", "đức", "ngọc", "minh", "thanh", "quốc", "xuân", "kim", "hoàng", "thúy", "bích")
_FULL_NAME = re.compile(
    rf"(?<!\w)(?:{'|'.join(folded(name) for name in (*_CLEAR_FAMILIES, *_OTHER_FAMILIES))}) "
    rf"(?:{'|'.join(folded(name) for name in _MIDDLES)}) [^\W\d_]{{1,7}}(?: [^\W\d_]{{1,7}})?(?!\w)"
)
_CAPITALISED_NAME = re.compile(rf"(?<!\w)(?:{'|'.join(map(folded, _CLEAR_FAMILIES))})(?: [^\W\d_]{{1,7}}){{2,3}}(?!\w)")
"""A family name and others after it, whichever they are: a name when all begin with a capital."""
_AFTER_A_NAME = frozenset(
    {
        "o",
        "la",
        "lam",
        "co",
        "da",
        "rat",
        "va",
        "voi",
        "noi",
        "tiep",
        "huong",
        "giup",
        "giai",
        "cua",
        "quay",
        "phong",
        "bo",
        "can",
        "hay",
        "di",
        "den",
        "thi",
        "nen",
        "duoc",
        "bi",
        "dang",
        "moi",
        "cung",
        "khong",
        "ko",
        "sinh",
        "nam",
        "cho",
        "bao",
        "nhiet",
        "de",
    }
)
"""Words that follow a name typed without capitals or diacritics."""
_PLACES = re.compile(
    r"(?:duong|pho|truong|phuong|xa|ap|khu pho|kp|hem|cho|cau|khu|benh vien|cong vien|thi tran|tuyen|huyen|tinh|quan"
    r"|nga tu|nga ba|cong ty|cty|doanh nghiep|hop tac xa|htx)\.? $"
)
"""What stands before a name that names a place: đường Nguyễn Văn Trỗi."""
_BEFORE = 12


def names_in(whole: str, plain: str) -> Iterator[tuple[int, int]]:
    """Spans of names in the composed text and its folded twin; titles stay, since they identify nobody."""
    written = whole.lower()
    has_capitals = _uses_capitals_for_names(whole)
    for match in _TITLE.finditer(plain):
        if has_capitals and _is_title(whole, written[match.start() : match.end()], match.start()):
            end = _end_of_name(whole, written, plain, match.end())
            if end > match.end() and plain[match.start() : end] != _STATESMAN:
                yield match.end(), end
    for match in _FULL_NAME.finditer(plain):
        if _UNIONS.match(plain, match.start()):
            continue
        if _is_full_name(written[match.start() : match.end()]) and not _names_a_place(plain, match.start()):
            if has_capitals and whole[match.start()].isupper():
                yield match.start(), _end_of_name(whole, written, plain, match.start())
            else:
                yield match.start(), _end_of_plain_name(plain, match.start(), match.end())
    for match in _CAPITALISED_NAME.finditer(plain) if has_capitals else ():
        end = _end_of_name(whole, written, plain, match.start())
        name = written[match.start() : end]
        is_family = name.split(" ")[0] in _CLEAR_FAMILIES or name == plain[match.start() : end]
        if name.count(" ") >= 2 and is_family and not _names_a_place(plain, match.start()):
            yield match.start(), end


def _is_title(whole: str, written: str, start: int) -> bool:
    """Whether a form of address stands there; a single letter only in small ("c Mỹ", not "khu C Mỹ")."""
    title = written.rstrip(" .")
    return _is_any(title, _TITLES) and (len(title) > 1 or whole[start].islower() or "." in written)


def _uses_capitals_for_names(whole: str) -> bool:
    """In a text all in capitals a capital says nothing."""
    letters = [letter for letter in whole if letter.isalpha()]
    return sum(letter.isupper() for letter in letters) * 2 < len(letters)


def _is_any(written: str, words: tuple[str, ...]) -> bool:
    """Whether it is one of the words as written, or without diacritics could be."""
    return written in words or (written == folded(written) and any(written == folded(word) for word in words))


def _end_of_name(whole: str, written: str, plain: str, start: int) -> int:
    """Where the capitalised words that begin at `start` end; `start` itself when there is no name."""
    end = place = start
    for number in range(_MOST_WORDS):
        match = _WORD.match(plain, place)
        if match is None or not whole[place].isupper():
            break
        following = _WORD.match(plain, match.end() + 1)
        pair = written[place : following.end()] if following else ""
        word = written[place : match.end()]
        is_union = _UNIONS.match(plain, place) is not None
        if not number and (is_union or word == _WOMAN or _is_any(word, _NO_NAMES) or _is_any(pair, _NO_NAMES)):
            break
        end, place = match.end(), match.end() + 1
        if plain[end : end + 1] != " ":
            break
    return end


def _is_full_name(written: str) -> bool:
    family, middle = written.split()[:2]
    is_family = family in _CLEAR_FAMILIES or family in _OTHER_FAMILIES or _is_any(family, _CLEAR_FAMILIES)
    return is_family and _is_any(middle, _MIDDLES)


def _names_a_place(plain: str, start: int) -> bool:
    return _PLACES.search(plain[max(start - _BEFORE, 0) : start]) is not None


def _end_of_plain_name(plain: str, start: int, end: int) -> int:
    """A name may have four words, unless the fourth is one that goes on with the sentence."""
    words = plain[start:end].split()
    return end - len(words[-1]) - 1 if len(words) == 4 and words[-1] in _AFTER_A_NAME else end
