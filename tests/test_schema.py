"""`flask db` is Flask-Migrate's command, and what servers rarely need is not loaded when they start."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from survey_app.database import db

ROOT = Path(__file__).parent.parent
RARELY_NEEDED = (
    "alembic",
    "authlib",
    "css_inline",
    "duckdb",
    "fpdf",
    "matplotlib",
    "pandas",
    "PIL",
    "plotly.graph_objs",
    "pyarrow",
    "qrcode",
    "requests",
    "scipy.stats",
    "xlsxwriter",
)


def test_a_server_starts_without_what_few_requests_need(tmp_path: Path) -> None:
    """Each of these takes megabytes of every process; an export must stay within its 150."""
    ask = f"import sys, wsgi; wsgi.app; print([name for name in {RARELY_NEEDED!r} if name in sys.modules])"
    environment = {"INSTANCE_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-c", ask]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_the_command_passes_everything_on(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    assert "upgrade" in run(args=["db", "--help"]).output
    assert "REVISION" in run(args=["db", "upgrade", "--help"]).output
    assert run(args=["db", "nonsense"]).exit_code == 2


def test_down_and_up_again(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    run = app.test_cli_runner().invoke
    assert run(args=["db", "downgrade", "base"]).exit_code == 0
    with app.app_context():
        db.engine.dispose()
        assert "response" not in inspect(db.engine).get_table_names()
    assert run(args=["db", "upgrade"]).exit_code == 0
    with app.app_context():
        assert "response" in inspect(db.engine).get_table_names()
