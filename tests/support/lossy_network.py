"""A bad network between a browser and the server: a relay on loopback that can be cut, and can lose what it carries."""

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

Trouble = Literal["none", "cut", "lose posts", "lose answers to posts"]
_CHUNK = 65_536


class LossyNetwork:
    """Relays connections to a port. `trouble` may be changed at any time.

    "cut": nothing passes. "lose posts": a POST never reaches the server. "lose answers to posts": it does, the server
    answers, and the answer is lost on the way, as when the server dies in the middle.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self._trouble: Trouble = "none"
        self.posts_seen = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def trouble(self) -> Trouble:
        """What is wrong with the network."""
        return self._trouble

    @trouble.setter
    def trouble(self, trouble: Trouble) -> None:
        self._trouble = trouble
        if trouble == "cut":
            for connection in list(self._open):
                _close(connection)

    def close(self) -> None:
        """End it and every connection."""
        self.trouble = "cut"
        _close(self._listener)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        if self._trouble == "cut":
            _close(client)
            return
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self._target)) as server:
            both = {client, server}
            self._open |= both
            try:
                self._carry(client, server)
            finally:
                self._open -= both

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        losing = False
        with selectors.DefaultSelector() as ready:
            ready.register(client, selectors.EVENT_READ)
            ready.register(server, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    data = source.recv(_CHUNK)
                    if source is client and data.startswith(b"POST "):
                        self.posts_seen += 1
                        losing = self._trouble == "lose answers to posts"
                    lost = losing and source is server
                    if not data or lost or (data.startswith(b"POST ") and self._trouble == "lose posts"):
                        return
                    (server if source is client else client).sendall(data)


@contextmanager
def lossy_network(port: int) -> Iterator[LossyNetwork]:
    """A network to the server at a port, without trouble at first."""
    network = LossyNetwork(port)
    try:
        yield network
    finally:
        network.close()


def _close(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
