"""A small sealed book made of plain values: sixteen days, units that come and go, comments, two questionnaires."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from survey_app.audit.columns import columns_of
from survey_app.ledger.checkpoint import Checkpoint, SigningKey, consistency_note, sign_checkpoint
from survey_app.ledger.day_record import SealedDay, order_hash, seal_day, unit_entry
from survey_app.ledger.leaf import LEAF_FIELDS, comment_digest, leaf_bytes, leaf_hash
from survey_app.ledger.manifest import (
    Provenance,
    SealedLog,
)
from survey_app.ledger.merkle import Tree
from survey_app.questionnaires.definition import (
    Option,
    OwnQuestion,
    Questionnaire,
    default_questionnaire,
    with_own_questions,
)

Cells = dict[str, Any]

ORIGIN = "dongnai.example/so-gop-y"
KEY = SigningKey(ORIGIN, bytes(range(32)))
OTHER_KEY = SigningKey(ORIGIN, bytes(32))
FIRST_DAY, LAST_DAY = date(2026, 11, 10), date(2026, 11, 25)
ALWAYS = ("26041", "26068", "26101")
ENDED, ENDED_AFTER = "26044", date(2026, 11, 18)
FOUNDED, FOUNDED_ON = "26200", date(2026, 11, 20)
SILENT = "26101"
"""A unit that nobody answers."""
BASE = default_questionnaire()
WITH_OWN = with_own_questions(
    BASE,
    [
        OwnQuestion("own_parking", "rating", "r11", {"vi": "Chỗ để xe", "en": "Parking"}),
        OwnQuestion(
            "own_signs",
            "choice",
            "c3",
            {"vi": "Biển chỉ dẫn", "en": "Signs"},
            None,
            (Option(1, "clear", {"vi": "Rõ", "en": "Clear"}), Option(2, "unclear", {"vi": "Chưa rõ", "en": "Unclear"})),
        ),
    ],
)
COLUMNS = columns_of([BASE, WITH_OWN])
ITEM_COLUMNS = (*COLUMNS.ratings, *COLUMNS.choices)
FLAGS = {"honeypot": {"bit": 1, "sets_aside": True}, "too_fast": {"bit": 2, "sets_aside": True}}
FLAG_NAMES = {0: None, 1: "honeypot", 2: "too_fast", 3: "honeypot+too_fast"}
COMMENTS = (
    None,
    None,
    "Cán bộ niềm nở, cảm ơn.",
    "=1+1",
    "'=quoted",
    "''＝",
    "'apostrophe",
    'Nói "nhanh",\nhai dòng',
    "  ",
)
PROVENANCE = Provenance("than-thien 1.0.0", "auditor@example.vn", "2026-11-26T08:00:00+07:00", "Kiểm tra định kỳ")


@dataclass(frozen=True)
class Answer:
    """A response as the book holds it."""

    leaf: Mapping[str, Any]
    questionnaire: Questionnaire
    comment: str | None
    comment_salt: bytes | None

    @cached_property
    def leaf_hash(self) -> bytes:
        """What was sealed of it."""
        return leaf_hash(leaf_bytes(self.leaf))

    def cells(self, *, with_comment: bool) -> Cells:
        """Its row of the raw export, by column."""
        leaf, questionnaire = self.leaf, self.questionnaire
        cells: Cells = dict.fromkeys(COLUMNS.names)
        cells |= {
            "response_id": leaf["id"],
            "unit_code": leaf["unit"],
            "unit_name": f"xã {leaf['unit']}",
            "service_point_id": leaf["service_point"],
            "service_point": "Quầy 1",
            "verified": int(leaf["channel"] == "ticket"),
            "questionnaire": f"{questionnaire.key}-{questionnaire.version}",
            "questionnaire_hash": leaf["questionnaire"],
            "flags": FLAG_NAMES[leaf["flags"]],
            "set_aside": int(leaf["flags"] > 0),
            "leaf_hash": self.leaf_hash.hex(),
            "sealed": 1,
        }
        same = ("day", "day_part", "channel", "respondent_group", "service_domain", "language", "comment_digest")
        cells |= {name: leaf[name] for name in (*same, "leaf_salt")}
        for item in (*questionnaire.ratings, *questionnaire.choices):
            value = leaf[item.slot]
            option = item.option_coded(value) if value is not None else None
            cells[item.name] = option.value if option else value
        if with_comment and self.comment_salt is not None:
            cells |= {"comment": self.comment, "comment_salt": self.comment_salt.hex()}
        return cells


def make_answer(draw: random.Random, day: date, unit: str) -> Answer:
    """An answer whose every part may be missing."""
    questionnaire = WITH_OWN if unit == "26068" and draw.random() < 0.5 else BASE
    comment = draw.choice(COMMENTS)
    salt = draw.randbytes(16) if comment else None
    leaf: dict[str, Any] = dict.fromkeys(LEAF_FIELDS)
    leaf |= {
        "id": draw.randbytes(16).hex(),
        "day": day.isoformat(),
        "day_part": draw.choice(["morning", "afternoon"]),
        "unit": unit,
        "service_point": draw.randrange(1, 9),
        "channel": draw.choice(["poster", "ticket", "kiosk"]),
        "respondent_group": draw.choice([None, "citizen", "organisation"]),
        "service_domain": draw.choice([None, "land"]),
        "questionnaire": questionnaire.content_hash,
        "language": draw.choice(["vi", "en"]),
        "flags": draw.choice([0, 0, 0, 1, 2, 3]),
        "comment_digest": comment_digest(salt, comment).hex() if salt and comment else None,
        "leaf_salt": draw.randbytes(16).hex(),
    }
    for item in questionnaire.ratings:
        leaf[item.slot] = draw.choice([None, 1, 2, 3, 4, 5])
    for item in questionnaire.choices:
        leaf[item.slot] = draw.choice([None, *(option.code for option in item.options)])
    return Answer(leaf, questionnaire, comment, salt)


@dataclass(frozen=True)
class Book:
    """Answers and check codes by (day, unit), and the days sealed over them."""

    answers: Mapping[tuple[date, str], Sequence[Answer]]
    codes: Mapping[tuple[date, str], Sequence[str]]
    days: Sequence[SealedDay]
    removal: Mapping[str, Any]
    """A retention order, sealed on the last day."""

    @cached_property
    def tree(self) -> Tree:
        """The log."""
        return Tree(day.record.leaf_hash for day in self.days)

    def note(self, size: int, key: SigningKey = KEY) -> str:
        """The signed head at a size."""
        return sign_checkpoint(Checkpoint(ORIGIN, size, self.tree.root(size)), key)

    def consistency(self, first: int, second: int) -> str:
        """The consistency note between two sizes."""
        return consistency_note(first, self.tree.consistency_proof(first, second), self.note(second))

    def log(self, size: int | None = None, key: SigningKey = KEY) -> SealedLog:
        """The log as it was at a size."""
        size = size or self.tree.size
        return SealedLog(FIRST_DAY, Tree(day.record.leaf_hash for day in self.days[:size]), self.note(size, key))

    def day(self, day: date) -> SealedDay:
        """One sealed day."""
        return self.days[(day - FIRST_DAY).days]


def make_book(seed: int = 33) -> Book:
    """The same book for the same seed."""
    draw = random.Random(seed)
    answers: dict[tuple[date, str], Sequence[Answer]] = {}
    codes: dict[tuple[date, str], Sequence[str]] = {}
    days = []
    removal = {
        "kind": "retention",
        "what": "rows",
        "first_day": FIRST_DAY.isoformat(),
        "last_day": (FIRST_DAY + timedelta(days=2)).isoformat(),
        "units": None,
    }
    for number in range((LAST_DAY - FIRST_DAY).days + 1):
        day = FIRST_DAY + timedelta(days=number)
        units = [*ALWAYS, *([ENDED] if day <= ENDED_AFTER else []), *([FOUNDED] if day >= FOUNDED_ON else [])]
        for unit in units:
            made = [make_answer(draw, day, unit) for _ in range(0 if unit == SILENT else draw.randrange(5))]
            answers[day, unit] = sorted(made, key=lambda one: one.leaf_hash)
            codes[day, unit] = [f"{draw.randrange(10**12):012d}" for _ in made]
        entries = [unit_entry(u, [a.leaf_hash for a in answers[day, u]], codes[day, u]) for u in units]
        orders = [order_hash(removal)] if day == LAST_DAY else []
        days.append(seal_day(day, entries, draw.randbytes(32) if number else None, orders))
    return Book(answers, codes, days, removal)


UNPROVEN_COLUMNS = {"unit_name", "service_point"}
"""Names beside proven codes: only the file's SHA-256 speaks for them."""
