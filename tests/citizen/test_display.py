"""The counter's screen: a QR that changes every minute, and what it leads to while it is fresh and afterwards."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw

from config import Settings
from survey_app.citizen.script import script_of
from survey_app.clock import SetClock
from survey_app.responses.registration import door_of
from survey_app.territory import scan_code_register
from survey_app.territory.registration import counter_keys_of
from tests.citizen.conftest import Stored, Transaction
from tests.citizen.reading import heading_of, paragraphs_of, token_of
from tests.support import factories
from tests.support.surveys import GOOD_ANSWERS, ScannedCounter, open_form

MINUTE = timedelta(seconds=60)


@pytest.fixture
def display(app: Flask, counter: ScannedCounter) -> str:
    """The address of the counter's display."""
    point = counter.service_point_id
    return f"/display/{point}?key={counter_keys_of(app).link_key('display', point, counter.code)}"


def scanned(client: FlaskClient, display: str) -> str:
    """What a phone reads off the screen, as a path."""
    html = client.get(display).get_data(as_text=True)
    box = re.search(r'viewBox="0 0 (\d+) [\d.]+"', html)
    path = re.search(r'<path [^>]*d="([^"]+)"', html)
    assert box is not None
    assert path is not None
    picture = Image.new("L", (int(box[1]) * 8, int(box[1]) * 8), 255)
    pen = ImageDraw.Draw(picture)
    for left, top, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", path[1]):
        x, y = int(left) * 8, int(top) * 8
        pen.rectangle((x, y, x + int(width) * 8 - 1, y + 7), fill=0)
    file = BytesIO()
    picture.save(file, "PNG")
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    return found.text.removeprefix("HTTP://127.0.0.1:8000")


def test_what_the_screen_shows_leads_to_a_form_of_the_channel_display(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter, display: str, stored: Stored
) -> None:
    path = scanned(client, display)
    assert re.fullmatch(rf"/D/{re.escape(counter.code)}/[0-9A-Z]{{8}}", path)
    form = open_form(client, path)
    assert door_of(app).tokens.read(form.token, clock.now()).channel == "display"
    sent = client.post(path, data=form.fields)
    assert sent.location.startswith(f"/s/{counter.code}/thanks/")
    assert [row["channel"] for row in stored()] == ["display"]


def test_the_code_changes_every_minute_and_is_good_for_two_more(
    client: FlaskClient, clock: SetClock, display: str
) -> None:
    first = scanned(client, display)
    clock.advance(MINUTE)
    second = scanned(client, display)
    assert first != second
    clock.advance(MINUTE)
    assert client.get(first).status_code == 200
    clock.advance(MINUTE)
    assert client.get(first).status_code == 410
    assert client.get(second.lower()).status_code == 200


def test_a_photo_says_kindly_where_the_new_code_is_and_loses_nobody(
    client: FlaskClient, clock: SetClock, counter: ScannedCounter, display: str
) -> None:
    path = scanned(client, display)
    clock.advance(timedelta(days=1))
    old = client.get(path)
    assert heading_of(old) == "Mã trên màn hình đã đổi"
    assert "Xin quét lại mã đang hiện trên màn hình ở quầy." in paragraphs_of(old)[0]
    assert f'href="/s/{counter.code}"' in old.get_data(as_text=True)
    assert heading_of(client.get(f"{path}?lang=en")) == "The code on the screen has changed"


def test_a_form_opened_in_time_may_be_sent_at_home(
    client: FlaskClient, clock: SetClock, display: str, stored: Stored
) -> None:
    path = scanned(client, display)
    form = open_form(client, path)
    clock.advance(timedelta(days=13))
    assert client.post(path, data=form.fields).status_code == 303
    assert [row["channel"] for row in stored()] == ["display"]


def test_without_a_good_token_the_form_is_asked_again_as_an_ordinary_one(
    app: Flask, client: FlaskClient, clock: SetClock, display: str
) -> None:
    again = client.post(scanned(client, display), data=GOOD_ANSWERS)
    assert again.status_code == 422
    assert door_of(app).tokens.read(token_of(again), clock.now()).channel == "poster"


def test_the_posters_page_and_the_displays_page_are_not_mixed_up(
    app: Flask, client: FlaskClient, clock: SetClock, counter: ScannedCounter, display: str
) -> None:
    path = scanned(client, display)
    for address, channel in ((path, "display"), (counter.path, "poster")) * 2:
        token = door_of(app).tokens.read(open_form(client, address).token, clock.now())
        assert token.channel == channel


def test_it_goes_on_by_itself_without_script_and_says_how_long_the_code_lasts(
    client: FlaskClient, clock: SetClock, display: str
) -> None:
    clock.advance(timedelta(seconds=18))
    html = client.get(display).get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh" content="43"></noscript>' in html
    assert "Mã đổi sau 42 giây." in html
    assert 'data-left="42"' in html
    assert f'src="/s/display-vi-{script_of("display", "vi").fingerprint}.js"' in html


def test_it_says_where_it_stands_and_what_is_never_asked(client: FlaskClient, settings: Settings, display: str) -> None:
    response = client.get(display)
    assert heading_of(response) == "Cán bộ phục vụ ông/bà thế nào?"
    said = " ".join(paragraphs_of(response))
    assert "Không hỏi tên, số điện thoại, OTP; không cài ứng dụng, không chuyển tiền." in said
    assert "Trang mở ra phải có địa chỉ 127.0.0.1:8000." in said
    assert "phường Trấn Biên (bộ phận một cửa) · Quầy 1" in said
    assert heading_of(client.get(f"{display}&lang=en")) == "How were you served?"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", ["", "?key=", "?key=AAAA", "?key=%00", "?key=" + "9" * 20, "?key=" + "é" * 50])
def test_only_the_link_opens_it(client: FlaskClient, counter: ScannedCounter, key: str) -> None:
    response = client.get(f"/display/{counter.service_point_id}{key}")
    assert response.status_code == 403
    assert heading_of(response) == "Không mở được trang của quầy"


def test_a_kiosks_key_opens_no_display_and_none_of_another_counter(
    app: Flask, client: FlaskClient, transaction: Transaction, counter: ScannedCounter, display: str
) -> None:
    with transaction() as connection:
        other = factories.a_service_point(connection, counter.commune, "Quầy 9")
    key = counter_keys_of(app).link_key("kiosk", counter.service_point_id, counter.code)
    assert client.get(f"/display/{counter.service_point_id}?key={key}").status_code == 403
    assert client.get(display.replace(f"/{counter.service_point_id}?", f"/{other}?")).status_code == 403


def test_revoking_the_scan_code_closes_the_display(
    client: FlaskClient, clock: SetClock, transaction: Transaction, counter: ScannedCounter, display: str
) -> None:
    path = scanned(client, display)
    with transaction() as connection:
        scan_code_register.revoke(connection, counter.code, clock.today())
    clock.advance(timedelta(seconds=20))
    assert client.get(display).status_code == 410
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("path", ["/d/7KQ2M9XD/AAAAAAAA", "/d/x/y", "/D/%00/%00"])
def test_a_code_that_no_counter_has(client: FlaskClient, counter: ScannedCounter, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, data=GOOD_ANSWERS).status_code == 404
