"""On which line of a TOML text a value stands, which the standard library's parser does not say. Pure."""

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Where a value stands in the parsed document: keys, and indexes into arrays, from the outside in."""

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = re.compile(rf"\s*({_PART}(?:\s*\.\s*{_PART})*)\s*")
_KEY_PART = re.compile(_PART)
_HEADER = re.compile(rf"\s*(\[\[?)({_KEY.pattern})\]")


class LineIndex:
    """Lines (from 1) by path. The text must be TOML that the parser accepted: syntax is not checked again."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {(): 1}
        self._arrays: dict[Path, int] = {}
        self._table: Path = ()
        self._statement: Path = ()
        self._value = _ValueScanner()
        for number, line in enumerate(text.split("\n"), start=1):
            self._read(line, number)

    @property
    def lines(self) -> Mapping[Path, int]:
        """Every path whose line is known."""
        return self._lines

    def line_of(self, path: Path) -> int:
        """The line of a path, or of the nearest table or key around it."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def _read(self, line: str, number: int) -> None:
        if self._value.open:
            self._elements(line, number)
            return
        if header := _HEADER.match(line):
            self._table = self._open_table(_parts(header.group(2)), is_array=header.group(1) == "[[")
            for length in range(1, len(self._table) + 1):
                self._lines.setdefault(self._table[:length], number)
            return
        if key := _KEY.match(line):
            path = self._table
            for part in _parts(key.group(1)):
                path = (*path, part)
                self._lines.setdefault(path, number)
            self._statement = path
            self._value = _ValueScanner()
            self._elements(line[key.end() :].removeprefix("="), number)

    def _elements(self, text: str, number: int) -> None:
        for index in self._value.read(text):
            self._lines.setdefault((*self._statement, index), number)

    def _open_table(self, parts: list[str], *, is_array: bool) -> Path:
        path: Path = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            if is_array and position == len(parts) - 1:
                self._arrays[path] = self._arrays.get(path, -1) + 1
            if path in self._arrays:
                path = (*path, self._arrays[path])
        return path


def _parts(key: str) -> list[str]:
    return [part.strip("\"'") for part in _KEY_PART.findall(key)]


class _ValueScanner:
    """Follows one value, which may span lines, to its end; tells the inline tables of an array apart by their order."""

    def __init__(self) -> None:
        self._brackets: list[str] = []
        self._string = ""
        self._elements = 0

    @property
    def open(self) -> bool:
        """Whether the value goes on in the next line."""
        return bool(self._brackets) or len(self._string) == 3

    def read(self, text: str) -> list[int]:
        """Read one line; the indexes of the array's inline tables that begin in it."""
        begun: list[int] = []
        position = 0
        if len(self._string) == 1:  # Only a triple-quoted string may span lines.
            self._string = ""
        while position < len(text):
            position = self._in_string(text, position) if self._string else self._outside(text, position, begun)
        return begun

    def _in_string(self, text: str, position: int) -> int:
        if text[position] == "\\" and self._string[0] == '"':
            return position + 2
        if text.startswith(self._string, position):
            position += len(self._string)
            while len(self._string) == 3 and text.startswith(self._string[0], position):
                position += 1  # A triple-quoted string may end in one or two quotes of its own.
            self._string = ""
            return position
        return position + 1

    def _outside(self, text: str, position: int, begun: list[int]) -> int:
        character = text[position]
        if character == "#":
            return len(text)
        if character in "\"'":
            self._string = character * 3 if text.startswith(character * 3, position) else character
            return position + len(self._string)
        if character == "{" and self._brackets == ["["]:
            begun.append(self._elements)
        elif character == "," and self._brackets == ["["]:
            self._elements += 1
        if character in "[{":
            self._brackets.append(character)
        elif character in "]}":
            self._brackets.pop()
        return position + 1
