"""The verifier stands alone, as a module or as one file in an empty folder; exit codes, words in two languages."""

import ast
import json
import os
import string
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from survey_app.ledger import verifier
from survey_app.ledger.manifest import receipt_proof
from survey_app.ledger.verifier.__main__ import main
from survey_app.ledger.verifier.one_file import one_file
from survey_app.ledger.verifier.words import MESSAGES, say
from tests.ledger.exports import make_bundle
from tests.ledger.synthetic_book import KEY, OTHER_KEY, Book

SOURCES = sorted(Path(verifier.__file__).parent.glob("*.py"))
ROOT = Path(verifier.__file__).parents[3]


@dataclass(frozen=True)
class Desk:
    """The files on an auditor's desk."""

    folder: Path
    rows: int

    def arguments(self, *names: str) -> list[str]:
        """An export with its manifest, checkpoint and key; further arguments."""
        files = [f"--{name}={self.folder / name}" for name in ("manifest", "checkpoint", "key")]
        return [str(self.folder / "export.csv"), *files, *names]


@pytest.fixture
def desk(book: Book, tmp_path: Path) -> Desk:
    """An export in files."""
    bundle = make_bundle(book)
    bundle.seal_file(tmp_path)
    bundle.write(tmp_path)
    (tmp_path / "manifest").write_text(json.dumps(bundle.manifest, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "checkpoint").write_text(bundle.checkpoint, encoding="utf-8")
    (tmp_path / "key").write_text(bundle.key, encoding="utf-8")
    return Desk(tmp_path, len(bundle.rows))


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program as another user would, with nothing of ours around."""
    kept = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "ascii", **environment}
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, encoding="utf-8", check=False)


def test_as_a_module(desk: Desk) -> None:
    done = run([sys.executable, "-m", "survey_app.ledger.verifier", *desk.arguments("--language=en")], ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"complete: {desk.rows} rows in 27 commune-days"


def test_as_one_file_in_an_empty_folder(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert main([f"--copy-to={elsewhere / 'verifier.pyz'}", "--language=en"]) == 0
    program = [sys.executable, "-I", "verifier.pyz"]
    done = run([*program, *desk.arguments(), "--language=en"], elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"complete: {desk.rows} rows in 27 commune-days\n")
    (desk.folder / "key").write_text(OTHER_KEY.verifier.text, encoding="utf-8")
    done = run([*program, *desk.arguments(), "--language=en"], elsewhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("wrong key: ")
    again = run([*program, "--copy-to=copy.pyz", "--language=vi"], elsewhere)
    assert (again.returncode, again.stdout) == (0, "đã ghi: copy.pyz\n")
    assert (elsewhere / "copy.pyz").read_bytes() == one_file() == (elsewhere / "verifier.pyz").read_bytes()


def test_it_imports_nothing_but_itself_the_standard_library_and_cryptography() -> None:
    allowed = {"cryptography", *sys.stdlib_module_names}
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in allowed or name.startswith("survey_app.ledger.verifier"), source


def test_the_language_is_that_of_the_machine_or_the_one_asked_for(desk: Desk) -> None:
    command = [sys.executable, "-m", "survey_app.ledger.verifier", *desk.arguments()]
    vietnamese = run(command, ROOT, LC_ALL="vi_VN.UTF-8").stdout.splitlines()[0]
    assert vietnamese == f"đầy đủ: {desk.rows} phiếu trong 27 mục đơn vị–ngày"
    assert run(command, ROOT, LANG="C.UTF-8").stdout.startswith("complete")
    assert run([*command, "--language=en"], ROOT, LC_ALL="vi_VN.UTF-8").stdout.startswith("complete")


@pytest.mark.parametrize("what", MESSAGES)
def test_every_sentence_says_the_same_data_in_both_languages(what: str) -> None:
    english, vietnamese = ({part[1] for part in string.Formatter().parse(text) if part[1]} for text in MESSAGES[what])
    assert english == vietnamese
    details = dict.fromkeys(english, "1")
    assert say(what, "en", **details) != say(what, "vi", **details)


def test_what_comes_from_a_file_cannot_command_the_terminal() -> None:
    said = say("row_changed", "en", id="\x1b[2J\ud800", unit="xã", day=None, row=1, column="comment")
    assert said == r"row changed: response \x1b[2J\ud800 of unit xã on None (row 1): comment"


def test_what_is_wrong_goes_to_standard_error_with_exit_1(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk.folder / "export.csv"
    path.write_bytes(path.read_bytes()[:-40])
    assert main(desk.arguments("--language=en")) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"file cut off or damaged after {desk.rows - 1} rows: the last line has no end\n"


@pytest.mark.parametrize("depth", [100, 400, 900, 990, 5_000])
def test_a_manifest_nested_without_end_is_malformed(desk: Desk, capsys: pytest.CaptureFixture[str], depth: int) -> None:
    text = (desk.folder / "manifest").read_text(encoding="utf-8")
    start = text.index('"items": ')
    spoiled = text[:start] + f'"nested": {"[" * depth}{"]" * depth}, ' + text[start:]
    (desk.folder / "manifest").write_text(spoiled, encoding="utf-8")
    assert main(desk.arguments("--language=en")) == 1
    assert capsys.readouterr().err.startswith(("questionnaire ", "manifest is malformed"))


@pytest.mark.parametrize("name", ["export.csv", "manifest", "checkpoint", "key"])
def test_a_file_that_is_not_there_is_named(desk: Desk, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (desk.folder / name).unlink()
    assert main(desk.arguments("--language=en")) == 1
    said = capsys.readouterr().err
    assert said.startswith("cannot read or write ")
    assert name in said


def test_a_file_that_is_no_text_is_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (desk.folder / "key").write_bytes(b"\xff\xfe")
    assert main(desk.arguments("--language=en")) == 1
    assert "utf-8" in capsys.readouterr().err
    assert main([f"--copy-to={desk.folder / 'no' / 'folder'}", "--language=en"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [[], ["--key=k"], ["--key=k", "--checkpoint=c"], ["--monitor=o", "--key=k"], ["--language=fr"]],
)
def test_what_is_not_enough_to_go_by_is_told(
    desk: Desk, capsys: pytest.CaptureFixture[str], arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    for name in "kco":
        (desk.folder / name).write_text("", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: verifier" in capsys.readouterr().err


def test_the_monitor_follows_the_log(book: Book, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, proof, key = (tmp_path / name for name in ("old", "proof", "key"))
    old.write_text(book.note(5), encoding="utf-8")
    proof.write_text(book.consistency(5, 16), encoding="utf-8")
    key.write_text(KEY.verifier.text, encoding="utf-8")
    arguments = [f"--monitor={old}", f"--consistency={proof}", f"--key={key}", "--language=en"]
    assert main(arguments) == 0
    assert "grew from 5 to 16 days" in capsys.readouterr().out
    old.write_text(book.note(6), encoding="utf-8")
    assert main(arguments) == 1


def test_a_check_code_s_proof(book: Book, desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (day, unit), codes = next((place, codes) for place, codes in book.codes.items() if codes)
    proof = receipt_proof(codes[0], unit, codes, book.day(day), book.log())
    (desk.folder / "proof").write_text(json.dumps(proof), encoding="utf-8")
    (desk.folder / "consistency").write_text(book.consistency(14, 16), encoding="utf-8")
    (desk.folder / "checkpoint").write_text(book.note(14), encoding="utf-8")
    arguments = [*desk.arguments()[2:], f"--receipt={desk.folder / 'proof'}", "--language=en"]
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("stale head")
    assert main([*arguments, f"--consistency={desk.folder / 'consistency'}"]) == 0
    assert capsys.readouterr().out.startswith(f"counted: {codes[0]} on {day} in unit {unit}")


def test_a_parquet_file_without_pyarrow_says_what_to_install(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    manifest = json.loads((desk.folder / "manifest").read_text(encoding="utf-8"))
    (desk.folder / "manifest").write_text(json.dumps({**manifest, "file_format": "parquet"}), encoding="utf-8")
    assert main(desk.arguments("--language=en")) == 1
    assert capsys.readouterr().err == "a Parquet file needs pyarrow: pip install pyarrow\n"
