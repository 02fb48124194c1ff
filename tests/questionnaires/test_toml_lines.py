"""Lines of values in TOML, in every way of writing them."""

import tomllib

import pytest

from survey_app.questionnaires.toml_lines import LineIndex

WRITTEN_EVERY_WAY = '''\
# key = 0
key = "a # b ] }"   # a comment with [ and "
"quoted key".inner = 'C:\\'
text = """
items = 1
[table]
""" # closed
literal = \'\'\'
[[items]]\'\'\'\'\'
numbers = [
    1, 2, # three ]
    [ 3, { deep = 1 } ],
    { name = "x", list = [ { a = 1 } ] },
    "} [",
    { name = "y" },
]
[a . b]
c = 1
[[items]]
text.vi = "m\\"t"
text.en = "one"
[[items.options]]
code = 1
[[items.options]]
code = 2
[items.note]
z = 1
[[items]]
[[items.options]]
code = 3
ended = ["""in one quote of its own""""]
after = 1
'''


def value_at(document: object, path: tuple[str | int, ...]) -> object:
    for part in path:
        document = document[part]  # type: ignore[index]
    return document


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("key",), 2),
        (("quoted key", "inner"), 3),
        (("text",), 4),
        (("literal",), 8),
        (("numbers",), 10),
        (("numbers", 3), 13),
        (("numbers", 3, "list", 0, "a"), 13),
        (("numbers", 5, "name"), 15),
        (("a", "b"), 17),
        (("a", "b", "c"), 18),
        (("items", 0), 19),
        (("items", 0, "text"), 20),
        (("items", 0, "text", "en"), 21),
        (("items", 0, "options", 1), 24),
        (("items", 0, "options", 1, "code"), 25),
        (("items", 0, "note", "z"), 27),
        (("items", 1), 28),
        (("items", 1, "options", 0, "code"), 30),
        (("items", 1, "missing", "deeper"), 28),
        (("items", 1, "options", 0, "after"), 32),
        (("nowhere",), 1),
    ],
)
def test_the_line_of_a_value_or_of_what_surrounds_it(path: tuple[str | int, ...], line: int) -> None:
    assert LineIndex(WRITTEN_EVERY_WAY).line_of(path) == line


def test_every_indexed_path_is_one_that_the_parser_finds_too() -> None:
    document = tomllib.loads(WRITTEN_EVERY_WAY)
    for path in LineIndex(WRITTEN_EVERY_WAY).lines:
        value_at(document, path)
