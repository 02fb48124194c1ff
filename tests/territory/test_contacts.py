"""Who asks and whom to call: the settings until somebody enters them, versions afterwards."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, text

from survey_app.clock import SetClock
from survey_app.territory import contacts as contacts_module
from survey_app.territory.contacts import Contacts, LegalBasis, contacts, contacts_in_force, set_contacts
from survey_app.territory.problems import RefusedChange
from tests.support.surveys import ScannedCounter

DAY, LATER = date(2026, 11, 24), date(2027, 1, 1)
BASIS = LegalBasis("Nghị định 118/2025/NĐ-CP, Điều 29", "Decree 118/2025, article 29", date(2026, 11, 1))
NEW = Contacts("UBND tỉnh Thử Nghiệm", "Test Province", "0251 1022", (BASIS,))
BY = "quantri@dongnai.gov.vn"
Begin = Callable[[], AbstractContextManager[Connection]]


def test_the_settings_hold_until_somebody_enters_something(connection: Connection) -> None:
    known = contacts(connection, DAY)
    assert (known.owner_name, known.phone, known.legal_bases, known.valid_from) == (
        "UBND thành phố Đồng Nai",
        "1022",
        (),
        None,
    )
    set_contacts(connection, NEW, LATER, set_by=BY)
    assert contacts(connection, DAY) == known
    assert contacts(connection, LATER) == replace(NEW, valid_from=LATER)
    assert (NEW.owner("vi"), NEW.owner("en")) == ("UBND tỉnh Thử Nghiệm", "Test Province")


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"owner_name": "U"}, "bad_contact"),
        ({"owner_name_en": "x" * 81}, "bad_contact"),
        ({"phone": "gọi 1022"}, "bad_phone"),
        ({"phone": "1"}, "bad_phone"),
        ({"legal_bases": (BASIS,) * 13}, "too_many_bases"),
        ({"legal_bases": (replace(BASIS, title_en=""),)}, "bad_contact"),
    ],
)
def test_what_cannot_be_is_refused(connection: Connection, wrong: dict[str, object], rule: str) -> None:
    with pytest.raises(RefusedChange) as refused:
        set_contacts(connection, replace(NEW, **wrong), DAY, set_by=BY)  # type: ignore[arg-type]  # one field at a time
    assert refused.value.rule == rule and "{" not in refused.value.words("vi")
    assert contacts(connection, DAY).valid_from is None


def test_citizens_read_what_was_entered(client: FlaskClient, counter: ScannedCounter, transaction: Begin) -> None:
    with transaction() as connection:
        set_contacts(connection, NEW, DAY, set_by=BY)
    assert "UBND tỉnh Thử Nghiệm xin ý kiến" in client.get(counter.path).get_data(as_text=True)
    assert "Test Province asks your opinion" in client.get(f"{counter.path}?lang=en").get_data(as_text=True)
    assert "0251 1022" in client.get("/s/ABCD-EFGH").get_data(as_text=True)


def test_a_process_remembers_for_a_while_and_a_new_day_asks_again(
    app: Flask, transaction: Begin, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        assert contacts_in_force().phone == "1022"
    with transaction() as connection:
        set_contacts(connection, NEW, DAY, set_by=BY)
    with app.app_context():
        assert contacts_in_force().phone == "1022"
        clock.advance(timedelta(days=1))
        assert contacts_in_force().phone == "0251 1022"
        monkeypatch.setattr(contacts_module, "KEPT_SECONDS", -1)
        clock.advance(timedelta(days=1))
        assert contacts_in_force() == contacts_in_force()


def test_without_a_database_pages_still_say_whom_to_call(app: Flask, transaction: Begin) -> None:
    with transaction() as connection:
        connection.execute(text("DROP TABLE legal_basis"))
        connection.execute(text("DROP TABLE contact_version"))
    with app.app_context():
        assert contacts_in_force().phone == "1022"
