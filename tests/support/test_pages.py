"""The page checks find what they are there to find: each wrong page breaks one rule, the good page breaks none."""

import pytest

from tests.support.pages import problems_of_page

GOOD = """<!doctype html>
<html lang="vi">
<head><meta charset="utf-8"><title>Góp ý – Thân Thiện</title>
<link rel="stylesheet" href="/static/site.css"><script src="/static/survey.js" defer></script></head>
<body><h1>Góp ý</h1>
<form method="post"><fieldset><legend>Mức</legend>
<input type="radio" id="five" name="overall" value="5"><label for="five">Rất hài lòng</label>
<label>Góp ý thêm <textarea name="comment"></textarea></label>
<input type="hidden" name="token" value="x">
<input name="code" aria-label="Mã"></fieldset><button type="submit">Gửi phiếu</button></form>
<img src="/static/qr.svg" alt=""></body></html>
"""


def test_a_good_page_has_no_problem() -> None:
    assert problems_of_page(GOOD) == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("<h1>Góp ý</h1>", "<p>Góp ý</p>", "0 h1"),
        ("<h1>Góp ý</h1>", "<h1>Góp ý</h1><h1>Thêm</h1>", "2 h1"),
        ("<h1>Góp ý</h1>", "<h1></h1>", "h1 is empty"),
        ("<title>Góp ý – Thân Thiện", "<title>Thân Thiện – Góp ý", "does not start with the h1"),
        ("<title>Góp ý – Thân Thiện</title>", "", "0 titles"),
        ('<input name="code"', '<input name="code" id="five"', "id 'five' stands 2 times"),
        ('<label for="five">', '<label for="six">', "for='six' of <label> points at nothing"),
        ('<label for="five">Rất hài lòng</label>', "", "<input name='overall'> has no label"),
        ("<label>Góp ý thêm ", "<label>", "<textarea name='comment'> has no label"),
        (' aria-label="Mã"', "", "<input name='code'> has no label"),
        ('<button type="submit">Gửi phiếu</button>', '<button type="submit"></button>', "a button says nothing"),
        ('<html lang="vi">', "<html>", "no lang"),
        (' alt=""', "", "image without alt"),
        ("<h1>Góp", '<h1 onclick="go()">Góp', "event handler"),
        ("<h1>Góp", '<h1 style="color: red">Góp', "style attribute"),
        ("</head>", "<script>go()</script></head>", "script inside the page"),
        ('src="/static/survey.js"', 'src="https://cdn.example/survey.js"', "loads from elsewhere"),
        ('href="/static/site.css"', 'href="//cdn.example/site.css"', "loads from elsewhere"),
        ("<h1>Góp ý</h1>", '<h1>Góp ý</h1><a href="javascript:go()">Đi</a>', "script in the address"),
        ("</fieldset>", "</fieldset></p>", "not valid HTML"),
        ("<!doctype html>", "", "not valid HTML"),
        ("</form>", "", "not valid HTML"),
    ],
)
def test_a_wrong_page_is_named(right: str, wrong: str, said: str) -> None:
    page = GOOD.replace(right, wrong, 1)
    assert page != GOOD
    problems = problems_of_page(page)
    assert any(said in problem for problem in problems), problems


def test_a_data_block_is_no_script() -> None:
    block = '<script type="application/json" id="figure">{"data": []}</script></body>'
    assert problems_of_page(GOOD.replace("</body>", block)) == []
