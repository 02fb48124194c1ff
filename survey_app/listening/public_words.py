"""Words that staff write for everybody to read: tidied, and looked through for what would identify somebody."""

from collections.abc import Iterable, Iterator
from datetime import date

from survey_app.comment_screening import scrub
from survey_app.languages import translate

LONGEST_LISTED = 60


def tidy(typed: str, longest: int) -> str:
    """What was typed, without control characters and needless white space; at most one character over `longest`."""
    printable = "".join(letter if letter.isprintable() else " " for letter in typed)
    return " ".join(printable.split())[: longest + 1]


def personal_data_in(texts: Iterable[str | None]) -> tuple[str, ...]:
    """What in the texts looks like it would identify somebody, each with its kind: số điện thoại “0900 000 000”."""
    return tuple(dict.fromkeys(found for text in texts if text for found in _found_in(text)))


def _found_in(text: str) -> Iterator[str]:
    for finding in scrub(text).found:
        words = text[finding.start : finding.end].strip()[:LONGEST_LISTED]
        yield translate("listening.personal.found", kind=translate(f"listening.personal.{finding.kind}"), words=words)


def day_typed(typed: str) -> date | None:
    """The day in a date field; None for anything else."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
