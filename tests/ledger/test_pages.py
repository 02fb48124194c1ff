"""The public pages of the book: heads, keys and proofs that others' programs take, and words for what is wrong."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from survey_app.languages import catalogue
from survey_app.ledger.checkpoint import (
    Checkpoint,
    extend,
    open_checkpoint,
    parse_consistency_note,
    parse_verifier_keys,
)
from survey_app.ledger.verifier.trees import canonical, hash_leaf, included
from tests.ledger.go_note import GoNote
from tests.ledger.real_book import OTHER, TODAY, YESTERDAY, Begin, RealBook, close
from tests.support.databases import sqlite_only

PLAIN = "text/plain; charset=utf-8"


def get(client: FlaskClient, path: str, status: int = 200) -> str:
    """The text at an address of the book."""
    answer = client.get(f"/ledger{path}")
    assert answer.status_code == status, answer.text
    assert answer.content_type == PLAIN
    return str(answer.text)


def test_the_newest_head_is_signed_by_the_key_beside_it(
    client: FlaskClient, real_book: RealBook, go_note: GoNote
) -> None:
    note, keys = get(client, "/checkpoint"), get(client, "/key")
    head = open_checkpoint(note, parse_verifier_keys(keys))
    assert (head.origin, head.size) == ("127.0.0.1/ledger", 3)
    assert go_note.ask("open", Note=note, Keys=keys.split())["text"] == head.text


def test_every_head_can_be_had_and_is_listed(client: FlaskClient, real_book: RealBook) -> None:
    lines = [line.split() for line in get(client, "/checkpoints").splitlines()]
    assert [(line[0], line[1]) for line in lines] == [
        ("3", str(YESTERDAY)),
        ("2", str(YESTERDAY - timedelta(days=1))),
        ("1", str(YESTERDAY - timedelta(days=2))),
    ]
    for size, _, root in lines:
        assert get(client, f"/checkpoints/{size}").splitlines()[1:3] == [size, root]
    assert get(client, "/checkpoints?before=3").splitlines() == get(client, "/checkpoints").splitlines()[1:]
    assert get(client, "/checkpoints?before=1") == ""


def test_the_list_of_heads_goes_on_where_a_page_ends(
    client: FlaskClient, real_book: RealBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_app.ledger.pages.HEADS_A_PAGE", 2)
    answer = client.get("/ledger/checkpoints")
    assert len(answer.text.splitlines()) == 2
    following = re.fullmatch(r'<(.+)>; rel="next"', answer.headers["Link"])
    assert following is not None
    last = client.get(following[1])
    assert last.text.startswith("1 ")
    assert "Link" not in last.headers


def test_a_newer_head_is_proven_to_extend_an_older_one(app: Flask, client: FlaskClient, real_book: RealBook) -> None:
    old_note = get(client, "/checkpoint")
    close(app, TODAY, TODAY + timedelta(days=1))
    keys = parse_verifier_keys(get(client, "/key"))
    old = open_checkpoint(old_note, keys)
    assert extend(old, get(client, "/proof/consistency?from=3"), keys).size == 5
    assert extend(old, get(client, "/proof/consistency?from=3&to=4"), keys).size == 4
    assert extend(old, get(client, "/proof/consistency?from=3&to=3"), keys) == old
    assert parse_consistency_note(get(client, "/proof/consistency?from=0"))[:2] == (0, [])


def test_a_day_and_a_unit_are_proven_without_our_own_code(client: FlaskClient, real_book: RealBook) -> None:
    of_day = json.loads(client.get(f"/ledger/proof/day/{YESTERDAY}").text)
    of_unit = json.loads(client.get(f"/ledger/proof/unit/{YESTERDAY}/{OTHER}").text)
    assert (of_day["format"], of_unit["format"]) == ("than-thien-day-proof/1", "than-thien-unit-proof/1")
    assert of_day["day"] == of_unit["day"]
    day, entry = of_unit["day"], of_unit["commune_day"]
    root = Checkpoint.parse(of_day["checkpoint"].partition("\n\n")[0] + "\n").root
    path_up = [bytes.fromhex(one) for one in day["proof"]]
    assert included(hash_leaf(canonical(day["record"])), day["index"], 3, path_up, root)
    assert (entry["entry"]["unit"], entry["entry"]["count"]) == (OTHER, 1)
    path_up, units_root = [bytes.fromhex(one) for one in entry["proof"]], bytes.fromhex(day["record"]["units_root"])
    leaf = hash_leaf(canonical(entry["entry"]))
    assert included(leaf, entry["index"], day["record"]["unit_count"], path_up, units_root)


@pytest.mark.parametrize(
    ("path", "status", "key", "values"),
    [
        ("/checkpoints/4", 404, "no_size", {"wanted": 4, "size": 3}),
        ("/checkpoints/0", 404, "no_size", {"wanted": 0, "size": 3}),
        ("/checkpoints/three", 422, "number", {"name": "size"}),
        ("/checkpoints?before=x", 422, "number", {"name": "before"}),
        ("/proof/consistency", 422, "number", {"name": "from"}),
        ("/proof/consistency?from=-1", 422, "number", {"name": "from"}),
        ("/proof/consistency?from=1&to=1e9", 422, "number", {"name": "to"}),
        ("/proof/consistency?from=99999999999999999999", 422, "number", {"name": "from"}),
        ("/proof/consistency?from=4", 404, "no_size", {"wanted": 4, "size": 3}),
        ("/proof/consistency?from=1&to=4", 404, "no_size", {"wanted": 4, "size": 3}),
        ("/proof/consistency?from=0&to=0", 404, "no_size", {"wanted": 0, "size": 3}),
        ("/proof/day/23-11-2026", 422, "not_a_day", {"text": "23-11-2026"}),
        (f"/proof/day/{TODAY}", 404, "day_not_sealed", {"day": TODAY}),
        (f"/proof/unit/{YESTERDAY}/99999", 404, "no_unit", {"day": YESTERDAY, "code": "99999"}),
        (f"/proof/unit/{TODAY}/{OTHER}", 404, "day_not_sealed", {"day": TODAY}),
    ],
)
@sqlite_only
def test_what_cannot_be_given_is_told_in_words(
    client: FlaskClient, real_book: RealBook, path: str, status: int, key: str, values: dict[str, object]
) -> None:
    said = get(client, path, status)
    assert said == catalogue("vi").text(f"ledger.page.{key}", **values) + "\n"
    joined = "&" if "?" in path else "?"
    assert get(client, f"{path}{joined}lang=en", status) == catalogue("en").text(f"ledger.page.{key}", **values) + "\n"


@pytest.mark.parametrize(
    "path",
    ["/checkpoint", "/checkpoints", "/checkpoints/1", "/key", "/proof/consistency?from=0", f"/proof/day/{TODAY}"],
)
@sqlite_only
def test_before_the_first_day_is_sealed_it_is_said(client: FlaskClient, path: str) -> None:
    assert get(client, path, 404) == catalogue("vi").text("ledger.page.no_day") + "\n"


def test_answers_can_be_kept_and_asked_after(app: Flask, client: FlaskClient, real_book: RealBook) -> None:
    for path, caching in (("/checkpoint", "max-age=300"), ("/checkpoints/2", "max-age=86400")):
        first = client.get(f"/ledger{path}")
        assert first.headers["Cache-Control"] == f"public, {caching}"
        again = client.get(f"/ledger{path}", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    etag = client.get("/ledger/checkpoint").headers["ETag"]
    close(app, TODAY)
    assert client.get("/ledger/checkpoint", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("language", ["vi", "en"])
@sqlite_only
def test_the_page_explains_the_book_and_shows_its_head(client: FlaskClient, real_book: RealBook, language: str) -> None:
    page = client.get(f"/ledger?lang={language}").text
    texts = catalogue(language)
    assert f"<h1>{texts.text('ledger.page.title')}</h1>" in page
    assert get(client, "/checkpoint").strip().splitlines()[-1] in page
    for address in ("/ledger/checkpoint", "/ledger/key", "/ledger/checkpoints", "/ledger/verifier.pyz"):
        assert f'href="{address}' in page
    assert "--watch http://127.0.0.1:8000 --state head.txt --key key.txt" in page


@sqlite_only
def test_the_page_of_an_empty_book_says_when_it_begins(client: FlaskClient) -> None:
    page = client.get("/ledger")
    assert page.status_code == 200
    assert catalogue("vi").text("ledger.page.no_day") in page.text


@sqlite_only
def test_nothing_of_an_answer_is_on_any_page(client: FlaskClient, real_book: RealBook, transaction: Begin) -> None:
    from sqlalchemy import select

    from survey_app.responses.models import ReceiptRow, response

    with transaction() as connection:
        secret = [one.hex() for row in connection.execute(select(response.c.leaf_hash, response.c.id)) for one in row]
        secret += list(connection.scalars(select(ReceiptRow.receipt)))
    paths = ("", "/checkpoints", f"/proof/day/{YESTERDAY}", f"/proof/unit/{YESTERDAY}/26041")
    pages = [client.get(f"/ledger{path}").text for path in paths]
    assert not any(one in page for one in secret for page in pages)
