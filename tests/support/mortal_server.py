"""A server that a test can freeze, kill without warning, and start again on the same port and database."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from config import Settings
from tests.support.applications import application, settings_for
from tests.support.live_server import LiveServer, _wait_until_healthy, environment_for, free_port, granian_command


@dataclass
class MortalServer:
    """The real server with its workers, in a group of processes of their own."""

    settings: Settings
    port: int
    folder: Path
    deaths: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> int:
        """Start it, and wait until it answers; its process id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / f"server-{self.port}-{self.deaths}.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                granian_command("wsgi:app", self.port),
                cwd=self.folder,
                env=environment_for(self.settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        _wait_until_healthy(self._process, self.port, log)
        return self._process.pid

    def freeze(self) -> None:
        """Stop every process where it stands (SIGSTOP): connections stay open, nobody answers."""
        self._signal(signal.SIGSTOP)

    def kill(self) -> None:
        """SIGKILL to all of it at once: nothing can be finished or tidied up."""
        self._signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait(timeout=15)
        self.deaths += 1

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "it was started"
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


@contextmanager
def mortal_server(database_url: str, folder: Path) -> Iterator[tuple[LiveServer, MortalServer]]:
    """The server on a migrated database, and what can be done to it; dead in the end."""
    port = free_port()
    settings = settings_for(database_url, folder / "instance", public_url=f"http://127.0.0.1:{port}")
    server = MortalServer(settings, port, folder)
    with application(settings) as app:
        process_id = server.start()
        try:
            yield LiveServer(settings.public_url, port, process_id, settings, app), server
        finally:
            server.kill()
