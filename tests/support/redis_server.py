"""A real Redis on a Unix socket of its own: started for the test run, without persistence."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 10


@contextmanager
def redis_server(*options: str) -> Iterator[str]:
    """Run `redis-server`; yields its address. `options` come after ours, and so override them."""
    program = shutil.which("redis-server")
    assert program is not None, "redis-server is missing: scripts/install_packages --for-tests installs it"
    folder = Path(tempfile.mkdtemp(prefix="tt-redis-"))
    socket = folder / "socket"
    command = [program, "--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--dir", str(folder), *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not socket.exists():
            assert process.poll() is None and time.monotonic() < give_up, (folder / "log").read_text()
            time.sleep(0.02)
        yield f"unix://{socket}?db=0"
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(folder, ignore_errors=True)
