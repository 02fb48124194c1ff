from itertools import combinations

import pytest

from config import ROLE_NAMES
from survey_app.languages import catalogue, catalogues
from survey_app.staff.roles import ALL_ROLES, INDEPENDENT_ROLES, UNIT_ROLES, Role, broken_rules, sees_all_units


def test_the_names_of_roles_are_those_promised() -> None:
    promised = "leader province supervisor auditor inspector administrator volunteer data_entry caller"
    assert [role.value for role in Role] == promised.split()


def test_the_settings_know_the_same_roles() -> None:
    assert tuple(role.value for role in Role) == ROLE_NAMES


@pytest.mark.parametrize(
    ("roles", "has_unit", "rules"),
    [
        ({Role.LEADER}, True, []),
        ({Role.LEADER}, False, ["staff.account.leader_needs_unit"]),
        ({Role.AUDITOR}, False, []),
        ({Role.AUDITOR}, True, ["staff.account.independent_with_unit"]),
        ({Role.INSPECTOR}, True, ["staff.account.independent_with_unit"]),
        ({Role.LEADER, Role.AUDITOR}, True, ["staff.account.leader_and_independent"]),
        (
            {Role.LEADER, Role.INSPECTOR},
            False,
            ["staff.account.leader_needs_unit", "staff.account.leader_and_independent"],
        ),
        ({Role.PROVINCE, Role.SUPERVISOR}, False, []),
        ({Role.VOLUNTEER, Role.DATA_ENTRY}, True, []),
        ({Role.VOLUNTEER}, False, ["staff.account.role_needs_unit"]),
        ({Role.DATA_ENTRY}, False, ["staff.account.role_needs_unit"]),
        ({Role.LEADER, Role.DATA_ENTRY}, True, ["staff.account.leader_and_field"]),
        ({Role.CALLER}, False, []),
        ({Role.CALLER}, True, ["staff.account.independent_with_unit"]),
        ({Role.CALLER, Role.VOLUNTEER}, True, ["staff.account.leader_and_independent"]),
        ({Role.ADMINISTRATOR}, True, ["staff.account.unit_without_leader"]),
    ],
)
def test_rules_of_who_may_hold_what(roles: set[Role], has_unit: bool, rules: list[str]) -> None:
    assert broken_rules(roles, has_unit=has_unit) == rules


@pytest.mark.parametrize("size", [1, 2, 3])
def test_nobody_who_checks_answers_belongs_to_a_commune(size: int) -> None:
    for roles in combinations(Role, size):
        if INDEPENDENT_ROLES.intersection(roles):
            assert broken_rules(roles, has_unit=True)


def test_only_who_acts_for_a_unit_is_bound_to_it() -> None:
    assert not sees_all_units(UNIT_ROLES)
    assert not sees_all_units(set())
    assert all(sees_all_units({role}) for role in ALL_ROLES - UNIT_ROLES)


@pytest.mark.parametrize("language", catalogues())
def test_every_role_and_rule_has_words(language: str) -> None:
    texts = catalogue(language)
    for role in Role:
        assert texts.text(role.label_key, kind="thành phố")
    for size in (1, 2):
        for roles in combinations(Role, size):
            for has_unit in (True, False):
                assert all(texts.text(rule) for rule in broken_rules(roles, has_unit=has_unit))
