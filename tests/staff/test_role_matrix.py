"""docs/roles.md says what the application does: who may open what."""

from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.routing import Rule

from survey_app.staff.access import PUBLIC_STAFF_ENDPOINTS, declared_roles
from survey_app.staff.role_matrix import address_words, role_matrix
from survey_app.staff.roles import Role
from tests.staff.test_default_deny import staff_rules
from tests.support.databases import ROOT, sqlite_only

DOCUMENT = ROOT / "docs" / "roles.md"


@sqlite_only
def test_the_document_is_what_the_command_prints(app: Flask) -> None:
    runner: FlaskCliRunner = app.test_cli_runner()
    printed = runner.invoke(args=["staff", "roles"])
    assert printed.exit_code == 0
    assert DOCUMENT.read_text("utf-8") == printed.output, "flask --app wsgi staff roles > docs/roles.md"


@sqlite_only
def test_every_address_of_the_back_office_has_its_line(app: Flask) -> None:
    printed = [line for line in role_matrix(app).splitlines() if "`/staff" in line and line.startswith("| ")]
    expected = [line_of(app, rule) for rule in staff_rules(app)]
    assert sorted(printed) == sorted(expected)


def line_of(app: Flask, rule: Rule) -> str:
    """What must be printed of a rule, put together in another way."""
    line = f"| {', '.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} `{address_words(rule)}` |"
    for role in Role:
        if rule.endpoint in PUBLIC_STAFF_ENDPOINTS:
            line += " anybody |"
        else:
            line += " yes |" if role in declared_roles(app, rule.endpoint) else "  |"
    return line


def test_addresses_are_named_by_their_parts() -> None:
    assert address_words(Rule("/a/<int(max=9):b>.<any(c, d):e>/<f>")) == "/a/<b>.<e>/<f>"
