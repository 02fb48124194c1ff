"""Roles of the back office and the rules of who may hold which (interfaces: `staff add`). Pure."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    """What an account may do; the value is the name that commands and the database use."""

    LEADER = "leader"
    PROVINCE = "province"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"
    VOLUNTEER = "volunteer"
    DATA_ENTRY = "data_entry"
    CALLER = "caller"

    @property
    def label_key(self) -> str:
        """Key of the role's name in the catalogues; `{kind}` is the kind of the unit at the top (thành phố, tỉnh)."""
        return f"staff.role.{self.value}"


ALL_ROLES = frozenset(Role)
FIELD_ROLES = frozenset({Role.VOLUNTEER, Role.DATA_ENTRY, Role.CALLER})
"""Those who help people to answer, or ask them: they collect, and read no results here."""
READER_ROLES = ALL_ROLES - FIELD_ROLES
UNIT_ROLES = frozenset({Role.LEADER, Role.VOLUNTEER, Role.DATA_ENTRY})
"""Those who act for one unit and nowhere else."""
INDEPENDENT_ROLES = frozenset({Role.AUDITOR, Role.INSPECTOR, Role.CALLER})
"""Those who check a commune's answers must not belong to a commune."""
OVERVIEW_ROLES = frozenset({Role.PROVINCE, Role.SUPERVISOR, Role.INSPECTOR, Role.ADMINISTRATOR})
"""Whoever starts from the list of all communes."""


def broken_rules(roles: Collection[Role], *, has_unit: bool) -> list[str]:
    """Keys of the rules that this combination of roles and unit breaks; an empty list when it may be."""
    independent, of_unit = INDEPENDENT_ROLES.intersection(roles), UNIT_ROLES.intersection(roles)
    rules = []
    if of_unit:
        if not has_unit:
            rules.append("staff.account.leader_needs_unit" if Role.LEADER in roles else "staff.account.role_needs_unit")
        if independent:
            rules.append("staff.account.leader_and_independent")
        if Role.LEADER in roles and len(of_unit) > 1:
            rules.append("staff.account.leader_and_field")
    elif has_unit and independent:
        rules.append("staff.account.independent_with_unit")
    elif has_unit and roles:
        rules.append("staff.account.unit_without_leader")
    return rules


def sees_all_units(roles: Collection[Role]) -> bool:
    """Whether any of the roles looks across all units; one of `UNIT_ROLES` sees its unit and what lies below it."""
    return any(role not in UNIT_ROLES for role in roles)
