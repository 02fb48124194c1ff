"""Migration 0019 remembers which units were ended by hand before it: until then only the audit log told."""

from sqlalchemy import Engine, text

from tests.test_migrations import empty, step  # noqa: F401  # a fixture is found by its name

EVENT = (
    "INSERT INTO audit_event (seq, at, kind, actor, unit_code, details, previous_hash, hash) "
    "VALUES (:seq, '2026-09-01T08:00:00+07:00', :kind, 'root (command)', :code, :details, :hash, :hash)"
)
VERSION = (
    "INSERT INTO unit_version (id, unit_id, name, kind, valid_from, valid_to) "
    "VALUES (:id, :id, :name, 'xã', '2025-07-01', :ended)"
)


def test_ends_by_hand_are_remembered_and_others_are_not(empty: Engine) -> None:  # noqa: F811
    step(empty, "upgrade", "0018")
    with empty.begin() as connection:
        for number, (code, ended, kind, told) in enumerate(
            (
                ("26041", "2026-09-01", "territory.unit_closed", "2026-09-01"),
                ("26068", "2026-04-30", "territory.imported", "2026-04-30"),
                ("26248", None, "territory.unit_closed", "2026-09-01"),  # it was brought back since
            ),
            start=1,
        ):
            connection.execute(text("INSERT INTO unit (id, code) VALUES (:id, :code)"), {"id": number, "code": code})
            connection.execute(text(VERSION), {"id": number, "name": code, "ended": ended})
            details = f'{{"day":"{told}"}}'
            event = {"seq": number, "kind": kind, "code": code, "details": details, "hash": bytes(32)}
            connection.execute(text(EVENT), event)
    step(empty, "upgrade", "0019")
    with empty.connect() as connection:
        found = connection.execute(text("SELECT unit_id, ended_on FROM unit_closing")).all()
    assert [(row.unit_id, str(row.ended_on)) for row in found] == [(1, "2026-09-01")]
