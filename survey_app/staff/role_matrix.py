"""Who may open what, as the application itself declares it: the table that docs/roles.md prints."""

import re
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

from survey_app.staff.access import PUBLIC_STAFF_ENDPOINTS, declared_roles
from survey_app.staff.roles import INDEPENDENT_ROLES, UNIT_ROLES, Role
from survey_app.zones import ZONES_KEY, Zone

_CONVERTER = re.compile(r"<[^<>]*:")
_QUIET = frozenset({"HEAD", "OPTIONS"})
_HEADING = """# Roles: who may open what

Printed by `flask --app wsgi staff roles`; a test holds this page to the application. Every address under `/staff` is
here: one that declares nobody opens to nobody. What a role sees *in* a page may be less: {unit} act for one unit
and those below it, and are refused (403) elsewhere. {independent} belong to no unit, and hold none of those roles.
"""


def role_matrix(app: Flask) -> str:
    """The page as Markdown: one line for each address and method of the back office, one column for each role."""
    lines = [_HEADING.format(unit=_names(UNIT_ROLES), independent=_names(INDEPENDENT_ROLES).capitalize())]
    lines.append(f"| address | {' | '.join(Role)} |")
    lines.append("|---" * (len(Role) + 1) + "|")
    lines += _lines(app)
    return "\n".join(lines) + "\n"


def _lines(app: Flask) -> Iterator[str]:
    zones: dict[str, Zone] = app.extensions[ZONES_KEY]
    rules = [rule for rule in app.url_map.iter_rules() if zones.get(rule.endpoint.rpartition(".")[0]) is Zone.STAFF]
    for rule in sorted(rules, key=lambda rule: (rule.rule, sorted(_methods(rule)))):
        roles = declared_roles(app, rule.endpoint)
        is_public = rule.endpoint in PUBLIC_STAFF_ENDPOINTS
        marks = ["anybody" if is_public else "yes" if role in roles else "" for role in Role]
        yield f"| {', '.join(_methods(rule))} `{address_words(rule)}` | {' | '.join(marks)} |"


def address_words(rule: Rule) -> str:
    """The address with the names of its parts, without what they may hold."""
    return _CONVERTER.sub("<", rule.rule)


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - _QUIET)


def _names(roles: frozenset[Role]) -> str:
    *names, last = (role.value for role in Role if role in roles)
    return f"{', '.join(names)} and {last}"
