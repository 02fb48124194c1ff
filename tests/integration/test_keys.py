"""Keys: only a hash is kept, they belong to the city and never to a unit that is judged, and can be revoked."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import Connection, select

from survey_app.audit_log.log import every_event
from survey_app.integration.keys import RefusedKey, add_key, all_keys, key_of, revoke_key
from survey_app.integration.models import ApiKeyRow
from tests.conftest import NOW
from tests.support import factories

Transaction = Callable[[], AbstractContextManager[Connection]]
WHO = "root (command)"


@pytest.fixture(autouse=True)
def city(transaction: Transaction) -> None:
    with transaction() as connection:
        factories.dong_nai(connection)


def test_a_key_is_known_by_its_secret_and_only_a_hash_is_kept(transaction: Transaction) -> None:
    with transaction() as connection:
        secret = add_key(connection, "  Một   cửa ", ["visits"], None, WHO, NOW)
        found = key_of(connection, secret)
        assert found is not None
        assert (found.name, found.scopes, found.unit_code, found.actor) == (
            "Một cửa",
            frozenset({"visits"}),
            "75",
            "Một cửa (key)",
        )
        row = connection.execute(select(ApiKeyRow.__table__)).one()
        assert secret not in str(tuple(row))
        assert len(secret) > 40
        assert [event.kind for event in every_event(connection)] == ["api_key.added"]
        assert secret not in str(list(every_event(connection)))


@pytest.mark.parametrize("other", ["", "tt_", "tt_x", "Bearer", "tt_" + "é" * 40])
def test_anything_else_is_no_key(transaction: Transaction, other: str) -> None:
    with transaction() as connection:
        secret = add_key(connection, "Một cửa", ["visits"], None, WHO, NOW)
        assert key_of(connection, other) is None
        assert key_of(connection, secret[:-1]) is None
        assert key_of(connection, secret + "x") is None


def test_a_revoked_key_opens_nothing_and_keeps_its_name(transaction: Transaction) -> None:
    with transaction() as connection:
        secret = add_key(connection, "Một cửa", ["tickets"], "75", WHO, NOW)
        assert revoke_key(connection, "Một cửa", WHO, NOW)
        assert not revoke_key(connection, "Một cửa", WHO, NOW)
        assert key_of(connection, secret) is None
        assert [key.revoked_on for key in all_keys(connection)] == [NOW.date()]
        with pytest.raises(RefusedKey, match="name_taken"):
            add_key(connection, "Một cửa", ["tickets"], "75", WHO, NOW)
        assert [event.kind for event in every_event(connection)] == ["api_key.added", "api_key.revoked"]


@pytest.mark.parametrize(
    ("name", "scopes", "unit", "rule"),
    [
        ("Xã tự gửi", ["visits"], "26041", "judged_unit"),
        ("Lạ", ["visits"], "99", "unknown_unit"),
        ("Lạ", ["answers"], None, "scopes"),
        ("Lạ", [], None, "scopes"),
        ("", ["visits"], None, "name"),
        ("x" * 61, ["visits"], None, "name"),
        ("a\x00b", ["visits"], None, "name"),
    ],
)
def test_what_is_refused_is_said_in_words(
    transaction: Transaction, name: str, scopes: list[str], unit: str | None, rule: str
) -> None:
    with transaction() as connection:
        with pytest.raises(RefusedKey) as refused:
            add_key(connection, name, scopes, unit, WHO, NOW)
        assert refused.value.rule == rule
        assert refused.value.words("vi") != refused.value.words("en")
        assert all_keys(connection) == []


def test_the_commands(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "Chưa có khóa nào" in runner.invoke(args=["api-key", "list"]).output
    added = runner.invoke(args=["api-key", "add", "Một cửa", "--scope", "tickets", "--scope", "visits"])
    assert added.exit_code == 0
    assert "tt_" in added.output
    listed = runner.invoke(args=["api-key", "list"]).output
    assert "Một cửa: tickets, visits; đơn vị 75" in listed
    assert "tt_" not in listed
    refused = runner.invoke(args=["api-key", "add", "Xã", "--scope", "visits", "--unit", "26041"])
    assert refused.exit_code == 1
    assert "Khóa không được thuộc về xã" in refused.output or "Khóa không được thuộc về phường" in refused.output
    assert runner.invoke(args=["api-key", "revoke", "Một cửa"]).exit_code == 0
    assert "thu hồi ngày 24/11/2026" in runner.invoke(args=["api-key", "list"]).output
    assert runner.invoke(args=["api-key", "revoke", "Không có"]).exit_code == 1
