"""The verifier's command line: exit 0 and what was proven, or exit 1 and the first thing that is wrong."""

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from survey_app.ledger.verifier import __doc__ as usage
from survey_app.ledger.verifier.one_file import one_file
from survey_app.ledger.verifier.verify import Held, Sentence, verify_export, verify_monitor, verify_receipt
from survey_app.ledger.verifier.watching import watch
from survey_app.ledger.verifier.words import Unreachable, Wrong, say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verification and say how it ended: 0 proven, 1 wrong, 2 the book could not be asked."""
    parser = _parser()
    asked = parser.parse_args(arguments)
    try:
        sentences = _verify(asked, parser)
    except Wrong as wrong:
        print(say(wrong.what, asked.language, **wrong.details), file=sys.stderr)
        return 1
    except Unreachable as silence:
        print(say("unreachable", asked.language, **silence.details), file=sys.stderr)
        return 2
    except RecursionError:
        print(say("json", asked.language, file="manifest", where="[[[…"), file=sys.stderr)
        return 1
    for what, details in sentences:
        print(say(what, asked.language, **details))
    return 0


def _verify(asked: argparse.Namespace, parser: argparse.ArgumentParser) -> list[Sentence]:
    if asked.copy_to is not None:
        return _copy_to(asked.copy_to)
    if asked.key is None:
        parser.error("--key is needed")
    if asked.watch is not None:
        if asked.state is None:
            parser.error("--watch needs --state")
        return [watch(asked.watch, asked.state, _read(asked.key))]
    if asked.monitor is not None:
        if asked.consistency is None:
            parser.error("--monitor needs --consistency")
        return verify_monitor(_read(asked.monitor), _read(asked.consistency), _read(asked.key))
    if asked.checkpoint is None:
        parser.error("--checkpoint is needed")
    consistency = None if asked.consistency is None else _read(asked.consistency)
    held = Held(_read(asked.key), _read(asked.checkpoint), consistency)
    if asked.receipt is not None:
        return verify_receipt(_read(asked.receipt), held)
    if asked.export is None or asked.manifest is None:
        parser.error("name an export and its --manifest")
    if not asked.export.is_file():
        raise Wrong("cannot_read", file=asked.export, why="no such file")
    return verify_export(asked.export, _read(asked.manifest), held)


def _parser() -> argparse.ArgumentParser:
    vietnamese = any(os.environ.get(name, "").startswith("vi") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    parser = argparse.ArgumentParser(
        prog="verifier", description=usage, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", nargs="?", type=Path, metavar="EXPORT", help="the raw export")
    parser.add_argument("--manifest", type=Path, metavar="M", help="the manifest that came with it")
    parser.add_argument(
        "--checkpoint", type=Path, metavar="C", help="a signed head you hold: from a digest, a colleague"
    )
    parser.add_argument("--key", type=Path, metavar="K", help="the log's verifier keys, one a line (/ledger/key)")
    parser.add_argument("--consistency", type=Path, metavar="P", help="a consistency proof between two heads")
    parser.add_argument("--receipt", type=Path, metavar="PROOF", help="verify the proof of a check code")
    parser.add_argument("--monitor", type=Path, metavar="OLD", help="verify that a newer head extends this one")
    parser.add_argument(
        "--watch", metavar="URL", help="fetch the newer head and its proof from a book, and verify them"
    )
    parser.add_argument("--state", type=Path, metavar="FILE", help="with --watch: the head kept from last time")
    parser.add_argument("--copy-to", type=Path, metavar="FILE", help="write this verifier as one file and stop")
    parser.add_argument("--language", choices=("en", "vi"), default="vi" if vietnamese else "en")
    return parser


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise Wrong("cannot_read", file=path, why=getattr(error, "strerror", None) or error) from None


def _copy_to(path: Path) -> list[Sentence]:
    try:
        path.write_bytes(one_file())
    except OSError as error:
        raise Wrong("cannot_read", file=path, why=error.strerror) from None
    return [("copied", {"file": path})]


def run() -> NoReturn:
    """Run as a program: in UTF-8, also where a console or a pipe would choose letters without Vietnamese."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    raise SystemExit(main())


if __name__ == "__main__":
    run()
