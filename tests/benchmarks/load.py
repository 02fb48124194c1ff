"""Load from wrk on loopback: 32 connections, one thread, some seconds; the best of several runs counts."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 32
SECONDS = 6
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """What wrk measured: requests a second, latencies in milliseconds, and how many answers there were in all."""

    requests_per_second: float
    median: float
    p99: float
    requests: int
    failures: int


class BenchmarkError(RuntimeError):
    """A benchmark could not be run, or measured something other than it says."""


def measure(url: str, script: Path | None = None, *, seconds: int = SECONDS, arguments: tuple[str, ...] = ()) -> Load:
    """Load one address. A script (wrk's Lua) makes the requests; `arguments` are handed to it."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise BenchmarkError("wrk is missing: `make bench` installs it")
    command = [wrk, "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--latency"]
    command += ["--timeout", "20s"]  # a writer may wait that long for its turn
    if script is not None:
        command += ["--script", str(script)]
    command += ["--header", "Accept-Encoding: gzip", url, "--", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30, check=True)
    return _read(ended.stdout)


def best_of(runs: list[Load]) -> Load:
    """The run with the most requests a second."""
    return max(runs, key=lambda run: run.requests_per_second)


def _read(report: str) -> Load:
    failures = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", report))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", report)
    if errors:
        failures += sum(int(number) for number in errors.groups())
    return Load(
        requests_per_second=float(_found(r"Requests/sec:\s+([\d.]+)", report)),
        median=_milliseconds(_found(r"(?m)^\s+50%\s+(\S+)", report)),
        p99=_milliseconds(_found(r"(?m)^\s+99%\s+(\S+)", report)),
        requests=int(_found(r"(\d+) requests in", report)),
        failures=failures,
    )


def _found(pattern: str, report: str) -> str:
    match = re.search(pattern, report)
    if match is None:
        raise BenchmarkError(f"wrk said nothing of {pattern!r}:\n{report}")
    return match.group(1)


def _milliseconds(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text)
    if match is None:
        raise BenchmarkError(f"not a duration: {text!r}")
    return float(match.group(1)) * _UNITS[match.group(2)]
