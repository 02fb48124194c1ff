"""The product as people get it: the real server and the real composition root, in processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection

from config import Settings
from survey_app.database import write_transaction
from tests.support.applications import application, settings_for
from tests.support.databases import ROOT

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class LiveServer:
    """A running server. `app` is a second application on the same database and keys, for what a test prepares."""

    url: str
    port: int
    process_id: int
    settings: Settings
    app: Flask

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that writes to the server's database."""
        with self.app.app_context(), write_transaction() as connection:
            yield connection


def free_port() -> int:
    """A port on loopback that nobody listens on at this moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def environment_for(settings: Settings) -> dict[str, str]:
    """The environment that gives another process these settings, and none of the developer's `.env`."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    chosen = {
        "DATABASE_URL": settings.database_url.replace("postgresql+psycopg:", "postgresql:"),
        "INSTANCE_DIR": str(settings.instance_dir),
        "PUBLIC_URL": settings.public_url,
        "CLOSE_IN_BACKGROUND": str(settings.close_in_background).lower(),
        "PAGE_CACHE_SECONDS": str(settings.page_cache_seconds),
        "KIOSK_PAUSE_SECONDS": str(settings.kiosk_pause_seconds),
        "KIOSK_QUIET_SECONDS": str(settings.kiosk_quiet_seconds),
        "GUARD_STATE": settings.guard_state,
        "FLOOD_REQUESTS_PER_SECOND": str(settings.flood_requests_per_second),
    }
    return inherited | chosen | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "default"}


def granian_command(target: str, port: int) -> list[str]:
    """The command line of `scripts/serve`, spoken to this very interpreter."""
    options = "--interface wsgi --http 1 --no-ws --host 127.0.0.1 --workers 2 --blocking-threads 32"
    quiet = "--workers-kill-timeout 5 --http1-header-read-timeout 10000 --no-access-log --log-level error"
    return [sys.executable, "-m", "granian", *options.split(), *quiet.split(), "--port", str(port), target]


@contextmanager
def running(command: list[str], port: int, folder: Path, environment: Mapping[str, str]) -> Iterator[int]:
    """Run a server until the block ends; yields its process id once it answers. Its own words come with a failure."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _wait_until_healthy(process, port, log)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=5)


@contextmanager
def serving(database_url: str, folder: Path, **chosen: object) -> Iterator[LiveServer]:
    """Serve `wsgi:app` with a migrated database and an instance folder of its own."""
    port = free_port()
    settings = settings_for(database_url, folder / "instance", public_url=f"http://127.0.0.1:{port}", **chosen)
    with application(settings) as app:  # Also makes the keys, which the server's processes then share.
        command, environment = granian_command("wsgi:app", port), environment_for(settings)
        with running(command, port, folder, environment) as process_id:
            yield LiveServer(settings.public_url, port, process_id, settings, app)


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            break
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    words = log.read_text(encoding="utf-8", errors="replace")[-4000:]
    raise AssertionError(f"the server did not become healthy (exit code {process.poll()}):\n{words}")
