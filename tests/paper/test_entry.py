"""A sheet typed by two people: the second blind, differences settled by a look at it, blank ones void."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.paper.models import PaperEntryRow
from tests.paper.conftest import ANSWERS, PAGE, Desk, a_batch, post, typed
from tests.paper.test_batches import events
from tests.support.surveys import ScannedCounter

SECRET = {"overall": "1", "courtesy": "2", "trouble": "money", "comment": "Hẹn bốn lần không xong zq"}
"""A first entry whose traces a second person could see."""


def shape_of(page: str) -> str:
    """A page without what differs by request."""
    return re.sub(r'name="csrf_token" value="[^"]+"|[a-z]+@dongnai\.gov\.vn', "", page)


def test_the_second_entry_is_blind(lan: FlaskClient, minh: FlaskClient, administrator: FlaskClient, desk: Desk) -> None:
    untouched = shape_of(minh.get(f"{desk.path}/1").get_data(as_text=True))
    assert typed(lan, desk, 1, **SECRET).status_code == 303
    for browser in (minh, administrator):
        page = browser.get(f"{desk.path}/1").get_data(as_text=True)
        assert " checked" not in page
        assert "lan@" not in page
        for wrong in ("zq", "Lần 1"):
            assert wrong not in page
    seen = shape_of(minh.get(f"{desk.path}/1").get_data(as_text=True))
    counts = re.compile(r"<dl.*?</dl>", re.DOTALL)
    assert counts.sub("", seen) == counts.sub("", untouched), "the page tells nothing of the first entry"
    for address in (desk.path, PAGE):
        assert "zq" not in minh.get(address).get_data(as_text=True)


def test_the_second_entry_is_blind_when_it_is_sent_back(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1, **SECRET)
    refused = post(minh, desk.path, f"{desk.path}/1", {"comment": "của tôi"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "của tôi" in page
    assert "zq" not in page
    assert " checked" not in page


def test_alike_the_sheet_is_settled_and_no_draft_is_left_over(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1)
    done = typed(minh, desk, 1, comment="cán bộ   NHIỆT tình.")
    assert "done=settled" in done.headers["Location"]
    assert desk.states()[0] == "settled"
    assert desk.drafts() == 1


def test_the_same_person_does_not_type_twice(lan: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1)
    page = lan.get(f"{desk.path}/1").get_data(as_text=True)
    assert "Lần hai phải do tài khoản khác nhập." in page
    assert 'name="overall"' not in page
    again = typed(lan, desk, 1)
    assert again.status_code == 409
    assert "Lần hai phải do tài khoản khác nhập." in again.get_data(as_text=True)
    assert (desk.states()[0], desk.drafts()) == ("entered", 1)


@pytest.mark.parametrize("settler", ["lan", "minh", "administrator"])
def test_what_differs_is_shown_and_settled_by_a_look(
    request: pytest.FixtureRequest, lan: FlaskClient, minh: FlaskClient, desk: Desk, settler: str
) -> None:
    typed(lan, desk, 1)
    differing = typed(minh, desk, 1, overall="2", trouble="")
    assert "done=differing" in differing.headers["Location"]
    browser: FlaskClient = request.getfixturevalue(settler)
    page = browser.get(f"{desk.path}/1").get_data(as_text=True)
    assert ">Lần 1:</b> Hài lòng</span>" in page
    assert ">Lần 2:</b> Không hài lòng</span>" in page
    assert ">Lần 2:</b> (để trống)</span>" in page
    assert 'name="courtesy"' not in page
    assert " checked" not in page
    done = post(browser, f"{desk.path}/1", f"{desk.path}/1/settle", {"overall": "3", "trouble": ""})
    assert "done=settled" in done.headers["Location"]
    assert (desk.states()[0], desk.drafts()) == ("settled", 1)
    with desk.begin() as connection:
        kept = connection.scalars(select(PaperEntryRow.answers)).one()
    assert '"r1":3' in kept
    assert '"r2":5' in kept
    assert '"choices":{}' in kept
    assert "Cán bộ nhiệt tình." in kept
    assert events(desk.begin, "paper.sheet_settled") == [{"batch": desk.batch.id, "serial": 1, "items": 2}]


def test_a_comment_is_mended_from_the_first_entry(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1, comment="Cán bộ nhiệt tìn")
    typed(minh, desk, 1, comment="Cán bộ thân thiện")
    page = lan.get(f"{desk.path}/1").get_data(as_text=True)
    assert "Cán bộ thân thiện</span>" in page
    assert "Cán bộ nhiệt tìn</textarea>" in page
    post(lan, desk.path, f"{desk.path}/1/settle", {"comment": "Cán bộ nhiệt tình"})
    assert desk.states()[0] == "settled"


def test_nothing_is_settled_without_a_choice_and_what_was_chosen_stays(
    lan: FlaskClient, minh: FlaskClient, desk: Desk
) -> None:
    typed(lan, desk, 1)
    typed(minh, desk, 1, overall="2", trouble="money")
    refused = post(lan, desk.path, f"{desk.path}/1/settle", {"overall": "3"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Xin xem tờ phiếu và chọn." in page
    assert re.search(r'name="overall" value="3"[^>]* checked', page)
    forged = post(lan, desk.path, f"{desk.path}/1/settle", {"overall": "9", "trouble": "no"})
    assert forged.status_code == 422
    assert (desk.states()[0], desk.drafts()) == ("differing", 2)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"courtesy": "", "trouble": "no", "comment": "Tôi chờ lâu"}, "Chưa chấm câu nào"),
        ({"overall": "9", "comment": "Tôi chờ lâu"}, ""),
        ({"overall": "4", "comment": "Tôi chờ lâu" + "x" * 500}, "500"),
    ],
)
def test_bad_input_keeps_everything_typed(lan: FlaskClient, desk: Desk, fields: dict[str, str], words: str) -> None:
    refused = post(lan, desk.path, f"{desk.path}/1", {"service_domain": "land"} | fields)
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert words in page
    assert "Tôi chờ lâu" in page
    assert re.search(r'value="land"[^>]* checked', page)
    assert (desk.states()[0], desk.drafts()) == ("printed", 0)


def test_a_blank_sheet_is_void_for_a_reason(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 1)
    refused = post(lan, desk.path, f"{desk.path}/1/void", {"reason": ""})
    assert refused.status_code == 422
    assert "Xin viết lý do" in refused.get_data(as_text=True)
    done = post(minh, desk.path, f"{desk.path}/1/void", {"reason": "tờ bỏ trống"})
    assert done.status_code == 303
    assert (desk.states()[0], desk.drafts()) == ("void", 0)
    assert events(desk.begin, "paper.sheet_voided") == [{"batch": desk.batch.id, "serial": 1, "reason": "tờ bỏ trống"}]
    again = typed(lan, desk, 1)
    assert again.status_code == 409
    assert "Tờ này đã hủy." in again.get_data(as_text=True)
    assert post(lan, desk.path, f"{desk.path}/1/void", {"reason": "nữa"}).status_code == 409


def test_whoever_comes_third_is_told(
    lan: FlaskClient, minh: FlaskClient, administrator: FlaskClient, desk: Desk
) -> None:
    typed(lan, desk, 1)
    typed(minh, desk, 1)
    third = typed(administrator, desk, 1, comment="Lần ba")
    assert third.status_code == 409
    assert "đã nhập đủ hai lần" in third.get_data(as_text=True)
    assert post(lan, desk.path, f"{desk.path}/1/settle", {"overall": "1"}).status_code == 409


def test_the_batch_tells_each_what_is_theirs_to_do(lan: FlaskClient, minh: FlaskClient, desk: Desk) -> None:
    typed(lan, desk, 3)
    ours = lan.get(desk.path).get_data(as_text=True)
    theirs = minh.get(desk.path).get_data(as_text=True)
    assert "Anh/chị đã nhập, chờ người khác nhập lần hai" in ours
    assert "Chờ anh/chị nhập lần hai" in theirs
    assert "Nhập tờ 1" in ours


def test_questions_stand_in_the_language_of_the_sheet(lan: FlaskClient, desk: Desk, counter: ScannedCounter) -> None:
    english = a_batch(desk.begin, counter, 2, "en")
    page = lan.get(f"{PAGE}/{english.id}/1").get_data(as_text=True)
    assert "Overall, how satisfied are you with this visit to the Centre?" in page
    assert "Lưu tờ này" in page
    assert ANSWERS["service_domain"] in page
