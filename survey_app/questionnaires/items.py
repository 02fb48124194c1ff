"""What a questionnaire is: its items, their slots, and the canonical text whose hash names it.

Pure: standard library only, so that the stand-alone verifier and the engines of analytics can read definitions too.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

Text = Mapping[str, str]
"""One text in every language of `LANGUAGES`, by language tag."""

Kind = Literal["rating", "choice", "context", "comment"]
Construct = Literal["overall", "attitude", "harassment", "context", "comment", "control", "own"]

LANGUAGES = ("vi", "en")
FALLBACK_LANGUAGE = "en"
SCALE_SCORES = (1, 2, 3, 4, 5)
OVERALL_SLOT = "r1"
ATTITUDE_SLOTS = tuple(f"r{number}" for number in range(2, 8))
"""At most six attitude items: a person's score is kept in sixtieths, and 1 … 6 divide 60."""
OWN_SLOTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"rating": ("r11", "r12"), "choice": ("c3", "c4")})
OWN_PREFIX = "own_"

SLOTS_OF_KIND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "rating": tuple(f"r{number}" for number in range(1, 13)),
        "choice": tuple(f"c{number}" for number in range(1, 5)),
        "context": ("service_domain", "respondent_group"),
        "comment": ("comment",),
    }
)
SLOTS_OF_CONSTRUCT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "overall": (OVERALL_SLOT,),
        "attitude": ATTITUDE_SLOTS,
        "harassment": ("c1", "c2"),
        "context": SLOTS_OF_KIND["context"],
        "comment": SLOTS_OF_KIND["comment"],
        "control": ("c2",),
        "own": OWN_SLOTS["rating"] + OWN_SLOTS["choice"],
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer to choose: `code` is what the book holds in a choice slot, `value` what forms and exports say."""

    code: int
    value: str
    text: Text


@dataclass(frozen=True, slots=True)
class Scale:
    """The rating scale shared by all ratings: the words of the scores 1 … 5 in order, and of leaving one out."""

    levels: tuple[Text, ...]
    skip: Text

    def label(self, score: int, language: str) -> str:
        """The words of a score from 1 to 5."""
        return self.levels[score - 1][language]


@dataclass(frozen=True, slots=True)
class Item:
    """One question: where its answer lives (`slot`, for good) and what it measures (`construct`)."""

    name: str
    kind: Kind
    construct: Construct
    slot: str
    text: Text
    hint: Text | None = None
    sipas: Text | None = None
    """The item of the national index (SIPAS) it is adapted from, for the data dictionary."""
    options: tuple[Option, ...] = ()
    max_length: int | None = None
    """Characters (code points) of a comment."""

    def option_of(self, value: str) -> Option | None:
        """The option that forms call `value`, or None."""
        return next((option for option in self.options if option.value == value), None)

    def option_coded(self, code: int) -> Option | None:
        """The option that the book calls `code`, or None."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Questionnaire:
    """One version of a questionnaire. Its content hash is its name for good; texts are plain, without markup."""

    key: str
    version: int
    scale: Scale
    stem: Text
    """Read before each attitude item, which is only half a sentence without it."""
    items: tuple[Item, ...]
    """In the order of the page."""

    @cached_property
    def content_hash(self) -> str:
        """SHA-256, in hex, of the canonical JSON."""
        return hashlib.sha256(to_canonical_json(self).encode()).hexdigest()

    @property
    def label(self) -> str:
        """Key and version as exports print them, such as `attitude v1`."""
        return f"{self.key} v{self.version}"

    @property
    def ratings(self) -> tuple[Item, ...]:
        """The items answered on the scale, in page order."""
        return tuple(item for item in self.items if item.kind == "rating")

    @property
    def choices(self) -> tuple[Item, ...]:
        """The items whose answer is a coded option in a choice slot."""
        return tuple(item for item in self.items if item.kind == "choice")

    @property
    def attitude_items(self) -> tuple[Item, ...]:
        """The items whose ratings make a person's attitude score."""
        return tuple(item for item in self.items if item.construct == "attitude")

    def item(self, name: str) -> Item:
        """The item of that name; KeyError if there is none."""
        for item in self.items:
            if item.name == name:
                return item
        raise KeyError(name)

    def item_in(self, slot: str) -> Item | None:
        """The item that lives in the slot, or None."""
        return next((item for item in self.items if item.slot == slot), None)

    def full_text(self, item: Item, language: str) -> str:
        """The question as a screen reader should say it: the stem before an attitude item, else the item alone."""
        words = item.text[language]
        return f"{self.stem[language]} {words}" if item.construct == "attitude" else words


_PLACEHOLDER = re.compile(r"(^|[.!?…]\s+)?\{commune\}")


def fill_commune(text: str, commune: str) -> str:
    """Put a commune's name (such as `xã Tân An`) in place of `{commune}`, in capitals where a sentence begins."""

    def name(match: re.Match[str]) -> str:
        before = match.group(1)
        return commune if before is None else before + commune[:1].upper() + commune[1:]

    return _PLACEHOLDER.sub(name, text)


def _plain_item(item: Item) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "name": item.name,
        "kind": item.kind,
        "construct": item.construct,
        "slot": item.slot,
        "text": dict(item.text),
    }
    # What is absent is left out, so that a later kind of field does not change the hashes of today.
    if item.hint is not None:
        plain["hint"] = dict(item.hint)
    if item.sipas is not None:
        plain["sipas"] = dict(item.sipas)
    if item.options:
        plain["options"] = [{"code": o.code, "value": o.value, "text": dict(o.text)} for o in item.options]
    if item.max_length is not None:
        plain["max_length"] = item.max_length
    return plain


def canonical(plain: object) -> str:
    """JSON as RFC 8785 writes it, for what definitions hold: objects with ASCII keys, arrays, strings, integers."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def to_canonical_json(questionnaire: Questionnaire) -> str:
    """The canonical text (RFC 8785) that is stored and hashed."""
    return canonical(
        {
            "key": questionnaire.key,
            "version": questionnaire.version,
            "scale": {
                "levels": [dict(level) for level in questionnaire.scale.levels],
                "skip": dict(questionnaire.scale.skip),
            },
            "stem": dict(questionnaire.stem),
            "items": [_plain_item(item) for item in questionnaire.items],
        }
    )


def from_canonical_json(text: str) -> Questionnaire:
    """The questionnaire that `to_canonical_json` wrote.

    Meant for what was checked before it was stored: raises ValueError for what is no such text, without saying where.
    """
    try:
        plain = json.loads(text)
        questionnaire = Questionnaire(
            key=plain["key"],
            version=plain["version"],
            scale=Scale(
                tuple(text_in_languages(level) for level in plain["scale"]["levels"]),
                text_in_languages(plain["scale"]["skip"]),
            ),
            stem=text_in_languages(plain["stem"]),
            items=tuple(_item(item) for item in plain["items"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("not the canonical JSON of a questionnaire") from error
    if to_canonical_json(questionnaire) != text:
        raise ValueError("not the canonical JSON of a questionnaire")
    return questionnaire


class _Words(dict[str, str]):
    def __missing__(self, _language: str) -> str:
        return self[FALLBACK_LANGUAGE]


def text_in_languages(plain: Mapping[str, str]) -> Text:
    """A text by language; in one that the site speaks and the questionnaire does not, its English words."""
    return MappingProxyType(_Words(plain))


def _item(plain: Mapping[str, Any]) -> Item:
    return Item(
        name=plain["name"],
        kind=plain["kind"],
        construct=plain["construct"],
        slot=plain["slot"],
        text=text_in_languages(plain["text"]),
        hint=text_in_languages(plain["hint"]) if "hint" in plain else None,
        sipas=text_in_languages(plain["sipas"]) if "sipas" in plain else None,
        options=tuple(Option(o["code"], o["value"], text_in_languages(o["text"])) for o in plain.get("options", ())),
        max_length=plain.get("max_length"),
    )


def item_digest(items: tuple[Item, ...]) -> str:
    """A short name (8 hex digits) for a group of items, the same wherever the same items stand."""
    return hashlib.sha256(canonical([_plain_item(item) for item in items]).encode()).hexdigest()[:8]
