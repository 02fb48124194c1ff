"""Reads a language's catalogue as a careful translator would, and says in words what is wrong with it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

_MARKUP = re.compile(r"</?[a-zA-Z!]|&(#\d+|[a-z]+);")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def faults_of(folder: Path, original: Path) -> list[str]:
    """What is wrong with the catalogue in a folder, compared with the one it was translated from; empty when good."""
    return [*_faults_of_files(folder, original), *_faults_of_texts(_texts_of(folder), _texts_of(original))]


def _faults_of_files(folder: Path, original: Path) -> Iterator[str]:
    files, wanted = ({path.name for path in one.glob("*.po")} for one in (folder, original))
    yield from (f"{name}: no such file" for name in sorted(wanted - files))
    yield from (f"{name}: not in the original" for name in sorted(files - wanted))
    for name in sorted(files):
        with (folder / name).open("rb") as file:
            messages = read_po(file, locale=folder.name)
        if str(messages.locale) != folder.name:
            yield f"{name}: says it is {messages.locale}"
        keys = [str(message.id) for message in messages if message.id]
        yield from (f"{key}: not translated" for message in messages if (key := str(message.id)) and not message.string)
        yield from (f"{message.id}: marked as fuzzy" for message in messages if message.id and message.fuzzy)
        yield from (f"{key}: not a dotted key" for key in keys if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_-]+)+", key))


def _texts_of(folder: Path) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            messages = read_po(file, locale=folder.name)
        texts |= {str(message.id): str(message.string) for message in messages if message.id and message.string}
    return texts


def _faults_of_texts(texts: Mapping[str, str], originals: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{key}: missing" for key in originals if key not in texts)
    yield from (f"{key}: not in the original" for key in texts if key not in originals)
    for key, text in texts.items():
        yield from (f"{key}: {fault}" for fault in _faults_of_text(text))
        if key in originals and _ends(text) != _ends(originals[key]):
            yield f"{key}: other white space at its ends"
        if key in originals and _placeholders(text) != _placeholders(originals[key]):
            yield f"{key}: placeholders {_placeholders(text)} instead of {_placeholders(originals[key])}"


def _faults_of_text(text: str) -> Iterator[str]:
    if _MARKUP.search(text):
        yield "markup belongs in templates"
    if text != unicodedata.normalize("NFC", text):
        yield "letters are not composed (NFC)"
    if any(unicodedata.category(sign) == "Cc" for sign in text.replace("\n", "")):
        yield "a control character"
    if _placeholders(text) is None:
        yield "a brace stands alone, or a placeholder is more than a name"


def _placeholders(text: str) -> list[str] | None:
    """The names in braces; None where `str.format` would fail or do more than fill them in."""
    try:
        fields = [field for field in Formatter().parse(text) if field[1] is not None]
    except ValueError:
        return None
    if any(spec or conversion or not _NAME.fullmatch(name or "") for _, name, spec, conversion in fields):
        return None
    return sorted({str(name) for _, name, _, _ in fields})


def _ends(text: str) -> tuple[str, str]:
    """The white space before and after a text, which a line in a terminal may have on purpose."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
