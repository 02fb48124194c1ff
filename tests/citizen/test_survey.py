"""The survey page as it is fetched: its words and its cache."""

import gzip
from datetime import date, timedelta
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, update

from survey_app.clock import SetClock
from survey_app.questionnaires.definition import parse_own_questions
from survey_app.responses.registration import door_of
from survey_app.territory import scan_code_register
from survey_app.territory.models import ServicePointRow, UnitVersionRow
from tests.citizen.conftest import Transaction
from tests.support import factories
from tests.support.pages import text_of
from tests.support.queries import QueryCounter
from tests.support.surveys import TOKEN, ScannedCounter

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
OWN_QUESTIONS = """
[[questions]]
name = "own_waiting"
kind = "rating"
slot = "r11"
text = { vi = "Ông/bà hài lòng ở mức nào với thời gian chờ?", en = "How satisfied are you with the waiting time?" }

[[questions]]
name = "own_seat"
kind = "choice"
slot = "c3"
text = { vi = "Khi chờ, ông/bà có chỗ ngồi không?", en = "Did you have a seat while waiting?" }
options = [{ code = 1, value = "yes", vi = "Có", en = "Yes" }, { code = 2, value = "no", vi = "Không", en = "No" }]
"""


def parsed(html: str) -> Element:
    document: Element = html5lib.parse(html, namespaceHTMLElements=False)
    return document


def page(client: FlaskClient, path: str) -> Element:
    return parsed(client.get(path).get_data(as_text=True))


def legends(document: Element) -> list[str]:
    return [text_of(legend) for legend in document.iter("legend")]


def seen_controls(fieldset: Element) -> list[Element]:
    return [control for control in fieldset.iter("input") if control.get("hidden") is None]


def token_in(html: str) -> str:
    found = TOKEN.search(html)
    assert found is not None
    return found.group(1)


def test_says_word_for_word_where_why_and_what(client: FlaskClient, counter: ScannedCounter) -> None:
    document = page(client, counter.path)
    assert [text_of(h1) for h1 in document.iter("h1")] == ["Góp ý về lần phục vụ này"]
    paragraphs = [text_of(paragraph) for paragraph in document.iter("p")]
    assert paragraphs[:2] == [
        (
            "Trung tâm Phục vụ hành chính công phường Trấn Biên (bộ phận một cửa) · Quầy 1. Khoảng 1 phút. "
            "Sai nơi? Xin quét lại mã."
        ),
        (
            "UBND thành phố Đồng Nai xin ý kiến để phục vụ tốt hơn. Tự nguyện, không ghi tên, không lưu số điện thoại, "
            "không ảnh hưởng hồ sơ. Chỉ công bố số tổng hợp; phiếu xóa sau 24 tháng."
        ),
    ]
    assert "Phường Trấn Biên không xem được câu trả lời này của từng người." in paragraphs
    assert paragraphs[-1] == "Gửi rồi không sửa được."
    assert [text_of(button) for button in document.iter("button")] == ["Gửi phiếu"]


def test_speaks_english_by_address(client: FlaskClient, counter: ScannedCounter) -> None:
    document = page(client, f"{counter.path}?lang=en")
    assert document.get("lang") == "en"
    assert [text_of(h1) for h1 in document.iter("h1")] == ["Your view of this visit"]
    paragraphs = [text_of(paragraph) for paragraph in document.iter("p")]
    assert paragraphs[:2] == [
        (
            "Public Service Centre of Trấn Biên Ward (one-stop office) · Counter 1. About 1 minute. "
            "Wrong place? Scan again."
        ),
        (
            "Đồng Nai City asks your opinion to serve you better. Voluntary; no name or phone number is kept; your "
            "application is not affected. Only totals are published; forms are deleted after 24 months."
        ),
    ]
    assert "Trấn Biên Ward cannot see any person's answer to this." in paragraphs
    assert [text_of(button) for button in document.iter("button")] == ["Send"]


def test_each_language_leads_to_the_other(client: FlaskClient, counter: ScannedCounter) -> None:
    def links(path: str) -> list[tuple[str | None, str]]:
        return [(link.get("href"), text_of(link)) for link in page(client, path).iter("a")]

    assert links(counter.path) == [("?lang=en", "English")]
    assert links(f"{counter.path}?lang=en") == [("?lang=vi", "Tiếng Việt")]


def test_a_screen_reader_hears_the_stem_before_each_attitude_item(client: FlaskClient, counter: ScannedCounter) -> None:
    document = page(client, counter.path)
    stem = "Ông/bà hài lòng ở mức nào về cán bộ đã tiếp ông/bà:"
    heard = legends(document)
    assert heard[0] == "Nhìn chung, ông/bà hài lòng ở mức nào với lần đến Trung tâm này?"
    assert heard[1] == f"{stem} Lời nói, cách cư xử (lịch sự, tôn trọng)"
    assert [legend.startswith(stem) for legend in heard] == [False] + [True] * 5 + [False] * 3
    seen = [one for one in document.iter("p") if text_of(one) == stem]
    assert [one.get("aria-hidden") for one in seen] == ["true"], "shown once, and not heard twice"


def test_levels_stand_in_order_as_faces_with_words(client: FlaskClient, counter: ScannedCounter) -> None:
    document = page(client, counter.path)
    fieldset = next(document.iter("fieldset"))
    levels = [(control.get("value"), control.get("name")) for control in seen_controls(fieldset)]
    assert levels == [(value, "overall") for value in ("1", "2", "3", "4", "5", "")]
    words = [text_of(label) for label in fieldset.iter("label")]
    assert words == ["Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng", "Bỏ qua"]
    faces = [[use.get(f"{XLINK}href") for use in label.iter(f"{SVG}use")] for label in fieldset.iter("label")]
    assert faces == [["#f1"], ["#f2"], ["#f3"], ["#f4"], ["#f5"], []]
    assert [svg.get("aria-hidden") for svg in fieldset.iter(f"{SVG}svg")] == ["true"] * 5
    drawn = [symbol.get("id") for symbol in document.iter(f"{SVG}symbol")]
    assert drawn == ["f1", "f2", "f3", "f4", "f5"], "each face is drawn once"


def test_every_choice_can_be_left_out(client: FlaskClient, counter: ScannedCounter) -> None:
    ways_out = ("", "no_answer")
    for fieldset in page(client, counter.path).iter("fieldset"):
        values = [control.get("value") for control in seen_controls(fieldset)]
        assert sum(value in ways_out for value in values) == 1, values
        assert not any(control.get("checked") is not None for control in fieldset.iter("input"))


def test_a_browser_that_chooses_the_first_by_itself_says_nothing(client: FlaskClient, counter: ScannedCounter) -> None:
    """Lynx does (RFC 1866, 8.1.2.4: if none is checked, the first is)."""
    for fieldset in page(client, counter.path).iter("fieldset"):
        first = next(fieldset.iter("input"))
        assert (first.get("value"), first.get("hidden")) == ("", "")


def test_the_trap_is_out_of_reach_of_people(client: FlaskClient, counter: ScannedCounter) -> None:
    document = page(client, counter.path)
    trap = next(control for control in document.iter("input") if control.get("name") == "website")
    assert (trap.get("tabindex"), trap.get("autocomplete")) == ("-1", "off")
    around = next(label for label in document.iter("label") if trap in list(label))
    assert around.get("aria-hidden") == "true"
    assert text_of(around) == "Xin để trống ô này", "a browser without styles shows it, so it must say what it is for"


def test_a_code_is_read_however_it_is_typed(client: FlaskClient, counter: ScannedCounter) -> None:
    half = len(counter.code) // 2
    for typed in (counter.code.lower(), f"{counter.code[:half]}-{counter.code[half:]}", f" {counter.code} "):
        for prefix in ("/s/", "/S/"):
            assert client.get(prefix + typed).status_code == 200, typed


def test_questions_of_the_units_own_follow_the_last_rating(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    own = parse_own_questions(OWN_QUESTIONS, "own.toml")
    with transaction() as connection:
        factories.a_questionnaire_with(connection, counter.commune, *own, valid_from=date(2026, 6, 1))
    for language in ("vi", "en"):
        assert legends(page(client, f"{counter.path}?lang={language}")).index(own[0].text[language]) == 6


def test_unpacks_to_the_very_page_that_others_get_plain(client: FlaskClient, counter: ScannedCounter) -> None:
    packed = gzip.decompress(client.get(counter.path, headers=GZIP).data).decode()
    plain = client.get(counter.path, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in plain.headers
    text = plain.get_data(as_text=True)
    assert packed.replace(token_in(packed), "") == text.replace(token_in(text), "")


def test_two_visitors_get_the_same_page_but_never_the_same_token(client: FlaskClient, counter: ScannedCounter) -> None:
    one, other = (client.get(counter.path).get_data(as_text=True) for _ in range(2))
    assert token_in(one) != token_in(other)
    assert one.replace(token_in(one), "") == other.replace(token_in(other), "")


def test_the_token_is_for_this_counter_questionnaire_and_language(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter
) -> None:
    html = client.get(f"{counter.path}?lang=en").get_data(as_text=True)
    token = door_of(app).tokens.read(token_in(html), clock.now())
    assert (token.unit_id, token.service_point_id) == (counter.commune.id, counter.service_point_id)
    assert (token.channel, token.language, token.minted_at) == ("poster", "en", clock.now())


def test_is_never_stored_and_sets_no_cookie(client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.get(counter.path)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.content_type == "text/html; charset=utf-8"
    assert "Set-Cookie" not in response.headers


def test_asks_the_database_nothing_while_its_page_is_trusted(
    client: FlaskClient, engine: Engine, clock: SetClock, counter: ScannedCounter
) -> None:
    client.get(counter.path)
    clock.advance(timedelta(seconds=9))
    with QueryCounter(engine) as queries:
        assert client.get(counter.path).status_code == 200
        assert client.get(counter.path.lower()).status_code == 200
    assert queries.statements == []


def test_asks_again_when_the_trusted_time_is_over(
    client: FlaskClient, engine: Engine, clock: SetClock, counter: ScannedCounter
) -> None:
    client.get(counter.path)
    clock.advance(timedelta(seconds=10))
    with QueryCounter(engine) as queries:
        client.get(counter.path)
    assert 1 <= queries.count <= 2


def test_shows_a_new_name_as_soon_as_it_asks_again(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    client.get(counter.path)
    with transaction() as connection:
        connection.execute(update(ServicePointRow).values(name="Quầy 9"))
        renamed = update(UnitVersionRow).where(UnitVersionRow.unit_id == counter.commune.id)
        connection.execute(renamed.values(name="Trấn Biên Mới"))
    assert "Quầy 9" not in client.get(counter.path).get_data(as_text=True)
    clock.advance(timedelta(seconds=10))
    again = client.get(counter.path).get_data(as_text=True)
    assert "phường Trấn Biên Mới (bộ phận một cửa) · Quầy 9." in again


def test_a_revoked_code_stops_leading_here_when_it_asks_again(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    assert client.get(counter.path).status_code == 200
    with transaction() as connection:
        scan_code_register.revoke(connection, counter.code, clock.today())
    clock.advance(timedelta(seconds=10))
    assert client.get(counter.path).status_code == 410
    assert client.get(counter.path).status_code == 410


def test_a_counter_without_a_questionnaire_says_so(client: FlaskClient, transaction: Transaction) -> None:
    with transaction() as connection:
        code = factories.a_scan_code(connection, factories.a_service_point(connection, factories.a_commune(connection)))
    response = client.get(f"/s/{code}")
    assert response.status_code == 404
    assert "Quầy này chưa có phiếu góp ý" in response.get_data(as_text=True)


def test_a_head_request_says_what_a_get_would(client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.head(counter.path)
    assert (response.status_code, response.data) == (200, b"")
