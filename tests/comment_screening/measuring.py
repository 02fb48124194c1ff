"""Precision and recall of the screening on the written sentences: what the gates and `docs/comments.md` say.

`python -m tests.comment_screening.measuring` prints the table.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from survey_app.comment_screening import screen, scrub
from survey_app.comment_screening.letters import composed

SENTENCES = Path(__file__).with_name("sentences.toml")
PARTS = {
    "development": "the first writer's, seen",
    "held_out": "the first writer's, measured first and then mended by",
    "second_development": "the second reader's, mended by",
    "second_held_out": "the second reader's, held out",
}


@dataclass(frozen=True)
class Sentence:
    """A comment with what a careful reader finds in it."""

    text: str
    kinds: frozenset[str]
    personal: tuple[str, ...]


@dataclass(frozen=True)
class Rates:
    """Hits, false alarms and misses."""

    hits: int
    false_alarms: int
    misses: int

    @property
    def precision(self) -> float:
        """Of what was said to be one, the share that is."""
        return self.hits / (self.hits + self.false_alarms)

    @property
    def recall(self) -> float:
        """Of those there are, the share found."""
        return self.hits / (self.hits + self.misses)


def sentences(part: str) -> list[Sentence]:
    """The sentences of one of the `PARTS`."""
    with SENTENCES.open("rb") as file:
        lines = tomllib.load(file)[part].splitlines()
    return [_sentence(line) for line in lines if line.strip()]


def allegations(part: str) -> Rates:
    """How well comments for the inspector are told from the others."""
    return _rates((_one(bool(each.kinds)), _one(screen(each.text).allegation)) for each in sentences(part))


def personal_data(part: str) -> Rates:
    """How well what must be masked is found: each stretch of text, exactly."""
    return _rates((each.personal, masked(each.text)) for each in sentences(part))


def masked(text: str) -> list[str]:
    """What the scrubber takes out of a comment."""
    return [composed(text)[found.start : found.end] for found in scrub(text).found]


def table() -> str:
    """The rates as Markdown."""
    lines = ["| | sentences | precision | recall |", "|---|---|---|---|"]
    measures: dict[str, Callable[[str], Rates]] = {"allegation": allegations, "personal data": personal_data}
    for what, measure in measures.items():
        for part, words in PARTS.items():
            rates = measure(part)
            lines.append(f"| {what}, {words} | {len(sentences(part))} | {rates.precision:.2f} | {rates.recall:.2f} |")
    return "\n".join(lines)


def _sentence(line: str) -> Sentence:
    text, kinds, personal = (cell.strip() for cell in line.split("|"))
    return Sentence(
        text,
        frozenset(kind.strip() for kind in kinds.split(",") if kind.strip()),
        tuple(composed(one) for one in personal.split(";") if one),
    )


def _one(is_so: bool) -> list[str]:
    return ["yes"] if is_so else []


def _rates(pairs: Iterable[tuple[Iterable[str], Iterable[str]]]) -> Rates:
    hits = false_alarms = misses = 0
    for expected, found in pairs:
        missing = list(expected)
        for one in found:
            if one in missing:
                missing.remove(one)
                hits += 1
            else:
                false_alarms += 1
        misses += len(missing)
    return Rates(hits, false_alarms, misses)


if __name__ == "__main__":
    print(table())
