"""Volunteers' links: signed, with an end of their own, revocable, and forgotten when they have ended."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from survey_app.languages import catalogues
from survey_app.territory import assisted_links as links
from survey_app.territory.assisted_models import AssistedLinkRow
from survey_app.territory.scan_codes import DIGITS
from survey_app.territory.service_points import ServicePoint, close_service_point, service_point_by_id
from tests.conftest import NOW
from tests.support.factories import a_commune, a_service_point, dong_nai

KEYS = links.AssistedKeys(b"k" * 32)
VOLUNTEER, OTHER = "tinhnguyen@dongnai.gov.vn", "khac@dongnai.gov.vn"
CODE = "0123456789"
codes = st.text(DIGITS, min_size=links.CODE_LENGTH, max_size=links.CODE_LENGTH)
ends = st.integers(0, 2**30 - 1)


@pytest.fixture
def point(connection: Connection) -> ServicePoint:
    """A counter of a commune."""
    dong_nai(connection)
    made = service_point_by_id(connection, a_service_point(connection, a_commune(connection)), NOW.date())
    assert made is not None
    return made


@given(codes, ends)
def test_a_link_is_read_back_however_it_was_typed(code: str, end: int) -> None:
    link = KEYS.link(code, end)
    assert len(link) == links.LINK_LENGTH
    typed = f" {link[:9].lower()}-{link[9:].replace('0', 'o').replace('1', 'l')} "
    assert KEYS.read(typed) == KEYS.read(link) == links.SignedLink(code, end)


@given(st.integers(0, links.LINK_LENGTH - 1), st.sampled_from(DIGITS))
def test_no_letter_can_be_changed(place: int, letter: str) -> None:
    link = KEYS.link(CODE, 30_000_000)
    changed = link[:place] + letter + link[place + 1 :]
    assert (KEYS.read(changed) is None) == (changed != link), "a later end cannot be written into it either"


@pytest.mark.parametrize("typed", ["", "x", "U" * 28, "0" * 28, "đ" * 28, "0" * 10_000, KEYS.link(CODE, 1) + "0"])
def test_what_was_not_made_here_is_no_link(typed: str) -> None:
    assert KEYS.read(typed) is None


def test_another_installation_s_link_is_a_forgery() -> None:
    assert links.AssistedKeys(b"j" * 32).read(KEYS.link(CODE, 30_000_000)) is None


def test_it_ends_at_midnight_of_the_last_day() -> None:
    link = links.SignedLink(CODE, links.end_after(NOW, 1))
    midnight = NOW.replace(hour=0) + timedelta(days=1)
    assert not link.has_ended(midnight - timedelta(seconds=1))
    assert link.has_ended(midnight)
    week = links.SignedLink(CODE, links.end_after(NOW, 7))
    assert (week.has_ended(midnight + timedelta(days=6)), week.has_ended(midnight + timedelta(days=5))) == (True, False)


def test_an_open_link_leads_to_its_counter_until_it_is_revoked(connection: Connection, point: ServicePoint) -> None:
    code = links.make_link(connection, point, VOLUNTEER, 1, NOW)
    assert links.service_point_of_link(connection, code, NOW.date()) == point
    (listed,) = links.open_links(connection, {point.unit.id}, NOW)
    assert (listed.code, listed.service_point, listed.made_by) == (code, point, VOLUNTEER)
    assert links.open_links(connection, {point.unit.id + 1}, NOW) == []
    assert links.revoke_link(connection, code, NOW.date())
    assert not links.revoke_link(connection, code, NOW.date()), "twice changes nothing"
    assert links.service_point_of_link(connection, code, NOW.date()) is None
    assert links.open_links(connection, {point.unit.id}, NOW) == []
    assert links.service_point_of_link(connection, CODE, NOW.date()) is None


def test_a_closed_counter_closes_its_links(connection: Connection, point: ServicePoint) -> None:
    code = links.make_link(connection, point, VOLUNTEER, 7, NOW)
    tomorrow = NOW.date() + timedelta(days=1)
    close_service_point(connection, point.id, tomorrow)
    assert links.service_point_of_link(connection, code, NOW.date()) is not None
    assert links.service_point_of_link(connection, code, tomorrow) is None
    assert links.open_links(connection, {point.unit.id}, NOW + timedelta(days=1)) == []


@pytest.mark.parametrize("days", [-1, 0, 8, 10**6])
def test_no_other_period_than_one_to_seven_days(connection: Connection, point: ServicePoint, days: int) -> None:
    with pytest.raises(links.RefusedLink) as refused:
        links.make_link(connection, point, VOLUNTEER, days, NOW)
    assert refused.value.field == "days"
    assert all(refused.value.words(language) for language in catalogues())
    assert connection.scalars(select(AssistedLinkRow.code)).all() == []


def test_five_links_at_once_each(connection: Connection, point: ServicePoint) -> None:
    made = [links.make_link(connection, point, VOLUNTEER, 1, NOW) for _ in range(links.OPEN_LINKS_EACH)]
    with pytest.raises(links.RefusedLink, match="too_many"):
        links.make_link(connection, point, VOLUNTEER, 1, NOW)
    links.make_link(connection, point, OTHER, 1, NOW)
    links.revoke_link(connection, made[0], NOW.date())
    links.make_link(connection, point, VOLUNTEER, 1, NOW)
    assert len(set(made)) == links.OPEN_LINKS_EACH


def test_ended_links_are_forgotten_when_another_is_made(connection: Connection, point: ServicePoint) -> None:
    today = links.make_link(connection, point, VOLUNTEER, 1, NOW)
    longer = links.make_link(connection, point, VOLUNTEER, 2, NOW)
    links.revoke_link(connection, today, NOW.date())
    new = links.make_link(connection, point, OTHER, 1, NOW + timedelta(days=1))
    assert set(connection.scalars(select(AssistedLinkRow.code))) == {longer, new}


def test_all_links_of_an_account_are_revoked_at_once(connection: Connection, point: ServicePoint) -> None:
    for _ in range(2):
        links.make_link(connection, point, VOLUNTEER, 1, NOW)
    kept = links.make_link(connection, point, OTHER, 1, NOW)
    assert links.revoke_links_of(connection, VOLUNTEER, NOW.date()) == 2
    assert [link.code for link in links.open_links(connection, {point.unit.id}, NOW)] == [kept]


def test_no_column_tells_when_a_link_was_made_or_used() -> None:
    columns = {column.name for column in AssistedLinkRow.__table__.columns}
    assert columns == {"code", "service_point_id", "made_by", "ends_at", "revoked_on"}
