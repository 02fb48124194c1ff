"""Wrong settings stop the start: all errors at once, in words, exit code 2, no traceback; on the real programs."""

import ast
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config import Settings, SettingsError, load_settings
from tests.support.databases import ROOT
from tests.support.live_server import free_port, granian_command

WRONG = {
    "DATABASE_URL": "mysql://root@db/survey",
    "PUBLIC_URL": "https://gopy.dongnai.gov.vn/khao-sat",
    "SECRET_KEY": "too-short-to-keep",
    "TIME_ZONE": "Asia/Bien_Hoa",
    "MINIMUM_N": "5",
    "RETENTION_MONTHS": "forever",
    "CONTACT_PHONE": "gọi cho tôi",
    "OWNER_NAME": "U",
    "DEPLOYMENT": "prod",
    "PAGE_CACHE_SECONDS": "-1",
    "GUARD_STATE": "somewhere",
    "GUARD_OPENING_HOURS": "mornings",
    "METRICS_TOKEN": "too-short",
    "SMTP_URL": "mail.dongnai.gov.vn",
    "MAIL_FROM": "nobody",
    "REQUIRE_TOTP": "king",
    "OIDC_ISSUER": "http://sso.dongnai.gov.vn",
}
"""Each of these is wrong in its own way."""


def start(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of ours with this environment, in a folder without `.env`."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return subprocess.run(
        command,
        cwd=folder,
        env=inherited | {"PYTHONPATH": str(ROOT), "INSTANCE_DIR": str(folder / "instance")} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def flask(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


def assert_says_all(words: str, names: set[str]) -> None:
    named = {line.split(":")[0].removeprefix("  - ") for line in words.splitlines() if line.startswith("  - ")}
    assert named == names
    assert f"{len(names)} setting(s) to mend" in words
    assert "Traceback" not in words
    assert "too-short-to-keep" not in words, "a secret was printed"


@pytest.mark.parametrize("arguments", [["db", "upgrade"], ["routes"], ["close-day"]], ids=" ".join)
def test_every_command_stops_with_all_errors_at_once(tmp_path: Path, arguments: list[str]) -> None:
    ended = start(flask(*arguments), tmp_path, **WRONG)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert_says_all(ended.stderr, set(WRONG))
    assert not (tmp_path / "instance").exists(), "something was written"


def test_the_server_stops_with_all_errors_at_once(tmp_path: Path) -> None:
    ended = start(granian_command("wsgi:app", free_port()), tmp_path, **WRONG)
    assert ended.returncode != 0
    assert_says_all(ended.stderr, set(WRONG))


@pytest.mark.parametrize("name", sorted(WRONG))
def test_one_wrong_setting_is_named_alone(tmp_path: Path, name: str) -> None:
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(tmp_path)
        environment.setenv(name, WRONG[name])
        with pytest.raises(SettingsError) as caught:
            load_settings()
    assert [problem.split(":")[0] for problem in caught.value.problems] == [name]


def test_production_says_all_that_it_lacks(tmp_path: Path) -> None:
    ended = start(flask("routes"), tmp_path, DEPLOYMENT="production")
    assert ended.returncode == 2
    assert "SECRET_KEY is required in production" in ended.stderr
    assert "PUBLIC_URL must start with https://" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_settings_are_read_from_a_file_and_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("OWNER_NAME=UBND phường Trấn Biên\nMINIMUM_N=20\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(tmp_path)
        environment.setenv("MINIMUM_N", "30")
        settings = load_settings()
    assert settings.owner_name == "UBND phường Trấn Biên"
    assert settings.minimum_n == 30


def test_the_defaults_are_a_demo_that_starts(tmp_path: Path) -> None:
    settings = load_settings(_env_file=None, instance_dir=tmp_path)
    assert settings.deployment == "demo"
    assert settings.time_zone == ZoneInfo("Asia/Ho_Chi_Minh")
    assert settings.resolved_database_url == f"sqlite:///{tmp_path / 'than_thien.sqlite3'}"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://a@h/d", "postgresql+psycopg://a@h/d"),
        ("postgresql://a@h/d", "postgresql+psycopg://a@h/d"),
        ("sqlite:////srv/a.sqlite3", "sqlite:////srv/a.sqlite3"),
    ],
)
def test_database_addresses_as_people_write_them(given: str, used: str) -> None:
    assert load_settings(_env_file=None, database_url=given).resolved_database_url == used


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://127.0.0.1:8000/", "http://127.0.0.1:8000//"])
def test_a_public_address_loses_its_trailing_slash(address: str) -> None:
    assert load_settings(_env_file=None, public_url=address).public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(("forms", "comments", "kept"), [(24, None, 12), (6, None, 6), (24, 24, 24), (24, 3, 3)])
def test_comments_are_never_kept_longer_than_forms(forms: int, comments: int | None, kept: int) -> None:
    settings = load_settings(_env_file=None, retention_months=forms, comment_retention_months=comments)
    assert settings.comments_kept_months == kept


def test_keeping_comments_longer_than_forms_is_refused() -> None:
    with pytest.raises(SettingsError, match="COMMENT_RETENTION_MONTHS may not be more than RETENTION_MONTHS"):
        load_settings(_env_file=None, retention_months=6, comment_retention_months=12)


def test_settings_cannot_be_changed_later() -> None:
    settings = load_settings(_env_file=None)
    with pytest.raises(ValueError, match="frozen"):
        settings.minimum_n = 50


def test_every_setting_is_described() -> None:
    bare = [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")]
    assert bare == []


def test_config_imports_nothing_of_ours() -> None:
    tree = ast.parse((ROOT / "config.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    ours = {"survey_app", "analytics", "wsgi", "tests", "migrations"}
    assert {name.split(".")[0] for name in imported} & ours == set()
