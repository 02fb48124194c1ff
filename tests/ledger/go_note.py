"""Debian's Go packages for signed notes and Merkle proofs, built once from source, without network."""

import base64
import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "gonote" / "main.go"
DEBIAN_GO_PATH = "/usr/share/gocode"
"""Where golang-golang-x-mod-dev puts its sources."""


@dataclass(frozen=True)
class GoNote:
    """The built program."""

    program: Path

    @classmethod
    def build(cls, folder: Path) -> "GoNote":
        """Build it with golang-go, from Debian's sources alone."""
        program = folder / "gonote"
        environment = {
            **os.environ,
            "GO111MODULE": "off",
            "GOPATH": DEBIAN_GO_PATH,
            "GOFLAGS": "",
            "GOPROXY": "off",
            "GOTOOLCHAIN": "local",
            "GOCACHE": str(folder / "cache"),
            "CGO_ENABLED": "0",
        }
        subprocess.run(["go", "build", "-o", program, SOURCE], env=environment, check=True, cwd=folder)
        return cls(program)

    def ask(self, verb: str, **question: object) -> dict[str, Any]:
        """Its answer. Raises CalledProcessError, with the reason in `stderr`, when it refuses."""
        text = json.dumps(question)
        done = subprocess.run([self.program, verb], input=text, capture_output=True, text=True, check=True)
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def accepts(self, verb: str, **question: object) -> bool:
        """Whether it accepts a proof."""
        try:
            self.ask(verb, **question)
        except subprocess.CalledProcessError:
            return False
        return True


def base64_of(hashes: Sequence[bytes]) -> list[str]:
    """Hashes as the program reads them."""
    return [base64.b64encode(one).decode() for one in hashes]
