"""What in a comment would identify somebody: found, and masked. Every pattern is linear: no repetition inside another.

Numbers are judged by their digits and by how they are grouped: a phone is not a sum of money, nor a date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from survey_app.comment_screening.letters import composed, folded
from survey_app.comment_screening.personal_names import names_in

MASK = "[…]"


class PersonalData(StrEnum):
    """What kind of data it is; the value ends the key of its words (`comments.personal.…`)."""

    PHONE = "phone"
    IDENTITY = "identity"
    ACCOUNT = "account"
    PLATE = "plate"
    DOCUMENT = "document"
    EMAIL = "email"
    LINK = "link"
    ADDRESS = "address"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Finding:
    """One find, by its place in the composed (NFC) text."""

    kind: PersonalData
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A comment with everything found replaced by `MASK`."""

    text: str
    found: tuple[Finding, ...]


_EMAIL = re.compile(
    r"[\w.+-]{1,64} ?(?:@|\(a\)|\(at\)|\[at\]) ?[\w-]{1,63}"
    r"(?:\.[\w-]{1,63}| ?\. ?(?:com|vn|net|org|edu)(?!\w)){1,4}"
)
_LINK = re.compile(
    r"(?:https?://|www\.)\S{1,300}"
    r"|(?<![\w@.])(?:[a-z0-9-]{1,40}\.){1,3}(?:com|vn|net|org|info|me|link|page)(?![\w.])(?:/\S{0,300})?",
)
_NUMBER = re.compile(r"(?<![\w])\(?\+?[\do](?:[ .·()-]{0,2}\d){7,19}(?!\d)")
_SPELT = re.compile(
    r"(?<!\w)(?:(?:khong|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin)[ ,.-]{1,2}){7,14}"
    r"(?:khong|mot|hai|ba|bon|tu|nam|sau|bay|tam|chin)(?!\w)"
)
_PLATE = re.compile(r"(?<![\w./-])[1-9]\d ?-?[a-z]{1,2}\d?[ .-]{0,2}\d{3}(?:\.?\d{2}|\d)(?![\w])")
_DOSSIER = re.compile(
    r"(?<!\w)(?:[a-z]\d{2}\.\d{2}(?:\.\d{2,3})?|\d{3}\.\d{2}\.\d{2}\.[a-z]\d{2})[.-]\d{6}-\d{3,5}(?!\w)"
)
_PASSPORT = re.compile(r"(?<!\w)[a-z]\d{7,8}(?!\w)")
_ADDRESS = re.compile(
    r"(?<!\w)(?:so nha|nha so|dia chi(?: so)?|so) ?:? ?\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?){0,4}(?!\w)"
    r"|(?<!\w)(?:hem|ngo) ?\d{1,4}[a-z]?(?:/\d{1,4}[a-z]?){1,4}(?!\w)"
)
_NAMELESS = re.compile(r"(?<!\w)so (?!nha)")
_STREET = re.compile(r" ?,? ?(?:duong|pho|hem|kiet|to |ap |khu pho|kp )")
_BANK = re.compile(
    r"(?:stk|tai khoan|so tk|\btk\b|vietcombank|vcb|agribank|bidv|vietinbank|mbbank|momo|techcombank|acb)"
)
_PAPERS = re.compile(r"(?:cccd|cmnd|can cuoc|chung minh|ho chieu)\D{0,12}$")
_CURRENCY = re.compile(r" ?(?:d|dong|vnd|vnđ|trieu|tr|k|ty|nghin|ngan)\b")
_DATE = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[ .-](?:0?[1-9]|1[0-2])[ .-](?:19|20)\d\d")
_BEFORE_A_NUMBER = 30


def scrub(text: str) -> Scrubbed:
    """Mask what would identify somebody. Scrubbing twice changes nothing more."""
    whole = composed(text)
    plain = folded(whole)
    found: list[Finding] = []
    for finding in sorted(_findings(whole, plain), key=lambda one: (one.start, -one.end)):
        if not found or finding.start >= found[-1].end:
            found.append(finding)
    pieces, place = [], 0
    for finding in found:
        pieces += [whole[place : finding.start], MASK]
        place = finding.end
    return Scrubbed("".join([*pieces, whole[place:]]), tuple(found))


def _findings(whole: str, plain: str) -> Iterator[Finding]:
    for kind, pattern in (
        (PersonalData.EMAIL, _EMAIL),
        (PersonalData.LINK, _LINK),
        (PersonalData.DOCUMENT, _DOSSIER),
        (PersonalData.PLATE, _PLATE),
        (PersonalData.DOCUMENT, _PASSPORT),
        (PersonalData.PHONE, _SPELT),
    ):
        for match in pattern.finditer(plain):
            yield Finding(kind, *match.span())
    for match in _NUMBER.finditer(plain):
        number_kind = _kind_of_number(
            match[0],
            plain[max(match.start() - _BEFORE_A_NUMBER, 0) : match.start()],
            plain[match.end() : match.end() + 8],
        )
        if number_kind is not None:
            yield Finding(number_kind, *match.span())
    for match in _ADDRESS.finditer(plain):
        if not _NAMELESS.match(match[0]) or _STREET.match(plain, match.end()):
            yield Finding(PersonalData.ADDRESS, *match.span())
    for start, end in names_in(whole, plain):
        yield Finding(PersonalData.NAME, start, end)


def _kind_of_number(number: str, before: str, after: str) -> PersonalData | None:
    """What a run of at least eight digits is; None for money, dates, years, service numbers."""
    digits = "".join(one for one in number.replace("o", "0") if one.isdigit())
    groups = re.findall(r"\d+", number.replace("o", "0"))
    if _BANK.search(before):
        return PersonalData.ACCOUNT
    if _PAPERS.search(before) and len(digits) in (9, 12):
        return PersonalData.IDENTITY
    if _is_phone(digits, plus="+" in number):
        return PersonalData.PHONE
    if _DATE.fullmatch(number) or digits.startswith(("1900", "1800")) or _is_money(groups, after):
        return None
    if len(digits) in (9, 12):
        return PersonalData.IDENTITY
    return PersonalData.ACCOUNT if len(groups) == 1 else None


def _is_phone(digits: str, *, plus: bool) -> bool:
    """Mobile 03, 05, 07, 08, 09 and eight digits; landline 02 and nine; abroad +84 in place of the 0."""
    if digits.startswith("84") and (plus or len(digits) in (11, 12)):
        digits = "0" + digits[2:].removeprefix("0")
    elif plus:
        return len(digits) >= 9
    return bool(re.fullmatch(r"0[35789]\d{8}|02\d{9}", digits))


def _is_money(groups: list[str], after: str) -> bool:
    """Thousands set apart ("1.500.000"), or a currency behind."""
    if groups[0].startswith("0"):
        return False
    by_thousands = len(groups) > 1 and len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    return by_thousands or bool(_CURRENCY.match(after))
