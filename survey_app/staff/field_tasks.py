"""The first page of those who help people to answer, or ask them: what there is to do, and where."""

from dataclasses import dataclass

from flask import current_app, url_for

from survey_app.languages import translate
from survey_app.staff.accounts import StaffMember
from survey_app.staff.roles import Role

_PAGES = (
    (Role.VOLUNTEER, "assisted_desk.page"),
    (Role.DATA_ENTRY, "paper_desk.page"),
    (Role.CALLER, "callback_desk.page"),
)


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: the page where it is done, and what it is."""

    address: str
    title: str
    what: str


def tasks_of(member: StaffMember) -> tuple[Task, ...]:
    """The tasks of the account's roles whose pages are served here."""
    return tuple(
        Task(url_for(endpoint), translate(f"staff.task.{role.value}"), translate(f"staff.task.{role.value}_what"))
        for role, endpoint in _PAGES
        if role in member.roles and endpoint in current_app.view_functions
    )
