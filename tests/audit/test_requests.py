"""What was typed becomes units, days and channels, or sentences about all that is wrong with it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection
from werkzeug.datastructures import MultiDict

from survey_app.audit.requests import Asked, Understood, understand
from survey_app.territory.units import codes_by_id
from tests.audit.sealed_book import BIEN_HOA, DAYS, MERGED, TAN_AN, TODAY

Begin = Callable[[], AbstractContextManager[Connection]]


def understood(begin: Begin, asked: Asked, *, sealed_only: bool = True) -> Understood:
    with begin() as connection:
        return understand(connection, asked, with_reasons=False, sealed_only=sealed_only)


def units_of(begin: Begin, asked: Asked) -> set[str]:
    """The codes of the units whose answers are chosen."""
    result = understood(begin, asked)
    with begin() as connection:
        codes = codes_by_id(connection)
    ids = result.wanted.selection.unit_ids
    assert ids is not None and result.sealed is not None
    chosen = frozenset(codes[unit_id] for unit_id in ids)
    assert result.sealed.units == chosen, "rows and manifest are of the same units"
    return set(chosen)


def test_an_address_says_again_what_it_said() -> None:
    typed = MultiDict(
        [("unit", "26068"), ("unit", "26041"), ("unit", "26068"), ("channel", "poster"), ("to", " x\x00 ")]
    )
    asked = Asked.of(typed)
    assert (asked.units, asked.channels, asked.last_day) == (("26068", "26041"), ("poster",), "x")
    again = MultiDict(
        (name, one) for name, v in asked.address_fields.items() for one in ([v] if isinstance(v, str) else v)
    )
    assert Asked.of(again) == asked


def test_a_unit_brings_those_below_it(sealed: Flask, transaction: Begin) -> None:
    assert units_of(transaction, Asked((BIEN_HOA,))) == {BIEN_HOA}
    everything = units_of(transaction, Asked(("75",)))
    assert len(everything) == 97
    assert {BIEN_HOA, TAN_AN, MERGED} <= everything


def test_units_from_before_a_merger_come_only_when_asked_for(sealed: Flask, transaction: Begin) -> None:
    assert units_of(transaction, Asked((MERGED,))) == {MERGED}
    assert units_of(transaction, Asked((MERGED,), predecessors=True)) == {MERGED, TAN_AN}
    assert units_of(transaction, Asked((TAN_AN,), predecessors=True)) == {TAN_AN}


def test_days_are_those_that_are_sealed(sealed: Flask, transaction: Begin) -> None:
    def days(first: str = "", last: str = "") -> tuple[str, str]:
        chosen = understood(transaction, Asked(first_day=first, last_day=last)).sealed
        assert chosen is not None
        return str(chosen.first_day), str(chosen.last_day)

    whole = str(DAYS[0]), str(DAYS[-1])
    assert days() == days("2020-01-01", "2030-12-31") == whole
    assert days(str(DAYS[1])) == (str(DAYS[1]), whole[1])
    assert days(last=str(DAYS[1])) == (whole[0], str(DAYS[1]))


@pytest.mark.parametrize(
    ("first", "last"), [(str(TODAY), ""), ("", str(DAYS[0] - timedelta(days=1))), ("2030-01-01", "2030-01-02")]
)
def test_days_of_which_none_is_sealed_are_refused(sealed: Flask, transaction: Begin, first: str, last: str) -> None:
    asked = Asked(first_day=first, last_day=last)
    problems = understood(transaction, asked).problems
    assert problems == {
        "from": "Không ngày nào trong khoảng này đã khóa sổ. Sổ đã khóa có từ 20/11/2026 đến hết 23/11/2026."
    }
    live = understood(transaction, asked, sealed_only=False)
    assert (live.problems, live.sealed) == ({}, None), "the command may still take what waits, without a manifest"


def test_nothing_is_sealed_yet(app: Flask, transaction: Begin) -> None:
    assert understood(transaction, Asked()).problems["from"].startswith("Chưa có ngày nào khóa sổ")


def test_every_channel_is_no_filter(sealed: Flask, transaction: Begin) -> None:
    some = understood(transaction, Asked(channels=("poster", "ticket")))
    assert some.wanted.selection.channels == frozenset({"poster", "ticket"})
    assert some.sealed is not None and some.sealed.rows == {"channel": ["poster", "ticket"]}
    every = ("poster", "display", "ticket", "kiosk", "assisted", "paper", "callback")
    all_of_them = understood(transaction, Asked(channels=every))
    assert all_of_them.wanted.selection.channels is None
    assert all_of_them.sealed is not None and all_of_them.sealed.rows == {}


def test_everything_wrong_is_said_at_once(sealed: Flask, transaction: Begin) -> None:
    asked = Asked(("99999",), first_day="24/11/2026", last_day="2026-02-30", channels=("post",), comments=True)
    with transaction() as connection:
        problems = understand(connection, asked).problems
    assert problems.keys() == {"unit", "from", "to", "channel", "reason", "comments_reason"}
    assert all(problems.values())
