"""The poster page: for whoever leads the unit and for administrators; the picture scans to the service point's code."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.etree.ElementTree import fromstring

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import Connection

from survey_app.territory.scan_code_register import issue, revoke
from survey_app.territory.service_points import close_service_point
from tests.staff.people import an_account, signed_in
from tests.support.factories import LONG_AGO, a_commune, a_scan_code, a_service_point

TODAY = date(2026, 11, 24)
Transaction = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class Counter:
    """A counter of phường Trấn Biên with its code, and one without a code."""

    point: int
    code: str
    without_code: int


@pytest.fixture
def counter(transaction: Transaction) -> Counter:
    with transaction() as connection:
        commune = a_commune(connection, "26041")
        point, without = a_service_point(connection, commune, "Quầy 2"), a_service_point(connection, commune, "Quầy 3")
        return Counter(point, a_scan_code(connection, point), without)


def leader(app: Flask, unit_code: str = "26041") -> FlaskClient:
    an_account(app, "leader", unit_code)
    return signed_in(app, "leader@dongnai.gov.vn")


def scanned(picture: bytes) -> str:
    found = zxingcpp.read_barcodes(Image.open(BytesIO(picture)).convert("L"))
    return found[0].text


def test_a_leader_prints_the_code_of_their_counter(app: Flask, counter: Counter) -> None:
    response = leader(app).get(f"/staff/posters/{counter.point}.png")
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert response.headers["Content-Disposition"] == f'inline; filename="26041-{counter.point}.png"'
    assert response.headers["Cache-Control"] == "private, no-store"
    assert scanned(response.data) == f"HTTP://127.0.0.1:8000/S/{counter.code}"


@pytest.mark.parametrize(
    ("query", "texts", "title"),
    [
        (
            "",
            ["Cán bộ phục vụ ông/bà thế nào?", "Quét mã, góp ý 1 phút.", "Quầy 2 · Phường Trấn Biên"],
            "Mã QR góp ý: Quầy 2, Phường Trấn Biên",
        ),
        (
            "?lang=en",
            ["How were you served?", "Scan, 1 minute.", "Counter 2 · Trấn Biên Ward"],
            "QR code for feedback: Counter 2, Trấn Biên Ward",
        ),
    ],
)
def test_the_svg_says_where_it_hangs(app: Flask, counter: Counter, query: str, texts: list[str], title: str) -> None:
    response = leader(app).get(f"/staff/posters/{counter.point}.svg{query}")
    assert response.mimetype == "image/svg+xml"
    root = fromstring(response.data)  # noqa: S314  # our own
    found = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert found[:-1] == texts
    assert found[-1] == f"http://127.0.0.1:8000/s/{counter.code[:4]}-{counter.code[4:]}"
    assert root.findtext("{http://www.w3.org/2000/svg}title") == title


def test_the_newest_code_is_printed_until_it_is_revoked(app: Flask, counter: Counter, transaction: Transaction) -> None:
    browser = leader(app)
    with transaction() as connection:
        newest = issue(connection, counter.point, TODAY)
    assert scanned(browser.get(f"/staff/posters/{counter.point}.png").data).endswith(f"/S/{newest}")
    with transaction() as connection:
        revoke(connection, newest, TODAY)
    assert scanned(browser.get(f"/staff/posters/{counter.point}.png").data).endswith(f"/S/{counter.code}")


def test_a_leader_of_another_commune_is_refused(app: Flask, counter: Counter) -> None:
    assert leader(app, "26248").get(f"/staff/posters/{counter.point}.png").status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [("administrator", 200), ("province", 403), ("supervisor", 403), ("auditor", 403), ("inspector", 403)],
)
def test_of_the_other_roles_only_administrators_print(app: Flask, counter: Counter, role: str, status: int) -> None:
    an_account(app, role)
    browser = signed_in(app, f"{role}@dongnai.gov.vn")
    assert browser.get(f"/staff/posters/{counter.point}.svg").status_code == status


def test_a_stranger_is_sent_to_sign_in(app: Flask, client: FlaskClient, counter: Counter) -> None:
    response = client.get(f"/staff/posters/{counter.point}.png")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/staff/sign-in")


def test_a_counter_without_code_says_what_to_do(app: Flask, counter: Counter) -> None:
    response = leader(app).get(f"/staff/posters/{counter.without_code}.png")
    assert (response.status_code, response.mimetype) == (404, "text/html")
    assert "Quầy 3 của Phường Trấn Biên chưa có mã quét đang dùng" in response.get_data(as_text=True)


def test_what_does_not_exist_is_not_found(app: Flask, counter: Counter, transaction: Transaction) -> None:
    browser = leader(app)
    for address in (f"{counter.point + 99}.png", f"{counter.point}.gif", "-1.png", "x.svg", f"{2**70}.svg"):
        assert browser.get(f"/staff/posters/{address}").status_code == 404, address
    with transaction() as connection:
        close_service_point(connection, counter.point, TODAY)
    assert browser.get(f"/staff/posters/{counter.point}.png").status_code == 404
    assert LONG_AGO < TODAY
