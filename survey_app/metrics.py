"""Metrics without identity: counts by endpoint and class of status, and what rooms add, as Prometheus text (0.0.4).

Counts say how many, never who, where or when. Workers count in a small file each, which the next process takes over, so
that any worker can tell the sum of all. `/metrics` answers this machine only, or whoever knows METRICS_TOKEN.
"""

import fcntl
import hmac
import mmap
import os
import struct
import threading
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

from config import Settings
from survey_app.zones import Zone, declare_zone

METRICS_KEY = "than_thien_metrics"
FOLDER = "metrics"
_ENTRY = struct.Struct("<120sQ")
_ENTRIES = 1_000
_LARGEST_NUMBER_OF_PROCESSES = 64
_PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
_HELP = {
    "requests_total": "Requests by endpoint and class of status.",
    "refused_total": "Requests refused because too many came at once, by zone.",
    "answers_total": "Answers taken, by whether they were set aside.",
    "guard_signs_total": "Answers by sign that the guard found.",
    "guard_failures_total": "Answers taken without asking the guard's memory, which did not answer.",
    "closing_lag_days": "Past days not closed yet.",
}

Gauge = Callable[[], float]
blueprint = Blueprint("metrics", __name__)


class SharedCounters:
    """Counters of all processes that share a folder. Each process writes to one file of its own, held by a lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._owner = 0
        self._places: dict[str, int] = {}
        self._values: mmap.mmap | None = None

    def add(self, name: str, number: int = 1) -> None:
        """Count. Never fails and never waits for another process: what cannot be written is not counted."""
        with self._lock:
            values = self._mine()
            place = self._places.get(name)
            if values is None or (place is None and len(self._places) >= _ENTRIES):
                return
            if place is None:
                place = self._places[name] = len(self._places) * _ENTRY.size
                _ENTRY.pack_into(values, place, name.encode()[:120], 0)
            _, value = _ENTRY.unpack_from(values, place)
            struct.pack_into("<Q", values, place + 120, value + number)

    def sums(self) -> dict[str, int]:
        """What all processes counted."""
        sums: dict[str, int] = {}
        for path in sorted(self._folder.glob("*.counts")):
            for name, value in _entries(path.read_bytes()):
                sums[name] = sums.get(name, 0) + value
        return sums

    def _mine(self) -> mmap.mmap | None:
        """The file of this process; a process that was forked takes one of its own."""
        if self._owner == os.getpid():
            return self._values
        self._owner, self._values, self._places = os.getpid(), None, {}
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for number in range(_LARGEST_NUMBER_OF_PROCESSES):
                descriptor = os.open(self._folder / f"{number}.counts", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(descriptor)
                    continue
                weakref.finalize(self, os.close, descriptor)  # Until then the lock is held.
                os.ftruncate(descriptor, _ENTRY.size * _ENTRIES)
                self._values = mmap.mmap(descriptor, 0)
                found = _entries(self._values)
                self._places = {name: number * _ENTRY.size for number, (name, _) in enumerate(found)}
                break
        except OSError:
            self._values = None
        return self._values


class Metrics:
    """What this application counts, and the gauges that rooms added."""

    def __init__(self, counters: SharedCounters) -> None:
        self.counters = counters
        self.gauges: dict[str, Gauge] = {}

    def count(self, metric: str, number: int = 1, **labels: str) -> None:
        """Add to `than_thien_<metric>`. Labels are words of ours, never anything that a request brought."""
        self.counters.add(_series(metric, labels), number)

    def add_gauge(self, metric: str, gauge: Gauge) -> None:
        """Ask `gauge`, in an application context, whenever somebody looks. NaN stands for one that cannot tell."""
        self.gauges[metric] = gauge

    def text(self) -> str:
        """Everything, in Prometheus's text format."""
        values: dict[str, float] = dict(self.counters.sums())
        for metric, gauge in self.gauges.items():
            try:
                values[_series(metric, {})] = gauge()
            except Exception:  # noqa: BLE001  # Whoever watches wants the rest even when the database is down.
                values[_series(metric, {})] = float("nan")
        lines, last = [], ""
        for series in sorted(values):
            metric = series.partition("{")[0]
            if metric != last:
                bare, last = metric.removeprefix("than_thien_"), metric
                lines.append(f"# HELP {metric} {_HELP.get(bare, bare)}")
                lines.append(f"# TYPE {metric} {'gauge' if bare in self.gauges else 'counter'}")
            lines.append(f"{series} {values[series]:.17g}")
        return "\n".join(lines) + "\n"


def keep_metrics(app: Flask, settings: Settings) -> None:
    """Count every request and serve `/metrics` in each zone's application."""
    metrics = app.extensions[METRICS_KEY] = Metrics(SharedCounters(settings.instance_dir / FOLDER))
    declare_zone(app, blueprint.name, Zone.PUBLIC)
    app.register_blueprint(blueprint)

    @app.after_request
    def _count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        metrics.count("requests_total", endpoint=endpoint, status=f"{response.status_code // 100}xx")
        return response


def metrics_of(app: Flask) -> Metrics:
    """The application's metrics."""
    metrics: Metrics = app.extensions[METRICS_KEY]
    return metrics


@blueprint.get("/metrics")
def show() -> Response:
    """The metrics, to this machine or to whoever knows the token; to others there is no such page."""
    settings: Settings = current_app.extensions["settings"]
    if not _may_look(settings):
        abort(404)
    response = Response(metrics_of(current_app).text(), mimetype="text/plain")
    response.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def _may_look(settings: Settings) -> bool:
    """A request that a proxy on this machine passes on is not from this machine."""
    if settings.metrics_token is not None:
        expected = f"Bearer {settings.metrics_token.get_secret_value()}"
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode())
    local = request.remote_addr in {"127.0.0.1", "::1"}
    return local and not any(name in request.headers for name in _PROXY_HEADERS)


def _series(metric: str, labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in sorted(labels.items()))
    return f"than_thien_{metric}{{{inside}}}" if inside else f"than_thien_{metric}"


def _entries(held: bytes | mmap.mmap) -> list[tuple[str, int]]:
    found = []
    for place in range(0, len(held) - _ENTRY.size + 1, _ENTRY.size):
        name, value = _ENTRY.unpack_from(held, place)
        if name[0] == 0:
            break
        found.append((name.rstrip(b"\0").decode(), value))
    return found
