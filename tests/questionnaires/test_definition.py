"""A definition that breaks a rule is refused with the line and the rule, all of them at once."""

import unicodedata

import pytest

from survey_app.languages import catalogues, placeholders_of
from survey_app.questionnaires.definition import (
    DEFAULT_DEFINITION,
    DefinitionError,
    Problem,
    parse_definition,
    parse_own_questions,
    with_own_questions,
)
from tests.questionnaires.own_questions import OWN_BOTH, OWN_CHOICE, OWN_RATING

DEFAULT = DEFAULT_DEFINITION.read_text(encoding="utf-8")
COMMENT = DEFAULT[DEFAULT.index('[[items]]\nname = "comment"') :]
RULES_ELSEWHERE = {"not_utf8", "version_taken", "name_in_other_slot", "base_has_own"}
"""Found by the commands, the register and `with_own_questions`; tested there."""

# Rule; what is replaced in the default definition; by what; the words that begin on the line to be named.
BROKEN = [
    ("toml_syntax", 'slot = "r3"', 'slot "r3"', 'slot "r3"'),
    ("toml_syntax", 'vi = "Bỏ qua"', 'vi = "Bỏ qua', 'vi = "Bỏ qua'),
    ("unknown_key", 'slot = "r2"', 'slot = "r2"\ncolour = "red"', "colour"),
    ("unknown_key", '{ vi = "Hài lòng"', '{ fr = "Content", vi = "Hài lòng"', "fr ="),
    ("missing_key", 'slot = "r1"\n', "", '[[items]]\nname = "overall"'),
    ("missing_key", "version = 1\n", "", "# The default"),
    ("not_a_table", 'skip = { vi = "Bỏ qua", en = "Skip" }', 'skip = "Bỏ qua"', "skip ="),
    ("not_a_number", "code = 3, value", 'code = "3", value', 'code = "3"'),
    ("not_a_number", "version = 1", "version = true", "version ="),
    ("not_a_number", "version = 1", "version = 0", "version ="),
    ("not_a_text", 'name = "answers"', "name = 7", "name = 7"),
    ("not_a_text", 'text.en = "Care in helping you"', 'text.en = ""', 'text.en = ""'),
    ("not_in_range", "version = 1", "version = -1", "version ="),
    ("not_in_range", "version = 1", "version = 10000", "version ="),
    ("not_in_range", 'code = 3, value = "money"', 'code = 100, value = "money"', "code = 100"),
    ("not_in_range", "max_length = 500", "max_length = 501", "max_length"),
    ("not_in_range", "max_length = 500\n", "", '[[items]]\nname = "comment"'),
    ("not_one_of", 'kind = "comment"', 'kind = "essay"', 'kind = "essay"'),
    ("not_one_of", 'construct = "harassment"', 'construct = "anger"', 'construct = "anger"'),
    ("not_one_of", 'value = "organisation"', 'value = "firm"', 'value = "firm"'),
    ("not_a_name", 'key = "attitude"', 'key = "Thái độ"', "key ="),
    ("not_a_name", 'name = "fairness"', 'name = "2_fair"', 'name = "2_fair"'),
    ("not_a_name", 'name = "fairness"', f'name = "{"f" * 41}"', 'name = "ffff'),
    ("not_a_name", 'value = "money"', 'value = "tiền"', 'value = "tiền"'),
    ("reserved_name", 'name = "fairness"', 'name = "flags"', 'name = "flags"'),
    ("reserved_name", 'name = "fairness"', 'name = "own_fairness"', 'name = "own_fairness"'),
    ("reserved_name", 'name = "fairness"', 'name = "comment"', 'name = "comment"\nkind = "rating"'),
    (
        "name_twice",
        'name = "fairness"',
        'name = "overall"',
        'name = "overall"\nkind = "rating"\nconstruct = "attitude"',
    ),
    ("name_is_slot", 'name = "service_domain"', 'name = "purpose"', 'name = "purpose"'),
    ("slot_of_kind", 'slot = "c1"', 'slot = "r9"', 'slot = "r9"'),
    ("slot_of_kind", 'slot = "r2"', 'slot = "r13"', 'slot = "r13"'),
    ("slot_of_construct", 'slot = "r2"', 'slot = "r8"', 'slot = "r8"'),
    ("slot_of_construct", 'slot = "c1"', 'slot = "c4"', 'slot = "c4"'),
    ("slot_twice", 'slot = "r3"', 'slot = "r2"', 'slot = "r2"\ntext.vi = "Lắng'),
    ("missing_language", 'text.en = "Care in helping you"\n', "", 'text.vi = "Sự tận tình'),
    ("missing_language", ', en = "Skip" }', " }", "skip ="),
    ("missing_language", ', en = "No" }', " }", 'code = 1, value = "no"'),
    ("not_one_line", "Sự tận tình", "Sự  tận tình", 'text.vi = "Sự'),
    ("not_one_line", "Sự tận tình", r"Sự\u0000tận tình", 'text.vi = "Sự'),
    ("not_one_line", "Sự tận tình", r"Sự\ntận tình", 'text.vi = "Sự'),
    ("too_long", "Care in helping you", "Care " + "x" * 196, "Care x"),
    ("too_long", "Skip", "S" * 101, "skip ="),
    ("too_many_syllables", "Sự tận tình với ông/bà", " ".join(["tận"] * 21), "tận tận"),
    ("placeholder", "{commune} không xem", "{xã} không xem", "{xã}"),
    ("placeholder", "{commune} không xem", "{{commune}} không xem", "{{commune}}"),
    ("placeholder_here", '{ vi = "Hài lòng"', '{ vi = "Hài lòng {commune}"', "Hài lòng {commune}"),
    ("scale_levels", '    { vi = "Hài lòng", en = "Satisfied" },\n', "", "levels ="),
    ("label_twice", '"Đất đai, sổ đỏ", en = "Land"', '"Xây dựng, sửa nhà", en = "Building"', 'code = 4, value = "con'),
    ("label_twice", '{ vi = "Bỏ qua", en = "Skip" }', '{ vi = "Hài lòng", en = "Satisfied" }', "skip ="),
    (
        "options_count",
        '    { code = 2, value = "org',
        '    # { code = 2, value = "org',
        'options = [\n    { code = 1, value = "cit',
    ),
    (
        "options_not_here",
        'slot = "r1"\n',
        'slot = "r1"\noptions = [{ code = 1, value = "a", vi = "A", en = "A" }]\n',
        "options = [{",
    ),
    ("code_twice", 'code = 3, value = "money"', 'code = 2, value = "money"', 'code = 2, value = "money"'),
    ("value_twice", 'value = "money"', 'value = "no"', 'code = 3, value = "no"'),
    ("only_comment_has_length", 'slot = "r1"\n', 'slot = "r1"\nmax_length = 5\n', "max_length = 5\n"),
    ("overall_missing", 'construct = "overall"', 'construct = "attitude"', '[[items]]\nname = "overall"'),
    ("own_not_here", 'construct = "harassment"', 'construct = "own"', 'construct = "own"'),
]
# The same, for a unit's own questions.
BROKEN_OWN = [
    ("not_an_array", OWN_BOTH, "questions = 5", "questions = 5"),
    ("own_count", OWN_BOTH, "", ""),
    ("own_count", OWN_RATING, OWN_RATING + OWN_RATING.replace("own_w", "own_x").replace("r11", "r12"), "[[questions]]"),
    ("own_name", 'name = "own_parking"', 'name = "parking"', 'name = "parking"'),
    ("own_kind", 'kind = "rating"', 'kind = "comment"', 'kind = "comment"'),
    ("slot_of_construct", 'slot = "r11"', 'slot = "r2"', 'slot = "r2"'),
    ("slot_of_kind", 'slot = "r11"', 'slot = "c4"', 'slot = "c4"'),
    ("options_count", OWN_CHOICE[OWN_CHOICE.index("options") :], "", '[[questions]]\nname = "own_parking"'),
    ("unknown_key", 'slot = "c3"', 'slot = "c3"\nconstruct = "attitude"', "construct"),
    ("missing_language", 'text.en = "Where did you park?"\n', "", 'text.vi = "Ông/bà gửi'),
]


def problems_of(text: str) -> list[Problem]:
    with pytest.raises(DefinitionError) as refused:
        parse_definition(text, "phieu.toml")
    return list(refused.value.problems)


def line_of(marker: str, text: str) -> int:
    return text[: text.index(marker)].count("\n") + 1


def replace_once(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(("rule", "old", "new", "marker"), BROKEN)
def test_a_broken_rule_is_named_with_its_line(rule: str, old: str, new: str, marker: str) -> None:
    text = replace_once(DEFAULT, old, new)
    assert (line_of(marker, text), rule) in [(problem.line, problem.rule) for problem in problems_of(text)]


@pytest.mark.parametrize(("rule", "old", "new", "marker"), BROKEN_OWN)
def test_a_broken_rule_of_own_questions_is_named_with_its_line(rule: str, old: str, new: str, marker: str) -> None:
    text = replace_once(OWN_BOTH, old, new)
    with pytest.raises(DefinitionError) as refused:
        parse_own_questions(text, "rieng.toml")
    assert (line_of(marker, text), rule) in [(problem.line, problem.rule) for problem in refused.value.problems]


def test_a_second_comment_is_refused_where_it_stands() -> None:
    text = f"{DEFAULT}\n{COMMENT}"
    found = [(problem.line, problem.rule) for problem in problems_of(text)]
    second = text[: text.rindex('kind = "comment"')].count("\n") + 1
    assert (second, "one_comment") in found


def test_a_seventh_attitude_item_is_refused() -> None:
    items = "".join(_attitude_item(number) for number in (7, 8))
    found = {problem.rule for problem in problems_of(DEFAULT + items)}
    assert "too_many_attitude_items" in found
    six = parse_definition(DEFAULT + _attitude_item(7), "phieu.toml")
    assert [item.slot for item in six.attitude_items] == ["r2", "r3", "r4", "r5", "r6", "r7"]


def _attitude_item(slot: int) -> str:
    return (
        f'\n[[items]]\nname = "point_{slot}"\nkind = "rating"\nconstruct = "attitude"\nslot = "r{slot}"\n'
        f'text.vi = "Điều thứ {slot}"\ntext.en = "Point {slot}"\n'
    )


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    text = DEFAULT.replace('key = "attitude"', 'key = "A"').replace("max_length = 500", "max_length = 5000")
    text = text.replace('slot = "r4"', 'slot = "r12"')
    problems = problems_of(text)
    assert [problem.rule for problem in problems] == ["not_a_name", "slot_of_construct", "not_in_range"]
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_the_message_names_source_line_and_rule() -> None:
    with pytest.raises(DefinitionError) as refused:
        parse_definition(DEFAULT.replace('slot = "r4"', 'slot = "r3"'), "phieu.toml")
    line = line_of('slot = "r3"\ntext.vi = "Hướng', DEFAULT.replace('slot = "r4"', 'slot = "r3"'))
    assert str(refused.value) == f"phieu.toml line {line}: slot_twice (slot=r3, name=answers)"


@pytest.mark.parametrize("text", ["", "items = 3", "[[items]]", "[items]", "key = 1\nscale = 2\nstem = 3", "[[scale]]"])
def test_nothing_like_a_definition_is_refused_in_words_too(text: str) -> None:
    assert problems_of(text)


def test_every_rule_is_explained_in_every_language_with_the_same_placeholders() -> None:
    prefix = "questionnaires.rule."
    for catalogue in catalogues().values():
        explained = {key.removeprefix(prefix) for key in catalogue.texts if key.startswith(prefix)}
        tried = {case[0] for case in BROKEN + BROKEN_OWN} | {"one_comment", "too_many_attitude_items"}
        assert explained == tried | RULES_ELSEWHERE
    vietnamese, english = (catalogues()[language].texts for language in ("vi", "en"))
    for key in vietnamese:
        if key.startswith("questionnaires."):
            assert placeholders_of(vietnamese[key]) == placeholders_of(english[key]), key


@pytest.mark.parametrize(("text", "changes"), [(DEFAULT, BROKEN), (OWN_BOTH, BROKEN_OWN)], ids=["whole", "own"])
def test_every_problem_can_be_said_in_words(text: str, changes: list[tuple[str, str, str, str]]) -> None:
    parse = parse_definition if text is DEFAULT else parse_own_questions
    for _, old, new, _ in changes:
        with pytest.raises(DefinitionError) as refused:
            parse(text.replace(old, new, 1), "phieu.toml")
        for problem in refused.value.problems:
            for catalogue in catalogues().values():
                assert catalogue.text(f"questionnaires.rule.{problem.rule}", **problem.details)


def test_texts_are_kept_in_composed_form_so_that_the_same_words_have_the_same_hash() -> None:
    decomposed = unicodedata.normalize("NFD", DEFAULT)
    assert decomposed != DEFAULT
    assert parse_definition(decomposed, "a").content_hash == parse_definition(DEFAULT, "b").content_hash


def test_windows_line_ends_change_neither_words_nor_lines() -> None:
    windows = DEFAULT.replace("\n", "\r\n")
    assert parse_definition(windows, "a").content_hash == parse_definition(DEFAULT, "b").content_hash
    broken = windows.replace('slot = "c1"', 'slot = "c9"')
    assert [problem.line for problem in problems_of(broken)] == [line_of('slot = "c9"', broken)]


def test_a_composed_questionnaire_takes_no_further_own_questions() -> None:
    own = parse_own_questions(OWN_BOTH, "rieng.toml")
    composed = with_own_questions(parse_definition(DEFAULT, "phieu.toml"), own)
    with pytest.raises(DefinitionError, match="base_has_own"):
        with_own_questions(composed, own)
