"""The demo's staff accounts: random passwords, kept readable for the owner of this machine only."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from config import Settings
from survey_app.demo.city import LEADER_UNIT
from survey_app.staff.accounts import add_account
from survey_app.staff.roles import UNIT_ROLES, Role

ACCOUNTS_FILE = "demo_accounts.json"
DOMAIN = "demo.thanthien.example"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account to sign in with."""

    role: str
    email: str
    password: str


def make_accounts(settings: Settings) -> list[DemoAccount]:
    """Make one account for each role, and remember the passwords in the instance folder (mode 0600)."""
    made = []
    for role in Role:
        account = DemoAccount(role.value, f"{role.value}@{DOMAIN}", _password())
        add_account(account.email, role.value, LEADER_UNIT if role in UNIT_ROLES else None, account.password)
        made.append(account)
    forget_accounts(settings)
    path = _path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump([asdict(account) for account in made], file, indent=1)
    return made


def known_accounts(settings: Settings) -> list[DemoAccount]:
    """The accounts as remembered; none where the file is gone."""
    path = _path(settings)
    if not path.exists():
        return []
    return [DemoAccount(**account) for account in json.loads(path.read_text(encoding="utf-8"))]


def forget_accounts(settings: Settings) -> None:
    """Remove the file of passwords, if it is there."""
    _path(settings).unlink(missing_ok=True)


def _password() -> str:
    """Four groups of four letters without look-alikes: 79 random bits, and short enough to type."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def _path(settings: Settings) -> Path:
    return settings.instance_dir / ACCOUNTS_FILE
