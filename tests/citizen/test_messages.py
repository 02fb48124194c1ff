"""Codes that lead nowhere, receipts that nobody gave, and the page that thanks."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert

from config import Settings
from survey_app.clock import SetClock
from survey_app.responses.receipts import spoken
from survey_app.responses.registration import door_of
from survey_app.territory import scan_code_register
from survey_app.territory.models import UnitSuccessionRow
from survey_app.territory.unit_register import close_unit
from survey_app.territory.units import Unit, find_unit
from tests.citizen.conftest import Transaction
from tests.citizen.reading import document_of, heading_of, paragraphs_of
from tests.support.pages import text_of
from tests.support.surveys import ScannedCounter, open_form

BOTH = pytest.mark.parametrize("language", ["vi", "en"])


def thanks_path(app: Flask, counter: ScannedCounter) -> str:
    return f"{counter.path}/thanks/{door_of(app).receipts.draw()}"


def test_thanks_word_for_word(client: FlaskClient, settings: Settings, counter: ScannedCounter) -> None:
    sent = client.post(counter.path, data=open_form(client, counter.path).fields)
    response = client.get(sent.location)
    code = spoken(sent.location.rsplit("/", 1)[1])
    assert heading_of(response) == "Xin cảm ơn ông/bà!"
    assert paragraphs_of(response)[:3] == [
        (
            "Phiếu đã được lưu; chỉ lần gửi đầu tiên được tính. Kết quả tuần có vào thứ Hai tại "
            f"{settings.public_url}/units/26041. Phiếu này không có trả lời riêng. Cần trả lời hoặc tố giác: gọi 1022 "
            "hoặc vào Cổng Dịch vụ công quốc gia."
        ),
        (f"Mã kiểm tra phiếu: {code} (không bắt buộc giữ). Không phải giấy hẹn hồ sơ; không cho biết ông/bà chấm gì."),
        "Người khác dùng máy này:",
    ]


def test_thanks_in_english(app: Flask, client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.get(f"{thanks_path(app, counter)}?lang=en")
    assert heading_of(response) == "Thank you!"
    first, second, third, *_ = paragraphs_of(response)
    assert first.startswith("Your form is saved; only the first sending counts. Weekly results: Mondays at http")
    assert first.endswith("call 1022 or use the National Public Service Portal.")
    assert second.endswith("(keeping it is optional). Not your dossier receipt; it does not show your answers.")
    assert third == "Someone else on this phone:"


@BOTH
def test_the_next_person_gets_a_fresh_form_in_the_same_language(
    app: Flask, client: FlaskClient, counter: ScannedCounter, language: str
) -> None:
    response = client.get(f"{thanks_path(app, counter)}?lang={language}")
    links = {text_of(link): link.get("href", "") for link in document_of(response).iter("a")}
    fresh = links["Mở phiếu mới" if language == "vi" else "Open a new form"]
    form, other = open_form(client, fresh), open_form(client, fresh)
    assert form.token != other.token
    assert document_of(client.get(fresh)).get("lang") == language


def test_the_telephone_and_the_results_are_links(
    app: Flask, client: FlaskClient, settings: Settings, counter: ScannedCounter
) -> None:
    targets = [link.get("href") for link in document_of(client.get(thanks_path(app, counter))).iter("a")]
    assert f"{settings.public_url}/units/26041" in targets
    assert "tel:1022" in targets


@pytest.mark.parametrize("receipt", ["AAAAAAAAAAAA", "1", "ABCD-EFGH-JKMN", "é", "%00", "<b>"])
def test_a_receipt_that_nobody_gave(client: FlaskClient, counter: ScannedCounter, receipt: str) -> None:
    response = client.get(f"{counter.path}/thanks/{receipt}")
    assert response.status_code == 404
    assert heading_of(response) == "Kiểm tra phiếu"
    assert paragraphs_of(response)[0].endswith("Mã có 20 ký tự, viết hoa hay thường đều được. Xin gõ lại.")


def test_a_receipt_is_read_however_it_is_typed(app: Flask, client: FlaskClient, counter: ScannedCounter) -> None:
    drawn = door_of(app).receipts.draw()
    for typed in (drawn.lower(), spoken(drawn), f"{spoken(drawn).lower()} "):
        assert client.get(f"{counter.path}/thanks/{typed}").status_code == 200


def test_the_receipts_page_outlives_the_code(app: Flask, client: FlaskClient, settings: Settings) -> None:
    response = client.get(f"/s/gone/thanks/{door_of(app).receipts.draw()}")
    assert response.status_code == 200
    assert f"tại {settings.public_url}." in paragraphs_of(response)[0]


def test_without_script_the_browser_is_told_to_forget_the_form(
    app: Flask, client: FlaskClient, counter: ScannedCounter
) -> None:
    html = client.get(thanks_path(app, counter)).get_data(as_text=True)
    assert '<noscript><img src="/s/forget.svg"' in html
    picture = client.get("/s/forget.svg")
    assert picture.headers["Clear-Site-Data"] == '"cache"'
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")


def test_an_unknown_code_word_for_word(client: FlaskClient, counter: ScannedCounter) -> None:
    response = client.get("/s/7KQ2-M9XD")
    assert response.status_code == 404
    assert heading_of(response) == "Không tìm thấy quầy"
    assert paragraphs_of(response) == [
        (
            "Không có quầy nào mang mã 7KQ2-M9XD. Có thể gõ nhầm: xin xem mã in dưới ô QR, hoặc quét lại. Vẫn không "
            "được: xin phiếu giấy, hoặc gọi 1022."
        )
    ]
    assert paragraphs_of(client.get("/s/7KQ2-M9XD?lang=en")) == [
        (
            "No counter has code 7KQ2-M9XD. It may be mistyped: check the print under the QR or scan again. Otherwise "
            "ask for a paper form or call 1022."
        )
    ]


@pytest.mark.parametrize("code", ["x", "%00", "%FF%FE", "<script>", "'--", "a" * 3000, "😀", "..%2f..", "7KQ2M9X"])
def test_nonsense_for_a_code(client: FlaskClient, counter: ScannedCounter, code: str) -> None:
    response = client.get(f"/s/{code}")
    assert response.status_code == 404
    assert "<script>" not in response.get_data(as_text=True)


def test_a_closed_code_word_for_word(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    with transaction() as connection:
        scan_code_register.revoke(connection, counter.code, date(2026, 11, 16))
    response = client.get(counter.path)
    assert response.status_code == 410
    assert heading_of(response) == "Tờ mã này đã cũ"
    assert paragraphs_of(response) == [
        "Mã này ngừng dùng từ 16/11/2026. Xin quét tờ mới tại phường Trấn Biên, hoặc xin phiếu giấy."
    ]
    assert paragraphs_of(client.get(f"{counter.path}?lang=en")) == [
        "This code was closed on 16 Nov 2026. Scan the new sheet at Trấn Biên Ward, or ask for a paper form."
    ]


def _end(transaction: Transaction, commune: Unit, day: date, *successor_codes: str) -> list[Unit]:
    """End a commune on a day; returns the units that stand in its place since then."""
    with transaction() as connection:
        found = [find_unit(connection, code, day) for code in successor_codes]
        successors = [unit for unit in found if unit is not None]
        close_unit(connection, commune.code, day)
        for successor in successors:
            row = {"predecessor_id": commune.id, "successor_id": successor.id, "valid_on": day}
            connection.execute(insert(UnitSuccessionRow).values(row))
        return successors


def test_after_a_merger_the_successor_is_named(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    (successor,) = _end(transaction, counter.commune, date(2026, 11, 1), "26068")
    response = client.get(counter.path)
    assert response.status_code == 410
    assert paragraphs_of(response) == [
        f"Mã này ngừng dùng từ 01/11/2026. Xin quét tờ mới tại {successor.in_sentence}, hoặc xin phiếu giấy.",
        f"Phường Trấn Biên nay là {successor.in_sentence}.",
    ]
    english = paragraphs_of(client.get(f"{counter.path}?lang=en"))
    assert english[1] == f"Trấn Biên Ward is now {successor.english_name}."


def test_after_a_split_both_successors_are_named(
    client: FlaskClient, transaction: Transaction, counter: ScannedCounter
) -> None:
    one, other = _end(transaction, counter.commune, date(2026, 11, 1), "25993", "26068")
    names = one.in_sentence, other.in_sentence
    assert paragraphs_of(client.get(counter.path)) == [
        f"Mã này ngừng dùng từ 01/11/2026. Xin quét tờ mới tại {' hoặc '.join(names)}, hoặc xin phiếu giấy.",
        f"Phường Trấn Biên nay là {' và '.join(names)}.",
    ]


def test_a_unit_that_ended_without_a_successor_is_still_answered(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter
) -> None:
    _end(transaction, counter.commune, clock.today() - timedelta(days=1))
    response = client.get(counter.path)
    assert response.status_code == 410
    assert len(paragraphs_of(response)) == 1


@BOTH
def test_messages_lead_to_the_other_language(client: FlaskClient, counter: ScannedCounter, language: str) -> None:
    document = document_of(client.get(f"/s/7KQ2M9XD?lang={language}"))
    assert document.get("lang") == language
    assert [link.get("lang") for link in document.iter("a")] == ["en" if language == "vi" else "vi"]
