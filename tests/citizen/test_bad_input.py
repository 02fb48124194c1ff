"""What no person would send: each gets a clear message and the right status, and nothing is written."""

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.citizen.conftest import Stored
from tests.citizen.reading import choices_of, heading_of, paragraphs_of, problems_of
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, open_form

NOT_OFFERED = "Câu trả lời vừa gửi không có trong phiếu nên chưa được ghi. Xin chọn lại, hoặc bỏ qua câu này."
BROKEN_TEXT = "Lời góp ý có chữ bị hỏng khi gửi. Phần đọc được vẫn còn: xin xem lại rồi bấm Gửi phiếu."
NOT_READ = "Chưa gửi được: có câu trả lời không đọc được. Các câu đã chọn vẫn còn."
FORM = "application/x-www-form-urlencoded"
OUTSIDE_THE_SCALE = ("0", "6", "-1", "05", "5.0", "tốt", "5 ", "１", "1e0", "<b>", "\x00", "5\x00", "9" * 99)
HALF_LETTERS = ("%E1%BA", "%C4", "%FF%FE", "%ED%A0%80")
"""UTF-8 cut in the middle of a letter, bytes that are no UTF-8, half a surrogate pair."""


def sent(client: FlaskClient, counter: ScannedCounter, **answers: str) -> dict[str, str]:
    return open_form(client, counter.path, **answers).fields


@pytest.mark.parametrize("item", ["overall", "dedication"])
def test_a_rating_outside_the_scale(client: FlaskClient, counter: ScannedCounter, stored: Stored, item: str) -> None:
    for value in OUTSIDE_THE_SCALE:
        response = client.post(counter.path, data=sent(client, counter, **{item: value}))
        assert response.status_code == 422, value
        (summary, first), (words, target) = problems_of(response)
        assert (summary, first) == (NOT_READ, item)
        assert words.endswith(f" – {NOT_OFFERED}")
        assert target == item
        assert choices_of(response) == {name: kept for name, kept in GOOD_ANSWERS.items() if name != item}
    assert stored() == []


@pytest.mark.parametrize("item", ["trouble", "service_domain", "respondent_group"])
def test_an_option_that_the_question_does_not_offer(
    client: FlaskClient, counter: ScannedCounter, stored: Stored, item: str
) -> None:
    for value in ("1", "official", "NO", "' OR 1=1 --", "\x00", "\ud7ff"):
        response = client.post(counter.path, data=sent(client, counter, **{item: value}))
        assert response.status_code == 422, value
        assert problems_of(response)[1][1] == item
    assert stored() == []


def test_two_answers_to_one_question(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    body = urlencode(sent(client, counter)) + "&overall=1"
    response = client.post(counter.path, data=body, content_type=FORM)
    assert response.status_code == 422
    assert problems_of(response)[1][1] == "overall"
    assert stored() == []


def test_nul_and_half_utf8_in_the_comment(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    for broken in ("%00", "a%00b", *HALF_LETTERS):
        fields = sent(client, counter) | {"comment": "xin-cam-on"}
        body = urlencode(fields).replace("comment=xin-cam-on", f"comment=xin-cam-on{broken}")
        response = client.post(counter.path, data=body, content_type=FORM)
        assert response.status_code == 422, broken
        assert problems_of(response)[1][0].endswith(f" – {BROKEN_TEXT}")
        assert choices_of(response)["comment"].startswith("xin-cam-on")
        assert choices_of(response)["overall"] == "5"
    assert stored() == []


def test_half_utf8_in_a_rating(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    for broken in HALF_LETTERS:
        body = urlencode(sent(client, counter)).replace("overall=5", f"overall=5{broken}")
        assert client.post(counter.path, data=body, content_type=FORM).status_code == 422, broken
    assert stored() == []


def test_a_comment_that_is_too_long_is_kept_to_be_shortened(
    client: FlaskClient, counter: ScannedCounter, stored: Stored
) -> None:
    long = "ố" * 501
    response = client.post(counter.path, data=sent(client, counter, comment=long))
    assert response.status_code == 422
    assert "501" in problems_of(response)[1][0]
    assert choices_of(response)["comment"] == long
    assert stored() == []


def test_a_comment_of_exactly_the_limit_is_taken(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    assert client.post(counter.path, data=sent(client, counter, comment="ố" * 500)).status_code == 303
    assert stored()[0]["comment"] == "ố" * 500


def test_markup_in_a_comment_stays_text(client: FlaskClient, counter: ScannedCounter) -> None:
    markup = "</textarea><script>alert(1)</script>\"'&amp;"
    response = client.post(counter.path, data={**sent(client, counter, comment=markup), "overall": "9"})
    assert choices_of(response)["comment"] == markup
    assert "<script>alert" not in response.get_data(as_text=True)


def test_a_body_of_one_megabyte(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    response = client.post(counter.path, data=sent(client, counter, comment="a" * 1_000_000))
    assert response.status_code == 413
    assert heading_of(response) == "Nội dung gửi quá dài"
    assert stored() == []


def test_five_hundred_fields(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    many = {f"f{number}": "1" for number in range(500)}
    for kind in (FORM, "multipart/form-data"):
        response = client.post(counter.path, data=sent(client, counter) | many, content_type=kind)
        assert response.status_code in {400, 413}
        assert paragraphs_of(response)
    assert stored() == []


def test_a_body_that_is_no_form(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    for kind in ("application/json", "text/plain", "image/png", "multipart/form-data; boundary=x"):
        response = client.post(counter.path, data=b'{"overall": 5}', content_type=kind)
        assert response.status_code == 422, kind
    assert stored() == []


def test_a_language_that_is_not_here(client: FlaskClient, counter: ScannedCounter, stored: Stored) -> None:
    for language in ("fr", "", "vi%00", "../vi", "VI-vn"):
        path = f"{counter.path}?lang={language}"
        for response in (client.get(path), client.post(path, data=sent(client, counter))):
            assert response.status_code == 404, language
            assert heading_of(response) == "Chưa có ngôn ngữ này"
            assert "Tiếng Việt, English" in paragraphs_of(response)[0]
    assert stored() == []


def test_other_methods_are_refused(client: FlaskClient, counter: ScannedCounter) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        response = client.open(counter.path, method=method)
        assert response.status_code == 405, method
        assert heading_of(response) == "Thao tác không dùng được ở trang này"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_another_site_cannot_send_a_form(
    client: FlaskClient, counter: ScannedCounter, stored: Stored, headers: dict[str, str]
) -> None:
    response = client.post(counter.path, data=sent(client, counter), headers=headers)
    assert (response.status_code, stored()) == (403, [])
